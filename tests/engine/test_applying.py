"""What apply does with each answer to a write, change by change."""

from __future__ import annotations

import pytest

from lvstate.errors import AuthError, LvstateError, NetworkError, ServiceError
from lvstate.model.attempt import Cause, Done, NotDone
from lvstate.model.change import Usage
from lvstate.model.report import Report, Status
from lvstate.model.resource import Declared, Removal
from tests.engine.declarations import (
    account_type,
    apply,
    classification,
    column,
    group,
    only,
    project,
    removal,
)
from tests.engine.model_tenant import COMMITTED, VANISHED, Lost, ModelTenant, Objects
from tests.engine.stepping import Stage

REFUSED = NotDone(Cause.REFUSED, "status 409: Name already exists")
FORBIDDEN = NotDone(Cause.FORBIDDEN, "status 403 Forbidden")
NO_SESSION = NotDone(Cause.UNAUTHENTICATED, "the login was refused")
UNREACHABLE = NotDone(Cause.UNREACHABLE, "connection refused")


def tenant_of(**objects: Objects) -> ModelTenant:
    return ModelTenant(Stage(), **objects)


def statuses(report: Report) -> dict[str, str]:
    return {outcome.change.id: outcome.status.value for outcome in report.outcomes}


# --- done --------------------------------------------------------------------------------------


def test_a_create_is_sent_once_and_its_id_is_reported() -> None:
    tenant = tenant_of()
    report = apply(tenant, project(group("n", "North")))
    outcome = only(report)
    assert (outcome.status, outcome.live_id, outcome.written, outcome.error) == (
        Status.DONE,
        9001,
        True,
        None,
    )
    assert tenant.state("contact_group") == {9001: {"name": "North"}}
    assert [(w.verb, w.fields) for w in tenant.writes] == [("create", {"name": "North"})]
    assert (report.converged, report.remaining) == (True, ())


def test_a_level_is_set_by_an_update_behind_the_create() -> None:
    tenant = tenant_of()
    report = apply(tenant, project(account_type("h", "Hospital", level=1)))
    assert (only(report).status, only(report).live_id) == (Status.DONE, 9001)
    assert [(w.verb, w.live_id, w.fields) for w in tenant.writes] == [
        ("create", None, {"name": "Hospital"}),
        ("update", 9001, {"level": 1}),
    ]


def test_an_update_sends_what_changes_and_nothing_else() -> None:
    tenant = tenant_of(account_type={7: {"name": "Bank", "level": 1}})
    report = apply(tenant, project(account_type("b", "Bank", level=4)))
    assert (only(report).status, only(report).live_id) == (Status.DONE, 7)
    assert [(w.live_id, w.fields) for w in tenant.writes] == [(7, {"level": 4})]


def test_an_object_is_read_again_right_before_it_is_updated_or_deleted() -> None:
    tenant = tenant_of(account_type={7: {"name": "Bank", "level": 1}, 8: {"name": "Old"}})
    apply(tenant, project(account_type("b", "Bank", level=4), removal("account_type", "o", "Old")))
    assert tenant.requests[:4] == [
        "read account_type 7",
        "update account_type 7",
        "read account_type 8",
        "count account_type 8",
    ]
    assert tenant.requests[4] == "delete account_type 8"


def test_a_delete_is_done_when_the_service_says_so() -> None:
    tenant = tenant_of(account_type={7: {"name": "Bank"}, 8: {"name": "Old"}})
    report = apply(tenant, project(removal("account_type", "o", "Old")))
    assert (only(report).status, only(report).live_id, report.converged) == (Status.DONE, 8, True)
    assert set(tenant.state("account_type")) == {7}


def test_an_empty_plan_sends_nothing_reads_nothing_and_journals_nothing() -> None:
    tenant = tenant_of(contact_group={1: {"name": "North"}})
    report = apply(tenant, project(group("n", "North"), removal("account_type", "x", "Never was")))
    assert (report.outcomes, report.converged) == ((), True)
    assert (tenant.requests, tenant.writes, tenant.stage.journal) == ([], [], [])


def test_a_plan_that_is_empty_but_for_blocked_items_has_not_converged() -> None:
    tenant = tenant_of(contact_group={1: {"name": "T"}, 2: {"name": "T"}})
    report = apply(tenant, project(group("t", "T")))
    assert (report.outcomes, report.converged) == ((), False)
    assert tenant.writes == []


def test_outcomes_come_in_the_order_of_the_plan_whatever_ended_first() -> None:
    for seed in range(5):
        tenant = ModelTenant(Stage(seed), account_type={7: {"name": "Old"}, 8: {"name": "Bank"}})
        entries = [group(a, f"Group {a}") for a in "edcba"]
        report = apply(tenant, project(*entries, removal("account_type", "o", "Old")), parallelism=3)
        assert [o.change for o in report.outcomes] == list(report.plan.changes)


