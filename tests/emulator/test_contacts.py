"""Contacts: what is stored, what stays, what is refused, and the shapes of lists and reads."""

from __future__ import annotations

from typing import Any

import pytest

from lvstate.emulator import create_app
from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock
from tests.emulator.contact_calls import CONTACTS, WHOLE, change, found, look, make

BULK = f"{CONTACTS}/bulk"


def accounts(caller: Caller) -> list[str]:
    return [c["account"] for c in caller.get(CONTACTS + WHOLE).body["listContactDetails"]]


def test_a_created_contact_is_read_with_native_types(empty: Caller, clock: HandClock) -> None:
    make(
        empty,
        "A1",
        person={"firstName": "James", "dateOfBirth": "621057600000", "planet": "Earth"},
        phone=[{"phone": "6503517500", "ordinal": "3", "phoneBlock": "PERMANENT", "smsConsent": "true"}],
        customFields=[
            {"field": "COL2", "value": True},
            {"field": "COL1", "value": 123},
            {"field": "COL100", "value": "15"},
        ],
        active="true",
        balance="1000.00",
        amountToSpeak=99.5,
        dueDate="1641963600000",
        groupId="12371",
        unknown=1,
    )
    now = int(clock.now) * 1000
    assert look(empty, "A1") == {
        "person": {
            "firstName": "James",
            "lastName": None,
            "dateOfBirth": 621057600000,
            "email": None,
            "ssn": None,
            "zipCode": None,
        },
        "guarantor": {"firstName": None, "lastName": None},
        "phone": [{"phone": "6503517500", "ordinal": 3, "phoneBlock": "PERMANENT"}],
        "customFields": [
            {"field": "COL1", "value": "123"},
            {"field": "COL2", "value": "true"},
            {"field": "COL100", "value": "15"},
        ],
        "active": True,
        "balance": 1000,
        "accountBlock": "NONE",
        "accountToSpeak": None,
        "originalAccountNumber": None,
        "address1": None,
        "address2": None,
        "city": None,
        "state": None,
        "country": None,
        "amountToSpeak": 99.5,
        "dueDate": 1641963600000,
        "groupId": 12371,
        "account": "A1",
        "callAttemptsToday": 0,
        "callAttemptsTotal": 0,
        "initialLoad": 0,
        "lastLoad": None,
        "createdDate": now,
        "modifiedDate": now,
    }


def test_an_entry_of_the_list_is_a_read_with_other_names_for_its_dates(admin: Caller) -> None:
    (listed,) = [
        c for c in admin.get(CONTACTS + WHOLE).body["listContactDetails"] if c["account"] == "1234567"
    ]
    read = look(admin, "1234567")
    dates = {"createDate": read.pop("createdDate"), "modifyDate": read.pop("modifiedDate")}
    assert listed == {**read, "customFields": None, **dates}


def test_a_search_has_ten_phones_and_no_key_without_a_value(empty: Caller, clock: HandClock) -> None:
    contact_id = make(
        empty, "A1", phone=[{"phone": "1", "ordinal": 10, "phoneBlock": "BOTH", "cellConsent": True}]
    )
    now = int(clock.now) * 1000
    slot = {"smsConsent": False, "cellConsent": False, "dnd": False, "dndDaily": False}
    attempts = {"callAttemptsTotal": 0, "callAttemptsToday": 0}
    empty_slots = [{**slot, "ordinal": n, "position": n, **attempts} for n in range(1, 10)]
    filled = {"phone": "1", "cellConsent": True, "dnd": True, "dndDaily": True}
    assert found(empty, "A1") == {
        "id": contact_id,
        "phone": [*empty_slots, {**slot, **filled, "ordinal": 10, "position": 10, **attempts}],
        "account": "A1",
        "active": False,
        "balance": 0.0,
        "accountBlock": "NONE",
        "country": "",
        "amountToSpeak": 0.0,
        "groupId": 0,
        "primaryEmailConsent": False,
        "agentId": 0,
        "createdDate": now,
        "modifiedDate": now,
        "callAttemptsToday": 0,
        "callAttemptsLifetime": 0,
    }


