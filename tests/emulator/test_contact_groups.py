"""Contact groups: paging, stamps, duplicate names, and what is not possible."""

from __future__ import annotations

import pytest

from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

GROUPS = "/contact/contactGroups"


def test_a_walk_over_all_pages_sees_every_group_once_in_id_order(empty: Caller) -> None:
    made = [empty.post(GROUPS, {"name": f"group {n}"}).body["id"] for n in range(7)]
    seen, offset = [], 0
    while True:
        page = empty.get(f"{GROUPS}?count=3&offset={offset}").body
        seen += [group["id"] for group in page["contactGroup"]]
        if "next" not in page:
            break
        offset += 3
        assert page["next"] == f"contact/contactGroups/?offset={offset}&count=3"
    assert seen == made == sorted(made)


def test_a_full_last_page_has_no_next(empty: Caller) -> None:
    for _ in range(3):
        empty.post(GROUPS, {"name": "x"})
    assert "next" not in empty.get(f"{GROUPS}?count=3&offset=0").body


def test_a_page_behind_the_end_is_empty(admin: Caller) -> None:
    assert admin.get(f"{GROUPS}?count=3&offset=99").body == {"contactGroup": []}


def test_a_count_above_1000_is_clipped(empty: Caller, clock: HandClock) -> None:
    author = {"createdBy": "a", "modifiedBy": "a", "createdAt": 0, "modifiedAt": 0}
    empty.app.plant({"contact_groups": [{"id": n, "name": "x", **author} for n in range(1, 1003)]})
    page = empty.get(f"{GROUPS}?count=5000&offset=0").body
    assert len(page["contactGroup"]) == 1000
    assert page["next"] == "contact/contactGroups/?offset=1000&count=1000"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "count=10",
        "offset=0",
        "count=&offset=0",
        "count=0&offset=0",
        "count=-1&offset=0",
        "count=1.5&offset=0",
        "count=ten&offset=0",
        "count=%7B10%7D&offset=%7B0%7D",
        "count=10&offset=-1",
        "count=10&count=20&offset=0",
        "count=%D9%A1&offset=0",
        "count=99999999999999999999&offset=0",
        "count=9999999999999999999&offset=0",
        "count=1&offset=%00",
    ],
)
def test_a_missing_or_malformed_count_or_offset_is_400(admin: Caller, query: str) -> None:
    assert admin.send("GET", GROUPS, query=query).status == 400


def test_names_may_repeat_and_are_kept_exactly(empty: Caller) -> None:
    name = " A\u0301 \u202e x\t\u0000\U0001f600 "
    first, second = (empty.post(GROUPS, {"name": name}).body["id"] for _ in range(2))
    assert first != second
    assert empty.get(f"{GROUPS}/{second}").body["name"] == name


def test_a_rename_keeps_the_author_and_stamps_the_editor(empty: Caller, clock: HandClock) -> None:
    group_id = empty.post(GROUPS, {"name": "before"}).body["id"]
    created = int(clock.now) * 1000
    clock.now += 60
    assert Caller(empty.app, "superuser").put(f"{GROUPS}/{group_id}", {"name": "after"}).status == 204
    assert empty.get(f"{GROUPS}/{group_id}").body == {
        "id": group_id,
        "name": "after",
        "createdBy": "Emulator\\Admin, System",
        "modifiedBy": "Emulator\\User, Super",
        "createdAt": created,
        "modifiedAt": created + 60_000,
    }


def test_a_group_cannot_be_deleted(admin: Caller) -> None:
    answer = admin.delete(f"{GROUPS}/2200")
    assert (answer.status, answer.body["code"], answer.headers["Allow"]) == (405, 405, "GET, PUT")
    assert admin.get(f"{GROUPS}/2200").status == 200


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"name": ""}, {"name": 5}, {"name": ["x"]}, [], "x", 1, None]
)
def test_a_body_without_a_name_is_400_and_changes_nothing(admin: Caller, body: object) -> None:
    before = admin.get(f"{GROUPS}?count=1000&offset=0").raw
    assert admin.post(GROUPS, body).status == 400
    assert admin.put(f"{GROUPS}/2200", body).status == 400
    assert admin.get(f"{GROUPS}?count=1000&offset=0").raw == before


@pytest.mark.parametrize(
    "group_id",
    [
        "0",
        "2203",
        "x",
        "-1",
        "2200x",
        "22 00",
        "1.0",
        "%D9%A1",
        "9223372036854775807",
        "9223372036854775808",
        "9" * 400,
    ],
)
def test_an_id_that_is_none_or_unknown_is_404_203(admin: Caller, group_id: str) -> None:
    for answer in (admin.get(f"{GROUPS}/{group_id}"), admin.put(f"{GROUPS}/{group_id}", {"name": "x"})):
        assert (answer.status, answer.body["code"]) == (404, 203)


def test_an_id_may_have_64_bits(app: EmulatorApp, admin: Caller) -> None:
    largest = 2**63 - 2
    author = {"createdBy": "a", "modifiedBy": "a", "createdAt": 0, "modifiedAt": 0}
    app.plant({"contact_groups": [{"id": largest, "name": "far", **author}]})
    assert admin.get(f"{GROUPS}/{largest}").body["name"] == "far"
    assert admin.post(GROUPS, {"name": "further"}).body == {"id": largest + 1}


def test_a_trailing_slash_means_nothing(admin: Caller) -> None:
    assert admin.get(f"{GROUPS}/2200/").raw == admin.get(f"{GROUPS}/2200").raw
    assert admin.post(f"{GROUPS}/", {"name": "x"}).status == 201
