"""Kinds are files; everything else follows from what they declare."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

import pytest

import lvstate.kinds
from lvstate.kinds import all_kinds, by_section, kind_named
from lvstate.kinds.custom_field import risks
from lvstate.kinds.kind import no_risks, tell
from lvstate.model.resource import Live

if TYPE_CHECKING:
    from lvstate.model.resource import Value


def test_every_file_but_the_interface_is_a_kind() -> None:
    files = {module.name for module in pkgutil.iter_modules(lvstate.kinds.__path__)} - {"kind"}
    assert {kind.name for kind in all_kinds()} == files
    assert len(all_kinds()) >= 4


def test_kinds_stand_in_the_order_in_which_they_are_made() -> None:
    assert [kind.name for kind in all_kinds()][:4] == [
        "contact_group",
        "custom_field",
        "account_classification",
        "account_type",
    ]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_kind_is_found_by_its_name_and_by_its_section(kind: lvstate.kinds.Kind) -> None:
    assert kind_named(kind.name) is kind
    assert by_section(kind.section) is kind


def test_words_of_nobody_find_no_kind() -> None:
    assert by_section("queues") is None
    with pytest.raises(KeyError):
        kind_named("queue")


def test_names_sections_and_places_are_each_kinds_own() -> None:
    for words in (
        [k.name for k in all_kinds()],
        [k.section for k in all_kinds()],
        [k.order for k in all_kinds()],
    ):
        assert len(set(words)) == len(words)


def test_contact_groups_and_custom_fields_cannot_be_deleted() -> None:
    assert {kind.name for kind in all_kinds() if not kind.shape.can_delete} == {
        "contact_group",
        "custom_field",
    }


def test_whatever_can_be_deleted_says_who_may_be_using_it() -> None:
    assert all(kind.consumers is not None for kind in all_kinds() if kind.shape.can_delete)


def test_only_kinds_with_levels_are_made_in_order() -> None:
    assert {k.name for k in all_kinds() if k.ordered_creates} == {
        k.name for k in all_kinds() if "level" in k.field_names
    }


def test_fields_are_spelled_as_manifests_spell_them() -> None:
    assert {kind.name: kind.field_names for kind in all_kinds()} == {
        "contact_group": ("name",),
        "custom_field": ("label", "data_type", "list_values"),
        "account_classification": ("name", "level"),
        "account_type": ("name", "level"),
    }
    assert kind_named("custom_field").name_field == "label"


def test_an_object_is_known_by_its_name_and_matched_by_it() -> None:
    live = Live("account_type", 7, {"name": "Bank", "level": 1})
    kind = kind_named("account_type")
    assert (kind.live_name(live), kind.pattern_name(live)) == ("Bank", "Bank")


def test_a_slot_is_known_by_its_label_and_matched_by_its_place() -> None:
    live = Live("custom_field", "COL7", {"label": "Due"})
    kind = kind_named("custom_field")
    assert (kind.live_name(live), kind.pattern_name(live)) == ("Due", "COL7")


@pytest.mark.parametrize("address", ["a", "0", "early-stage", "a.b_c-d", "a" * 100])
def test_an_address_of_a_named_kind(address: str) -> None:
    assert kind_named("contact_group").has_address(address)


@pytest.mark.parametrize("address", ["", "A", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a" * 101, "COL1"])
def test_no_address_of_a_named_kind(address: str) -> None:
    assert not kind_named("contact_group").has_address(address)


def test_the_addresses_of_custom_fields_are_the_hundred_slots() -> None:
    kind = kind_named("custom_field")
    assert kind.slots == tuple(f"COL{n}" for n in range(1, 101))
    assert kind.has_address("COL1")
    assert kind.has_address("COL100")
    assert not any(kind.has_address(a) for a in ("COL0", "COL101", "col1", "COL01", "COL1 ", "early-stage"))


# --- risks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"data_type": "LIST"}, {"data_type": "DATE"}, ["from LIST to DATE"]),
        ({"list_values": ("a", "b", "c")}, {"list_values": ("b",)}, ["a, c"]),
        ({"label": "Promise Date"}, {"label": "Balance"}, ["Promise Date"]),
        ({"label": "Date"}, {"label": "Balance", "data_type": "DATE"}, ["Date"]),
        ({"label": ""}, {"label": "Balance"}, ["no word"]),
    ],
)
def test_risky_changes_of_a_custom_field(
    before: dict[str, Value], after: dict[str, Value], words: list[str]
) -> None:
    found = risks(before, after)
    assert len(found) == 1
    assert all(word in found[0] for word in words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"label": "x", "data_type": "DATE", "list_values": ("a",)}),
        ({"label": "Promise Date"}, {"label": "date of promise"}),
        ({"label": "Straße"}, {"label": "STRASSE 2"}),
        ({"list_values": ("a", "b")}, {"list_values": ("b", "a", "c")}),
        ({"list_values": ("a", "b")}, {"label": "x"}),
        ({"data_type": "LIST"}, {"label": "x"}),
    ],
)
def test_harmless_changes_of_a_custom_field(before: dict[str, Value], after: dict[str, Value]) -> None:
    assert risks(before, after) == ()


def test_the_other_kinds_know_no_risks() -> None:
    assert no_risks({"name": "a"}, {"name": "b"}) == ()
    assert {kind.name for kind in all_kinds() if kind.risks is not no_risks} == {"custom_field"}


@pytest.mark.parametrize(
    ("value", "words"), [(None, "nothing"), ("a", "a"), (6, "6"), (("a", "b"), "a, b"), ((), "")]
)
def test_a_value_is_told_in_a_sentence(value: Value | None, words: str) -> None:
    assert tell(value) == words
