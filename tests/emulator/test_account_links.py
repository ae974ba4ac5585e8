"""Links of accounts to contacts: made, taken away, read from both sides."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

ACCOUNT = "/account/accounts/604434"
ODD_CONTACTS = ["a/b", "a b", "100%", "%2F", "ü", "..", "search?x=1#y", "+1", "🦊", "customFields", "'; --"]


def account(caller: Caller) -> dict[str, Any]:
    body: dict[str, Any] = caller.get(ACCOUNT).body
    return body


def contacts(caller: Caller) -> list[str]:
    return [link["contact"] for link in account(caller)["contacts"]]


def accounts_of(caller: Caller, contact: str, window: str = "count=1000&offset=0") -> dict[str, Any]:
    answer = caller.get(f"/contact/contacts/{quote(contact, safe='')}/accounts?{window}")
    assert answer.status == 200, answer.raw
    body: dict[str, Any] = answer.body
    return body


def test_a_link_is_stamped_and_the_account_is_not(admin: Caller, clock: HandClock) -> None:
    before = account(admin)
    manager = Caller(admin.app, "manager")
    assert manager.post(f"{ACCOUNT}/contacts", {"contactId": "qa123"}).status == 204
    now = int(clock.now * 1000)
    link = {
        "id": 102928,
        "createdDate": now,
        "createdBy": "manager",
        "modifiedDate": now,
        "contact": "qa123",
        "accountId": 604434,
    }
    linked = {"contacts": [link], "primaryContact": 102928, "primaryAccountContact": link}
    assert account(admin) == before | linked


def test_the_first_link_is_primary_until_it_is_taken_away(admin: Caller) -> None:
    admin.post(f"{ACCOUNT}/contacts/bulk", [{"contactId": name} for name in ("b", "a", "c")])
    assert contacts(admin) == ["b", "a", "c"]
    for primary in ("b", "a", "c"):
        now = account(admin)
        assert now["primaryAccountContact"]["contact"] == primary
        assert now["primaryContact"] == now["primaryAccountContact"]["id"]
        assert admin.delete(f"{ACCOUNT}/contacts/{primary}").status == 204
    assert not {"primaryContact", "primaryAccountContact"} & set(account(admin))


def test_a_contact_linked_again_comes_last(admin: Caller) -> None:
    admin.post(f"{ACCOUNT}/contacts/bulk", [{"contactId": "a"}, {"contactId": "b"}])
    admin.delete(f"{ACCOUNT}/contacts/a")
    admin.post(f"{ACCOUNT}/contacts/bulk", [{"contactId": "a"}])
    assert contacts(admin) == ["b", "a"]


def test_the_case_of_a_contact_counts(admin: Caller) -> None:
    assert admin.post(f"{ACCOUNT}/contacts", {"contactId": "MF1234"}).status == 204
    assert admin.post(f"{ACCOUNT}/contacts", {"contactId": "mf1234"}).status == 204
    assert admin.post(f"{ACCOUNT}/contacts", {"contactId": "MF1234"}).status == 409


def test_a_contact_given_twice_in_bulk_fails_the_second_time(admin: Caller) -> None:
    answer = admin.post(
        f"{ACCOUNT}/contacts/bulk", [{"contactId": "a"}, {"contactId": "b"}, {"contactId": "a"}]
    )
    assert (answer.body["successCount"], answer.body["failCount"]) == (2, 1)
    assert [failed["itemName"] for failed in answer.body["failedData"]] == ["a"]
    assert contacts(admin) == ["a", "b"]


@pytest.mark.parametrize(
    "entry", [1, None, "a", [], {}, {"contactId": ""}, {"contactId": 1}, {"contactId": None}]
)
def test_a_malformed_entry_refuses_the_whole_bulk(admin: Caller, entry: object) -> None:
    assert admin.post(f"{ACCOUNT}/contacts/bulk", [{"contactId": "a"}, entry]).status == 400
    assert contacts(admin) == []
    assert admin.post(f"{ACCOUNT}/contacts", entry).status == 400


def test_no_contacts_at_all_are_linked_without_a_failure(admin: Caller) -> None:
    assert admin.post(f"{ACCOUNT}/contacts/bulk", []).body == {"successCount": 0, "failCount": 0}


def test_links_to_an_account_that_is_not_there_are_kept_from_a_later_one(empty: Caller) -> None:
    path = "/account/accounts/1/contacts"
    assert empty.post(f"{path}/bulk", [{"contactId": "a"}]).body["successCount"] == 1
    assert empty.post(f"{path}/bulk", [{"contactId": "a"}]).body["failCount"] == 1
    assert accounts_of(empty, "a") == {"listAccount": []}
    assert empty.post("/account/accounts", {"name": "x"}).body == {"id": 1}
    assert empty.get("/account/accounts/1").body["contacts"] == []
    assert accounts_of(empty, "a") == {"listAccount": []}


@pytest.mark.parametrize("contact", ODD_CONTACTS)
def test_any_text_is_a_contact(admin: Caller, contact: str) -> None:
    admin.post("/contact/contacts", {"createContactDetails": {"account": contact}})
    assert admin.post(f"{ACCOUNT}/contacts", {"contactId": contact}).status == 204
    if contact != "customFields":
        assert [found["id"] for found in accounts_of(admin, contact)["listAccount"]] == [604434]
    assert admin.delete(f"{ACCOUNT}/contacts/{quote(contact, safe='')}").status == 204
    assert contacts(admin) == []


def test_the_next_page_of_an_odd_contact_can_be_asked_for_as_it_stands(admin: Caller) -> None:
    for account_id in (604423, 604434):
        admin.post(f"/account/accounts/{account_id}/contacts/bulk", [{"contactId": "a/b ü"}])
    first = accounts_of(admin, "a/b ü", "count=1&offset=0")
    assert first["next"] == "contact/contacts/a%2Fb%20%C3%BC/accounts?offset=1&count=1"
    second = admin.get(f"/{first['next']}").body
    assert [found["id"] for found in first["listAccount"] + second["listAccount"]] == [604434, 604423]
    assert "next" not in second


def test_the_accounts_of_a_contact_go_by_name_and_then_by_id(admin: Caller) -> None:
    made = [admin.post("/account/accounts", {"name": name}).body["id"] for name in ("b", "B", "b")]
    for account_id in reversed(made):
        admin.post(f"/account/accounts/{account_id}/contacts/bulk", [{"contactId": "many"}])
    listed = [found["id"] for found in accounts_of(admin, "many")["listAccount"]]
    assert listed == [made[1], made[0], made[2]]


@pytest.mark.parametrize(
    ("campaign", "shown"), [("28569800", 28569800), ("007", "007"), ("spring", "spring")]
)
def test_a_campaign_is_a_number_where_it_can_be(empty: Caller, campaign: str, shown: object) -> None:
    """The bulk method takes any campaign; this list shows campaigns as numbers."""
    empty.post("/account/accounts/bulk", [{"name": "x", "campaignId": campaign}])
    empty.post("/account/accounts/1/contacts/bulk", [{"contactId": "a"}])
    assert accounts_of(empty, "a")["listAccount"][0]["campaignId"] == shown


@pytest.mark.parametrize("query", ["", "count=1", "offset=0", "count=x&offset=0", "count={1}&offset={0}"])
def test_the_accounts_of_a_contact_need_count_and_offset(admin: Caller, query: str) -> None:
    assert admin.get("/contact/contacts/qa123/accounts", query=query).status == 400


def test_a_link_needs_the_contact_and_a_bulk_link_does_not(empty: Caller) -> None:
    empty.post("/account/accounts", {"name": "x"})
    empty.post("/contact/contacts", {"createContactDetails": {"account": "known"}})

    assert empty.post("/account/accounts/1/contacts", {"contactId": "known"}).status == 204
    assert empty.post("/account/accounts/1/contacts", {"contactId": "other"}).status == 404
    bulk = [{"contactId": "known"}, {"contactId": "other"}]
    assert empty.post("/account/accounts/1/contacts/bulk", bulk).body["successCount"] == 1


def test_links_are_found_by_an_index_from_both_sides(admin: Caller) -> None:
    plan = "EXPLAIN QUERY PLAN SELECT * FROM account_link {}"
    with admin.app._storage.read() as db:
        for rest, index in [
            ("WHERE accountId = 1 ORDER BY id", "account_link_by_account (accountId=?)"),
            ("WHERE contact = 'x'", "account_link_by_contact (contact=?)"),
        ]:
            (found,) = db.execute(plan.format(rest)).fetchall()
            assert found[3] == f"SEARCH account_link USING INDEX {index}"
