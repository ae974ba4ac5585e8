"""What differs, and nothing else."""

from __future__ import annotations

import pytest

from lvstate.engine.compare import changed_fields
from lvstate.engine.reading import kinds_to_read
from lvstate.kinds import Kind
from lvstate.model.change import Create, FieldChange, Update
from lvstate.model.project import Policy, UnlistedMode
from lvstate.model.resource import Declared, Removal, Value
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
from tests.engine.model_tenant import CLASSIFICATION, COLUMN, GROUP, TYPE, Objects


def changes_of(fields: tuple[FieldChange, ...]) -> list[tuple[str, object, object]]:
    return [(f.path, f.before, f.after) for f in fields]


# --- fields ------------------------------------------------------------------------------------


def test_the_fields_of_a_create_are_what_is_declared_in_the_order_of_the_kind() -> None:
    wanted = project(classification("gold", "Gold", level=2))
    (change,) = drafted(CLASSIFICATION, {}, wanted).changes
    assert isinstance(change, Create)
    assert changes_of(change.fields) == [("name", None, "Gold"), ("level", None, 2)]
    assert (change.live_id, change.id) == (None, "account_classification/gold:create")
    assert change.source == wanted.declared[0].source


def test_the_fields_of_an_update_are_what_changes_and_no_more() -> None:
    live: Objects = {7: {"name": "Gold", "level": 2}}
    (change,) = drafted(CLASSIFICATION, live, project(classification("gold", "Gold", level=3))).changes
    assert isinstance(change, Update)
    assert changes_of(change.fields) == [("level", 2, 3)]
    assert (change.live_id, change.id, change.name) == (7, "account_classification/gold:update", "Gold")


def test_a_field_that_is_not_declared_is_never_compared() -> None:
    live: Objects = {7: {"name": "Gold", "level": 2}}
    assert not drafted(CLASSIFICATION, live, project(classification("gold", "Gold"))).changes


def test_a_declared_field_that_live_does_not_have_changes_from_null() -> None:
    (change,) = drafted(TYPE, {7: {"name": "Bank"}}, project(account_type("b", "Bank", level=0))).changes
    assert changes_of(change.fields) == [("level", None, 0)]


def test_expected_holds_every_declared_field_as_it_lives_and_the_name() -> None:
    live: Objects = {"COL1": {"label": "Colour", "data_type": "LIST", "list_values": ("a", "b")}}
    (change,) = drafted(COLUMN, live, project(column("COL1", data_type="STRING"))).changes
    assert isinstance(change, Update)
    assert change.expected == {"label": "Colour", "data_type": "LIST"}
    wanted = project(column("COL1", label="Colour", data_type="LIST", list_values=("b", "a")))
    (change,) = drafted(COLUMN, live, wanted).changes
    assert isinstance(change, Update)
    assert change.expected == live["COL1"]


def test_the_order_of_list_values_counts() -> None:
    live: Objects = {"COL1": {"label": "Colour", "list_values": ("a", "b")}}
    (change,) = drafted(COLUMN, live, project(column("COL1", list_values=("b", "a")))).changes
    assert changes_of(change.fields) == [("list_values", ("a", "b"), ("b", "a"))]


def test_a_slot_that_the_listing_does_not_show_is_an_update_from_null() -> None:
    (change,) = drafted(COLUMN, {}, project(column("COL7", label="Promise Date"))).changes
    assert isinstance(change, Update)
    assert (change.live_id, change.expected) == ("COL7", {})
    assert changes_of(change.fields) == [("label", None, "Promise Date")]


def test_a_slot_without_any_label_is_blocked() -> None:
    wanted = project(column("COL7", data_type="DATE"))
    found = drafted(COLUMN, {}, wanted)
    (blocked,) = found.blocked
    assert (blocked.code, blocked.address, blocked.name) == ("label-missing", "COL7", None)
    assert blocked.source == wanted.declared[0].source
    assert not found.changes


def test_a_slot_whose_label_lives_needs_none_declared() -> None:
    live: Objects = {"COL7": {"label": "Due", "data_type": "STRING"}}
    (change,) = drafted(COLUMN, live, project(column("COL7", data_type="DATE"))).changes
    assert change.name == "Due"
    assert changes_of(change.fields) == [("data_type", "STRING", "DATE")]


def test_a_live_slot_that_is_not_declared_is_unlisted_by_its_label() -> None:
    (found,) = drafted(COLUMN, {"COL9": {"label": "Company"}}, project()).unlisted
    assert (found.kind, found.live_id, found.name) == ("custom_field", "COL9", "Company")


def test_comparing_equal_fields_finds_nothing_whatever_their_order() -> None:
    assert changed_fields({"level": 1, "name": "a"}, {"name": "a", "level": 1}) == ()


def test_text_and_number_are_different_values() -> None:
    assert changes_of(changed_fields({"level": "1"}, {"level": 1})) == [("level", "1", 1)]


def test_changed_fields_come_in_the_order_of_the_declaration() -> None:
    found = changed_fields({"a": 1, "b": 2, "c": 3}, {"c": 4, "b": 2, "a": 5})
    assert [f.path for f in found] == ["c", "a"]