def test_progress_counts_every_change_up_to_the_last() -> None:
    tenant = tenant_of(account_type={7: {"name": "Old"}, 8: {"name": "Bank"}})
    tenant.answers["create", "contact_group"].append(REFUSED)
    apply(
        tenant,
        project(
            group("a", "A"),
            column("COL1", label="x"),
            column("COL2", label="y"),
            removal("account_type", "o", "Old"),
        ),
    )
    assert [done for done, _, _ in tenant.stage.progress][-1] == 4
    assert {total for _, total, _ in tenant.stage.progress} == {4}


def test_no_more_changes_are_under_way_at_once_than_allowed() -> None:
    tenant = tenant_of()
    apply(tenant, project(*(group(f"g{n}", f"Group {n}") for n in range(9))), parallelism=3)
    assert tenant.stage.most_at_once == 3


# --- refused -----------------------------------------------------------------------------------


def test_a_refused_create_fails_with_the_services_reason_and_the_others_go_on() -> None:
    tenant = tenant_of()
    tenant.rules.append(lambda fields: "status 400: too long" if fields.get("name") == "Bad" else None)
    report = apply(tenant, project(group("a", "Bad"), group("b", "Good"), classification("c", "Gold")))
    assert statuses(report) == {
        "contact_group/a:create": "failed",
        "contact_group/b:create": "done",
        "account_classification/c:create": "done",
    }
    bad = report.outcomes[0]
    assert (bad.error, bad.written, bad.live_id) == ("status 400: too long", False, None)
    assert report.converged is False
    assert report.remaining == ("contact_group/a:create",)


def test_a_refused_create_does_not_stop_the_ordered_creates_behind_it() -> None:
    tenant = tenant_of()
    tenant.answers["create", "account_type"].append(REFUSED)
    report = apply(tenant, project(account_type("z", "Z"), account_type("a", "A"), account_type("m", "M")))
    assert list(statuses(report).values()) == ["failed", "done", "done"]
    assert [w.fields["name"] for w in tenant.sent("create")] == ["Z", "A", "M"]


@pytest.mark.parametrize("seed", range(5))
def test_creates_of_a_kind_with_levels_are_sent_one_after_the_other_in_manifest_order(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))
    names = ["Zulu", "Alpha", "Mike", "Bravo"]
    apply(tenant, project(*(account_type(n.lower(), n, level=9) for n in names)), parallelism=8)
    assert [r.split()[0] for r in tenant.requests if not r.startswith("list")] == ["create", "update"] * 4
    assert [w.fields["name"] for w in tenant.sent("create")] == names


def test_a_refused_update_fails_and_leaves_live_as_it_was() -> None:
    tenant = tenant_of(account_type={7: {"name": "Bank", "level": 1}})
    tenant.answers["update", "account_type"].append(REFUSED)
    outcome = only(apply(tenant, project(account_type("b", "Bank", level=4))))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.FAILED, 7, False)
    assert outcome.error == REFUSED.reason


def test_a_refused_delete_fails_and_ends_all_deletes() -> None:
    tenant = tenant_of(account_type={n: {"name": f"T{n}"} for n in range(4)})
    tenant.answers["delete", "account_type"].append(REFUSED)
    report = apply(tenant, project(removal("account_type", "a", "T1"), removal("account_type", "b", "T2")))
    assert statuses(report) == {"account_type/a:delete": "failed", "account_type/b:delete": "skipped"}
    assert "account_type/a:delete" in (report.outcomes[1].error or "")
    assert len(tenant.sent("delete")) == 1


def test_what_could_not_be_sent_failed_and_is_not_written() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(UNREACHABLE)
    outcome = only(apply(tenant, project(group("a", "A"))))
    assert (outcome.status, outcome.written, outcome.forbidden) == (Status.FAILED, False, False)


# --- forbidden and unauthenticated -------------------------------------------------------------


def test_forbidden_halts_the_kind_and_no_other() -> None:
    tenant = tenant_of()
    tenant.answers["create", "account_type"].append(FORBIDDEN)
    report = apply(
        tenant, project(account_type("a", "A"), account_type("b", "B"), classification("c", "Gold"))
    )
    assert statuses(report) == {
        "account_type/a:create": "failed",
        "account_type/b:create": "skipped",
        "account_classification/c:create": "done",
    }
    refused = next(o for o in report.outcomes if o.status is Status.FAILED)
    assert refused.forbidden
    skipped = next(o for o in report.outcomes if o.status is Status.SKIPPED)
    assert FORBIDDEN.reason in (skipped.error or "")


