"""What apply makes of a service that stores other values than it was sent."""

from __future__ import annotations

from lvstate.model.report import Status
from tests.engine.declarations import account_type, apply, group, only, project
from tests.engine.model_tenant import ModelTenant, Objects
from tests.engine.stepping import Stage


def tenant_of(**objects: Objects) -> ModelTenant:
    return ModelTenant(Stage(), **objects)


def stored_as(tenant: ModelTenant, kind: str, **fields: str | int) -> None:
    """Have the tenant keep other values than those sent, from the end of the next write on."""

    def alter() -> None:
        for those in tenant.objects[kind].values():
            those.update({k: v for k, v in fields.items() if k in those})

    tenant.meanwhile["list", kind].append(alter)


def test_a_create_that_is_stored_under_another_name_failed_with_both_names_and_its_id() -> None:
    tenant = tenant_of()
    report = apply(
        tenant, project(group("n", "North ")), then=lambda: stored_as(tenant, "contact_group", name="North")
    )
    outcome = only(report)
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.FAILED, 9001, True)
    assert outcome.error == (
        'made with id 9001, but not as declared: name is "North", and "North " was sent; '
        "declare what the service stores, or pin `id: 9001` if somebody else has just written it"
    )
    assert report.converged is False


def test_the_journal_tells_which_object_a_create_became_that_is_stored_under_another_name() -> None:
    tenant = tenant_of()
    apply(
        tenant, project(group("n", "North ")), then=lambda: stored_as(tenant, "contact_group", name="North")
    )
    (intent,) = tenant.stage.events("intent")
    assert (intent["name"], intent["fields"]) == (
        "North ",
        [{"path": "name", "before": None, "after": "North "}],
    )
    ends = [(r["status"], r["live_id"]) for r in tenant.stage.events("outcome")]
    assert ends == [("done", 9001), ("failed", 9001)]
    assert (tenant.stage.events("end")[0]["done"], tenant.stage.events("end")[0]["failed"]) == (0, 1)


def test_an_update_that_is_stored_otherwise_failed() -> None:
    tenant = tenant_of(account_type={1: {"name": "Old"}})
    report = apply(
        tenant,
        project(account_type("a", "New\u00a0name", pin=1)),
        then=lambda: stored_as(tenant, "account_type", name="New name"),
    )
    assert (only(report).status, only(report).live_id) == (Status.FAILED, 1)
    assert "declare what the service stores, or apply again" in (only(report).error or "")


def test_a_level_that_is_stored_otherwise_fails_the_create() -> None:
    tenant = tenant_of()
    report = apply(
        tenant,
        project(account_type("h", "Hospital", level=7)),
        then=lambda: stored_as(tenant, "account_type", level=1),
    )
    assert only(report).status is Status.FAILED
    assert "level is 1, and 7 was sent" in (only(report).error or "")


def test_a_listing_that_does_not_show_a_create_yet_does_not_fail_it() -> None:
    tenant = tenant_of()
    report = apply(
        tenant,
        project(group("n", "North")),
        then=lambda: tenant.meanwhile["list", "contact_group"].append(tenant.objects["contact_group"].clear),
    )
    assert (only(report).status, report.converged) == (Status.DONE, False)