def test_a_search_shows_all_that_is_set(empty: Caller) -> None:
    details = {
        "account": "A1",
        "person": {"zipCode": "10010", "dateOfBirth": 0},
        "guarantor": {"lastName": "Tor"},
        "customFields": [{"field": "COL7", "value": "blue"}],
        "dueDate": 5,
        "department": "D",
        "salutation": "Dr",
        "title": "T",
        "agentId": "657530671",
        "happinessIndex": 0,
    }
    assert empty.post(BULK, {"createContactDetails": [details]}).status == 200
    shown = found(empty, "A1")
    assert shown["person"] == {"zipCode": "10010", "dateOfBirth": 0}
    assert shown["guarantor"] == {"lastName": "Tor"}
    assert shown["customFields"] == [{"field": "COL7", "value": "blue"}]
    keys = ("postalCode", "dueDate", "department", "salutation", "title", "agentId", "happinessIndex")
    assert [shown[key] for key in keys] == ["10010", 5, "D", "Dr", "T", 657530671, 0]


def test_amounts_are_whole_in_a_read_and_fractions_in_a_search(admin: Caller) -> None:
    assert b'"balance":1,' in admin.get(f"{CONTACTS}/1234567").raw
    node = {"field": "account", "criteria": "1234567", "condition": "EQUALS"}
    assert b'"balance":1.0,' in admin.post(f"{CONTACTS}/search{WHOLE}", {"search": node}).raw


def test_pages_go_by_id_and_name_the_next_with_its_count(empty: Caller) -> None:
    made = ["b", "a", "B", "c", "0"]
    for account in made:
        make(empty, account)
    first = empty.get(f"{CONTACTS}?count=2&offset=0").body
    assert first["next"] == "contact/contacts?offset=2&count=2"
    last = empty.get(f"{CONTACTS}?count=2&offset=3").body
    assert "next" not in last
    assert [c["account"] for c in last["listContactDetails"]] == ["c", "0"]
    assert accounts(empty) == made
    assert empty.get(f"{CONTACTS}?count=2&offset=5").body == {"listContactDetails": []}


def test_a_count_above_1000_is_clipped(empty: Caller) -> None:
    audit = {"createdDate": 0, "createdBy": "a", "modifiedDate": 0, "modifiedBy": "a"}
    empty.app.plant({"contacts": [{"id": n, "account": f"{n}", **audit} for n in range(1, 1003)]})
    page = empty.get(f"{CONTACTS}?count=5000&offset=0").body
    assert len(page["listContactDetails"]) == 1000
    assert page["next"] == "contact/contacts?offset=1000&count=1000"


@pytest.mark.parametrize("query", ["", "count=1", "offset=0", "count=0&offset=0", "count=%7B1%7D&offset=0"])
def test_a_window_is_mandatory(admin: Caller, query: str) -> None:
    assert admin.send("GET", CONTACTS, query=query).status == 400
    node = {"field": "account", "criteria": "1", "condition": "EQUALS"}
    assert admin.send("POST", f"{CONTACTS}/search", {"search": node}, query=query).status == 400


def test_a_contact_that_exists_answers_202_and_stays_as_it_was(admin: Caller) -> None:
    before = look(admin, "1246583")
    body = {"createContactDetails": {"account": "1246583", "city": "Elsewhere"}}
    answer = admin.post(CONTACTS, body)
    assert (answer.status, answer.raw) == (202, b'{"code":202,"message":"Contact already exists!"}')
    assert look(admin, "1246583") == before


