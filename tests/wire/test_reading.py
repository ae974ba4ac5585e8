"""Answers are read tolerantly where the vendor's pages differ, and strictly where a guess would hurt."""

from __future__ import annotations

from typing import Any

import pytest

from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.resource import Live
from lvstate.wire.messages import Field, ShapeError, describe, member, whole

GROUP, COLUMN, CLASSIFICATION, TYPE = (
    kind_named(name) for name in ("contact_group", "custom_field", "account_classification", "account_type")
)
NOTHING: list[Any] = [None, 0, 1.5, True, "x", [], {}]


def page(kind: Kind, document: Any) -> tuple[Live, ...]:
    return kind.shape.page(kind.name, document).objects


# --- as documented -----------------------------------------------------------------------------


def test_the_documented_listing_of_contact_groups_is_read() -> None:
    document = {
        "contactGroup": [
            {"id": 2200, "name": "Client BOA", "createdBy": "Admin, System", "createdAt": 1505108737000},
            {"id": 2201, "name": "Client BOA"},
        ],
        "next": "https://elsewhere.example/contact/contactGroups/?count=2&offset=2",
    }
    found = GROUP.shape.page("contact_group", document)
    assert found.objects == (
        Live("contact_group", 2200, {"name": "Client BOA"}),
        Live("contact_group", 2201, {"name": "Client BOA"}),
    )
    assert found.more


@pytest.mark.parametrize("end", [{}, {"next": None}, {"next": ""}])
def test_a_page_without_next_says_that_nothing_follows(end: dict[str, Any]) -> None:
    assert not GROUP.shape.page("contact_group", {"contactGroup": [], **end}).more


def test_the_documented_listing_of_types_is_read() -> None:
    document = [{"level": 1, "name": "Hospital", "id": 48}, {"level": 2, "name": "Bank", "id": 183}]
    assert page(TYPE, document) == (
        Live("account_type", 48, {"name": "Hospital", "level": 1}),
        Live("account_type", 183, {"name": "Bank", "level": 2}),
    )
    assert not TYPE.shape.page("account_type", document).more


def test_the_documented_listing_of_custom_fields_is_read() -> None:
    document = {
        "customFields": [
            {"field": "COL9", "label": "Company", "dataType": "STRING"},
            {"listValues": ["blue", "green"], "field": "COL30", "label": "Test", "dataType": "LIST"},
        ]
    }
    assert page(COLUMN, document) == (
        Live("custom_field", "COL9", {"label": "Company", "data_type": "STRING"}),
        Live(
            "custom_field", "COL30", {"label": "Test", "data_type": "LIST", "list_values": ("blue", "green")}
        ),
    )


def test_an_empty_listing_is_empty() -> None:
    assert page(TYPE, []) == page(GROUP, {"contactGroup": []}) == page(COLUMN, {"customFields": []}) == ()


def test_the_documented_answer_to_a_create_is_read() -> None:
    assert GROUP.shape.created({"id": 2200}) == 2200
    assert TYPE.shape.created({"ID": "192", "extra": []}) == 192


def test_one_object_is_read_as_it_is_listed() -> None:
    assert TYPE.shape.item("account_type", 184, {"level": 3, "name": "Grocery", "id": 184}) == Live(
        "account_type", 184, {"name": "Grocery", "level": 3}
    )
    definition = {"field": "COL7", "label": "Test", "dataType": "DATE"}
    column = COLUMN.shape.item("custom_field", "COL7", definition)
    assert column is not None
    assert column.fields == {
        "label": "Test",
        "data_type": "DATE",
    }


# --- tolerance ---------------------------------------------------------------------------------


def test_numbers_may_be_written_as_text() -> None:
    (found,) = page(TYPE, [{"id": "48", "name": "Hospital", "level": "6"}])
    assert (found.id, found.fields["level"]) == (48, 6)


def test_keys_may_differ_in_case() -> None:
    (found,) = page(TYPE, [{"ID": 48, "Name": "Hospital", "Level": 1}])
    assert found == Live("account_type", 48, {"name": "Hospital", "level": 1})
    (found,) = page(
        COLUMN, {"CustomFields": [{"Field": "COL1", "LABEL": "x", "datatype": "DATE", "ListValues": None}]}
    )
    assert found.fields == {"label": "x", "data_type": "DATE"}
    assert len(page(GROUP, {"ContactGroup": [{"id": 1, "name": "x"}]})) == 1


def test_keys_that_nobody_knows_are_passed_over() -> None:
    (found,) = page(TYPE, [{"id": 1, "name": "x", "level": 1, "colour": {"deep": [1.5, None]}}])
    assert found.fields == {"name": "x", "level": 1}


