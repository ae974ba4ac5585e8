"""Do-not-dial blocks: what every action makes of every state, and the two methods that change nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock
from tests.emulator.contact_calls import CONTACTS, change, found, look, make

STATES = ("NONE", "DAILY", "PERMANENT", "BOTH")

# REFERENCE 4.0.3: action, then what is left of each of the states above
TABLE = {
    "DAILY": ("DAILY", "DAILY", "BOTH", "BOTH"),
    "PERMANENT": ("PERMANENT", "BOTH", "PERMANENT", "BOTH"),
    "BOTH": ("BOTH", "BOTH", "BOTH", "BOTH"),
    "NONE": ("NONE", "NONE", "NONE", "NONE"),
    "DAILY_OFF": ("NONE", "NONE", "PERMANENT", "PERMANENT"),
    "PERMANENT_OFF": ("NONE", "DAILY", "NONE", "DAILY"),
}
CASES = [
    (action, now, after) for (action, row) in TABLE.items() for now, after in zip(STATES, row, strict=True)
]


def states(caller: Caller) -> tuple[str, str]:
    contact = look(caller, "A1")
    return contact["accountBlock"], contact["phone"][0]["phoneBlock"]


@pytest.mark.parametrize("way", ["update", "bulk update", "dnd", "multi dnd"])
@pytest.mark.parametrize(("action", "now", "after"), CASES, ids=lambda value: value)
def test_an_action_leaves_the_state_of_the_table(
    empty: Caller, way: str, action: str, now: str, after: str
) -> None:
    make(empty, "A1", accountBlock=now, phone=[{"phone": "1", "ordinal": 1, "phoneBlock": now}])
    assert states(empty) == (now, now)
    phone = [{"phone": "1", "ordinal": 1, "phoneBlock": action}]
    written = {"account": "A1", "accountBlock": action, "phone": phone}
    asked = {"account": "A1", "accountBlock": action, "updateContactDND": phone}
    match way:
        case "update":
            answer = empty.put(f"{CONTACTS}/A1", {"updateContactDetails": written})
        case "bulk update":
            answer = empty.put(f"{CONTACTS}/bulk", {"updateContactDetails": [written]})
        case "dnd":
            answer = empty.put(f"{CONTACTS}/A1/dnd", asked)
        case _:
            answer = empty.post(f"{CONTACTS}/dnd", {"contactDnd": [asked]})
    assert answer.status in (200, 204)
    assert states(empty) == (after, after)


@pytest.mark.parametrize(("action", "state"), [(a, row[0]) for a, row in TABLE.items()])
def test_a_create_acts_on_no_block(empty: Caller, action: str, state: str) -> None:
    make(empty, "A1", accountBlock=action, phone=[{"phone": "1", "ordinal": 1, "phoneBlock": action}])
    assert states(empty) == (state, state)


@pytest.mark.parametrize("state", STATES)
def test_a_search_shows_the_two_flags_of_a_phone(empty: Caller, state: str) -> None:
    make(empty, "A1", phone=[{"phone": "1", "ordinal": 1, "phoneBlock": state}])
    slot = found(empty, "A1")["phone"][0]
    assert (slot["dnd"], slot["dndDaily"]) == (state in ("PERMANENT", "BOTH"), state in ("DAILY", "BOTH"))


def test_a_daily_block_does_not_lapse(empty: Caller, clock: HandClock) -> None:
    make(empty, "A1", accountBlock="DAILY")
    clock.now += 3 * 24 * 60 * 60
    assert look(Caller(empty.app), "A1")["accountBlock"] == "DAILY"


PHONES = [{"phone": "111", "ordinal": 1}, {"phone": "222", "ordinal": 5}]


@pytest.mark.parametrize(
    ("asked", "blocked"),
    [
        ({"ordinal": 5}, "222"),
        ({"ordinal": "5"}, "222"),
        ({"phone": "222"}, "222"),
        ({"phone": "222", "ordinal": 1}, "111"),
        ({"phone": "222", "ordinal": 9}, "222"),
        ({"phone": "999", "ordinal": 1}, "111"),
        ({"phone": "999"}, None),
        ({"ordinal": 9}, None),
    ],
)
def test_a_phone_is_found_by_its_ordinal_and_then_by_its_number(
    empty: Caller, asked: dict[str, object], blocked: str | None
) -> None:
    make(empty, "A1", phone=PHONES)
    answer = empty.put(f"{CONTACTS}/A1/dnd", {"updateContactDND": [{**asked, "phoneBlock": "BOTH"}]})
    assert answer.status == 204
    after = look(empty, "A1")["phone"]
    assert [phone["phone"] for phone in after] == ["111", "222"], "a number was changed"
    assert [p["phone"] for p in after if p["phoneBlock"] == "BOTH"] == ([blocked] if blocked else [])


def test_consents_are_set_with_the_blocks(empty: Caller) -> None:
    make(empty, "A1", phone=PHONES)
    body = {"updateContactDND": [{"ordinal": 1, "smsConsent": True, "cellConsent": "true"}]}
    assert empty.put(f"{CONTACTS}/A1/dnd", body).status == 204
    slot = found(empty, "A1")["phone"][0]
    assert (slot["smsConsent"], slot["cellConsent"], slot["dnd"]) == (True, True, False)


def test_a_dnd_update_changes_nothing_else_but_the_stamp(admin: Caller, clock: HandClock) -> None:
    before = look(admin, "1234567")
    body = {"accountBlock": "PERMANENT", "city": "Rome", "person": {"firstName": "x"}}
    assert admin.put(f"{CONTACTS}/1234567/dnd", body).status == 204
    stamp = int(clock.now) * 1000
    assert look(admin, "1234567") == {**before, "accountBlock": "BOTH", "modifiedDate": stamp}


@pytest.mark.parametrize("body", [None, {}, {"updateContactDND": []}, {"updateContactDND": None}])
def test_a_dnd_update_may_ask_for_nothing(admin: Caller, body: object) -> None:
    before = look(admin, "1234567")["accountBlock"]
    assert admin.put(f"{CONTACTS}/1234567/dnd", body).status == 204
    assert look(admin, "1234567")["accountBlock"] == before


def test_contacts_are_counted_and_not_phones(admin: Caller) -> None:
    phones = [{"ordinal": n, "phoneBlock": "DAILY"} for n in (1, 2, 3)]
    known = {"account": "31576555260000", "updateContactDND": phones}
    body = {"contactDnd": [known, {"account": "nyts0", "accountBlock": "DAILY"}, known, {"account": "100"}]}
    assert admin.post(f"{CONTACTS}/dnd", body).body == {"updated": 2}
    assert [p["phoneBlock"] for p in look(admin, "31576555260000")["phone"]] == ["DAILY"] * 3


BAD = [
    {"accountBlock": "never"},
    {"updateContactDND": {}},
    {"updateContactDND": [5]},
    {"updateContactDND": [{}]},
    {"updateContactDND": [{"ordinal": 11}]},
    {"updateContactDND": [{"ordinal": 1, "phoneBlock": "OFF"}]},
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_dnd_body_is_400_and_changes_nothing(admin: Caller, bad: dict[str, object]) -> None:
    assert admin.put(f"{CONTACTS}/1234567/dnd", bad).status == 400
    items = [{"account": "1234567", "accountBlock": "NONE"}, {"account": "100", **bad}]
    assert admin.post(f"{CONTACTS}/dnd", {"contactDnd": items}).status == 400
    assert look(admin, "1234567")["accountBlock"] == "DAILY"


@pytest.mark.parametrize("body", [{}, {"contactDnd": None}, {"contactDnd": {}}, {"contactDnd": [{}]}])
def test_a_multi_dnd_body_needs_its_array_and_accounts(admin: Caller, body: object) -> None:
    assert admin.post(f"{CONTACTS}/dnd", body).status == 400


@pytest.mark.parametrize(("verb", "path"), [("POST", "/100/dnd"), ("PUT", "/dnd"), ("GET", "/100/dnd")])
def test_single_is_put_and_many_are_post(admin: Caller, verb: str, path: str) -> None:
    """PUT /dnd is an update of a contact named so, were the path not taken by the other method."""
    assert admin.send(verb, CONTACTS + path, {}).status == 405


def test_every_pair_is_in_the_table() -> None:
    assert {(action, now) for action, now, _ in CASES} == set(product(TABLE, STATES))


def test_a_block_that_is_not_mentioned_stays(empty: Caller) -> None:
    make(empty, "A1", accountBlock="BOTH", phone=[{"phone": "1", "ordinal": 1, "phoneBlock": "DAILY"}])
    change(empty, "A1", city="Rome", phone=[{"phone": "2", "ordinal": 1}])
    assert states(empty) == ("BOTH", "DAILY")
