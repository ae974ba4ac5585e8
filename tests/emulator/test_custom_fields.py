"""Custom field definitions: partial, atomic updates of slots that cannot be made or deleted."""

from __future__ import annotations

import pytest

from tests.emulator.caller import Caller

FIELDS = "/contact/contacts/customFields"


def put(caller: Caller, *entries: object) -> int:
    return caller.put(FIELDS, {"customFields": list(entries)}).status


def test_the_list_goes_by_slot(admin: Caller) -> None:
    listed = [field["field"] for field in admin.get(FIELDS).body["customFields"]]
    assert listed == ["COL7", "COL8", "COL9", "COL11", "COL24", "COL25", "COL30"]


def test_an_empty_tenant_has_no_definitions(empty: Caller) -> None:
    assert empty.get(FIELDS).raw == b'{"customFields":[]}'


def test_a_put_defines_an_undefined_slot_as_a_string(empty: Caller) -> None:
    assert empty.get(f"{FIELDS}/COL1").status == 404
    assert put(empty, {"field": "COL1", "label": "Promise Date"}) == 204
    assert empty.get(f"{FIELDS}/COL1").raw == b'{"field":"COL1","label":"Promise Date","dataType":"STRING"}'


def test_keys_that_are_not_sent_stay(admin: Caller) -> None:
    assert put(admin, {"field": "COL7", "label": "Colour"}) == 204
    expected = {
        "listValues": ["blue", "green", "red"],
        "field": "COL7",
        "label": "Colour",
        "dataType": "LIST",
    }
    assert admin.get(f"{FIELDS}/COL7").body == expected
    assert put(admin, {"field": "COL24", "dataType": "DATE"}) == 204
    assert admin.get(f"{FIELDS}/COL24").body == {"field": "COL24", "label": "Score Type", "dataType": "DATE"}


def test_list_values_replace_the_whole_list(admin: Caller) -> None:
    assert put(admin, {"field": "COL7", "listValues": ["one"]}) == 204
    assert admin.get(f"{FIELDS}/COL7").body["listValues"] == ["one"]


@pytest.mark.parametrize("cleared", [None, []])
def test_a_list_may_be_emptied(admin: Caller, cleared: object) -> None:
    assert put(admin, {"field": "COL7", "listValues": cleared}) == 204
    assert admin.get(f"{FIELDS}/COL7").body["listValues"] == []


def test_leaving_the_type_list_drops_the_values_for_good(admin: Caller) -> None:
    assert put(admin, {"field": "COL7", "dataType": "STRING"}) == 204
    assert admin.get(f"{FIELDS}/COL7").body == {"field": "COL7", "label": "Test", "dataType": "STRING"}
    assert put(admin, {"field": "COL7", "dataType": "LIST"}) == 204
    assert admin.get(f"{FIELDS}/COL7").body["listValues"] == []


def test_several_fields_travel_in_one_put(empty: Caller) -> None:
    assert put(empty, {"field": "COL100", "label": "last"}, {"field": "COL2", "label": "two"}) == 204
    assert [field["label"] for field in empty.get(FIELDS).body["customFields"]] == ["two", "last"]


@pytest.mark.parametrize(
    "entry",
    [
        {"label": "x"},
        {"field": None, "label": "x"},
        {"field": "COL0", "label": "x"},
        {"field": "COL101", "label": "x"},
        {"field": "COL01", "label": "x"},
        {"field": "col1", "label": "x"},
        {"field": 1, "label": "x"},
        {"field": "COL50"},
        {"field": "COL50", "dataType": "STRING"},
        {"field": "COL7", "label": ""},
        {"field": "COL7", "label": None},
        {"field": "COL7", "label": 5},
        {"field": "COL7", "dataType": "list"},
        {"field": "COL7", "dataType": "INTEGER"},
        {"field": "COL7", "dataType": 1},
        {"field": "COL7", "dataType": None},
        {"field": "COL7", "listValues": "blue"},
        {"field": "COL7", "listValues": ["blue", 1]},
        {"field": "COL7", "listValues": [None]},
        {"field": "COL8", "listValues": ["blue"]},
        {"field": "COL7", "dataType": "STRING", "listValues": ["blue"]},
        "COL7",
        None,
        ["COL7"],
    ],
)
def test_one_bad_entry_refuses_the_whole_put(admin: Caller, entry: object) -> None:
    before = admin.get(FIELDS).raw
    assert put(admin, {"field": "COL8", "label": "good"}, entry, {"field": "COL9", "label": "good"}) == 400
    assert admin.get(FIELDS).raw == before


@pytest.mark.parametrize(
    "body", [{}, {"customFields": None}, {"customFields": {}}, {"customFields": "COL1"}, []]
)
def test_a_body_without_the_array_is_400(admin: Caller, body: object) -> None:
    assert admin.put(FIELDS, body).status == 400


@pytest.mark.parametrize("field", ["COL1", "COL0", "COL101", "col7", "Test", "7", "COL7x", "%00"])
def test_a_field_that_is_none_or_undefined_is_404_203(admin: Caller, field: str) -> None:
    answer = admin.get(f"{FIELDS}/{field}")
    assert (answer.status, answer.body) == (404, {"code": 203, "message": "No Record Found"})


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("DELETE", ""), ("PUT", "/COL7"), ("DELETE", "/COL7")]
)
def test_fields_are_neither_created_nor_deleted_nor_updated_at_their_own_path(
    admin: Caller, method: str, path: str
) -> None:
    assert admin.send(method, FIELDS + path, {}).status == 405