def test_a_session_that_cannot_be_had_halts_everything() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(NO_SESSION)
    report = apply(tenant, project(group("a", "A"), account_type("b", "B")), parallelism=1)
    assert statuses(report) == {"contact_group/a:create": "failed", "account_type/b:create": "skipped"}
    assert report.outcomes[0].forbidden
    assert len(tenant.writes) == 1


def test_a_forbidden_update_halts_the_kind_too() -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B", "level": 2}})
    tenant.answers["update", "account_type"].append(FORBIDDEN)
    wanted = project(account_type("a", "A", level=5), account_type("b", "B", level=6))
    report = apply(tenant, wanted, parallelism=1)
    assert list(statuses(report).values()) == ["failed", "skipped"]
    assert len(tenant.writes) == 1


@pytest.mark.parametrize("answer", [FORBIDDEN, NO_SESSION])
def test_a_forbidden_delete_is_forbidden_in_the_report(answer: NotDone) -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    tenant.answers["delete", "account_type"].append(answer)
    outcome = only(apply(tenant, project(removal("account_type", "a", "A"))))
    assert (outcome.status, outcome.forbidden) == (Status.FAILED, True)


@pytest.mark.parametrize(
    ("entry", "script"),
    [
        (account_type("a", "A", level=5), ("read", "account_type")),
        (removal("account_type", "a", "A"), ("read", "account_type")),
        (column("COL1", label="x"), ("list", "custom_field")),
    ],
    ids=["update", "delete", "batch"],
)
@pytest.mark.parametrize(
    ("error", "forbidden"), [(AuthError("status 403"), True), (ServiceError("status 500"), False)]
)
def test_an_object_that_cannot_be_read_again_is_not_written(
    entry: Declared | Removal, script: tuple[str, str], error: LvstateError, forbidden: bool
) -> None:
    """And where the role is the reason, the report says so: exit 8, not 1."""
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B"}})
    report = apply(
        tenant,
        project(entry),
        then=lambda: tenant.faults[script].append(error),
    )
    outcome = only(report)
    assert (outcome.status, outcome.written, outcome.forbidden) == (Status.FAILED, False, forbidden)
    assert error.message in (outcome.error or "")
    assert tenant.writes == []


# --- stale -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [{"name": "Other"}, {"level": 9}, {"name": "New", "level": 5}],
    ids=["the field that changes", "a declared field that does not", "already as desired"],
)
def test_an_object_that_moved_since_the_plan_is_stale_and_not_written(edit: dict[str, str | int]) -> None:
    tenant = tenant_of(account_type={1: {"name": "Old", "level": 1}})
    wanted = project(account_type("a", "New", previous=["Old"], level=1))
    report = apply(tenant, wanted, then=lambda: tenant.objects["account_type"][1].update(edit))
    outcome = only(report)
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.STALE, 1, False)
    assert "moved since the plan" in (outcome.error or "")
    assert tenant.writes == []


def test_a_field_that_nobody_declares_may_move() -> None:
    tenant = tenant_of(account_type={1: {"name": "Old", "level": 1}})
    report = apply(
        tenant,
        project(account_type("a", "New", previous=["Old"])),
        then=lambda: tenant.objects["account_type"][1].update(level=7),
    )
    assert only(report).status is Status.DONE
    assert tenant.state("account_type") == {1: {"name": "New", "level": 7}}


def test_a_field_that_was_null_and_is_not_any_more_is_stale() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}})
    report = apply(
        tenant,
        project(account_type("a", "A", level=2)),
        then=lambda: tenant.objects["account_type"][1].update(level=7),
    )
    assert only(report).status is Status.STALE
    assert tenant.writes == []


def test_an_object_that_vanished_since_the_plan_is_stale() -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}})
    report = apply(
        tenant,
        project(account_type("a", "A", level=2)),
        then=tenant.objects["account_type"].clear,
    )
    assert (only(report).status, only(report).error) == (Status.STALE, "it no longer exists")
    assert tenant.writes == []


def test_an_object_that_vanishes_between_reading_and_writing_is_stale() -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}})
    tenant.meanwhile["update", "account_type"].append(tenant.objects["account_type"].clear)
    outcome = only(apply(tenant, project(account_type("a", "A", level=2))))
    assert (outcome.status, outcome.error) == (Status.STALE, "it no longer exists")


def test_a_delete_of_something_renamed_since_the_plan_is_stale() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    report = apply(
        tenant,
        project(removal("account_type", "a", id=1)),
        then=lambda: tenant.objects["account_type"][1].update(name="Precious"),
    )
    assert only(report).status is Status.STALE
    assert tenant.writes == []
    assert set(tenant.state("account_type")) == {1, 2}


