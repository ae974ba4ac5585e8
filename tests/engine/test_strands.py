"""What waits for what: renames and creates for the rename that frees their look, creates for lost ones."""

from __future__ import annotations

import pytest

from lvstate.engine.names import look
from lvstate.model.attempt import Cause, NotDone
from lvstate.model.report import Report
from tests.engine.declarations import account_type, apply, drafted, group, project
from tests.engine.model_tenant import COMMITTED, GROUP, VANISHED, Answer, ModelTenant, Objects
from tests.engine.stepping import Stage

REFUSED = NotDone(Cause.REFUSED, "status 409: Name already exists")


def statuses(report: Report) -> dict[str, str]:
    return {outcome.change.id: outcome.status.value for outcome in report.outcomes}


def looks(tenant: ModelTenant, kind: str = "contact_group") -> list[str]:
    return sorted(look(str(fields["name"])) for fields in tenant.state(kind).values())


# --- looks, not exact names --------------------------------------------------------------------

LOST: list[Answer] = [VANISHED, VANISHED]


@pytest.mark.parametrize("answers", [[REFUSED], LOST], ids=["refused", "lost"])
@pytest.mark.parametrize("seed", range(3))
def test_a_create_waits_for_the_rename_that_frees_its_look(seed: int, answers: list[Answer]) -> None:
    """Or else a rename that is refused would leave two names that people take for each other."""
    tenant = ModelTenant(Stage(seed), contact_group={1: {"name": "\u00e9"}})
    tenant.answers["update", "contact_group"].extend(answers)
    wanted = project(group("a", "A", pin=1), group("e", "e\u0301"), group("z", "Z"))
    report = apply(tenant, wanted, parallelism=8)
    assert statuses(report)["contact_group/e:create"] == "skipped"
    assert statuses(report)["contact_group/z:create"] == "done"
    assert "contact_group/a:update has to free its name first" in (report.outcomes[1].error or "")
    assert looks(tenant) == ["z", "\u00e9"]


@pytest.mark.parametrize("seed", range(3))
def test_a_create_comes_after_the_rename_that_frees_its_look(seed: int) -> None:
    tenant = ModelTenant(Stage(seed), contact_group={1: {"name": "\u00e9"}})
    report = apply(tenant, project(group("z", "A", pin=1), group("e", "e\u0301")), parallelism=8)
    assert [w.verb for w in tenant.writes] == ["update", "create"]
    assert report.converged


def test_a_create_of_a_kind_with_levels_waits_too_and_those_behind_it_do_not() -> None:
    tenant = ModelTenant(Stage(), account_type={1: {"name": "gold"}})
    tenant.answers["update", "account_type"].append(REFUSED)
    wanted = project(account_type("a", "A", pin=1), account_type("g", "Gold"), account_type("b", "B"))
    assert statuses(apply(tenant, wanted, parallelism=8)) == {
        "account_type/a:update": "failed",
        "account_type/g:create": "skipped",
        "account_type/b:create": "done",
    }


def test_a_rename_waits_for_the_one_that_frees_its_look() -> None:
    tenant = ModelTenant(Stage(), contact_group={1: {"name": "Silver"}, 2: {"name": "gold"}})
    tenant.answers["update", "contact_group"].append(REFUSED)
    wanted = project(group("a", "GOLD", pin=1), group("b", "Bronze", pin=2))
    report = apply(tenant, wanted, parallelism=8)
    assert statuses(report) == {"contact_group/b:update": "failed", "contact_group/a:update": "skipped"}
    assert looks(tenant) == ["gold", "silver"]


def test_a_rename_that_keeps_its_look_waits_for_nothing() -> None:
    tenant = ModelTenant(Stage(), contact_group={1: {"name": "gold"}})
    assert apply(tenant, project(group("a", "Gold", pin=1))).converged


# --- several that free one name ----------------------------------------------------------------

TWO_NAMED_A: Objects = {1: {"name": "A"}, 2: {"name": "A"}, 3: {"name": "X"}}


def both(*, third: str = "t") -> tuple[str, ...]:
    return ("contact_group/o:update", "contact_group/p:update", f"contact_group/{third}:update")


@pytest.mark.parametrize("third", ["t", "a"])
@pytest.mark.parametrize("seed", range(4))
def test_whoever_takes_a_name_waits_for_all_that_free_it(seed: int, third: str) -> None:
    tenant = ModelTenant(Stage(seed), contact_group=TWO_NAMED_A)
    wanted = project(group("o", "B", pin=1), group("p", "C", pin=2), group(third, "A", pin=3))
    report = apply(tenant, wanted, parallelism=8)
    assert tenant.sent("update")[-1].fields == {"name": "A"}
    assert [c.id for c in report.plan.changes] == list(both(third=third))
    assert report.converged


@pytest.mark.parametrize("first_answers", [[REFUSED], [None, REFUSED]], ids=["first", "second"])
def test_whoever_takes_a_name_is_skipped_when_any_that_frees_it_fails(first_answers: list[Answer]) -> None:
    tenant = ModelTenant(Stage(), contact_group=TWO_NAMED_A)
    tenant.answers["update", "contact_group"].extend(first_answers)
    wanted = project(group("o", "B", pin=1), group("p", "C", pin=2), group("t", "A", pin=3), group("n", "N"))
    report = apply(tenant, wanted, parallelism=1)
    assert sorted(statuses(report).values()) == ["done", "done", "failed", "skipped"]
    assert statuses(report)["contact_group/t:update"] == "skipped"


def test_what_waits_for_a_circle_of_renames_is_ordered_behind_the_others() -> None:
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}, 3: {"name": "B"}}
    wanted = project(group("a", "B", pin=1), group("b", "A", pin=2), group("c", "C", pin=3))
    assert [c.live_id for c in drafted(GROUP, live, wanted).changes] == [2, 3, 1]


# --- lost creates of a kind with levels --------------------------------------------------------


def test_creates_behind_a_lost_one_of_a_kind_with_levels_are_skipped_with_the_cause() -> None:
    """Their order shows, and each would wait as long again."""
    tenant = ModelTenant(Stage())
    tenant.answers["create", "account_type"].extend([VANISHED] * 5)
    wanted = project(*(account_type(a, a.upper()) for a in "abcde"), group("g", "G"))
    report = apply(tenant, wanted, settle=60)
    assert statuses(report) == {
        "contact_group/g:create": "done",
        "account_type/a:create": "unknown",
        **{f"account_type/{a}:create": "skipped" for a in "bcde"},
    }
    assert "account_type/a:create" in (report.outcomes[2].error or "")
    assert len(tenant.sent("create")) == 2
    assert tenant.stage.now < 65


def test_creates_behind_a_lost_one_that_was_found_go_on() -> None:
    tenant = ModelTenant(Stage())
    tenant.answers["create", "account_type"].append(COMMITTED)
    report = apply(tenant, project(account_type("a", "A"), account_type("b", "B")))
    assert set(statuses(report).values()) == {"done"}


def test_lost_creates_of_a_kind_without_levels_do_not_stop_the_others() -> None:
    tenant = ModelTenant(Stage())
    tenant.answers["create", "contact_group"].append(VANISHED)
    report = apply(tenant, project(group("a", "A"), group("b", "B")), parallelism=1)
    assert list(statuses(report).values()) == ["unknown", "done"]
