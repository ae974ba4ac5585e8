"""Accounts: what is stored, what is refused, how they are found and counted."""

from __future__ import annotations

import pytest

from lvstate.emulator.backend.account_search import SORTABLE
from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

ACCOUNTS = "/account/accounts"
ALL = "?count=1000&offset=0"


def search(caller: Caller, criteria: object, sort: object = None, window: str = ALL) -> list[int]:
    answer = caller.post(f"{ACCOUNTS}/search{window}", {"search": criteria, "sort": sort})
    assert answer.status == 200, answer.raw
    return [account["id"] for account in answer.body["listAccount"]]


def test_a_created_account_is_listed_with_native_types_and_resolved_names(
    admin: Caller, clock: HandClock
) -> None:
    body = {
        "name": "0 first",
        "annualRevenue": "2000",
        "numOfEmployees": 450,
        "campaignId": 28571101,
        "agentId": "595348",
        "agentTeamId": "16001",
        "classificationId": "172",
        "typeId": 48,
        "billingAddress": {"street": "MG Road", "state": "KA", "planet": "Earth"},
        "shippingAddress": {},
        "customFields": [{"field": "COL1", "value": True}, {"field": "COL2", "value": 12}],
        "secureFields": [{"field": "SECURE1", "value": "TRUE"}],
        "unknown": 1,
    }
    account_id = admin.post(ACCOUNTS, body).body["id"]
    now = int(clock.now * 1000)
    assert admin.get(f"{ACCOUNTS}?count=1&offset=0").body["listAccount"] == [
        {
            "id": account_id,
            "createdDate": now,
            "createdBy": "sysadmin",
            "modifiedDate": now,
            "clientId": 94572,
            "name": "0 first",
            "annualRevenue": 2000,
            "campaignId": "28571101",
            "number": 252,
            "agentId": 595348,
            "agentTeamId": 16001,
            "classificationId": 172,
            "typeId": 48,
            "classificationName": "Gold",
            "typeName": "Hospital",
            "agentTeamName": "apitest",
            "customFields": [{"field": "COL1", "value": "true"}, {"field": "COL2", "value": "12"}],
            "billingAddress": {"street": "MG Road", "state": "KA"},
            "numOfEmployees": 450,
        }
    ]


def test_the_list_goes_by_name_and_then_by_id(empty: Caller) -> None:
    made = {name: empty.post(ACCOUNTS, {"name": name}).body["id"] for name in ("b", "B", "a", "é")}
    second_b = empty.post(ACCOUNTS, {"name": "b"}).body["id"]
    listed = [account["id"] for account in empty.get(ACCOUNTS + ALL).body["listAccount"]]
    assert listed == [made["B"], made["a"], made["b"], second_b, made["é"]]


def test_each_list_has_its_own_form_of_next(admin: Caller) -> None:
    assert admin.get(f"{ACCOUNTS}?count=2&offset=1").body["next"] == "/account/accounts?offset=3"
    found = admin.post(f"{ACCOUNTS}/search?count=2&offset=1", {}).body
    assert found["next"] == "account/accounts/search?offset=3&count=2"
    assert "next" not in admin.get(ACCOUNTS + ALL).body
    assert "next" not in admin.post(f"{ACCOUNTS}/search{ALL}", {}).body


@pytest.mark.parametrize("path", [ACCOUNTS, f"{ACCOUNTS}/search"])
@pytest.mark.parametrize("query", ["", "?count=1", "?offset=0", "?count=x&offset=0", "?count=0&offset=0"])
def test_lists_need_count_and_offset(admin: Caller, path: str, query: str) -> None:
    assert admin.send("GET" if path == ACCOUNTS else "POST", path + query, {}).status == 400


def test_an_account_number_is_unique_but_many_accounts_may_have_none(admin: Caller) -> None:
    answer = admin.post(ACCOUNTS, {"name": "x", "accountNumber": "DOC1231"})
    assert (answer.status, answer.body["code"]) == (409, 409)
    assert admin.post(ACCOUNTS, {"name": "x", "accountNumber": "doc1231"}).status == 201
    for empty_number in ("", None):
        assert admin.post(ACCOUNTS, {"name": "x", "accountNumber": empty_number}).status == 201
        assert admin.post(ACCOUNTS, {"name": "x", "accountNumber": empty_number}).status == 201