def test_a_delete_of_something_gone_since_the_plan_is_stale() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    report = apply(
        tenant,
        project(removal("account_type", "a", id=1)),
        then=lambda: tenant.objects["account_type"].pop(1),
    )
    assert (only(report).status, only(report).error) == (Status.STALE, "it no longer exists")
    assert tenant.writes == []


def test_a_delete_that_finds_its_object_just_gone_has_what_it_wished_for() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    tenant.meanwhile["delete", "account_type"].append(lambda: tenant.objects["account_type"].pop(1))
    assert only(apply(tenant, project(removal("account_type", "a", id=1)))).status is Status.DONE


@pytest.mark.parametrize("allowed", [False, True])
def test_a_delete_of_something_that_accounts_have_come_to_use_is_stale(allowed: bool) -> None:
    """Even where `in_use: allow` stands: whoever approved the plan read that nobody used it."""
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    report = apply(
        tenant,
        project(removal("account_type", "a", "A", in_use_allowed=allowed)),
        then=lambda: tenant.accounts.update({1: Usage(3)}),
    )
    outcome = only(report)
    assert (outcome.status, outcome.written) == (Status.STALE, False)
    assert outcome.error == "in use by 3 accounts now, and by none when planned"
    assert tenant.writes == []


def test_a_delete_whose_users_were_shown_and_allowed_is_not_counted_again() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    tenant.accounts[1] = Usage(3)
    report = apply(tenant, project(removal("account_type", "a", "A", in_use_allowed=True)))
    assert only(report).status is Status.DONE
    assert "count account_type 1" not in tenant.requests


def test_a_delete_before_which_nobody_can_count_is_not_sent() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    report = apply(
        tenant,
        project(removal("account_type", "a", "A")),
        then=lambda: tenant.accounts.update({1: AuthError("status 403")}),
    )
    outcome = only(report)
    assert (outcome.status, outcome.forbidden) == (Status.FAILED, True)
    assert tenant.writes == []


def test_a_lost_delete_is_counted_again_before_it_is_sent_again() -> None:
    tenant = tenant_of(account_type={1: {"name": "A"}, 2: {"name": "B"}})
    tenant.answers["delete", "account_type"].append(VANISHED)
    tenant.meanwhile["delete", "account_type"].append(lambda: tenant.accounts.update({1: Usage(1)}))
    outcome = only(apply(tenant, project(removal("account_type", "a", "A"))))
    assert outcome.status is Status.STALE
    assert len(tenant.writes) == 1


# --- create unknown ----------------------------------------------------------------------------


def test_a_lost_create_that_the_listing_shows_is_adopted_and_never_sent_again() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(COMMITTED)
    report = apply(tenant, project(group("a", "A")))
    assert (only(report).status, only(report).live_id, report.converged) == (Status.DONE, 9001, True)
    assert len(tenant.writes) == 1


def test_an_adopted_create_gets_its_level_too() -> None:
    tenant = tenant_of()
    tenant.answers["create", "account_type"].append(COMMITTED)
    report = apply(tenant, project(account_type("a", "A", level=3)))
    assert only(report).status is Status.DONE
    assert tenant.state("account_type") == {9001: {"name": "A", "level": 3}}
    assert [w.verb for w in tenant.writes] == ["create", "update"]


def test_a_create_that_takes_effect_late_is_found_within_the_settling_time() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(Lost(commits=30))
    report = apply(tenant, project(group("a", "A")))
    assert (only(report).status, only(report).live_id) == (Status.DONE, 9001)
    assert len(tenant.writes) == 1
    assert 30 <= tenant.stage.now < 40


def test_a_lost_create_that_never_shows_is_unknown_after_the_settling_time() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(VANISHED)
    report = apply(tenant, project(group("a", "A")), settle=60)
    outcome = only(report)
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.UNKNOWN, None, True)
    assert "connection reset" in (outcome.error or "")
    assert "after 60 seconds" in (outcome.error or "")
    assert len(tenant.writes) == 1
    assert 60 <= tenant.stage.now < 62
    assert report.converged is False


def test_a_create_that_takes_effect_after_the_settling_time_was_sent_only_once() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(Lost(commits=90))
    assert only(apply(tenant, project(group("a", "A")))).status is Status.UNKNOWN
    tenant.stage.run(waiting(100))
    assert list(tenant.state("contact_group").values()) == [{"name": "A"}]
    assert apply(tenant, project(group("a", "A"))).outcomes == ()


async def waiting(seconds: float) -> None:
    from lvstate.effects import Sleep

    await Sleep(seconds)


