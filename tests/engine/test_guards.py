"""Deletes that must not happen do not, and say why."""

from __future__ import annotations

import pytest

from lvstate.engine.guards import guard_deletes
from lvstate.errors import AuthError, NetworkError, ServiceError
from lvstate.model.change import Blocked, Delete, Usage
from lvstate.model.document import plan_document, plan_from_document
from lvstate.model.resource import Removal
from tests.engine.declarations import account_type, drafted, plan, project, removal, selection
from tests.engine.model_tenant import TYPE, ModelTenant, Objects
from tests.engine.stepping import Stage

TYPES: Objects = {n: {"name": f"Type {n}", "level": n} for n in range(1, 10)}


def tenant_with_types() -> ModelTenant:
    return ModelTenant(Stage(), account_type=TYPES)


def gone(*numbers: int, **rest: bool) -> list[Removal]:
    return [removal("account_type", f"t{n}", f"Type {n}", **rest) for n in numbers]


def codes(blocked: tuple[Blocked, ...]) -> list[tuple[str, tuple[int | str, ...]]]:
    return [(b.code, b.live_ids) for b in blocked]


def told(blocked: Blocked) -> None:
    """Every blocked entry has what it takes to find the object and to understand the refusal."""
    assert blocked.code
    assert blocked.reason
    assert blocked.live_ids
    assert blocked.action == "delete"
    assert blocked.source is not None


# --- protection --------------------------------------------------------------------------------


def test_a_protected_object_is_never_deleted_and_nobody_counts_its_accounts() -> None:
    tenant = tenant_with_types()
    made = plan(tenant, project(*gone(1, 2), protect=["account_type/Type 1"]))
    (blocked,) = made.blocked
    told(blocked)
    assert (blocked.code, blocked.live_ids, blocked.name) == ("protected", (1,), "Type 1")
    assert [c.live_id for c in made.changes] == [2]
    assert [r for r in tenant.reads if r.startswith("count")] == ["count account_type 2"]


def test_protection_holds_whatever_else_says_so() -> None:
    wanted = project(
        *gone(1, in_use_allowed=True), protect=["*/Type*"], max_deletes=99, empty_kind_allowed=True
    )
    assert codes(plan(tenant_with_types(), wanted).blocked) == [("protected", (1,))]


def test_protection_is_by_live_name_and_covers_exclusive_kinds() -> None:
    wanted = project(unlisted={"account_type": "delete"}, protect=["account_type/Type [1-5]"])
    made = plan(tenant_with_types(), wanted)
    assert codes(made.blocked) == [("protected", (n,)) for n in range(1, 6)]
    assert [c.live_id for c in made.changes] == [6, 7, 8, 9]


def test_protection_of_another_kind_does_not_count() -> None:
    wanted = project(*gone(1), protect=["account_classification/Type 1"])
    assert not plan(tenant_with_types(), wanted).blocked


# --- use by accounts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(1), "1 account uses it"),
        (Usage(17), "17 accounts use it"),
        (Usage(1000, more=True), "1000 or more accounts use it"),
    ],
)
def test_an_object_that_accounts_use_is_not_deleted(usage: Usage, words: str) -> None:
    tenant = tenant_with_types()
    tenant.accounts[1] = usage
    made = plan(tenant, project(*gone(1)))
    (blocked,) = made.blocked
    told(blocked)
    assert (blocked.code, blocked.reason, blocked.in_use) == ("in-use", words, usage)
    assert blocked.hint is not None
    assert "in_use: allow" in blocked.hint
    assert not made.changes


def test_an_object_that_no_account_uses_is_deleted_and_the_plan_shows_the_count() -> None:
    (change,) = plan(tenant_with_types(), project(*gone(1))).changes
    assert isinstance(change, Delete)
    assert change.in_use == Usage(0)


@pytest.mark.parametrize("usage", [Usage(3), Usage(1000, more=True)])
def test_in_use_allow_lifts_that_guard_for_that_entry_only(usage: Usage) -> None:
    tenant = tenant_with_types()
    tenant.accounts |= {1: usage, 2: usage}
    made = plan(tenant, project(*gone(1, in_use_allowed=True), *gone(2)))
    (change,) = made.changes
    assert isinstance(change, Delete)
    assert (change.live_id, change.in_use) == (1, usage)
    assert codes(made.blocked) == [("in-use", (2,))]


@pytest.mark.parametrize("error", [AuthError("status 403"), ServiceError("nonsense")], ids=["403", "error"])
def test_a_count_that_could_not_be_taken_blocks_with_the_reason(error: ServiceError) -> None:
    tenant = tenant_with_types()
    tenant.accounts[1] = error
    made = plan(tenant, project(*gone(1, 2)))
    (blocked,) = made.blocked
    told(blocked)
    assert (blocked.code, blocked.live_ids, blocked.in_use) == ("usage-unknown", (1,), None)
    assert error.message in blocked.reason
    assert [c.live_id for c in made.changes] == [2]


def test_a_count_that_nobody_took_blocks() -> None:
    found = drafted(TYPE, TYPES, project(*gone(1)))
    _, (blocked,) = guard_deletes(found, {})
    assert blocked.code == "usage-unknown"


