"""Classifications and types: one behaviour, two lists, two spellings each."""

from __future__ import annotations

import pytest

from tests.emulator.caller import Caller

BOTH = pytest.mark.parametrize("plural", ["/account/classifications", "/account/types"])


@BOTH
def test_both_spellings_serve_every_verb(empty: Caller, plural: str) -> None:
    singular = plural.removesuffix("s")
    for path, other in ((plural, singular), (singular, plural)):
        entry = f"{path}/{empty.post(path, {'name': 'x'}).body['id']}"
        assert empty.get(entry).status == empty.get(path).status == 200
        assert empty.get(path).raw == empty.get(other).raw
        assert empty.put(entry, {"name": "y"}).status == 204
        assert empty.delete(entry).status == 204
        assert empty.get(entry).body == {"code": 203, "message": "No Record Found"}


@BOTH
def test_a_new_name_goes_to_the_end_of_the_display(empty: Caller, plural: str) -> None:
    first = empty.post(plural, {"name": "first"}).body["id"]
    empty.put(f"{plural}/{first}", {"level": 6})
    second = empty.post(plural, {"name": "second", "level": 1}).body["id"]
    assert empty.get(plural).body == [
        {"level": 6, "name": "first", "id": first},
        {"level": 7, "name": "second", "id": second},
    ]


@BOTH
def test_the_first_name_has_level_1(empty: Caller, plural: str) -> None:
    empty.post(plural, {"name": "first"})
    assert [entry["level"] for entry in empty.get(plural).body] == [1]


@BOTH
def test_the_list_goes_by_level_and_then_by_id(empty: Caller, plural: str) -> None:
    a, b, c = (empty.post(plural, {"name": name}).body["id"] for name in "abc")
    empty.put(f"{plural}/{c}", {"level": 1})
    assert [entry["id"] for entry in empty.get(plural).body] == [a, c, b]


@BOTH
@pytest.mark.parametrize("level", [6, "6", 0, "0", 2**31 - 1], ids=repr)
def test_a_level_is_a_number_however_it_was_sent(empty: Caller, plural: str, level: object) -> None:
    entry = f"{plural}/{empty.post(plural, {'name': 'x'}).body['id']}"
    assert empty.put(entry, {"level": level}).status == 204
    assert empty.get(entry).body["level"] == int(str(level))


@BOTH
def test_an_update_changes_only_what_it_names(empty: Caller, plural: str) -> None:
    entry = f"{plural}/{empty.post(plural, {'name': 'x'}).body['id']}"
    for body, expected in (({}, ("x", 1)), ({"level": 3}, ("x", 3)), ({"name": "y"}, ("y", 3))):
        assert empty.put(entry, body).status == 204
        received = empty.get(entry).body
        assert (received["name"], received["level"]) == expected


@BOTH
def test_a_level_of_null_is_none_and_comes_last(empty: Caller, plural: str) -> None:
    first, second = (empty.post(plural, {"name": name}).body["id"] for name in "ab")
    assert empty.put(f"{plural}/{first}", {"level": None}).status == 204
    assert empty.get(plural).body == [
        {"level": 2, "name": "b", "id": second},
        {"name": "a", "id": first},
    ]


@BOTH
def test_names_may_repeat(empty: Caller, plural: str) -> None:
    assert [empty.post(plural, {"name": "same"}).status for _ in range(2)] == [201, 201]


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": None},
        {"name": 1},
        {"level": -1},
        {"level": 1.5},
        {"level": "six"},
        {"level": True},
        {"level": ""},
        {"level": 2**31},
        {"level": [1]},
        [],
    ],
)
def test_a_bad_update_is_400_and_changes_nothing(empty: Caller, plural: str, body: object) -> None:
    entry = f"{plural}/{empty.post(plural, {'name': 'x'}).body['id']}"
    assert empty.put(entry, body).status == 400
    assert empty.get(entry).body["name"] == "x"
    assert empty.get(entry).body["level"] == 1


@BOTH
def test_a_create_needs_a_name(empty: Caller, plural: str) -> None:
    assert empty.post(plural, {"level": 1}).status == 400
    assert empty.get(plural).raw == b"[]"


@BOTH
def test_an_id_is_not_given_twice(empty: Caller, plural: str) -> None:
    first = empty.post(plural, {"name": "x"}).body["id"]
    empty.delete(f"{plural}/{first}")
    assert empty.post(plural, {"name": "x"}).body["id"] > first


@pytest.mark.parametrize(
    ("path", "reference"),
    [("/account/classifications/172", "classificationId"), ("/account/types/48", "typeId")],
)
def test_a_name_in_use_may_be_deleted_and_accounts_lose_the_reference(
    admin: Caller, path: str, reference: str
) -> None:
    search = "/account/accounts/search?count=10&offset=0"
    number = int(path.rpartition("/")[2])
    assert len(admin.post(search, {"search": {reference: number}}).body["listAccount"]) == 1
    assert admin.delete(path).status == 204
    assert admin.post(search, {"search": {reference: number}}).body == {"listAccount": []}
    (account,) = admin.post(search, {"search": {"accountNumber": "DOC1231"}}).body["listAccount"]
    assert reference not in account
    assert account["modifiedDate"] == 1595322442540
