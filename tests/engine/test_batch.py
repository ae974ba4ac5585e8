"""All custom fields travel in one PUT, and one bad label fails alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lvstate.errors import LvstateError, ServiceError
from lvstate.model.attempt import Cause, NotDone
from lvstate.model.report import Report, Status
from tests.engine.declarations import apply, column, group, project
from tests.engine.model_tenant import COMMITTED, VANISHED, ModelTenant
from tests.engine.stepping import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lvstate.model.resource import Value

THREE = project(column("COL1", label="One"), column("COL2", label="Two"), column("COL3", label="Three"))


def columns(seed: int = 0) -> ModelTenant:
    return ModelTenant(
        Stage(seed),
        custom_field={"COL1": {"label": "Eins"}, "COL2": {"label": "Zwei", "data_type": "STRING"}},
    )


def statuses(report: Report) -> dict[str, str]:
    return {outcome.change.address or "": outcome.status.value for outcome in report.outcomes}


def puts(tenant: ModelTenant) -> list[str]:
    return [request for request in tenant.requests if request.startswith("update")]


def no_twos(fields: Mapping[str, Value]) -> str | None:
    return "status 400: that label is taken" if fields.get("label") == "Two" else None


def test_all_slots_travel_in_one_write_after_one_listing() -> None:
    tenant = columns()
    report = apply(tenant, THREE)
    assert tenant.requests == [
        "list custom_field",
        "update custom_field COL1,COL2,COL3",
        "list custom_field",
    ]
    assert set(statuses(report).values()) == {"done"}
    assert report.converged
    assert all(outcome.written for outcome in report.outcomes)


def test_the_live_label_is_carried_along_where_none_is_declared() -> None:
    tenant = columns()
    report = apply(tenant, project(column("COL2", data_type="DATE")))
    assert [(w.live_id, w.fields) for w in tenant.writes] == [
        ("COL2", {"label": "Zwei", "data_type": "DATE"})
    ]
    assert report.converged


def test_a_declared_label_that_does_not_change_is_carried_along_too() -> None:
    tenant = columns()
    apply(tenant, project(column("COL2", label="Zwei", data_type="DATE")))
    assert tenant.writes[0].fields == {"label": "Zwei", "data_type": "DATE"}


def test_what_moved_since_the_plan_stays_out_of_the_write() -> None:
    tenant = columns()
    report = apply(tenant, THREE, then=lambda: tenant.objects["custom_field"]["COL2"].update(label="Deux"))
    assert statuses(report) == {"COL1": "done", "COL2": "stale", "COL3": "done"}
    assert puts(tenant) == ["update custom_field COL1,COL3"]
    assert tenant.state("custom_field")["COL2"]["label"] == "Deux"


def test_a_slot_that_was_defined_or_undefined_since_the_plan_is_stale() -> None:
    tenant = columns()

    def elsewhere() -> None:
        tenant.objects["custom_field"]["COL3"] = {"label": "Drei"}
        del tenant.objects["custom_field"]["COL1"]

    report = apply(tenant, THREE, then=elsewhere)
    assert statuses(report) == {"COL1": "stale", "COL2": "done", "COL3": "stale"}


def test_the_label_that_would_be_carried_must_not_have_moved() -> None:
    tenant = columns()
    report = apply(
        tenant,
        project(column("COL2", data_type="DATE")),
        then=lambda: tenant.objects["custom_field"]["COL2"].update(label="Deux"),
    )
    assert statuses(report) == {"COL2": "stale"}
    assert tenant.writes == []


def test_where_everything_moved_nothing_is_sent() -> None:
    tenant = columns()
    report = apply(
        tenant,
        project(column("COL1", label="One")),
        then=lambda: tenant.objects["custom_field"]["COL1"].update(label="Uno"),
    )
    assert statuses(report) == {"COL1": "stale"}
    assert tenant.writes == []


@pytest.mark.parametrize("cause", [Cause.REFUSED, Cause.GONE])
def test_a_refused_write_is_repeated_one_by_one_so_that_one_bad_label_fails_alone(cause: Cause) -> None:
    tenant = columns()
    tenant.rules.append(no_twos)
    tenant.answers["update", "custom_field"].append(NotDone(cause, "status 4xx: one of them is wrong"))
    report = apply(tenant, THREE)
    assert statuses(report) == {"COL1": "done", "COL2": "failed", "COL3": "done"}
    assert puts(tenant) == [
        "update custom_field COL1,COL2,COL3",
        "update custom_field COL1",
        "update custom_field COL2",
        "update custom_field COL3",
    ]
    bad = report.outcomes[1]
    assert (bad.error, bad.written) == ("status 400: that label is taken", False)
    assert report.remaining == ("custom_field/COL2:update",)


def test_a_refused_write_of_one_slot_fails_without_being_sent_again() -> None:
    tenant = columns()
    tenant.rules.append(no_twos)
    report = apply(tenant, project(column("COL2", label="Two")))
    assert statuses(report) == {"COL2": "failed"}
    assert len(puts(tenant)) == 1


@pytest.mark.parametrize("cause", [Cause.FORBIDDEN, Cause.UNAUTHENTICATED, Cause.UNREACHABLE])
def test_a_write_that_had_no_chance_fails_for_all_without_being_sent_again(cause: Cause) -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(NotDone(cause, "no"))
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"failed"}
    assert len(puts(tenant)) == 1
    assert all(o.forbidden == (cause is not Cause.UNREACHABLE) for o in report.outcomes)
    assert not any(o.written for o in report.outcomes)


def test_a_lost_write_that_took_effect_is_done_for_all() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(COMMITTED)
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"done"}
    assert len(puts(tenant)) == 1


def test_a_lost_write_that_did_nothing_is_repeated_one_by_one() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"done"}
    assert len(puts(tenant)) == 4


def test_a_lost_write_that_did_a_part_is_completed() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)
    tenant.meanwhile["update", "custom_field"].append(
        lambda: tenant.objects["custom_field"]["COL1"].update(label="One")
    )
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"done"}
    assert puts(tenant)[1:] == ["update custom_field COL2", "update custom_field COL3"]


def test_a_slot_that_somebody_else_wrote_under_a_lost_write_is_unknown_and_left_alone() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)
    tenant.meanwhile["update", "custom_field"].append(
        lambda: tenant.objects["custom_field"]["COL2"].update(label="Deux")
    )
    report = apply(tenant, THREE)
    assert statuses(report) == {"COL1": "done", "COL2": "unknown", "COL3": "done"}
    assert tenant.state("custom_field")["COL2"]["label"] == "Deux"


def test_a_slot_whose_definition_vanished_under_a_lost_write_is_stale() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)
    tenant.meanwhile["update", "custom_field"].append(lambda: tenant.objects["custom_field"].pop("COL2"))
    assert statuses(apply(tenant, THREE))["COL2"] == "stale"


def test_a_write_that_stays_lost_is_unknown_for_all() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].extend([VANISHED] * 99)
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"unknown"}
    assert max(sum(w.live_id == slot for w in tenant.writes) for slot in ("COL1", "COL2", "COL3")) <= 3


def test_a_lost_write_of_which_nothing_more_can_be_learnt_is_unknown_not_skipped() -> None:
    """It was sent: that the run was stopped then does not make it unsent."""
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile["update", "custom_field"].append(stop)
    report = apply(tenant, THREE)
    assert set(statuses(report).values()) == {"unknown"}
    assert all(outcome.written for outcome in report.outcomes)
    assert len(puts(tenant)) == 1


def test_a_lost_write_is_unknown_where_the_repetition_cannot_be_prepared() -> None:
    """The first read shows that it did not happen so far, the second fails: it may still happen."""
    tenant = columns()
    tenant.answers["update", "custom_field"].append(VANISHED)
    tenant.faults["read", "custom_field"].extend([None, ServiceError("status 500")])
    report = apply(tenant, project(column("COL1", label="One")))
    assert statuses(report) == {"COL1": "unknown"}
    assert report.outcomes[0].written


def test_a_listing_that_fails_before_the_write_fails_all_of_it() -> None:
    tenant = columns()
    report = apply(
        tenant, THREE, then=lambda: tenant.faults["list", "custom_field"].append(ServiceError("half a page"))
    )
    assert set(statuses(report).values()) == {"failed"}
    assert tenant.writes == []


def test_an_unwritable_journal_keeps_the_whole_write_from_being_sent() -> None:
    tenant = columns()
    tenant.stage.full_disk = lambda r: (
        LvstateError("disk full") if r.get("change", "").endswith("COL2:update") else None
    )
    report = apply(tenant, THREE)
    assert Status.DONE not in {outcome.status for outcome in report.outcomes}
    assert tenant.writes == []


def test_the_other_kinds_do_not_wait_for_the_write_of_many() -> None:
    tenant = columns()
    tenant.answers["update", "custom_field"].extend([VANISHED] * 99)
    report = apply(tenant, project(column("COL1", label="One"), group("g", "G")))
    assert [o.status for o in report.outcomes] == [Status.DONE, Status.UNKNOWN]
