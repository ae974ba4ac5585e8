"""Which live object an address means."""

from __future__ import annotations

import pytest

from lvstate.model.change import Create, Update
from lvstate.model.resource import Removal
from tests.engine.declarations import (
    account_type,
    classification,
    column,
    drafted,
    group,
    project,
    removal,
    selection,
)
from tests.engine.model_tenant import COLUMN, GROUP, TYPE, Objects

# --- declared: id, slot, exact name, previous names --------------------------------------------


def test_a_pin_binds_whatever_the_object_is_called() -> None:
    (change,) = drafted(GROUP, {2: {"name": "Old"}}, project(group("n", "North", pin=2))).changes
    assert isinstance(change, Update)
    assert change.live_id == 2


def test_a_pin_wins_over_the_exact_name_of_another_object() -> None:
    found = drafted(TYPE, {1: {"name": "A"}, 2: {"name": "B"}}, project(account_type("a", "C", pin=2)))
    (change,) = found.changes
    assert (change.live_id, change.fields[0].before, change.fields[0].after) == (2, "B", "C")


def test_a_pin_wins_over_previous_names() -> None:
    wanted = project(account_type("a", "C", pin=2, previous=["A"]))
    (change,) = drafted(TYPE, {1: {"name": "A"}, 2: {"name": "B"}}, wanted).changes
    assert change.live_id == 2


def test_a_pin_that_does_not_live_blocks_instead_of_falling_back_to_the_name() -> None:
    found = drafted(GROUP, {1: {"name": "North"}}, project(group("n", "North", pin=7, previous=["Old"])))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("pin-not-found", "update", (7,))
    assert (blocked.address, blocked.name) == ("n", "North")
    assert "7" in blocked.reason
    assert not found.changes


def test_an_object_under_its_exact_name_needs_no_change() -> None:
    found = drafted(GROUP, {1: {"name": "North"}}, project(group("n", "North")))
    assert not found.changes
    assert not found.blocked
    assert not found.unlisted


@pytest.mark.parametrize("live", ["north", "North ", "Nor\u0300th", " North"])
def test_names_match_exactly_or_not_at_all(live: str) -> None:
    found = drafted(GROUP, {1: {"name": live}}, project(group("n", "North")))
    assert [u.live_id for u in found.unlisted] == [1]


def test_a_previous_name_is_renamed_in_place() -> None:
    found = drafted(GROUP, {1: {"name": "Old"}}, project(group("n", "New", previous=["Older", "Old"])))
    (change,) = found.changes
    assert isinstance(change, Update)
    assert (change.live_id, change.name) == (1, "New")


def test_previous_names_are_tried_in_the_order_of_the_manifest() -> None:
    live: Objects = {1: {"name": "Oldest"}, 2: {"name": "Older"}}
    found = drafted(GROUP, live, project(group("n", "New", previous=["Older", "Oldest"])))
    assert [c.live_id for c in found.changes] == [2]
    assert [u.live_id for u in found.unlisted] == [1]


def test_where_the_name_and_a_previous_name_live_the_name_wins_with_a_warning() -> None:
    live: Objects = {1: {"name": "Old"}, 2: {"name": "New"}}
    found = drafted(GROUP, live, project(group("n", "New", previous=["Old"])))
    assert not found.changes
    assert [u.live_id for u in found.unlisted] == [1]
    (warning,) = found.warnings
    assert (warning.code, warning.ref) == ("previous-name-lives", "contact_group/n")
    assert "Old" in warning.message


def test_without_any_live_match_it_is_created() -> None:
    (change,) = drafted(GROUP, {}, project(group("n", "New", previous=["Old"]))).changes
    assert isinstance(change, Create)


def test_a_slot_is_bound_by_its_address_whatever_the_labels() -> None:
    live: Objects = {"COL1": {"label": "Two"}, "COL2": {"label": "One"}}
    found = drafted(COLUMN, live, project(column("COL1", label="One"), column("COL2", label="Two")))
    assert [(c.live_id, c.name) for c in found.changes] == [("COL1", "One"), ("COL2", "Two")]


# --- names that occur twice --------------------------------------------------------------------


def test_a_name_that_lives_twice_blocks_and_lists_the_ids_in_order() -> None:
    live: Objects = {30: {"name": "Twin"}, 4: {"name": "Twin"}, 200: {"name": "Other"}}
    found = drafted(GROUP, live, project(group("t", "Twin")))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.live_ids) == ("ambiguous-name", (4, 30))
    assert "4, 30" in blocked.reason
    assert blocked.hint is not None
    assert "id: 4" in blocked.hint
    assert not found.changes


def test_objects_behind_an_ambiguous_name_are_not_unlisted() -> None:
    live: Objects = {1: {"name": "Twin"}, 2: {"name": "Twin"}, 3: {"name": "Other"}}
    found = drafted(GROUP, live, project(group("t", "Twin")))
    assert [u.live_id for u in found.unlisted] == [3]


def test_objects_behind_an_ambiguous_name_are_not_deleted_as_unlisted() -> None:
    live: Objects = {1: {"name": "Twin"}, 2: {"name": "Twin"}, 3: {"name": "Other"}}
    wanted = project(account_type("t", "Twin"), unlisted={"account_type": "delete"})
    assert [d.live_id for d in drafted(TYPE, live, wanted).deletes] == [3]