def test_names_with_any_characters_are_compared_as_they_are() -> None:
    assert changes_of(changed_fields({"name": "e\u0301"}, {"name": "\u00e9"})) == [
        ("name", "e\u0301", "\u00e9")
    ]


# --- risks -------------------------------------------------------------------------------------

LIVE_COLUMN: Objects = {
    "COL1": {"label": "Promise Date", "data_type": "LIST", "list_values": ("red", "green", "blue")}
}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"data_type": "DATE"}, ["from LIST to DATE"]),
        ({"list_values": ("red",)}, ["drops list values", "blue, green"]),
        ({"label": "Balance"}, ["no word in common", "Promise Date"]),
        ({"label": "Balance", "data_type": "DATE"}, ["from LIST to DATE", "no word in common"]),
    ],
    ids=["data type", "dropped values", "new meaning", "two at once"],
)
def test_what_endangers_stored_values_is_marked_risky(fields: dict[str, Value], words: list[str]) -> None:
    (change,) = drafted(COLUMN, LIVE_COLUMN, project(column("COL1", **fields))).changes
    assert all(note.startswith("risky: ") for note in change.notes)
    assert all(word in " ".join(change.notes) for word in words)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "Date promised"},
        {"label": "PROMISE DATE"},
        {"list_values": ("red", "green", "blue", "black")},
        {"list_values": ("blue", "green", "red")},
    ],
    ids=["a word in common", "case", "values added", "values reordered"],
)
def test_what_keeps_the_meaning_is_not_marked(fields: dict[str, Value]) -> None:
    (change,) = drafted(COLUMN, LIVE_COLUMN, project(column("COL1", **fields))).changes
    assert change.notes == ()


def test_filling_an_empty_slot_is_not_risky() -> None:
    wanted = project(column("COL2", label="Colour", data_type="LIST", list_values=("red",)))
    (change,) = drafted(COLUMN, {}, wanted).changes
    assert change.notes == ()


# --- unlisted objects --------------------------------------------------------------------------

TWO_TYPES: Objects = {1: {"name": "Bank", "level": 1}, 2: {"name": "Old", "level": 2}}


def test_unlisted_objects_are_reported_unless_the_project_says_otherwise() -> None:
    found = drafted(TYPE, TWO_TYPES, project(account_type("b", "Bank")))
    assert [(u.live_id, u.name, u.drift) for u in found.unlisted] == [(2, "Old", False)]
    assert not found.deletes


def test_unlisted_objects_are_not_mentioned_under_ignore() -> None:
    found = drafted(TYPE, TWO_TYPES, project(account_type("b", "Bank"), unlisted={"account_type": "ignore"}))
    assert not found.unlisted
    assert not found.deletes


def test_unlisted_objects_are_a_difference_under_drift() -> None:
    found = drafted(TYPE, TWO_TYPES, project(account_type("b", "Bank"), unlisted={"account_type": "drift"}))
    assert [(u.live_id, u.drift) for u in found.unlisted] == [(2, True)]
    assert not found.deletes


def test_unlisted_objects_of_an_exclusive_kind_are_deleted_by_their_id() -> None:
    wanted = project(account_type("b", "Bank"), unlisted={"account_type": "delete"})
    found = drafted(TYPE, TWO_TYPES, wanted)
    (delete,) = found.deletes
    assert (delete.id, delete.address, delete.live_id) == ("account_type/#2:delete", None, 2)
    assert delete.source == wanted.policy.unlisted_sources["account_type"]
    assert not found.unlisted


def test_an_object_that_a_blocked_address_may_mean_is_not_unlisted_and_not_deleted() -> None:
    wanted = project(removal("account_type", "x", "Older", id=2), unlisted={"account_type": "delete"})
    found = drafted(TYPE, TWO_TYPES, wanted)
    assert [d.live_id for d in found.deletes] == [1]


def test_a_kind_is_reported_where_the_policy_does_not_name_it() -> None:
    assert Policy().mode("account_type") is UnlistedMode.REPORT


# --- ignored and released objects --------------------------------------------------------------


@pytest.mark.parametrize("mode", ["report", "drift", "delete"])
def test_ignored_objects_are_never_listed_nor_deleted(mode: str) -> None:
    wanted = project(unlisted={"account_type": mode}, ignore=["account_type/O*"])
    found = drafted(TYPE, TWO_TYPES, wanted)
    assert [u.live_id for u in found.unlisted] + [d.live_id for d in found.deletes] == [1]


def test_ignored_slots_are_named_by_slot() -> None:
    live: Objects = {"COL1": {"label": "COL2"}, "COL2": {"label": "x"}}
    assert [u.live_id for u in drafted(COLUMN, live, project(ignore=["custom_field/COL2"])).unlisted] == [
        "COL1"
    ]


def test_ignore_is_by_kind_and_case() -> None:
    wanted = project(ignore=["contact_group/Old", "account_type/old"])
    assert [u.live_id for u in drafted(TYPE, TWO_TYPES, wanted).unlisted] == [1, 2]