def test_the_case_of_an_account_counts(admin: Caller) -> None:
    assert admin.get(f"{CONTACTS}/MF1234").status == admin.get(f"{CONTACTS}/mf1234").status == 200
    assert admin.get(f"{CONTACTS}/Mf1234").status == 404


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("%2F", "%252F"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("ü\U0001f600", "%C3%BC%F0%9F%98%80"),
        ("..", "%2E%2E"),
        ("a\nb", "a%0Ab"),
        ("a\x00b", "a%00b"),
        ("<account>", "%3Caccount%3E"),
    ],
)
def test_any_text_is_an_account_and_travels_encoded_in_paths(empty: Caller, account: str, path: str) -> None:
    make(empty, account, city="Rome")
    environ_path = f"{CONTACTS}/{path}"
    answer = raw_target(empty, "GET", environ_path)
    assert answer["readContactDetails"]["account"] == account


def raw_target(caller: Caller, method: str, target: str) -> Any:
    """A request whose target is sent as it is, as a server hands it over."""
    import json

    from werkzeug.test import create_environ, run_wsgi_app

    environ = create_environ("/", method=method, headers={"LV-Session": str(caller.session)})
    environ["REQUEST_URI"] = target
    chunks, status, _ = run_wsgi_app(caller.app, environ, buffered=True)
    assert status == "200 OK", status
    return json.loads(b"".join(chunks))


@pytest.mark.parametrize("account", ["bulk", "search", "dnd", "customFields"])
def test_a_fixed_path_wins_over_a_contact_of_its_name(empty: Caller, account: str) -> None:
    make(empty, account)
    answer = empty.delete(f"{CONTACTS}/{account}")
    assert answer.status == 405
    assert accounts(empty) == [account]


def test_an_update_changes_only_what_it_mentions(admin: Caller, clock: HandClock) -> None:
    before = look(admin, "1234567")
    change(admin, "1234567", person={"lastName": "Bonds"}, city="Rome", account="other")
    expected = {**before, "city": "Rome", "modifiedDate": int(clock.now) * 1000}
    expected["person"] = {**before["person"], "lastName": "Bonds"}
    assert look(admin, "1234567") == expected


def test_null_clears(empty: Caller) -> None:
    details = {
        "person": {"firstName": "A", "email": "b"},
        "guarantor": {"firstName": "C", "lastName": "D"},
        "active": True,
        "balance": 5,
        "city": "Rome",
        "dueDate": 1,
        "groupId": 2,
        "accountBlock": "BOTH",
        "customFields": [{"field": "COL1", "value": "x"}, {"field": "COL2", "value": "y"}],
    }
    make(empty, "A1", **details)
    change(
        empty,
        "A1",
        person={"firstName": None},
        guarantor=None,
        active=None,
        balance=None,
        city=None,
        dueDate=None,
        groupId=None,
        accountBlock=None,
        customFields=[{"field": "COL1", "value": None}],
    )
    now = look(empty, "A1")
    assert (now["person"]["firstName"], now["person"]["email"]) == (None, "b")
    assert now["guarantor"] == {"firstName": None, "lastName": None}
    assert now["customFields"] == [{"field": "COL2", "value": "y"}]
    keys = ("active", "balance", "city", "dueDate", "groupId", "accountBlock")
    assert [now[key] for key in keys] == [False, 0, None, 0, 0, "NONE"]
    change(empty, "A1", customFields=None, person=None)
    now = look(empty, "A1")
    assert "customFields" not in now
    assert set(now["person"].values()) == {None}


def phones(caller: Caller) -> list[tuple[int, str, str]]:
    return [(p["ordinal"], p["phone"], p["phoneBlock"]) for p in look(caller, "A1")["phone"]]