@pytest.mark.parametrize("reference", ["agentId", "agentTeamId", "campaignId", "classificationId", "typeId"])
@pytest.mark.parametrize("value", [999, "999", "abc", 0, -1, [1], True, 2**70], ids=repr)
def test_an_unknown_or_malformed_reference_is_400_and_makes_nothing(
    admin: Caller, reference: str, value: object
) -> None:
    before = admin.get(ACCOUNTS + ALL).raw
    assert admin.post(ACCOUNTS, {"name": "x", reference: value}).status == 400
    assert admin.get(ACCOUNTS + ALL).raw == before


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": ""},
        {"name": 1},
        {"description": 5},
        {"annualRevenue": "much"},
        {"annualRevenue": 1.5},
        {"billingAddress": "MG Road"},
        {"billingAddress": {"street": 1}},
        {"customFields": {"field": "COL1", "value": "x"}},
        {"customFields": ["COL1"]},
        {"customFields": [{"field": "COL101", "value": "x"}]},
        {"customFields": [{"field": "COL1"}]},
        {"customFields": [{"field": "COL1", "value": {}}]},
        {"customFields": [{"field": "COL1", "value": "x" * 256}]},
        {"secureFields": [{"field": "SECURE6", "value": "x"}]},
        {"secureFields": [{"field": "COL1", "value": "x"}]},
    ],
)
def test_a_field_of_the_wrong_type_is_400(admin: Caller, change: dict[str, object]) -> None:
    assert admin.post(ACCOUNTS, {"name": "x", **change}).status == 400


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"name": "DOC"}, [604423]),
        ({"name": "doc"}, []),
        ({"name": "QA", "agentTeamId": 12345}, [54190, 54232]),
        ({"classificationId": 172}, [604423]),
        ({"classificationId": "173"}, [53939]),
        ({"classificationId": 17}, []),
        ({"typeId": 48, "classificationId": 172}, [604423]),
        ({"typeId": 48, "classificationId": 173}, []),
        ({"campaignId": "28569800"}, [53939]),
        ({"campaignId": 28569800}, [53939]),
        ({"campaignId": "285"}, []),
        ({"id": 604434}, [604434]),
        ({"number": 101}, [607260]),
        ({"classificationName": "Gol"}, [604423]),
        ({"typeName": "Groc"}, [53939]),
        ({"billingAddress": {"city": "Bangalore_"}}, [607646]),
        ({"shippingAddress": {"state": "KA2", "country": "IND"}}, [53939, 607281]),
        ({"createdDateStart": 1688620601288}, [607646]),
        ({"createdDateStart": 1587557211140, "createdDateEnd": 1587557670106}, [54190, 54232]),
        ({"annualRevenueStart": 200, "annualRevenueEnd": "4999"}, [607646]),
        ({"modifiedBy": "apiSys", "annualRevenue": 5000}, [604423]),
        ({"name": "%"}, []),
        ({"name": "_"}, []),
        ({"name": None, "id": 54065}, [54065]),
        ({"customFields": [{"field": "COL1", "value": "15"}]}, [604423]),
        ({"customFields": [{"field": "COL1", "value": 1}]}, [604423, 607281]),
        ({"customFields": [{"field": "COL2", "value": "15"}]}, []),
        (
            {
                "customFields": [
                    {"field": "COL1", "value": "1"},
                    {"field": "COL1", "value": "3"},
                ]
            },
            [607281],
        ),
        ({"customFields": None, "id": 54065}, [54065]),
        ({"contacts": ["qa123"]}, [53939, 604423, 607260]),
        ({"contacts": ["qa123", {"contact": "0001"}]}, [604423]),
        ({"contacts": ["qa12"]}, []),
        ({"primaryContact": 102927}, [607260]),
        ({"primaryAccountContact": "qa123", "typeId": 48}, [604423]),
        ({"primaryAccountContact": "0001"}, []),
        ({"agentTeamName": "apite"}, [53939, 604423, 607260, 607646]),
        ({"agentTeamName": "apitest"}, [53939, 604423, 607646]),
        ({"agentName": "A"}, []),
        ({"site": "Bang"}, [53939, 604423, 607281]),
        ({"location": "Bangalore"}, [604423]),
        ({"clientId": 94572, "id": 607281}, [607281]),
        ({"clientId": 84723}, []),
    ],
)
def test_a_search_finds_what_its_criteria_say(admin: Caller, criteria: object, expected: list[int]) -> None:
    assert search(admin, criteria) == expected


def test_a_search_without_criteria_finds_all_accounts_by_id(admin: Caller) -> None:
    everything = search(admin, None)
    assert everything == sorted(everything)
    assert len(everything) == 10
    assert len(admin.send("POST", f"{ACCOUNTS}/search{ALL}", raw=b"").body["listAccount"]) == 10


def test_a_search_can_be_sorted(admin: Caller) -> None:
    criteria = {"name": "QA0422"}
    assert search(admin, criteria, {"property": "name"}) == [54065, 54190, 54232]
    assert search(admin, criteria, {"property": "name", "direction": "DESC"}) == [54232, 54190, 54065]
    assert search(admin, criteria, {"property": "agentTeamId", "direction": "desc"}) == [54190, 54232, 54065]
    assert search(admin, criteria, {"property": "clientId"}) == [54065, 54190, 54232]
    assert search(admin, {"contacts": ["qa123"]}, {"property": "primaryContact", "direction": "DESC"}) == [
        607260,
        604423,
        53939,
    ]