def test_the_listing_is_polled_with_growing_pauses() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(VANISHED)
    apply(tenant, project(group("a", "A")), settle=60)
    polls = [r for r in tenant.requests if r == "list contact_group"]
    assert 8 <= len(polls) <= 14


def test_without_settling_time_the_listing_is_read_once() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(COMMITTED)
    assert only(apply(tenant, project(group("a", "A")), settle=0)).status is Status.DONE
    tenant.answers["create", "contact_group"].append(VANISHED)
    outcome = only(apply(tenant, project(group("b", "B")), settle=0))
    assert outcome.status is Status.UNKNOWN
    assert tenant.requests.count("list contact_group") == 2  # one to settle, one to read back


def test_two_new_objects_of_that_name_are_unknown_with_their_ids() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(COMMITTED)

    def twin() -> None:
        tenant.objects["contact_group"][42] = {"name": "A"}

    tenant.meanwhile["create", "contact_group"].append(twin)
    outcome = only(apply(tenant, project(group("a", "A"))))
    assert outcome.status is Status.UNKNOWN
    assert "42" in (outcome.error or "")
    assert "9001" in (outcome.error or "")
    assert len(tenant.writes) == 1


def test_an_object_that_lived_before_is_not_taken_for_the_lost_create() -> None:
    tenant = tenant_of(contact_group={5: {"name": "Old"}})
    tenant.answers["create", "contact_group"].append(VANISHED)
    tenant.meanwhile["create", "contact_group"].append(
        lambda: tenant.objects["contact_group"][5].update(name="A")
    )
    outcome = only(apply(tenant, project(group("a", "A"))))
    assert (outcome.status, outcome.live_id) == (Status.UNKNOWN, None)


def test_a_new_object_of_a_similar_name_is_not_taken_for_the_lost_create() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(VANISHED)
    tenant.meanwhile["create", "contact_group"].append(
        lambda: tenant.objects["contact_group"].update({5: {"name": "a"}})
    )
    assert only(apply(tenant, project(group("a", "A")))).status is Status.UNKNOWN


def test_a_listing_that_fails_is_no_evidence_that_a_lost_create_did_not_happen() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(COMMITTED)
    report = apply(
        tenant,
        project(group("a", "A")),
        then=lambda: tenant.faults["list", "contact_group"].extend([NetworkError("down")] * 3),
    )
    assert (only(report).status, only(report).live_id) == (Status.DONE, 9001)


def test_a_listing_that_never_comes_leaves_the_lost_create_unknown_with_its_reason() -> None:
    tenant = tenant_of()
    tenant.answers["create", "contact_group"].append(COMMITTED)
    report = apply(
        tenant,
        project(group("a", "A")),
        then=lambda: tenant.faults["list", "contact_group"].extend([NetworkError("down")] * 99),
    )
    outcome = only(report)
    assert outcome.status is Status.UNKNOWN
    assert "down" in (outcome.error or "")
    assert report.converged is None
    assert len(tenant.writes) == 1


def test_a_create_answered_with_the_id_of_an_older_object_is_not_believed() -> None:
    tenant = tenant_of(account_type={5: {"name": "Old", "level": 1}})
    tenant.answers["create", "account_type"].append(Done(5))
    outcome = only(apply(tenant, project(account_type("a", "A", level=9))))
    assert outcome.status is Status.UNKNOWN
    assert tenant.state("account_type") == {5: {"name": "Old", "level": 1}}


# --- create, then level ------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "forbidden"), [(REFUSED, False), (FORBIDDEN, True), (UNREACHABLE, False)])
def test_a_create_whose_level_could_not_be_set_failed_with_its_live_id(
    answer: NotDone, forbidden: bool
) -> None:
    tenant = tenant_of()
    tenant.answers["update", "account_type"].append(answer)
    outcome = only(apply(tenant, project(account_type("a", "A", level=3))))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.FAILED, 9001, True)
    assert outcome.forbidden is forbidden
    assert "level" in (outcome.error or "")


def test_a_level_whose_answer_was_lost_is_read_and_found_set() -> None:
    tenant = tenant_of()
    tenant.answers["update", "account_type"].append(COMMITTED)
    assert only(apply(tenant, project(account_type("a", "A", level=3)))).status is Status.DONE
    assert len(tenant.sent("update")) == 1


def test_a_level_that_was_not_set_is_sent_again() -> None:
    tenant = tenant_of()
    tenant.answers["update", "account_type"].append(VANISHED)
    assert only(apply(tenant, project(account_type("a", "A", level=3)))).status is Status.DONE
    assert tenant.state("account_type") == {9001: {"name": "A", "level": 3}}
    assert (len(tenant.sent("create")), len(tenant.sent("update"))) == (1, 2)


