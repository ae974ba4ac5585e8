"""No new name that people would take for another, or cannot see whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.engine.names import look, unseen
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
from tests.engine.model_tenant import CLASSIFICATION, COLUMN, GROUP, TYPE, Objects

# --- forms -------------------------------------------------------------------------------------

HIDDEN = {
    "bidi override": ("Old\u202egnihsif", ("U+202E",)),
    "bidi isolate": ("a\u2066b\u2069", ("U+2066", "U+2069")),
    "left-to-right mark": ("a\u200eb", ("U+200E",)),
    "zero-width space": ("a\u200bb", ("U+200B",)),
    "zero-width joiner": ("a\u200db", ("U+200D",)),
    "byte order mark": ("\ufeffa", ("U+FEFF",)),
    "control": ("a\x07b", ("U+0007",)),
    "tab": ("a\tb", ("U+0009",)),
    "delete": ("a\x7f", ("U+007F",)),
    "c1 control": ("a\x9bb", ("U+009B",)),
    "line separator": ("a\u2028b", ("U+2028",)),
    "soft hyphen": ("a\u00adb", ("U+00AD",)),
    "Hangul filler": ("a\u3164", ("U+3164",)),
    "half-width Hangul filler": ("\uffa0a", ("U+FFA0",)),
    "braille blank": ("a\u2800", ("U+2800",)),
    "grapheme joiner": ("a\u034fb", ("U+034F",)),
    "tag": ("a\U000e0041", ("U+E0041",)),
    "private use": ("a\ue000", ("U+E000",)),
    "unassigned": ("a\u0378", ("U+0378",)),
    "lone surrogate": ("a\ud800", ("U+D800",)),
    "twice the same": ("\u200ba\u200b", ("U+200B",)),
}


@pytest.mark.parametrize(("name", "points"), HIDDEN.values(), ids=HIDDEN)
def test_characters_that_people_cannot_see_are_found_each_once(name: str, points: tuple[str, ...]) -> None:
    assert unseen(name) == points


@pytest.mark.parametrize(
    "name", ["Early Stage 1-30", "Zürich", "株式会社", "עברית", "a\u0301", "👍", "", " "]
)
def test_names_that_people_can_see_are_left_alone(name: str) -> None:
    assert unseen(name) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Gold", "GOLD"), ("caf\u00e9", "cafe\u0301"), ("Straße", "STRASSE"), ("\u212a", "k"), ("ΣΑΣ", "σας")],
)
def test_names_equal_under_nfc_or_case_folding_look_alike(one: str, other: str) -> None:
    assert look(one) == look(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gold", " Gold "),
        ("a b", "a  b"),
        ("a b", "a\u00a0b"),
        ("a b", "a\tb"),
        ("1", "¹"),
        ("ﬁx", "fix"),
        ("\uff21", "a"),
    ],
)
def test_a_name_that_a_service_has_tidied_up_looks_like_the_one_that_was_sent(one: str, other: str) -> None:
    assert look(one) == look(other)


@pytest.mark.parametrize(("one", "other"), [("Gold", "G0ld"), ("a", "á"), ("a b", "ab"), ("l", "1")])
def test_names_that_differ_otherwise_do_not_look_alike(one: str, other: str) -> None:
    assert look(one) != look(other)


@given(st.text(max_size=8))
def test_a_look_is_its_own_look(name: str) -> None:
    assert look(look(name)) == look(name)


# --- creates and renames -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Old\u202egnihsif", "a\u200bb", "a\x07", "\u3164"])
def test_a_create_under_a_name_with_hidden_characters_is_blocked(name: str) -> None:
    found = drafted(GROUP, {}, project(group("g", name)))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("unsafe-name", "create", ())
    assert "U+" in blocked.reason
    assert not found.changes


def test_a_rename_to_a_name_with_hidden_characters_is_blocked_with_its_live_id() -> None:
    found = drafted(TYPE, {4: {"name": "Bank"}}, project(account_type("b", "Ba\u200bnk", previous=["Bank"])))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("unsafe-name", "update", (4,))


def test_a_label_with_hidden_characters_is_blocked_in_a_slot_too() -> None:
    (blocked,) = drafted(COLUMN, {}, project(column("COL1", label="a\u200bb"))).blocked
    assert (blocked.code, blocked.live_ids) == ("unsafe-name", ("COL1",))


@pytest.mark.parametrize(
    ("live", "new"), [("Gold", "GOLD"), ("caf\u00e9", "cafe\u0301"), ("Straße", "STRASSE")]
)
def test_a_create_that_looks_like_a_live_object_is_blocked_and_names_it(live: str, new: str) -> None:
    found = drafted(CLASSIFICATION, {7: {"name": live}}, project(classification("g", new)))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action) == ("similar-name", "create")
    assert live in blocked.reason
    assert "7" in blocked.reason
    assert not found.changes


def test_a_rename_that_looks_like_a_live_object_is_blocked() -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "Silver"}}
    found = drafted(CLASSIFICATION, live, project(classification("s", "GOLD", previous=["Silver"])))
    (blocked,) = found.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("similar-name", "update", (2,))


def test_a_rename_to_the_very_name_of_another_live_object_is_blocked() -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "Silver"}}
    (blocked,) = drafted(CLASSIFICATION, live, project(classification("s", "Gold", pin=2))).blocked
    assert (blocked.code, blocked.live_ids) == ("similar-name", (2,))


def test_two_creates_that_look_alike_block_each_other() -> None:
    found = drafted(GROUP, {}, project(group("a", "Gold"), group("b", "gold")))
    assert [(b.address, b.code) for b in found.blocked] == [("a", "similar-name"), ("b", "similar-name")]


def test_a_rename_that_only_changes_case_is_no_twin_of_itself() -> None:
    found = drafted(GROUP, {1: {"name": "gold"}}, project(group("g", "Gold", previous=["gold"])))
    assert [c.id for c in found.changes] == ["contact_group/g:update"]


def test_an_update_that_leaves_the_name_alone_is_not_judged_by_it() -> None:
    live: Objects = {1: {"name": "Gold", "level": 1}, 2: {"name": "GOLD", "level": 2}}
    found = drafted(CLASSIFICATION, live, project(classification("g", "Gold", level=5)))
    assert [c.live_id for c in found.changes] == [1]
    assert not found.blocked


def test_equal_labels_in_two_slots_are_harmless() -> None:
    live: Objects = {"COL1": {"label": "Promise Date"}}
    found = drafted(
        COLUMN, live, project(column("COL2", label="promise date"), column("COL3", label="Promise Date"))
    )
    assert [c.live_id for c in found.changes] == ["COL2", "COL3"]
    assert not found.blocked
    assert not found.warnings


# --- live ones warn ----------------------------------------------------------------------------


def test_a_managed_object_that_already_lives_under_a_hidden_name_is_warned_about() -> None:
    found = drafted(GROUP, {1: {"name": "a\u200bb"}}, project(group("g", "a\u200bb")))
    (warning,) = found.warnings
    assert (warning.code, warning.ref) == ("unsafe-name", "contact_group/g")
    assert not found.blocked


def test_a_managed_object_that_already_lives_beside_a_twin_is_warned_about() -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "GOLD"}}
    found = drafted(GROUP, live, project(group("g", "Gold")))
    (warning,) = found.warnings
    assert (warning.code, warning.ref) == ("similar-name", "contact_group/g")
    assert "GOLD" in warning.message
    assert not found.blocked


def test_warnings_stay_within_the_selection() -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "GOLD"}}
    wanted = project(group("g", "Gold"), group("h", "GOLD"))
    found = drafted(GROUP, live, wanted, selection("contact_group/h"))
    assert [w.ref for w in found.warnings] == ["contact_group/h"]


# --- names that move from one object to another ------------------------------------------------


def test_a_swap_of_two_names_with_pins_is_allowed() -> None:
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}}
    found = drafted(GROUP, live, project(group("a", "B", pin=1), group("b", "A", pin=2)))
    assert {(c.live_id, c.name) for c in found.changes} == {(1, "B"), (2, "A")}
    assert not found.blocked


def test_a_swap_without_pins_changes_nothing_and_warns() -> None:
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}}
    found = drafted(GROUP, live, project(group("a", "B", previous=["A"]), group("b", "A", previous=["B"])))
    assert not found.changes
    assert [w.code for w in found.warnings] == ["previous-name-lives", "previous-name-lives"]


def test_each_rename_of_a_chain_follows_the_one_that_frees_its_name() -> None:
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}, 3: {"name": "C"}}
    wanted = project(group("a", "B", pin=1), group("b", "C", pin=2), group("c", "D", pin=3))
    found = drafted(GROUP, live, wanted)
    assert [(c.live_id, c.name) for c in found.changes] == [(3, "D"), (2, "C"), (1, "B")]


def test_a_chain_of_two_thousand_renames_is_ordered_all_the_same() -> None:
    size = 2000
    live: Objects = {n: {"name": f"Group {n}"} for n in range(size)}
    wanted = project(*(group(f"g{n:05}", f"Group {n + 1}", pin=n) for n in range(size)))
    found = drafted(GROUP, live, wanted)
    assert [c.live_id for c in found.changes] == list(reversed(range(size)))


def test_a_rename_that_is_blocked_keeps_its_name_so_nobody_else_may_take_it() -> None:
    """Or else `--skip-blocked` would make the very twin that the guard is there to prevent."""
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}, 3: {"name": "C"}}
    wanted = project(
        group("x", "bad\u200b", pin=1), group("b", "A", pin=2), group("c", "B", pin=3), group("d", "D")
    )
    found = drafted(GROUP, live, wanted)
    assert {(b.address, b.code) for b in found.blocked} == {
        ("x", "unsafe-name"),
        ("b", "similar-name"),
        ("c", "similar-name"),
    }
    assert [c.address for c in found.changes] == ["d"]


def test_a_rename_outside_of_the_selection_frees_no_name_within_it() -> None:
    live: Objects = {1: {"name": "A"}, 2: {"name": "B"}}
    wanted = project(group("a", "Z", pin=1), group("b", "A", pin=2))
    found = drafted(GROUP, live, wanted, selection("contact_group/b"))
    assert [(b.address, b.code) for b in found.blocked] == [("b", "similar-name")]
    assert not found.changes


def test_a_create_may_take_the_look_of_a_name_that_a_rename_frees() -> None:
    found = drafted(GROUP, {1: {"name": "gold"}}, project(group("a", "Silver", pin=1), group("b", "Gold")))
    assert [type(c) for c in found.changes] == [Update, Create]


# --- what a blocked name tells -----------------------------------------------------------------


@pytest.mark.parametrize("bound", [False, True], ids=["nobody's", "declared"])
def test_a_create_blocked_by_live_objects_names_all_their_ids(bound: bool) -> None:
    live: Objects = {3: {"name": "Gold"}, 12: {"name": "GOLD"}, 5: {"name": "Silver"}}
    entries = [group("z", "GOLD")] if bound else []
    (blocked,) = drafted(GROUP, live, project(group("g", "gold"), *entries)).blocked
    assert (blocked.code, blocked.live_ids) == ("similar-name", (3, 12))


def test_a_create_blocked_by_a_rename_that_is_blocked_names_its_id() -> None:
    live: Objects = {4: {"name": "Gold"}}
    found = drafted(GROUP, live, project(group("a", "bad\u200b", pin=4), group("b", "gold")))
    assert [(b.address, b.live_ids) for b in found.blocked] == [("a", (4,)), ("b", (4,))]


@pytest.mark.parametrize(
    ("entries", "unlisted"),
    [((removal("account_classification", "o", "Gold"),), {}), ((), {"account_classification": "delete"})],
    ids=["removed", "exclusive"],
)
def test_a_name_that_a_delete_of_the_same_plan_frees_is_blocked_and_the_hint_says_what_to_do(
    entries: tuple[Removal, ...], unlisted: dict[str, str]
) -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "Silver"}}
    new = classification("s", "Gold", pin=2)
    made = classification("t", "GOLD")
    for entry in (new, made):
        found = drafted(CLASSIFICATION, live, project(entry, *entries, unlisted=unlisted))
        (blocked,) = found.blocked
        assert blocked.code == "similar-name"
        assert "deleted in the same plan" in blocked.reason
        assert "apply the delete first" in (blocked.hint or "")


def test_a_removal_outside_of_the_selection_is_not_in_the_same_plan() -> None:
    live: Objects = {1: {"name": "Gold"}, 2: {"name": "Silver"}}
    wanted = project(classification("t", "GOLD"), removal("account_classification", "o", "Gold"))
    (blocked,) = drafted(CLASSIFICATION, live, wanted, selection("account_classification/t")).blocked
    assert "deleted" not in blocked.reason