@pytest.mark.parametrize("nothing", [{}, {"level": None}])
def test_a_value_that_is_null_is_absent(nothing: dict[str, Any]) -> None:
    (found,) = page(TYPE, [{"id": 1, "name": "x", **nothing}])
    assert found.fields == {"name": "x"}


@pytest.mark.parametrize("nothing", [{}, {"listValues": None}, {"listValues": []}])
def test_a_list_without_values_is_absent(nothing: dict[str, Any]) -> None:
    (found,) = page(COLUMN, {"customFields": [{"field": "COL1", "label": "x", **nothing}]})
    assert found.fields == {"label": "x"}


@pytest.mark.parametrize("name", ["", " ", "  padded ", "e\u0301", "\u202eevil", "0"])
def test_names_are_read_exactly_as_they_are(name: str) -> None:
    assert page(GROUP, {"contactGroup": [{"id": 1, "name": name}]})[0].fields["name"] == name


# --- strictness --------------------------------------------------------------------------------

NO_WHOLE_NUMBERS: list[Any] = [
    None,
    True,
    False,
    1.0,
    1.5,
    -1,
    "-1",
    "1.0",
    " 1",
    "1\n",
    "",
    "x",
    "\u0661",
    "1e3",
    "9" * 20,
    [1],
    {"id": 1},
]


@pytest.mark.parametrize("raw", NO_WHOLE_NUMBERS, ids=repr)
def test_an_id_that_is_no_whole_number_is_refused(raw: Any) -> None:
    with pytest.raises(ShapeError, match="id should be a whole number"):
        page(TYPE, [{"id": raw, "name": "x"}])
    with pytest.raises(ShapeError, match="id should be a whole number"):
        TYPE.shape.created({"id": raw})


@pytest.mark.parametrize("raw", [value for value in NO_WHOLE_NUMBERS if value is not None], ids=repr)
def test_a_level_that_is_no_whole_number_is_refused(raw: Any) -> None:
    with pytest.raises(ShapeError, match="level should be a whole number"):
        page(TYPE, [{"id": 1, "name": "x", "level": raw}])


@pytest.mark.parametrize("raw", [0, 6, "0", "6", "007", 10**18], ids=repr)
def test_whole_numbers_are_whole_numbers(raw: int | str) -> None:
    assert whole(raw, "it") == int(raw)


def test_an_object_without_an_id_is_refused() -> None:
    with pytest.raises(ShapeError, match="exactly one of the keys id"):
        page(TYPE, [{"name": "x"}])


def test_an_object_with_two_ids_is_refused() -> None:
    with pytest.raises(ShapeError, match="exactly one of the keys id"):
        page(TYPE, [{"id": 1, "ID": 2, "name": "x"}])


@pytest.mark.parametrize("row", [{"id": 1}, {"id": 1, "name": None}])
def test_an_object_without_its_name_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ShapeError, match="lacks its name"):
        page(TYPE, [row])


@pytest.mark.parametrize("raw", [1, True, ["x"], {}])
def test_a_name_that_is_no_text_is_refused(raw: Any) -> None:
    with pytest.raises(ShapeError, match="name should be text"):
        page(TYPE, [{"id": 1, "name": raw}])


@pytest.mark.parametrize("row", [None, 1, "x", []])
def test_a_row_that_is_no_object_is_refused(row: Any) -> None:
    with pytest.raises(ShapeError, match="should be an object"):
        page(TYPE, [row])


@pytest.mark.parametrize(
    "document", [*NOTHING, {"contactGroups": []}, {"contactGroup": {}}, {"contactGroup": None}]
)
def test_a_listing_in_another_wrapper_is_an_error_and_never_empty(document: Any) -> None:
    with pytest.raises(ShapeError):
        page(GROUP, document)


@pytest.mark.parametrize("document", [*NOTHING, {"customField": []}, {"customFields": "x"}])
def test_a_row_of_slots_in_another_wrapper_is_an_error_and_never_empty(document: Any) -> None:
    with pytest.raises(ShapeError):
        page(COLUMN, document)


@pytest.mark.parametrize(
    "document", [None, 0, "x", {}, {"types": []}, {"code": 203, "message": "No Record Found"}]
)
def test_a_bare_listing_must_be_an_array(document: Any) -> None:
    with pytest.raises(ShapeError, match="should be an array"):
        page(TYPE, document)


def test_two_wrappers_that_differ_in_case_are_refused() -> None:
    with pytest.raises(ShapeError, match="exactly one"):
        page(GROUP, {"contactGroup": [], "ContactGroup": [{"id": 1, "name": "x"}]})


@pytest.mark.parametrize("raw", [None, 1, "", True, ["COL1"]])
def test_a_slot_without_its_name_is_refused(raw: Any) -> None:
    with pytest.raises(ShapeError, match="field should be text"):
        page(COLUMN, {"customFields": [{"field": raw, "label": "x"}]})