@pytest.mark.parametrize(
    ("entry", "action"),
    [(account_type("o", "New", pin=2), "update"), (removal("account_type", "o", id=2), "delete")],
    ids=["declared", "removed"],
)
def test_an_address_that_means_an_ignored_object_is_blocked(entry: Declared | Removal, action: str) -> None:
    wanted = project(entry, ignore=["account_type/Old"])
    found = drafted(TYPE, TWO_TYPES, wanted)
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids, blocked.name) == ("ignored", action, (2,), "Old")
    assert not found.changes
    assert not found.deletes


def test_a_released_resource_is_left_alone_even_in_an_exclusive_kind() -> None:
    wanted = project(released=[account_type("o", "Old")], unlisted={"account_type": "delete"})
    found = drafted(TYPE, TWO_TYPES, wanted)
    assert [d.live_id for d in found.deletes] == [1]
    assert not found.unlisted


# --- selection ---------------------------------------------------------------------------------


def test_nothing_outside_of_the_selection_is_changed_deleted_or_unlisted() -> None:
    wanted = project(
        account_type("bank", "Bank", level=9),
        account_type("new", "New"),
        removal("account_type", "old", "Old"),
        unlisted={"account_type": "delete"},
    )
    live: Objects = {1: {"name": "Bank", "level": 1}, 2: {"name": "Old"}, 3: {"name": "Stray"}}
    found = drafted(TYPE, live, wanted, selection("account_type/n*"))
    assert [c.address for c in found.changes] == ["new"]
    assert (found.deletes, found.unlisted) == ([], [])


def test_a_selected_removal_is_carried_out() -> None:
    wanted = project(account_type("bank", "Bank", level=9), removal("account_type", "old", "Old"))
    found = drafted(TYPE, TWO_TYPES, wanted, selection(exclude=["*/bank"]))
    assert [d.address for d in found.deletes] == ["old"]
    assert not found.changes


def test_blocked_addresses_outside_of_the_selection_are_not_mentioned() -> None:
    wanted = project(account_type("a", "x", pin=77), account_type("b", "New"))
    assert not drafted(TYPE, TWO_TYPES, wanted, selection("account_type/b")).blocked


def names_of(kinds: tuple[Kind, ...]) -> list[str]:
    return [kind.name for kind in kinds]


def test_only_kinds_that_are_declared_removed_or_configured_are_read() -> None:
    wanted = project(
        removal("account_type", "x", "y"), group("g", "n"), unlisted={"account_classification": "report"}
    )
    everything = kinds_to_read(wanted, selection())
    assert names_of(everything) == ["contact_group", "account_classification", "account_type"]
    assert names_of(kinds_to_read(project(), selection())) == []


def test_a_narrowed_run_reads_only_the_kinds_of_what_it_selects() -> None:
    wanted = project(
        group("g", "n"),
        column("COL1", label="l"),
        removal("account_type", "x", "y"),
        unlisted={"custom_field": "drift"},
    )
    assert names_of(kinds_to_read(wanted, selection("*/x"))) == ["account_type"]
    assert names_of(kinds_to_read(wanted, selection(exclude=["contact_group/*"]))) == [
        "custom_field",
        "account_type",
    ]
    assert names_of(kinds_to_read(wanted, selection("contact_group/nobody"))) == []


def test_a_kind_that_was_not_read_is_not_drafted() -> None:
    found = drafted(TYPE, TWO_TYPES, project(group("g", "n")))
    assert not found.changes


def test_differences_are_told_in_words() -> None:
    wanted = project(
        account_type("new", "New"), removal("account_type", "old", "Old"), account_type("p", "x", pin=77)
    )
    found = drafted(TYPE, TWO_TYPES, wanted)
    assert found.differences == [
        "account_type/new:create",
        "account_type/old:delete",
        "account_type/p: no account type has the pinned id 77",
    ]


# --- order -------------------------------------------------------------------------------------


def test_creates_of_a_kind_with_levels_stand_in_manifest_order() -> None:
    wanted = project(*(account_type(a, f"Type {a}") for a in "cabd"))
    assert [c.address for c in drafted(TYPE, {}, wanted).changes] == ["c", "a", "b", "d"]


def test_creates_of_other_kinds_stand_by_address() -> None:
    wanted = project(*(group(a, f"Group {a}") for a in "cabd"))
    assert [c.address for c in drafted(GROUP, {}, wanted).changes] == ["a", "b", "c", "d"]


def test_slots_stand_in_the_order_of_the_row() -> None:
    wanted = project(*(column(slot, label=slot) for slot in ("COL10", "COL2", "COL100", "COL1")))
    assert [c.address for c in drafted(COLUMN, {}, wanted).changes] == ["COL1", "COL2", "COL10", "COL100"]


def test_updates_stand_by_address_and_before_creates() -> None:
    live: Objects = {1: {"name": "A", "level": 1}, 2: {"name": "B", "level": 2}}
    wanted = project(account_type("n", "N"), account_type("z", "A", level=9), account_type("y", "B", level=8))
    assert [c.address for c in drafted(TYPE, live, wanted).changes] == ["y", "z", "n"]