def test_a_level_that_stays_lost_leaves_the_create_unknown_with_its_live_id() -> None:
    tenant = tenant_of()
    tenant.answers["update", "account_type"].extend([VANISHED] * 9)
    outcome = only(apply(tenant, project(account_type("a", "A", level=3))))
    assert (outcome.status, outcome.live_id) == (Status.UNKNOWN, 9001)
    assert (len(tenant.sent("create")), len(tenant.sent("update"))) == (1, 2)


# --- update unknown ----------------------------------------------------------------------------

WANTED = project(account_type("a", "A", level=5))


def one_type() -> ModelTenant:
    return tenant_of(account_type={1: {"name": "A", "level": 1}})


def test_a_lost_update_that_a_read_shows_is_done() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(COMMITTED)
    assert only(apply(tenant, WANTED)).status is Status.DONE
    assert len(tenant.writes) == 1


def test_a_lost_update_that_a_read_does_not_show_is_sent_again() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(VANISHED)
    assert only(apply(tenant, WANTED)).status is Status.DONE
    assert len(tenant.writes) == 2


def test_a_lost_update_is_sent_at_most_twice() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].extend([VANISHED] * 9)
    outcome = only(apply(tenant, WANTED))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.UNKNOWN, 1, True)
    assert len(tenant.writes) == 2


def test_a_lost_update_over_which_somebody_else_wrote_is_unknown_and_not_sent_again() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(VANISHED)
    tenant.meanwhile["update", "account_type"].append(
        lambda: tenant.objects["account_type"][1].update(level=77)
    )
    outcome = only(apply(tenant, WANTED))
    assert (outcome.status, outcome.live_id) == (Status.UNKNOWN, 1)
    assert "somebody else" in (outcome.error or "")
    assert len(tenant.writes) == 1
    assert tenant.state("account_type")[1]["level"] == 77


def test_a_lost_update_of_something_that_vanished_is_stale() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(VANISHED)
    tenant.meanwhile["update", "account_type"].append(tenant.objects["account_type"].clear)
    assert only(apply(tenant, WANTED)).status is Status.STALE
    assert len(tenant.writes) == 1


def test_a_lost_update_that_cannot_be_read_again_is_unknown() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(COMMITTED)
    tenant.faults["read", "account_type"].extend([None, ServiceError("status 500")])
    outcome = only(apply(tenant, WANTED))
    assert outcome.status is Status.UNKNOWN
    assert "status 500" in (outcome.error or "")
    assert len(tenant.writes) == 1


SECONDS = [REFUSED, FORBIDDEN, NO_SESSION, UNREACHABLE, NotDone(Cause.STOPPED, "the run was interrupted")]


@pytest.mark.parametrize("second", SECONDS, ids=lambda each: each.cause.value)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_lost_write_that_is_refused_the_second_time_is_unknown_because_the_first_may_still_land(
    verb: str, second: NotDone
) -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B"}})
    tenant.answers[verb, "account_type"].extend([VANISHED, second])
    wanted = project(
        account_type("a", "A", level=5) if verb == "update" else removal("account_type", "a", "A")
    )
    outcome = only(apply(tenant, wanted))
    assert (outcome.status, outcome.written, outcome.live_id) == (Status.UNKNOWN, True, 1)
    assert "connection reset" in (outcome.error or "")
    assert second.reason in (outcome.error or "")
    assert len(tenant.writes) == 2


def test_a_lost_level_that_is_refused_the_second_time_is_unknown() -> None:
    tenant = tenant_of()
    tenant.answers["update", "account_type"].extend([VANISHED, REFUSED])
    outcome = only(apply(tenant, project(account_type("a", "A", level=3))))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.UNKNOWN, 9001, True)


def test_a_slot_lost_in_the_write_of_many_and_then_refused_is_unknown() -> None:
    tenant = tenant_of()
    tenant.answers["update", "custom_field"].extend([VANISHED, REFUSED])
    outcome = only(apply(tenant, project(column("COL1", label="One"))))
    assert (outcome.status, outcome.written) == (Status.UNKNOWN, True)


def test_a_permission_that_ends_between_two_sendings_halts_the_kind_all_the_same() -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B", "level": 2}})
    tenant.answers["update", "account_type"].extend([VANISHED, FORBIDDEN])
    wanted = project(account_type("a", "A", level=5), account_type("b", "B", level=6))
    assert list(statuses(apply(tenant, wanted, parallelism=1)).values()) == ["unknown", "skipped"]


def test_an_object_that_vanishes_after_a_lost_update_is_stale_and_perhaps_was_written() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(VANISHED)
    tenant.meanwhile["update", "account_type"].append(tenant.objects["account_type"].clear)
    outcome = only(apply(tenant, WANTED))
    assert (outcome.status, outcome.written) == (Status.STALE, True)