@pytest.mark.parametrize(
    "text", ['"', "\\", "\\n", "\n", "\x7f", "ü", "\u2028", "🦊", "</", "%", "", "value", "}"]
)
def test_values_and_addresses_are_found_by_any_part_of_their_text(empty: Caller, text: str) -> None:
    account = {
        "name": "x",
        "customFields": [{"field": "COL1", "value": f"a{text}b"}],
        "billingAddress": {"city": f"a{text}b"},
    }
    other = {
        "name": "y",
        "customFields": [{"field": "COL1", "value": "z"}, {"field": "COL2", "value": f"a{text}b"}],
        "billingAddress": {"street": f"a{text}b", "city": "z"},
    }
    (made, _) = (empty.post(ACCOUNTS, body).body["id"] for body in (account, other))
    assert search(empty, {"customFields": [{"field": "COL1", "value": f"a{text}"}]}) == [made]
    assert search(empty, {"billingAddress": {"city": f"{text}b"}}) == [made]


def test_an_account_is_found_by_its_notes(admin: Caller) -> None:
    admin.post(f"{ACCOUNTS}/604434/notes", {"name": "Note1", "description": "Documentation Note"})
    admin.post(f"{ACCOUNTS}/604423/notes", {"name": "Note2"})
    assert search(admin, {"notes": [{"name": "Note"}]}) == [604423, 604434]
    assert search(admin, {"notes": [{"description": "Documentation"}]}) == [604434]
    assert search(admin, {"notes": [{"name": "Note2", "description": "Documentation"}]}) == []


@pytest.mark.parametrize("key", [*sorted(SORTABLE)])
def test_a_search_can_be_sorted_by_every_attribute_with_one_value(admin: Caller, key: str) -> None:
    answer = admin.post(f"{ACCOUNTS}/search{ALL}", {"sort": {"property": key}})
    assert answer.status == (400 if "." in key else 200)


@pytest.mark.parametrize(
    "body",
    [
        {"search": {"classificationID": 172}},
        {"search": {"customFields": []}},
        {"search": {"customFields": [{"field": "COL1"}]}},
        {"search": {"customFields": [{"field": "COL101", "value": "x"}]}},
        {"search": {"customFields": {"field": "COL1", "value": "x"}}},
        {"search": {"customFields": [{"field": "COL1", "value": "x"}] * 101}},
        {"search": {"secureFields": [{"field": "SECURE1", "value": "TRUE"}]}},
        {"search": {"contacts": [1]}},
        {"search": {"contacts": [{}]}},
        {"search": {"contacts": "qa123"}},
        {"search": {"notes": ["x"]}},
        {"search": {"notes": [{"title": "x"}]}},
        {"search": {"history": []}},
        {"search": {"logId": "x"}},
        {"search": {"primaryContact": "qa123"}},
        {"search": {"billingAddress.city": "x"}},
        {"search": {"billingAddress": {"planet": "x"}}},
        {"search": {"billingAddress": "x"}},
        {"search": {"classificationId": "Gold"}},
        {"search": {"classificationId": 1.0}},
        {"search": {"name": 200}},
        {"search": []},
        {"search": "x"},
        {"sort": [{"property": "name"}]},
        {"sort": {"property": "nothing"}},
        {"sort": {"property": "name; DROP TABLE account"}},
        {"sort": {"property": "name", "direction": "UP"}},
        [],
    ],
)
def test_a_search_that_cannot_be_meant_is_400(admin: Caller, body: object) -> None:
    """A key that was ignored would count too much."""
    assert admin.post(f"{ACCOUNTS}/search{ALL}", body).status == 400


def test_an_in_use_count_reads_an_index(admin: Caller) -> None:
    """Lists and counts stay quick with many accounts."""
    plan = "EXPLAIN QUERY PLAN SELECT * FROM account WHERE {} LIMIT 5"
    with admin.app._storage.read() as db:
        for condition, step in [
            ("classificationId = 172 ORDER BY id", "SEARCH account USING INDEX account_by_classification"),
            ("typeId = 48 ORDER BY id", "SEARCH account USING INDEX account_by_type"),
            ("TRUE ORDER BY name, id", "SCAN account USING INDEX account_by_name"),
            ("accountNumber = 'x'", "SEARCH account USING INDEX account_by_account_number"),
        ]:
            (found,) = db.execute(plan.format(condition)).fetchall()
            assert found[3].startswith(step)