def test_a_service_that_cannot_be_reached_is_no_reason_to_block_but_ends_the_run() -> None:
    tenant = tenant_with_types()
    tenant.accounts[1] = NetworkError("no route")
    with pytest.raises(NetworkError):
        plan(tenant, project(*gone(1, 2)))


# --- the limit ---------------------------------------------------------------------------------


def test_as_many_deletes_as_the_limit_may_go_ahead() -> None:
    made = plan(tenant_with_types(), project(*gone(1, 2, 3, 4, 5)))
    assert len(made.changes) == 5
    assert not made.blocked


def test_one_more_than_the_limit_blocks_all_of_them() -> None:
    made = plan(tenant_with_types(), project(*gone(1, 2, 3, 4, 5, 6)))
    assert not made.changes
    assert codes(made.blocked) == [("delete-limit", (n,)) for n in range(1, 7)]
    for blocked in made.blocked:
        told(blocked)
        assert "6 deletes" in blocked.reason
        assert "5" in blocked.reason


def test_a_limit_of_zero_blocks_every_delete_but_no_other_change() -> None:
    made = plan(tenant_with_types(), project(*gone(1), account_type("n", "New"), max_deletes=0))
    assert codes(made.blocked) == [("delete-limit", (1,))]
    assert [c.action for c in made.changes] == ["create"]


def test_the_limit_is_for_the_whole_plan_and_counts_exclusive_kinds() -> None:
    tenant = tenant_with_types()
    tenant.objects["account_classification"] = {1: {"name": "Gold"}, 2: {"name": "Silver"}}
    wanted = project(
        *gone(1),
        removal("account_classification", "g", "Gold"),
        removal("account_classification", "s", "Silver"),
        max_deletes=2,
        empty_kind_allowed=True,
    )
    assert [b.code for b in plan(tenant, wanted).blocked] == ["delete-limit"] * 3
    exclusive = project(unlisted={"account_type": "delete"}, max_deletes=8, empty_kind_allowed=True)
    assert len(plan(tenant, exclusive).blocked) == 9


# --- never a whole kind ------------------------------------------------------------------------


def test_not_every_object_of_a_kind_is_deleted() -> None:
    tenant = ModelTenant(Stage(), account_type={1: {"name": "Type 1"}, 2: {"name": "Type 2"}})
    made = plan(tenant, project(*gone(1, 2)))
    assert codes(made.blocked) == [("empty-kind", (1,)), ("empty-kind", (2,))]
    for blocked in made.blocked:
        told(blocked)
    assert not made.changes


def test_all_but_one_of_a_kind_may_be_deleted() -> None:
    tenant = ModelTenant(Stage(), account_type={1: {"name": "Type 1"}, 2: {"name": "Type 2"}})
    assert not plan(tenant, project(*gone(1))).blocked


def test_empty_kind_allow_lifts_that_guard() -> None:
    tenant = ModelTenant(Stage(), account_type={1: {"name": "Type 1"}})
    assert [c.live_id for c in plan(tenant, project(*gone(1), empty_kind_allowed=True)).changes] == [1]


def test_an_object_that_another_guard_keeps_saves_the_kind() -> None:
    tenant = ModelTenant(Stage(), account_type={1: {"name": "Type 1"}, 2: {"name": "Type 2"}})
    tenant.accounts[1] = Usage(4)
    made = plan(tenant, project(*gone(1, 2)))
    assert codes(made.blocked) == [("in-use", (1,))]
    assert [c.live_id for c in made.changes] == [2]


def test_one_emptied_kind_does_not_block_the_deletes_of_another() -> None:
    tenant = tenant_with_types()
    tenant.objects["account_classification"] = {1: {"name": "Gold"}}
    made = plan(tenant, project(*gone(1), removal("account_classification", "g", "Gold")))
    assert codes(made.blocked) == [("empty-kind", (1,))]
    assert [c.kind for c in made.changes] == ["account_type"]


def test_only_selected_removals_are_counted_against_the_limit() -> None:
    wanted = project(*gone(1, 2, 3), max_deletes=1)
    made = plan(tenant_with_types(), wanted, selection("account_type/t2"))
    assert [c.live_id for c in made.changes] == [2]
    assert not made.blocked


def test_in_use_allow_lifts_a_count_that_could_not_be_taken_and_the_plan_says_so() -> None:
    tenant = tenant_with_types()
    tenant.accounts |= {1: AuthError("status 403"), 2: AuthError("status 403")}
    made = plan(tenant, project(*gone(1, in_use_allowed=True), *gone(2)))
    (change,) = made.changes
    assert isinstance(change, Delete)
    assert (change.live_id, change.in_use) == (1, None)
    assert change.notes == ("not counted: the accounts that use it could not be counted: status 403",)
    assert codes(made.blocked) == [("usage-unknown", (2,))]
    assert "in_use: allow" in (made.blocked[0].hint or "")
    document = plan_document(made)["changes"][0]
    assert (document["in_use"], document["notes"]) == (None, list(change.notes))
    assert plan_from_document(plan_document(made)).changes == made.changes