def test_a_previous_name_that_lives_twice_blocks_too() -> None:
    live: Objects = {1: {"name": "Old"}, 2: {"name": "Old"}}
    (blocked,) = drafted(GROUP, live, project(group("n", "New", previous=["Old"]))).blocked
    assert (blocked.code, blocked.live_ids, blocked.name) == ("ambiguous-name", (1, 2), "Old")


def test_three_equal_names_all_pinned_are_three_objects() -> None:
    live: Objects = {1: {"name": "Twin"}, 2: {"name": "Twin"}, 3: {"name": "Twin"}}
    wanted = project(*(group(f"t{n}", "Twin", pin=n) for n in live))
    found = drafted(GROUP, live, wanted)
    assert (found.changes, found.blocked, found.unlisted, found.warnings) == ([], [], [], [])


def test_pinning_one_of_two_equal_names_leaves_the_other_unlisted() -> None:
    live: Objects = {1: {"name": "Twin"}, 2: {"name": "Twin"}}
    found = drafted(GROUP, live, project(group("t", "Twin", pin=2)))
    assert [u.live_id for u in found.unlisted] == [1]
    assert not found.blocked


# --- two addresses, one object -----------------------------------------------------------------


def test_two_addresses_that_mean_one_object_are_both_blocked_and_name_each_other() -> None:
    wanted = project(group("a", "North"), group("b", "South", pin=1))
    found = drafted(GROUP, {1: {"name": "North"}}, wanted)
    assert {(b.address, b.code, b.live_ids) for b in found.blocked} == {
        ("a", "same-object", (1,)),
        ("b", "same-object", (1,)),
    }
    assert "contact_group/b" in next(b.reason for b in found.blocked if b.address == "a")
    assert not found.changes
    assert not found.unlisted


def test_a_removal_and_a_declaration_of_one_object_block_each_other() -> None:
    wanted = project(account_type("a", "North"), removal("account_type", "gone", id=1))
    found = drafted(TYPE, {1: {"name": "North"}, 2: {"name": "South"}}, wanted)
    assert {(b.address, b.action) for b in found.blocked} == {("a", "update"), ("gone", "delete")}
    assert not found.deletes


def test_two_removals_of_one_object_are_both_blocked() -> None:
    wanted = project(removal("account_type", "a", "North"), removal("account_type", "b", id=1))
    found = drafted(TYPE, {1: {"name": "North"}}, wanted)
    assert [b.code for b in found.blocked] == ["same-object", "same-object"]
    assert not found.deletes


def test_addresses_with_objects_of_their_own_are_not_blocked_by_others_that_share() -> None:
    wanted = project(group("a", "North"), group("b", "South", pin=1), group("c", "East", pin=2))
    found = drafted(GROUP, {1: {"name": "North"}, 2: {"name": "West"}}, wanted)
    assert [c.address for c in found.changes] == ["c"]


def test_sharing_is_found_although_only_one_of_the_addresses_is_selected() -> None:
    wanted = project(group("a", "North"), group("b", "South", pin=1))
    found = drafted(GROUP, {1: {"name": "North"}}, wanted, selection("contact_group/b"))
    assert [(b.address, b.code) for b in found.blocked] == [("b", "same-object")]


# --- removals ----------------------------------------------------------------------------------

LEGACY: Objects = {5: {"name": "Legacy", "level": 3}, 6: {"name": "Bank", "level": 1}}


@pytest.mark.parametrize(
    "entry",
    [
        removal("account_type", "legacy", "Legacy"),
        removal("account_type", "legacy", id=5),
        removal("account_type", "legacy", "Legacy", id=5),
    ],
    ids=["name", "id", "both"],
)
def test_a_removal_deletes_the_object_it_names(entry: Removal) -> None:
    (delete,) = drafted(TYPE, LEGACY, project(entry)).deletes
    assert (delete.id, delete.live_id, delete.name) == ("account_type/legacy:delete", 5, "Legacy")
    assert [(f.path, f.before, f.after) for f in delete.fields] == [
        ("name", "Legacy", None),
        ("level", 3, None),
    ]
    assert delete.source == entry.source


@pytest.mark.parametrize(
    "entry",
    [
        removal("account_type", "legacy", "legacy"),
        removal("account_type", "legacy", id=99),
        removal("account_type", "legacy", "Legacy", id=99),
    ],
    ids=["name", "id", "both"],
)
def test_a_removal_of_what_does_not_live_is_a_no_op(entry: Removal) -> None:
    found = drafted(TYPE, LEGACY, project(entry))
    assert not found.deletes
    assert not found.blocked
    assert len(found.unlisted) == 2


def test_a_removal_whose_id_has_another_name_now_is_blocked() -> None:
    found = drafted(TYPE, LEGACY, project(removal("account_type", "legacy", "Legacy", id=6)))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("removal-mismatch", "delete", (6,))
    assert "Bank" in blocked.reason
    assert not found.deletes
    assert [u.live_id for u in found.unlisted] == [5]


def test_a_removal_of_a_name_that_lives_twice_is_blocked() -> None:
    live: Objects = {1: {"name": "Twin"}, 2: {"name": "Twin"}}
    (blocked,) = drafted(TYPE, live, project(removal("account_type", "t", "Twin"))).blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("ambiguous-name", "delete", (1, 2))


def test_kinds_do_not_mix() -> None:
    wanted = project(classification("a", "Legacy"), removal("account_classification", "b", id=5))
    found = drafted(TYPE, LEGACY, wanted)
    assert not found.deletes
    assert [u.live_id for u in found.unlisted] == [5, 6]