# --- delete unknown ----------------------------------------------------------------------------

LESS = project(removal("account_type", "a", "A"))


def two_types() -> ModelTenant:
    return tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B"}})


def test_a_lost_delete_that_a_read_shows_is_done() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].append(COMMITTED)
    report = apply(tenant, LESS)
    assert (only(report).status, report.converged) == (Status.DONE, True)
    assert len(tenant.writes) == 1


def test_a_lost_delete_that_a_read_does_not_show_is_sent_again() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].append(VANISHED)
    assert only(apply(tenant, LESS)).status is Status.DONE
    assert len(tenant.writes) == 2


def test_the_second_lost_delete_is_found_out_by_reading_too() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].extend([VANISHED, COMMITTED])
    assert only(apply(tenant, LESS)).status is Status.DONE
    assert len(tenant.writes) == 2


def test_a_lost_delete_is_sent_at_most_twice() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].extend([VANISHED] * 9)
    outcome = only(apply(tenant, LESS))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.UNKNOWN, 1, True)
    assert len(tenant.writes) == 2


def test_a_lost_delete_whose_object_somebody_else_wrote_meanwhile_is_not_sent_again() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].append(VANISHED)
    tenant.meanwhile["delete", "account_type"].append(
        lambda: tenant.objects["account_type"][1].update(name="Precious")
    )
    outcome = only(apply(tenant, LESS))
    assert (outcome.status, outcome.written) == (Status.STALE, True)
    assert len(tenant.writes) == 1


def test_a_lost_delete_that_cannot_be_read_again_is_unknown() -> None:
    tenant = two_types()
    tenant.answers["delete", "account_type"].append(COMMITTED)
    tenant.faults["read", "account_type"].extend([None, ServiceError("status 500")])
    outcome = only(apply(tenant, LESS))
    assert (outcome.status, outcome.written) == (Status.UNKNOWN, True)


# --- deletes last ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_deletes_come_after_everything_else_one_by_one(seed: int) -> None:
    tenant = ModelTenant(
        Stage(seed),
        account_type={n: {"name": f"T{n}"} for n in range(5)},
        account_classification={n: {"name": f"C{n}"} for n in range(3)},
    )
    apply(
        tenant,
        project(
            *(group(f"g{n}", f"G{n}") for n in range(4)),
            account_type("n", "New", level=1),
            removal("account_classification", "c", "C1"),
            removal("account_type", "y", "T1"),
            removal("account_type", "x", "T2"),
        ),
        parallelism=8,
    )
    verbs = [w.verb for w in tenant.writes]
    assert verbs[-3:] == ["delete"] * 3
    assert "delete" not in verbs[:-3]
    assert [(w.kind, w.live_id) for w in tenant.sent("delete")] == [
        ("account_type", 2),
        ("account_type", 1),
        ("account_classification", 1),
    ]


@pytest.mark.parametrize("answer", [REFUSED, FORBIDDEN, VANISHED], ids=["failed", "forbidden", "unknown"])
def test_nothing_is_deleted_after_a_failure_or_an_unknown(answer: NotDone | Lost) -> None:
    tenant = two_types()
    tenant.answers["create", "contact_group"].append(answer)
    report = apply(tenant, project(group("g", "G"), removal("account_type", "a", "A")), settle=0)
    assert report.outcomes[1].status is Status.SKIPPED
    assert "contact_group/g:create" in (report.outcomes[1].error or "")
    assert tenant.sent("delete") == []
    assert 1 in tenant.state("account_type")


def test_nothing_is_deleted_after_something_was_stale() -> None:
    tenant = two_types()
    wanted = project(account_type("b", "B", level=4), removal("account_type", "a", "A"))
    report = apply(tenant, wanted, then=lambda: tenant.objects["account_type"][2].update(name="X"))
    assert statuses(report) == {"account_type/b:update": "stale", "account_type/a:delete": "skipped"}
    assert tenant.writes == []


def test_nothing_is_deleted_after_an_unknown_delete() -> None:
    tenant = tenant_of(account_type={n: {"name": f"T{n}"} for n in range(4)})
    tenant.answers["delete", "account_type"].extend([VANISHED] * 2)
    report = apply(tenant, project(removal("account_type", "a", "T1"), removal("account_type", "b", "T2")))
    assert list(statuses(report).values()) == ["unknown", "skipped"]


def test_a_delete_that_accounts_use_goes_ahead_where_that_is_allowed() -> None:
    tenant = two_types()
    tenant.accounts[1] = Usage(5)
    report = apply(tenant, project(removal("account_type", "a", "A", in_use_allowed=True)))
    assert only(report).status is Status.DONE


