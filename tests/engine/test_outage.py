"""A service that stops answering in the middle of an apply is asked little, and waited for."""

from __future__ import annotations

import pytest

from lvstate.errors import LvstateError, NetworkError
from lvstate.model.attempt import Cause, NotDone
from lvstate.model.project import Project
from lvstate.model.report import Status
from tests.engine.declarations import account_type, apply, column, group, project
from tests.engine.model_tenant import COMMITTED, VANISHED, Answer, ModelTenant
from tests.engine.stepping import Stage

UNREACHABLE = NotDone(Cause.UNREACHABLE, "connection refused")


def many(groups: int, types: int = 0) -> Project:
    return project(
        *(group(f"g{n}", f"Group {n}") for n in range(groups)),
        *(account_type(f"t{n}", f"Type {n}") for n in range(types)),
    )


def out_of_order(tenant: ModelTenant, answer: Answer, *, reads: bool = True) -> None:
    """From here on no write is answered, and no read where that is said."""
    for kind in ("contact_group", "account_type"):
        tenant.answers["create", kind].extend([answer] * 99)
        if reads:
            tenant.faults["list", kind].extend([NetworkError("no complete answer")] * 999)


@pytest.mark.parametrize("parallelism", [1, 8])
@pytest.mark.parametrize("seed", range(5))
def test_nothing_more_is_sent_once_the_service_has_evidently_stopped_answering(
    seed: int, parallelism: int
) -> None:
    tenant = ModelTenant(Stage(seed))
    report = apply(tenant, many(30, 5), parallelism=parallelism, then=lambda: out_of_order(tenant, VANISHED))
    unknown = [o for o in report.outcomes if o.status is Status.UNKNOWN]
    skipped = [o for o in report.outcomes if o.status is Status.SKIPPED]
    assert len(tenant.writes) == len(unknown) <= parallelism
    assert len(unknown) + len(skipped) == 35
    assert "the service stopped answering; no complete answer" in {o.error for o in skipped}


@pytest.mark.parametrize("seed", range(5))
def test_a_settling_time_without_any_answer_costs_a_dozen_polls_however_many_wait(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))
    apply(tenant, many(30, 5), parallelism=8, settle=60, then=lambda: out_of_order(tenant, VANISHED))
    polls = [r for r in tenant.requests if r.startswith("list")]
    assert len(polls) <= 12 + 2  # the last two are those that read back


def test_a_service_that_refuses_connections_is_left_alone_too() -> None:
    tenant = ModelTenant(Stage())
    report = apply(tenant, many(30), parallelism=1, then=lambda: out_of_order(tenant, UNREACHABLE))
    assert [o.status for o in report.outcomes] == [Status.FAILED] * 3 + [Status.SKIPPED] * 27
    assert report.outcomes[3].error == "the service stopped answering; connection refused"


@pytest.mark.parametrize("seed", range(5))
def test_a_service_that_comes_back_within_the_settling_time_gets_everything(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))

    def back() -> None:
        tenant.answers.clear()
        tenant.faults.clear()

    def out() -> None:
        tenant.answers["create", "contact_group"].extend([COMMITTED] * 99)
        tenant.faults["list", "contact_group"].extend([NetworkError("no complete answer")] * 999)
        tenant.stage.at(40, back)

    report = apply(tenant, many(30), parallelism=4, then=out)
    assert {o.status for o in report.outcomes} == {Status.DONE}
    assert report.converged
    assert len(tenant.writes) == 30


def test_creates_that_are_lost_while_reads_are_answered_do_not_stop_the_others() -> None:
    tenant = ModelTenant(Stage())
    report = apply(
        tenant, many(9), parallelism=3, settle=1, then=lambda: out_of_order(tenant, VANISHED, reads=False)
    )
    assert {o.status for o in report.outcomes} == {Status.UNKNOWN}
    assert len(tenant.writes) == 9


def test_a_lost_write_of_many_is_not_followed_by_a_read_of_each_into_the_void() -> None:
    tenant = ModelTenant(Stage())

    def out() -> None:
        tenant.answers["update", "custom_field"].append(COMMITTED)
        tenant.faults["read", "custom_field"].extend([NetworkError("no complete answer")] * 99)

    wanted = project(*(column(f"COL{n}", label=f"Label {n}") for n in range(1, 31)))
    report = apply(tenant, wanted, parallelism=1, then=out)
    assert {o.status for o in report.outcomes} == {Status.UNKNOWN}
    assert "the service stopped answering" in (report.outcomes[-1].error or "")
    assert sum(r.startswith("read custom_field") for r in tenant.requests) == 2
    assert len(tenant.sent("update")) == 30


@pytest.mark.parametrize("seed", range(5))
def test_a_journal_that_fails_in_an_outage_leaves_nobody_waiting(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))
    tenant.stage.full_disk = lambda r: LvstateError("disk full") if r["event"] == "unanswered" else None
    report = apply(tenant, many(30), parallelism=8, then=lambda: out_of_order(tenant, VANISHED))
    assert len(tenant.writes) <= 8
    assert {o.status for o in report.outcomes} <= {Status.UNKNOWN, Status.SKIPPED}


@pytest.mark.parametrize("seed", range(5))
def test_creates_that_wait_together_share_their_polls(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))
    alone = ModelTenant(Stage(seed))
    for one, number in ((tenant, 8), (alone, 1)):
        apply(one, many(number), parallelism=8, then=lambda one=one: out_of_order(one, VANISHED, reads=False))
    polls, by_one = (sum(r.startswith("list") for r in one.requests) for one in (tenant, alone))
    assert polls <= by_one + 8