def test_phones_merge_by_ordinal(empty: Caller) -> None:
    make(
        empty, "A1", phone=[{"phone": "1", "ordinal": 1, "phoneBlock": "DAILY"}, {"phone": "2", "ordinal": 2}]
    )
    change(empty, "A1", phone=[{"phone": "7", "ordinal": 7}, {"phone": "1x", "ordinal": "1"}])
    assert phones(empty) == [(1, "1x", "DAILY"), (2, "2", "NONE"), (7, "7", "NONE")]
    change(empty, "A1", phone=[{"ordinal": 2, "phoneBlock": "PERMANENT"}])
    assert phones(empty)[1] == (2, "2", "PERMANENT")


def test_an_empty_array_removes_no_phone_and_no_value_but_null_does(empty: Caller) -> None:
    three = [{"phone": f"{n}", "ordinal": n} for n in (1, 2, 3)]
    make(empty, "A1", phone=three, customFields=[{"field": "COL1", "value": "x"}])
    change(empty, "A1", phone=[], customFields=[])
    assert len(phones(empty)) == 3
    assert look(empty, "A1")["customFields"] == [{"field": "COL1", "value": "x"}]
    change(empty, "A1", phone=[{"ordinal": 2, "phone": None}])
    assert [ordinal for ordinal, _, _ in phones(empty)] == [1, 3]
    change(empty, "A1", phone=None)
    assert phones(empty) == []


def test_consents_that_an_update_does_not_mention_stay(empty: Caller) -> None:
    make(empty, "A1", phone=[{"phone": "1", "ordinal": 1, "smsConsent": True, "cellConsent": "true"}])
    change(empty, "A1", phone=[{"ordinal": 1, "cellConsent": False}])
    slot = found(empty, "A1")["phone"][0]
    assert (slot["smsConsent"], slot["cellConsent"]) == (True, False)


def test_an_update_without_details_changes_nothing_but_the_stamp(admin: Caller) -> None:
    before = look(admin, "1234567")
    assert admin.put(f"{CONTACTS}/1234567").status == 204
    assert admin.put(f"{CONTACTS}/1234567", {}).status == 204
    after = look(admin, "1234567")
    assert {**before, "modifiedDate": 0} == {**after, "modifiedDate": 0}


def test_stamps_have_whole_seconds(empty: Caller, clock: HandClock) -> None:
    make(empty, "A1")
    clock.now += 61.9
    change(empty, "A1", city="Rome")
    now = look(empty, "A1")
    assert (now["createdDate"], now["modifiedDate"]) == (1_700_000_000_000, 1_700_000_062_000)


def test_a_missing_contact_is_404_with_a_body_or_without_as_documented(admin: Caller) -> None:
    no_record = b'{"code":203,"message":"No Record Found"}'
    for method, path, body in [
        ("GET", "/nobody", no_record),
        ("DELETE", "/nobody", b""),
        ("PUT", "/nobody", b""),
        ("PUT", "/nobody/dnd", no_record),
        ("GET", "/nobody/notes", no_record),
        ("GET", "/nobody/notes/1489384", no_record),
    ]:
        answer = admin.send(method, CONTACTS + path)
        assert (answer.status, answer.raw) == (404, body)
        assert answer.headers["Content-Type"] == "application/json"


def test_a_deleted_contact_takes_all_its_own_along(admin: Caller) -> None:
    assert admin.delete(f"{CONTACTS}/123456").status == 204
    assert admin.get(f"{CONTACTS}/123456").status == 404
    make(admin, "123456")
    assert look(admin, "123456")["phone"] == []
    assert admin.get(f"{CONTACTS}/123456/notes").body == {"listContactNotes": []}
    with admin.app._storage.read() as db:
        orphans = (
            "SELECT contactId FROM contact_phone UNION ALL SELECT contactId FROM contact_value"
            " UNION ALL SELECT contactId FROM contact_note EXCEPT SELECT id FROM contact"
        )
        assert db.execute(orphans).fetchall() == []


def test_ids_are_never_used_again(empty: Caller) -> None:
    first = make(empty, "A1")
    empty.delete(f"{CONTACTS}/A1")
    assert make(empty, "A1") > first