# --- renames that depend on each other ---------------------------------------------------------

CHAIN = project(group("a", "B", pin=1), group("b", "C", pin=2), group("c", "D", pin=3), group("z", "Z"))


def three_groups(seed: int = 0) -> ModelTenant:
    return ModelTenant(Stage(seed), contact_group={1: {"name": "A"}, 2: {"name": "B"}, 3: {"name": "C"}})


@pytest.mark.parametrize("seed", range(5))
def test_each_rename_waits_for_the_one_that_frees_its_name(seed: int) -> None:
    tenant = three_groups(seed)
    report = apply(tenant, CHAIN, parallelism=8)
    assert [w.fields["name"] for w in tenant.sent("update")] == ["D", "C", "B"]
    assert report.converged


@pytest.mark.parametrize(
    ("answers", "ended"),
    [([REFUSED], "failed"), ([VANISHED, VANISHED], "unknown")],
    ids=["failed", "unknown"],
)
def test_renames_behind_one_that_did_not_happen_are_skipped_with_the_cause(
    answers: list[NotDone | Lost], ended: str
) -> None:
    tenant = three_groups()
    tenant.answers["update", "contact_group"].extend(answers)
    report = apply(tenant, CHAIN)
    assert statuses(report) == {
        "contact_group/c:update": ended,
        "contact_group/b:update": "skipped",
        "contact_group/a:update": "skipped",
        "contact_group/z:create": "done",
    }
    assert "contact_group/c:update" in (report.outcomes[1].error or "")
    assert [fields["name"] for fields in tenant.state("contact_group").values()] == ["A", "B", "C", "Z"]


def test_renames_that_have_nothing_to_do_with_each_other_do_not_wait() -> None:
    tenant = three_groups()
    tenant.answers["update", "contact_group"].append(REFUSED)
    wanted = project(group("a", "X", pin=1), group("b", "Y", pin=2), group("c", "Z", pin=3))
    report = apply(tenant, wanted, parallelism=1)
    assert list(statuses(report).values()) == ["failed", "done", "done"]


def test_a_swap_of_two_names_is_carried_out() -> None:
    tenant = three_groups()
    report = apply(tenant, project(group("a", "B", pin=1), group("b", "A", pin=2)))
    assert tenant.state("contact_group") == {1: {"name": "B"}, 2: {"name": "A"}, 3: {"name": "C"}}
    assert report.converged


def test_an_update_of_another_field_is_not_in_any_chain() -> None:
    tenant = tenant_of(account_type={1: {"name": "A", "level": 1}, 2: {"name": "B", "level": 2}})
    tenant.answers["update", "account_type"].append(REFUSED)
    wanted = project(account_type("a", "A", level=7), account_type("b", "B", level=8))
    assert list(statuses(apply(tenant, wanted, parallelism=1)).values()) == ["failed", "done"]


# --- read-back ---------------------------------------------------------------------------------


def test_an_apply_after_which_live_differs_has_not_converged_and_says_what_remains() -> None:
    tenant = one_type()
    tenant.answers["update", "account_type"].append(Done())
    report = apply(tenant, WANTED)
    assert only(report).status is Status.DONE
    assert report.converged is False
    assert report.remaining == ("account_type/a:update",)


def test_an_apply_that_cannot_be_read_back_does_not_say_that_it_converged() -> None:
    tenant = one_type()
    report = apply(
        tenant, WANTED, then=lambda: tenant.faults["list", "account_type"].append(NetworkError("down"))
    )
    assert only(report).status is Status.DONE
    assert (report.converged, report.remaining) == (None, ())


def test_an_apply_that_leaves_blocked_items_behind_has_not_converged() -> None:
    tenant = tenant_of(contact_group={1: {"name": "T"}, 2: {"name": "T"}})
    report = apply(tenant, project(group("t", "T"), group("n", "New")))
    assert only(report).status is Status.DONE
    assert report.converged is False


def test_unlisted_objects_do_not_keep_an_apply_from_converging() -> None:
    tenant = tenant_of(contact_group={1: {"name": "Stray"}})
    assert apply(tenant, project(group("n", "New"))).converged is True


def test_what_somebody_else_changed_meanwhile_shows_in_the_read_back() -> None:
    tenant = tenant_of(contact_group={1: {"name": "North"}})
    wanted = project(group("n", "North"), group("s", "South"))
    tenant.meanwhile["create", "contact_group"].append(
        lambda: tenant.objects["contact_group"][1].update(name="Nord")
    )
    report = apply(tenant, wanted)
    assert only(report).status is Status.DONE
    assert report.converged is False
    assert report.remaining == ("contact_group/n:create",)