@pytest.mark.parametrize("raw", ["x", {}, [1], ["x", None], 0, False])
def test_list_values_that_are_no_list_of_texts_are_refused(raw: Any) -> None:
    with pytest.raises(ShapeError, match="listValues should be a list of texts"):
        page(COLUMN, {"customFields": [{"field": "COL1", "label": "x", "listValues": raw}]})


def test_the_answer_to_a_read_must_be_the_object_asked_for() -> None:
    with pytest.raises(ShapeError, match="asked for id 1, got id 2"):
        TYPE.shape.item("account_type", 1, {"id": 2, "name": "x"})
    with pytest.raises(ShapeError, match="asked for COL1, got COL2"):
        COLUMN.shape.item("custom_field", "COL1", {"field": "COL2", "label": "x"})


@pytest.mark.parametrize("document", [*NOTHING, {"ids": 1}, {"id": None}])
def test_the_answer_to_a_create_must_hold_an_id(document: Any) -> None:
    with pytest.raises(ShapeError):
        GROUP.shape.created(document)


def test_a_message_names_the_type_of_a_wrong_value_and_never_the_value() -> None:
    with pytest.raises(ShapeError) as caught:
        page(TYPE, [{"id": 1, "name": {"secret": "hunter2"}}])
    assert "hunter2" not in str(caught.value)
    assert "an object" in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("x", "text"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_json_types_have_names(raw: Any, word: str) -> None:
    assert describe(raw) == word


def test_one_of_several_spellings_of_a_key_is_enough_and_two_are_too_many() -> None:
    assert member({"listAccount": [1]}, "it", "listAccount", "listAccounts") == [1]
    assert member({"LISTACCOUNTS": [2]}, "it", "listAccount", "listAccounts") == [2]
    with pytest.raises(ShapeError, match="listAccount, listAccounts"):
        member({"listAccount": [], "listAccounts": []}, "it", "listAccount", "listAccounts")


def test_a_field_says_how_it_is_read() -> None:
    with pytest.raises(NotImplementedError):
        Field("name", "name").decode("x")


# --- keys in two spellings ---------------------------------------------------------------------


@pytest.mark.parametrize("second", ["Name", "NAME"])
def test_a_field_in_two_spellings_is_refused(second: str) -> None:
    with pytest.raises(ShapeError, match="an object has the key name more than once"):
        page(TYPE, [{"id": 1, "name": "Gold", second: "Silver"}])
    with pytest.raises(ShapeError):
        TYPE.shape.item("account_type", 1, {"id": 1, "name": "Gold", second: "Gold"})


def test_a_slot_with_a_field_in_two_spellings_is_refused() -> None:
    with pytest.raises(ShapeError):
        page(COLUMN, {"customFields": [{"field": "COL1", "label": "x", "Label": None}]})


def test_an_unknown_key_in_two_spellings_is_passed_over() -> None:
    assert page(TYPE, [{"id": 1, "name": "Gold", "colour": 1, "Colour": 2}])


@pytest.mark.parametrize("key", ["next", "Next", "NEXT"])
def test_the_word_that_objects_follow_is_read_whatever_its_case(key: str) -> None:
    assert GROUP.shape.page("contact_group", {"contactGroup": [], key: "?offset=1"}).more


def test_the_word_that_objects_follow_in_two_spellings_is_refused() -> None:
    with pytest.raises(ShapeError):
        GROUP.shape.page("contact_group", {"contactGroup": [], "next": None, "Next": "?offset=1"})


# --- slots without a label ---------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [{}, {"label": None}, {"label": None, "dataType": "STRING"}])
def test_a_slot_without_a_label_is_not_defined(nothing: dict[str, Any]) -> None:
    rows = [{"field": "COL1", **nothing}, {"field": "COL2", "label": "x"}]
    assert [live.id for live in page(COLUMN, {"customFields": rows})] == ["COL2"]
    assert COLUMN.shape.item("custom_field", "COL1", rows[0]) is None


def test_a_listing_in_which_no_slot_has_the_key_of_a_label_is_of_another_shape() -> None:
    """It must not read as a hundred slots that are free to be filled."""
    with pytest.raises(ShapeError, match="no definition has a label"):
        page(COLUMN, {"customFields": [{"field": "COL1", "title": "x"}, {"field": "COL2", "title": "y"}]})
    assert page(COLUMN, {"customFields": [{"field": "COL1", "Label": None}]}) == ()


def test_a_slot_without_a_label_is_checked_all_the_same() -> None:
    with pytest.raises(ShapeError):
        COLUMN.shape.item("custom_field", "COL2", {"field": "COL1"})
    for row in ({"field": 7, "label": None}, {"label": None}, {"field": "COL1", "label": 7}):
        with pytest.raises(ShapeError):
            page(COLUMN, {"customFields": [row]})