def test_a_bulk_create_makes_overwrites_and_counts_both(empty: Caller) -> None:
    make(empty, "old", city="Rome", state="CA")
    entries = [{"account": "new"}, {"account": "old", "city": "Oslo"}, {"account": "new", "city": "Bonn"}]
    answer = empty.post(BULK, {"createContactDetails": entries})
    assert (answer.status, answer.body) == (200, {"message": "Successfully updated contacts 3"})
    assert accounts(empty) == ["old", "new"]
    assert [look(empty, "old")[key] for key in ("city", "state")] == ["Oslo", "CA"]
    assert look(empty, "new")["city"] == "Bonn"


@pytest.mark.parametrize("bad", [{}, {"account": ""}, {"account": "x", "balance": "much"}, 5, None])
def test_one_bad_item_refuses_a_whole_bulk_request(admin: Caller, bad: object) -> None:
    before = accounts(admin)
    items = [{"account": "fresh"}, bad]
    assert admin.post(BULK, {"createContactDetails": items}).status == 400
    assert admin.put(BULK, {"updateContactDetails": [{"account": "100", "city": "Oslo"}, bad]}).status == 400
    assert accounts(admin) == before
    assert look(admin, "100")["city"] is None


def test_only_the_bulk_methods_know_agent_department_and_title(empty: Caller) -> None:
    make(empty, "A1", agentId=5, department="D", title="T", salutation="S", happinessIndex=1)
    shown = found(empty, "A1")
    assert shown["agentId"] == 0
    assert not {"department", "title", "salutation", "happinessIndex"} & set(shown)


def test_a_bulk_update_finds_by_id_or_else_by_account_and_skips_the_rest(empty: Caller) -> None:
    first, _ = make(empty, "one"), make(empty, "two")
    items = [
        {"id": f"{first}", "account": "two", "city": "by id"},
        {"account": "two", "city": "by account"},
        {"id": 999999, "account": "one", "city": "no"},
        {"account": "nobody", "city": "no"},
    ]
    answer = empty.put(BULK, {"updateContactDetails": items})
    assert (answer.status, answer.raw) == (204, b"")
    assert [look(empty, account)["city"] for account in ("one", "two")] == ["by id", "by account"]
    assert accounts(empty) == ["one", "two"]


def test_a_bulk_update_says_how_many_with_the_other_reading() -> None:
    with create_app(seed="vendor-examples", bulk_update_message=True) as app:
        items = [{"account": account} for account in ("account1", "account2", "nobody")]
        answer = Caller(app).put(BULK, {"updateContactDetails": items})
    assert (answer.status, answer.body) == (200, {"message": "Successfully updated contacts 2"})


@pytest.mark.parametrize(
    ("body", "headers", "answered"),
    [
        ({"createContactDetails": []}, {}, b'{"message":"Successfully updated contacts 0"}'),
        (
            {"createContactDetails": []},
            {"Accept": "text/csv"},
            b'{"message":"Successfully updated contacts 0"}',
        ),
        ({"exportableFields": ["account"]}, {"Accept": "application/json"}, b"Account\r\n"),
        ({}, {"Accept": "application/json"}, b"createContactDetails is required"),
        ({}, {"Accept": "*/*"}, b"exportableFields is required"),
        ({}, {}, b"exportableFields is required"),
        ({"createContactDetails": [], "exportableFields": ["account"]}, {}, b"two methods"),
    ],
)
def test_two_bulk_methods_are_told_apart_by_body_key_and_then_by_accept(
    empty: Caller, body: object, headers: dict[str, str], answered: bytes
) -> None:
    assert answered in empty.post(BULK, body, headers=headers).raw


