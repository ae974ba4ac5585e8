"""Accounts one at a time: reading, updating, noting and deleting them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

ACCOUNTS = "/account/accounts"
EXCHANGES = Path(__file__).parent.parent / "exchanges"
READ_ONLY_KEYS = {
    "notes",
    "contacts",
    "history",
    "primaryContact",
    "primaryAccountContact",
    "errorMsg",
    "logId",
}


def read(caller: Caller, account_id: int) -> dict[str, Any]:
    answer = caller.get(f"{ACCOUNTS}/{account_id}")
    assert answer.status == 200, answer.raw
    body: dict[str, Any] = answer.body
    return body


def made(caller: Caller, **fields: object) -> int:
    answer = caller.post(ACCOUNTS, {"name": "x", **fields})
    assert answer.status == 201, answer.raw
    return int(answer.body["id"])


@pytest.mark.parametrize(
    "file", ["read-account", "list-accounts", "list-accounts-associated-with-the-contact"]
)
def test_the_keys_come_in_the_order_of_the_example(admin: Caller, file: str) -> None:
    exchange = json.loads((EXCHANGES / f"{file}.json").read_text())["exchanges"][0]
    admin.app.plant(exchange.get("given", {}))
    request, documented = exchange["request"], exchange["response"]["body"]
    received = admin.send(request["method"], request["path"], query=request.get("query")).body
    assert list(received) == list(documented)
    for one, other in zip(documented.get("listAccount", []), received.get("listAccount", []), strict=True):
        assert list(other) == list(one)


def test_a_new_account_reads_with_empty_lists_only(admin: Caller, clock: HandClock) -> None:
    account_id = made(admin)
    now = int(clock.now * 1000)
    assert read(admin, account_id) == {
        "id": account_id,
        "createdDate": now,
        "createdBy": "sysadmin",
        "modifiedDate": now,
        "clientId": 94572,
        "name": "x",
        "number": 252,
        "notes": [],
        "contacts": [],
        "history": [],
    }


def test_what_is_read_is_what_is_listed_and_what_belongs_to_the_account(admin: Caller) -> None:
    for listed in admin.get(f"{ACCOUNTS}?count=1000&offset=0").body["listAccount"]:
        one = read(admin, listed["id"])
        assert {key: value for key, value in one.items() if key not in READ_ONLY_KEYS} == listed


def test_secure_fields_are_never_shown_and_every_failure_to_show_them_has_an_id(admin: Caller) -> None:
    account_id = made(admin, secureFields=[{"field": "SECURE1", "value": "hidden-value"}])
    first, second = (admin.get(f"{ACCOUNTS}/{account_id}") for _ in range(2))
    assert b"hidden-value" not in first.raw
    assert first.body["errorMsg"].startswith("ERROR_CCSFEATURES_ENCRYPTED_FALSE: ")
    assert uuid.UUID(first.body["logId"]) != uuid.UUID(second.body["logId"])
    admin.put(f"{ACCOUNTS}/{account_id}", {"secureFields": None})
    assert not {"errorMsg", "logId"} & set(read(admin, account_id))


def test_an_update_changes_what_it_names_and_stamps_the_account(admin: Caller, clock: HandClock) -> None:
    before = read(admin, 53939)
    clock.now += 5
    superuser = Caller(admin.app, "superuser")
    change = {"rating": "Cold", "annualRevenue": "7", "campaignId": 28571101, "unknown": 1}
    assert superuser.put(f"{ACCOUNTS}/53939", change).status == 204
    assert read(admin, 53939) == before | {
        "rating": "Cold",
        "annualRevenue": 7,
        "campaignId": "28571101",
        "modifiedDate": int(clock.now * 1000),
        "modifiedBy": "superuser",
    }


def test_an_update_without_a_change_is_an_update(admin: Caller, clock: HandClock) -> None:
    assert admin.put(f"{ACCOUNTS}/54065", {}).status == 204
    assert read(admin, 54065)["modifiedDate"] == int(clock.now * 1000)


@pytest.mark.parametrize(
    "key",
    [
        "description",
        "annualRevenue",
        "billingAddress",
        "campaignId",
        "accountNumber",
        "agentId",
        "agentTeamId",
        "classificationId",
        "typeId",
        "customFields",
    ],
)
def test_null_clears_a_field_and_what_was_resolved_from_it(admin: Caller, key: str) -> None:
    before = read(admin, 604423)
    assert key in before
    assert admin.put(f"{ACCOUNTS}/604423", {key: None}).status == 204
    gone = {key, {"classificationId": "classificationName", "typeId": "typeName"}.get(key, key)}
    gone |= {"agentTeamName"} if key == "agentTeamId" else set()
    assert set(before) - set(read(admin, 604423)) == gone


@pytest.mark.parametrize("name", [None, "", 1])
def test_an_update_leaves_no_account_without_a_name(admin: Caller, name: object) -> None:
    assert admin.put(f"{ACCOUNTS}/604423", {"name": name}).status == 400
    assert read(admin, 604423)["name"] == "DOC123x"


def test_an_address_and_a_list_of_values_are_replaced_as_a_whole(admin: Caller) -> None:
    values = [
        {"field": "COL2", "value": "a"},
        {"field": "COL3", "value": "b"},
        {"field": "COL2", "value": "c"},
    ]
    change = {"billingAddress": {"city": "Pune", "street": None}, "customFields": values}
    assert admin.put(f"{ACCOUNTS}/604423", change).status == 204
    account = read(admin, 604423)
    assert account["billingAddress"] == {"city": "Pune"}
    assert account["customFields"] == [{"field": "COL2", "value": "c"}, {"field": "COL3", "value": "b"}]


def test_an_account_may_keep_its_own_number_but_not_take_another(admin: Caller) -> None:
    assert admin.put(f"{ACCOUNTS}/604423", {"accountNumber": "DOC1231"}).status == 204
    taken = admin.put(f"{ACCOUNTS}/604423", {"accountNumber": "343", "rating": "Lost"})
    assert (taken.status, taken.body["code"]) == (409, 409)
    assert read(admin, 604423)["rating"] == "Excellent"
    assert admin.put(f"{ACCOUNTS}/54065", {"accountNumber": ""}).status == 204
    assert admin.put(f"{ACCOUNTS}/604423", {"accountNumber": "343"}).status == 204


@pytest.mark.parametrize("reference", ["agentId", "agentTeamId", "campaignId", "classificationId", "typeId"])
def test_an_update_checks_what_it_refers_to_before_it_looks_for_the_account(
    admin: Caller, reference: str
) -> None:
    before = read(admin, 53939)
    assert admin.put(f"{ACCOUNTS}/53939", {reference: "999"}).status == 400
    assert read(admin, 53939) == before
    assert admin.put(f"{ACCOUNTS}/604451", {reference: "999"}).status == 400


@pytest.mark.parametrize(
    ("verb", "path"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/notes"), ("POST", "/contacts")],
)
@pytest.mark.parametrize("account_id", ["604451", "0", "9" * 30, "x", "-1", "1.0"])
def test_an_account_that_does_not_exist_is_404_with_a_body(
    admin: Caller, verb: str, path: str, account_id: str
) -> None:
    body = None if verb in ("GET", "DELETE") else {"name": "x", "contactId": "x"}
    answer = admin.send(verb, f"{ACCOUNTS}/{account_id}{path}", body)
    assert (answer.status, answer.body) == (404, {"code": 203, "message": "No Record Found"})


def test_notes_are_shown_in_the_order_in_which_they_were_added(admin: Caller) -> None:
    notes = [{"name": "Note1", "description": "first"}, {"name": "Note1"}, {"name": "b", "description": ""}]
    before = read(admin, 604434)
    for note in notes:
        answer = admin.post(f"{ACCOUNTS}/604434/notes", note)
        assert (answer.status, answer.raw) == (204, b"")
    assert read(admin, 604434) == before | {"notes": notes}


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": None}, {"name": 1}, {"name": "x", "description": 1}]
)
def test_a_note_needs_a_name_and_takes_text_only(admin: Caller, body: object) -> None:
    assert admin.post(f"{ACCOUNTS}/604434/notes", body).status == 400
    assert read(admin, 604434)["notes"] == []


def test_a_deleted_account_is_gone_everywhere_and_its_number_is_free(admin: Caller) -> None:
    admin.post(f"{ACCOUNTS}/604423/notes", {"name": "x"})
    assert admin.delete(f"{ACCOUNTS}/604423").status == 204
    assert admin.get(f"{ACCOUNTS}/604423").status == 404
    assert admin.delete(f"{ACCOUNTS}/604423").status == 404
    of_contact = admin.get("/contact/contacts/qa123/accounts?count=9&offset=0").body["listAccount"]
    assert [account["id"] for account in of_contact] == [53939, 607260]
    with admin.app._storage.read() as db:
        assert not db.execute("SELECT 1 FROM account_note WHERE accountId = 604423").fetchall()
        assert not db.execute("SELECT 1 FROM account_link WHERE accountId = 604423").fetchall()
    new = made(admin, accountNumber="DOC1231")
    assert new > 607646
    assert read(admin, new)["contacts"] == []


def test_a_deleted_classification_is_gone_from_what_is_read(admin: Caller) -> None:
    admin.delete("/account/classifications/172")
    assert not {"classificationId", "classificationName"} & set(read(admin, 604423))
