"""Generated tenants: the same for the same number, of the sizes asked for, and whole."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from lvstate.emulator import EmulatorError, backend, create_app, tenant_document
from lvstate.emulator.generator import MAKERS, _rows, generate, with_companions
from lvstate.emulator.laboratory import Laboratory
from lvstate.emulator.storage import Storage
from tests.emulator.caller import Caller


def tenant(counts: dict[str, int], seed_number: int = 0) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for document in generate(counts, seed_number):
        for name, more in document.items():
            rows.setdefault(name, []).extend(cast("list[Any]", more))
    return rows


def rows(section: str, seed_number: int = 0, **counts: int) -> list[Any]:
    """Rows of a section, whether or not the emulator keeps them yet."""
    return list(_rows(section, {"contact_groups": 20, "custom_fields": 8, **counts}, seed_number))


def test_equal_numbers_give_equal_tenants_and_others_do_not() -> None:
    counts = {"accounts": 50, "contact_groups": 5}
    assert tenant(counts, 7) == tenant(counts, 7) != tenant(counts, 8)


def test_the_tenant_of_a_number_never_changes() -> None:
    """A pipeline may have its ids written down."""
    (account,) = tenant({"accounts": 1}, 7)["accounts"]
    assert {key: account[key] for key in ("id", "number", "name", "accountNumber")} == {
        "id": 1000001,
        "number": 100001,
        "name": "Account 000001",
        "accountNumber": "A000001",
    }
    assert account["annualRevenue"] == 474000


def test_a_larger_tenant_begins_with_the_smaller_one() -> None:
    small, large = tenant({"accounts": 20}), tenant({"accounts": 300})
    assert large["accounts"][:20] == small["accounts"]
    assert large["contact_groups"] == small["contact_groups"]


def test_accounts_come_with_what_they_refer_to() -> None:
    made = tenant({"accounts": 200})
    assert {len(made[name]) for name in ("account_classifications", "account_types")} == {4, 6}
    classes = {entry["id"] for entry in made["account_classifications"]}
    slots = {field["field"] for field in made["custom_fields"]}
    used = Counter(account["classificationId"] for account in made["accounts"])
    assert used.keys() == classes
    assert max(used.values()) > 1.5 * min(used.values())
    assert {value["field"] for account in made["accounts"] for value in account["customFields"]} == slots


def test_only_groups_come_alone() -> None:
    assert tenant({"contact_groups": 3}).keys() == {"contact_groups"}


def test_what_is_generated_fits_the_schema() -> None:
    document = {"format_version": "1.0", **tenant({"accounts": 100})}
    Draft202012Validator(tenant_document.schema()).validate(document)
    tenant_document.check(document)


def test_a_new_tenant_holds_its_seed_and_what_was_generated() -> None:
    laboratory = Laboratory(generate={"accounts": 30}, seed_number=7)
    with create_app(seed="vendor-examples", laboratory=laboratory) as app:
        caller = Caller(app)
        listed = caller.get("/account/accounts?count=1000&offset=0").body["listAccount"]
        assert sum(account["name"].startswith("Account 0") for account in listed) == 30
        assert any(account["id"] == 604423 for account in listed)
        assert caller.get("/account/types/48").status == 200
        assert caller.get("/contact/contacts/customFields/COL7").body["label"] == "Test"


def test_ten_thousand_accounts_take_seconds_at_most() -> None:
    with create_app(laboratory=Laboratory(generate={"accounts": 10_000})) as app:
        answer = Caller(app).get("/account/accounts?count=1&offset=9999")
        assert answer.body["listAccount"][0]["name"] == "Account 010000"


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"planets": 9}, "nothing generates 'planets'"),
        ({"custom_fields": 51}, "at most 50"),
    ],
)
def test_what_cannot_be_generated_is_refused_before_anything_is_made(
    counts: dict[str, int], message: str
) -> None:
    with pytest.raises(EmulatorError, match=message):
        create_app(laboratory=Laboratory(generate=counts))


def test_only_what_the_emulator_keeps_is_generated() -> None:
    kept = set(tenant_document.schema()["properties"])
    for name in MAKERS.keys() - kept:
        with pytest.raises(EmulatorError, match="nothing generates"):
            with_companions({name: 1})


def test_contacts_are_numbered_nobodys_and_spread() -> None:
    contacts = rows("contacts", contacts=2000)
    first = contacts[0]
    assert (first["account"], first["person"]["firstName"], first["person"]["lastName"]) == (
        "C000001",
        "Contact",
        "000001",
    )
    assert first["id"] > 2**32
    assert len({contact["account"] for contact in contacts}) == 2000
    assert {contact["person"]["email"].rpartition("@")[2] for contact in contacts} == {"example.com"}
    phones = Counter(len(contact["phone"]) for contact in contacts)
    assert phones[1] > phones[2] > phones[3] > 0
    assert phones[0] > 0
    groups = Counter(contact.get("groupId") for contact in contacts)
    assert len(groups) == 21
    assert max(groups.values()) > 3 * min(groups.values())
    assert all(contact["createdDate"] % 1000 == 0 for contact in contacts)
    json.dumps(contacts)


def test_links_join_contacts_and_accounts_once_and_some_contacts_twice() -> None:
    links = rows("account_links", contacts=3000, accounts=100, account_links=4000)
    pairs = {(link["contact"], link["accountId"]) for link in links}
    assert len(pairs) == len(links) == 4000
    assert len({link["contact"] for link in links}) == 3000
    by_account = Counter(link["accountId"] for link in links)
    assert set(by_account) <= set(range(1_000_001, 1_000_101))
    assert max(by_account.values()) > 3 * min(by_account.values())


def test_a_planted_tenant_has_every_index() -> None:
    """They are dropped while a new tenant is planted."""

    def indexes(storage: Storage) -> set[tuple[str, str]]:
        with storage.read() as db:
            return set(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))

    with (
        closing(Storage(None, backend.TABLES)) as bare,
        create_app(laboratory=Laboratory(generate={"contacts": 10})) as app,
    ):
        assert indexes(app._storage) == indexes(bare) != set()
