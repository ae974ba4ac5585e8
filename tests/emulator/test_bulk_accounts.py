"""Create Multiple Accounts: items succeed or fail one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lvstate.emulator import create_app
from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

BULK = "/account/accounts/bulk"


@pytest.fixture
def overwriting(clock: HandClock) -> Iterator[Caller]:
    """The sysadmin of a tenant in which bulk uploads overwrite."""
    with create_app(seed="vendor-examples", clock=clock, overwrite_accounts=True) as app:
        yield Caller(app)


def bulk(caller: Caller, *items: object) -> dict[str, Any]:
    answer = caller.post(BULK, list(items))
    assert answer.status == 200, answer.raw
    body: dict[str, Any] = answer.body
    return body


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["successCount"], result["updateCount"], result["failCount"]


def found(caller: Caller, number: str) -> dict[str, Any]:
    body = {"search": {"accountNumber": number}}
    (one,) = caller.post("/account/accounts/search?count=9&offset=0", body).body["listAccount"]
    read: dict[str, Any] = caller.get(f"/account/accounts/{one['id']}").body
    return read


def test_made_accounts_have_all_their_fields_and_running_numbers(admin: Caller) -> None:
    item = {"name": "a", "annualRevenue": "20", "billingAddress": {"city": "x"}, "accountNumber": "n1"}
    assert counts(bulk(admin, item, {"name": "b", "accountNumber": "n2", "rating": None})) == (2, 0, 0)
    first, second = found(admin, "n1"), found(admin, "n2")
    assert (first["annualRevenue"], first["billingAddress"], first["number"]) == (20, {"city": "x"}, 252)
    assert (second["name"], second["number"], second["createdBy"]) == ("b", 253, "sysadmin")
    assert "modifiedBy" not in first


def test_what_an_account_refers_to_is_not_checked(admin: Caller) -> None:
    references = {
        "agentId": 1,
        "agentTeamId": "2",
        "campaignId": "none",
        "classificationId": 999,
        "typeId": 999,
    }
    assert counts(bulk(admin, {"name": "a", "accountNumber": "n1", **references})) == (1, 0, 0)
    account = found(admin, "n1")
    assert {key: account[key] for key in references} == references | {"agentTeamId": 2}
    assert not {"classificationName", "typeName", "agentTeamName"} & set(account)


@pytest.mark.parametrize(
    "item",
    [
        {"accountNumber": "DOC1231", "name": "x"},
        {"accountNumber": "n9"},
        {"name": ""},
        {"name": None},
        {"name": 1},
        {"name": "x", "annualRevenue": "much"},
        {"name": "x", "billingAddress": "MG Road"},
        {"name": "x", "customFields": [{"field": "COL101", "value": "x"}]},
        [],
        "x",
        None,
        5,
    ],
)
def test_an_item_that_cannot_be_made_fails_alone(admin: Caller, item: object) -> None:
    result = bulk(admin, {"name": "a", "accountNumber": "n1"}, item, {"name": "b", "accountNumber": "n2"})
    assert counts(result) == (2, 0, 1)
    (failed,) = result["failedData"]
    assert (failed["ordinal"], failed["status"]) == (2, "Internal Server Error")
    assert list(failed["data"])[:2] == ["createdBy", "clientId"]
    assert found(admin, "n1")
    assert found(admin, "n2")


def test_a_failed_item_repeats_five_of_its_values_and_no_other(admin: Caller) -> None:
    item = {
        "rating": "Hot",
        "name": "x",
        "description": "d",
        "accountNumber": "DOC1231",
        "originalAccountNumber": "o",
        "secureFields": [{"field": "SECURE1", "value": "hidden"}],
    }
    assert bulk(admin, item)["failedData"][0]["data"] == {
        "createdBy": "sysadmin",
        "clientId": 94572,
        "name": "x",
        "description": "d",
        "accountNumber": "DOC1231",
        "originalAccountNumber": "o",
    }


def test_a_number_is_taken_by_the_item_before(admin: Caller) -> None:
    result = bulk(admin, *({"name": name, "accountNumber": "n1"} for name in "abc"))
    assert counts(result) == (1, 0, 2)
    assert [failed["ordinal"] for failed in result["failedData"]] == [2, 3]
    assert found(admin, "n1")["name"] == "a"


def test_an_account_that_exists_is_not_overwritten(admin: Caller) -> None:
    before = found(admin, "DOC1231")
    assert counts(bulk(admin, {"name": "new", "accountNumber": "DOC1231"})) == (0, 0, 1)
    after = found(admin, "DOC1231")
    assert {**after, "logId": None} == {**before, "logId": None}


def test_an_overwriting_upload_updates_and_counts_it(overwriting: Caller, clock: HandClock) -> None:
    before = found(overwriting, "DOC1231")
    result = bulk(
        overwriting,
        {"name": "new", "accountNumber": "DOC1231", "rating": None},
        {"name": "other", "accountNumber": "n1"},
        {"name": "other again", "accountNumber": "n1"},
        {"accountNumber": "DOC1231"},
    )
    assert counts(result) == (1, 2, 1)
    after = found(overwriting, "DOC1231")
    expected = {**before, "name": "new", "modifiedDate": int(clock.now * 1000), "modifiedBy": "sysadmin"}
    assert {**after, "logId": None} == {
        **{key: value for key, value in expected.items() if key != "rating"},
        "logId": None,
    }
    assert found(overwriting, "n1")["name"] == "other again"


def test_an_overwriting_create_of_one_account_still_refuses(overwriting: Caller) -> None:
    answer = overwriting.post("/account/accounts", {"name": "x", "accountNumber": "DOC1231"})
    assert answer.status == 409


@pytest.mark.parametrize("raw", [b"", b" ", b"[]"])
def test_nothing_to_make_is_nothing_made(admin: Caller, raw: bytes) -> None:
    """The page marks the array as not mandatory."""
    answer = admin.send("POST", BULK, raw=raw)
    assert (answer.status, counts(answer.body)) == (200, (0, 0, 0))
    assert "failedData" not in answer.body


def test_a_thousand_accounts_are_made_at_once(empty: Caller) -> None:
    result = bulk(empty, *({"name": f"a{n}", "accountNumber": str(n)} for n in range(1000)))
    assert counts(result) == (1000, 0, 0)
    assert len(empty.get("/account/accounts?count=1000&offset=0").body["listAccount"]) == 1000