BAD_DETAILS: dict[str, dict[str, Any]] = {
    "a number for an account": {"account": 5},
    "an account too long": {"account": "x" * 256},
    "a person that is no object": {"person": "James"},
    "a name that is no string": {"person": {"firstName": 5}},
    "a name too long": {"person": {"firstName": "x" * 256}},
    "a birth date that is no number": {"person": {"dateOfBirth": "1990-01-01"}},
    "a birth date beyond all years": {"person": {"dateOfBirth": 253402300800000}},
    "a guarantor that is an array": {"guarantor": []},
    "a balance in words": {"balance": "ten"},
    "a balance that is true": {"balance": True},
    "a balance in exponents": {"balance": "1e999"},
    "a due date before all years": {"dueDate": -62135596800001},
    "a group that is no number": {"groupId": "x"},
    "a group with a fraction": {"groupId": 1.5},
    "active in words": {"active": "yes"},
    "an unknown block": {"accountBlock": "ALWAYS"},
    "a block in lower case": {"accountBlock": "daily"},
    "phones that are an object": {"phone": {}},
    "a phone that is a string": {"phone": ["6503517500"]},
    "a phone without an ordinal": {"phone": [{"phone": "1"}]},
    "a phone without a number": {"phone": [{"ordinal": 1}]},
    "an empty phone": {"phone": [{"ordinal": 1, "phone": ""}]},
    "an ordinal of 0": {"phone": [{"ordinal": 0, "phone": "1"}]},
    "an ordinal of 11": {"phone": [{"ordinal": 11, "phone": "1"}]},
    "a phone block that is none": {"phone": [{"ordinal": 1, "phone": "1", "phoneBlock": "x"}]},
    "a consent in words": {"phone": [{"ordinal": 1, "phone": "1", "smsConsent": "si"}]},
    "custom fields that are an object": {"customFields": {}},
    "a custom field that does not exist": {"customFields": [{"field": "COL101", "value": "x"}]},
    "a custom field without a value": {"customFields": [{"field": "COL1"}]},
    "a custom field value that is an array": {"customFields": [{"field": "COL1", "value": []}]},
    "a custom field value too long": {"customFields": [{"field": "COL1", "value": "x" * 256}]},
}


@pytest.mark.parametrize("bad", BAD_DETAILS.values(), ids=BAD_DETAILS.keys())
def test_bad_details_are_400_and_change_nothing(admin: Caller, bad: dict[str, Any]) -> None:
    before = accounts(admin), look(admin, "100")
    assert admin.post(CONTACTS, {"createContactDetails": {"account": "fresh", **bad}}).status == 400
    if "account" not in bad:
        assert admin.put(f"{CONTACTS}/100", {"updateContactDetails": bad}).status == 400
    assert (accounts(admin), look(admin, "100")) == before


@pytest.mark.parametrize("body", [{}, {"createContactDetails": None}, {"createContactDetails": []}, []])
def test_a_create_needs_its_wrapper(admin: Caller, body: object) -> None:
    assert admin.post(CONTACTS, body).status == 400


def test_a_bad_body_comes_before_a_missing_contact(app: EmulatorApp) -> None:
    caller = Caller(app)
    for path, body in [
        ("/nobody", {"updateContactDetails": {"balance": "x"}}),
        ("/nobody/dnd", {"accountBlock": "x"}),
    ]:
        assert caller.put(CONTACTS + path, body).status == 400


@pytest.mark.parametrize("account", ["1234556", "Doc1", "Doc2", "Doc3", "nyts0", "5555555"])
def test_what_an_example_creates_or_misses_is_not_in_the_seed(admin: Caller, account: str) -> None:
    assert admin.get(f"{CONTACTS}/{account}").status == 404


def test_the_seed_has_every_contact_that_another_example_needs(admin: Caller) -> None:
    """Those of links, bulk updates and blocks, of which the pages show only the account."""
    needed = {"qa123", "0001", "000", "DOC123a", "Doc1234a", "API199", "31576555260000", "2q1578628860000"}
    assert needed | {f"account{n}" for n in range(1, 11)} <= set(accounts(admin))
