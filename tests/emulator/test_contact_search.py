"""Find Matching Contact: what each condition matches, how rules join and negate, and how results are sorted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvstate.emulator import create_app
from tests.emulator.caller import Caller
from tests.emulator.contact_calls import CONTACTS, WHOLE, condition, make, search

DAY = 24 * 60 * 60 * 1000
PEOPLE: dict[str, dict[str, Any]] = {
    "A1": {
        "originalAccountNumber": "O-1",
        "person": {
            "firstName": "Ann",
            "lastName": "Lee",
            "email": "ann@example.com",
            "zipCode": "10010",
            "dateOfBirth": 10 * DAY,
        },
        "guarantor": {"firstName": "Gus", "lastName": "Lee"},
        "address1": "1 Main Street",
        "city": "Rome",
        "state": "CA",
        "country": "UK",
        "balance": 100.0,
        "amountToSpeak": 9.5,
        "groupId": 7,
        "dueDate": 18262 * DAY + 5,  # 2020-01-01, five milliseconds after midnight
        "primaryEmailConsent": True,
        "accountBlock": "PERMANENT",
        "phone": [{"phone": "6505550001", "ordinal": 1, "smsConsent": True}],
        "customFields": [{"field": "COL1", "value": "9"}, {"field": "COL2", "value": "red"}],
    },
    "A2": {
        "person": {"firstName": "Bob", "lastName": "Ann", "zipCode": "20010"},
        "address2": "Main Hall",
        "city": "rome",
        "balance": 250.5,
        "dueDate": 18263 * DAY,
        "accountBlock": "DAILY",
        "phone": [
            {"phone": "4155550002", "ordinal": 1},
            {"phone": "6505550003", "ordinal": 10, "cellConsent": True},
        ],
        "customFields": [{"field": "COL1", "value": "10"}],
    },
    "b3": {"customFields": [{"field": "COL1", "value": "abc"}], "accountBlock": "BOTH"},
}


@pytest.fixture(scope="module")
def people() -> Iterator[Caller]:
    with create_app() as app:
        caller = Caller(app)
        for account, details in PEOPLE.items():
            make(caller, account, **details)
        yield caller


MATCHES = [
    ("account", "EQUALS", "A1", "A1"),
    ("account", "EQUALS", "a1", ""),
    ("account", "STARTS_WITH", "A", "A1 A2"),
    ("account", "ENDS_WITH", "3", "b3"),
    ("account", "ENDS_WITH", "xxb3", ""),
    ("account", "CONTAINS", "3", "b3"),
    ("account", "LESS", "A2", "A1"),
    ("account", "GREATER", "A1", "A2 b3"),
    ("account", "GREATER_EQUAL", "A2", "A2 b3"),
    ("account", "CONTAINS", "%", ""),
    ("account", "STARTS_WITH", "_", ""),
    ("original_account_number", "EQUALS", "O-1", "A1"),
    ("city", "EQUALS", "Rome", "A1"),
    ("state", "STARTS_WITH", "C", "A1"),
    ("country", "EQUALS", "UK", "A1"),
    ("postalcode", "ENDS_WITH", "010", "A1 A2"),
    ("email_address", "CONTAINS", "@example", "A1"),
    ("name", "EQUALS", "Ann", "A1 A2"),
    ("name", "EQUALS", "Ann Lee", "A1"),
    ("name", "CONTAINS", "b A", "A2"),
    ("name", "LESS", "Z", "A1 A2"),
    ("guarantor_name", "EQUALS", "Gus Lee", "A1"),
    ("address", "CONTAINS", "Main", "A1 A2"),
    ("address", "ENDS_WITH", "Hall", "A2"),
    ("phone", "EQUALS", "6505550003", "A2"),
    ("phone", "STARTS_WITH", "650", "A1 A2"),
    ("phone", "ENDS_WITH", "2", "A2"),
    ("group", "EQUALS", "7", "A1"),
    ("group", "EQUALS", "0", "A2 b3"),
    ("paymentbalance", "EQUALS", "100", "A1"),
    ("paymentbalance", "GREATER", "100", "A2"),
    ("paymentbalance", "GREATER_EQUAL", "100.00", "A1 A2"),
    ("paymentbalance", "LESS", "100", "b3"),
    ("paymentbalance", "GREATER", "-1", "A1 A2 b3"),
    ("amount_to_speak", "EQUALS", "9.5", "A1"),
    ("callattemptstoday", "EQUALS", "0", "A1 A2 b3"),
    ("callattemptslifetime", "GREATER", "0", ""),
    ("account_due_date", "EQUALS", "2020-01-01", "A1"),
    ("account_due_date", "EQUALS", "01/02/2020", "A2"),
    ("account_due_date", "EQUALS", str(18262 * DAY), ""),
    ("account_due_date", "EQUALS", str(18262 * DAY + 5), "A1"),
    ("account_due_date", "GREATER", "2020-01-01", "A2"),
    ("account_due_date", "GREATER_EQUAL", "2020-01-01", "A1 A2"),
    ("account_due_date", "LESS", "2020-01-02", "A1"),
    ("dob", "EQUALS", "1970-01-11", "A1"),
    ("do_not_dial", "EQUALS", "true", "A1 b3"),
    ("do_not_dial", "EQUALS", "false", "A2"),
    ("do_not_dial_daily", "EQUALS", "TRUE", "A2 b3"),
    ("primary_email_consent", "EQUALS", "1", "A1"),
    ("primary_email_consent", "EQUALS", "0", "A2 b3"),
    ("phone_sms_consent", "EQUALS", "true", "A1"),
    ("phone_cell_consent", "EQUALS", "false", "A1 b3"),
    ("phone10_cell_consent", "EQUALS", "true", "A2"),
    ("phone1_sms_consent", "EQUALS", "false", "A2 b3"),
    ("COL2", "EQUALS", "red", "A1"),
    ("COL1", "GREATER", "9", "A2"),
    ("COL1", "LESS", "10", "A1"),
    ("COL1", "GREATER_EQUAL", "a", "b3"),
    ("COL1", "STARTS_WITH", "1", "A2"),
    ("COL100", "CONTAINS", "a", ""),
]


@pytest.mark.parametrize(("field", "test", "criteria", "accounts"), MATCHES, ids=str)
def test_a_condition_matches(people: Caller, field: str, test: str, criteria: str, accounts: str) -> None:
    assert search(people, condition(field, test, criteria)) == accounts.split()


@pytest.mark.parametrize(("field", "test", "criteria", "accounts"), MATCHES, ids=str)
def test_a_negated_rule_matches_all_the_others(
    people: Caller, field: str, test: str, criteria: str, accounts: str
) -> None:
    """The complement, whatever a contact has not got: an unset value is no match."""
    leaf = condition(field, test, criteria)
    node = {"rule": "AND", "left": leaf, "right": leaf, "isNegated": True}
    assert search(people, node) == sorted(set(PEOPLE) - set(accounts.split()))


@pytest.mark.parametrize("field", ["ACCOUNT", "Account", "aCCount"])
def test_the_case_of_a_field_means_nothing(people: Caller, field: str) -> None:
    assert search(people, condition(field, "EQUALS", "A1")) == ["A1"]
    assert search(people, condition("col1", "EQUALS", "9")) == ["A1"]
    assert search(people, condition("PHONE10_CELL_CONSENT", "EQUALS", "true")) == ["A2"]


LEAVES = {
    "A": condition("account", "STARTS_WITH", "A"),
    "rome": condition("city", "EQUALS", "rome"),
    "block": condition("do_not_dial", "EQUALS", "true"),
    "rich": condition("paymentbalance", "GREATER", "50"),
}
TRUE_FOR = {"A": {"A1", "A2"}, "rome": {"A2"}, "block": {"A1", "b3"}, "rich": {"A1", "A2"}}
TREES = st.recursive(
    st.sampled_from(sorted(LEAVES)),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner, st.booleans()),
    max_leaves=8,
)


def as_node(tree: Any) -> dict[str, Any]:
    if isinstance(tree, str):
        return LEAVES[tree]
    rule, left, right, negated = tree
    return {"rule": rule, "left": as_node(left), "right": as_node(right), "isNegated": negated}


def expected(tree: Any) -> set[str]:
    if isinstance(tree, str):
        return TRUE_FOR[tree]
    rule, left, right, negated = tree
    both = expected(left) & expected(right) if rule == "AND" else expected(left) | expected(right)
    return set(PEOPLE) - both if negated else both


@settings(max_examples=60)
@given(tree=TREES)
def test_any_tree_matches_as_logic_says(people: Caller, tree: Any) -> None:
    assert set(search(people, as_node(tree))) == expected(tree)


def test_a_condition_of_its_own_cannot_be_negated(people: Caller) -> None:
    leaf = {**condition("account", "EQUALS", "A1"), "isNegated": True}
    assert search(people, leaf) == ["A1"]
    assert search(people, {"rule": "OR", "left": leaf, "right": leaf}) == ["A1"]


@pytest.mark.parametrize("negation", [None, False, "false", "true", True])
def test_a_negation_may_be_written_as_text(people: Caller, negation: object) -> None:
    leaf = condition("account", "EQUALS", "A1")
    node = {"rule": "AND", "left": leaf, "right": leaf, "isNegated": negation}
    assert ("A1" in search(people, node)) is (negation not in (True, "true"))


ALL = condition("account", "GREATER_EQUAL", " ")


@pytest.mark.parametrize(
    ("sort", "accounts"),
    [
        (None, "A1 A2 b3"),
        ([], "A1 A2 b3"),
        ([{"field": "account", "order": "DESC"}], "b3 A2 A1"),
        ({"field": "ACCOUNT", "order": "desc"}, "b3 A2 A1"),
        ([{"field": "PAYMENTBALANCE", "order": "ASc"}], "b3 A1 A2"),
        ([{"field": "LVACCOUNT_ID", "order": "DESC"}], "b3 A2 A1"),
        ([{"field": "PHONE1", "order": "DESC"}], "A1 A2 b3"),
        ([{"field": "PHONE10", "order": "DESC"}], "A2 A1 b3"),
        ([{"field": "PHONE1_SMS_CONSENT", "order": "DESC"}], "A1 A2 b3"),
        ([{"field": "COL1", "order": "ASC"}], "A2 A1 b3"),
        ([{"field": "CITY", "order": "ASC"}], "b3 A1 A2"),
        ([{"field": "DO_NOT_DIAL", "order": "ASC"}, {"field": "ACCOUNT", "order": "DESC"}], "A2 b3 A1"),
        ([{"field": "CLIENT_ID", "order": "DESC"}], "A1 A2 b3"),
        ([{"field": "SMS", "order": "DESC"}, {"field": "account", "order": "DESC"}], "b3 A2 A1"),
    ],
)
def test_results_are_sorted(people: Caller, sort: object, accounts: str) -> None:
    assert search(people, ALL, sort) == accounts.split()


def test_pages_of_a_search_cover_it_once(people: Caller) -> None:
    seen: list[str] = []
    for offset in range(3):
        answer = people.post(f"{CONTACTS}/search?count=1&offset={offset}", {"search": ALL}).body
        seen += [contact["account"] for contact in answer["findMatchingContactsDetails"]]
        assert answer.get("next") == (
            None if offset == 2 else f"/contact/contacts/search?offset={offset + 1}"
        )
    assert seen == list(PEOPLE)


def test_no_match_is_an_empty_array(people: Caller) -> None:
    node = condition("account", "EQUALS", "nobody")
    answer = people.post(f"{CONTACTS}/search{WHOLE}", {"search": node})
    assert (answer.status, answer.body) == (200, {"findMatchingContactsDetails": []})


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\U0010ffff", "\ud7ff", "é", "'; DROP TABLE contact; --"])
@pytest.mark.parametrize("test", ["EQUALS", "STARTS_WITH", "ENDS_WITH", "CONTAINS"])
def test_odd_text_is_found_as_it_is(empty: Caller, odd: str, test: str) -> None:
    make(empty, f"{odd}")
    make(empty, f"other {odd} one")
    matched = search(empty, condition("account", test, odd))
    assert matched == ([odd, f"other {odd} one"] if test == "CONTAINS" else [odd])


def bad(**changes: object) -> dict[str, object]:
    return {**condition("account", "EQUALS", "A1"), **changes}


LEAF = condition("account", "EQUALS", "A1")
BAD_SEARCHES: dict[str, object] = {
    "nothing": None,
    "an empty object": {},
    "an array": [LEAF],
    "an unknown field": bad(field="shoe_size"),
    "a field that no page explains": bad(field="account_due_date_basedon_option"),
    "the flag that looks like an address": bad(field="email"),
    "a field that is a column": bad(field="originalAccountNumber"),
    "a slot beyond the last": bad(field="COL101"),
    "a phone beyond the last": bad(field="phone11_sms_consent", criteria="true"),
    "no criteria": {"field": "account", "condition": "EQUALS"},
    "empty criteria": bad(criteria=""),
    "a number as criteria": bad(criteria=5),
    "criteria too long": bad(criteria="x" * 256),
    "an unknown condition": bad(condition="LESS_EQUAL"),
    "a condition in lower case": bad(condition="equals"),
    "words for a number": bad(field="paymentbalance", criteria="ten"),
    "NaN": bad(field="paymentbalance", criteria="nan"),
    "a prefix of a number": bad(field="paymentbalance", condition="STARTS_WITH", criteria="1"),
    "a number too large": bad(field="paymentbalance", criteria="9" * 255 + "e1"),
    "a day that is none": bad(field="dob", criteria="2020-02-30"),
    "a date in words": bad(field="dob", criteria="yesterday"),
    "a moment beyond all years": bad(field="dob", criteria="999999999999999"),
    "a part of a date": bad(field="dob", condition="CONTAINS", criteria="2020-01-01"),
    "words for a flag": bad(field="do_not_dial", criteria="maybe"),
    "an order of flags": bad(field="do_not_dial", condition="LESS", criteria="true"),
    "a rule without branches": {"rule": "AND"},
    "a rule with one branch": {"rule": "AND", "left": LEAF},
    "a rule with a null branch": {"rule": "AND", "left": LEAF, "right": None},
    "a rule that is neither": {"rule": "XOR", "left": LEAF, "right": LEAF},
    "a rule in lower case": {"rule": "and", "left": LEAF, "right": LEAF},
    "a rule that is a condition too": {**LEAF, "rule": "AND", "left": LEAF, "right": LEAF},
    "a negation in words": {"rule": "AND", "left": LEAF, "right": LEAF, "isNegated": "no"},
    "a bad leaf below": {"rule": "AND", "left": LEAF, "right": {"rule": "OR", "left": LEAF, "right": {}}},
}


@pytest.mark.parametrize("node", BAD_SEARCHES.values(), ids=BAD_SEARCHES.keys())
def test_a_bad_search_is_400(people: Caller, node: object) -> None:
    answer = people.post(f"{CONTACTS}/search{WHOLE}", {"search": node})
    assert (answer.status, answer.body["code"]) == (400, 400)


@pytest.mark.parametrize(
    "sort",
    [
        "account",
        ["account"],
        [{}],
        [{"field": "account"}],
        [{"order": "ASC"}],
        [{"field": "account", "order": "UP"}],
        [{"field": "shoe_size", "order": "ASC"}],
        [{"field": "id; DROP TABLE contact", "order": "ASC"}],
        [{"field": "account", "order": "ASC"}] * 21,
    ],
)
def test_a_bad_sort_is_400(people: Caller, sort: object) -> None:
    assert people.post(f"{CONTACTS}/search{WHOLE}", {"search": LEAF, "sort": sort}).status == 400


def chain(length: int) -> dict[str, object]:
    node: dict[str, object] = LEAF
    for _ in range(length):
        node = {"rule": "OR", "left": node, "right": LEAF}
    return node


def tree(depth: int) -> dict[str, object]:
    if not depth:
        return LEAF
    return {"rule": "AND", "left": tree(depth - 1), "right": tree(depth - 1)}


@pytest.mark.parametrize("node", [chain(50), chain(150), tree(7)], ids=["deep", "deeper", "wide"])
def test_a_tree_too_large_is_400(people: Caller, node: object) -> None:
    assert people.post(f"{CONTACTS}/search{WHOLE}", {"search": node}).status == 400


@pytest.mark.parametrize("node", [chain(49), tree(6)], ids=["deep", "wide"])
def test_a_large_tree_is_searched(people: Caller, node: object) -> None:
    assert search(people, node) == ["A1"]


@pytest.mark.parametrize("column", ["name", "guarantor_name", "address"])
def test_the_most_conditions_of_the_widest_field_fit_a_query(people: Caller, column: str) -> None:
    leaf = condition(column, "STARTS_WITH", "x" * 255)
    node: dict[str, object] = {"rule": "OR", "left": leaf, "right": leaf, "isNegated": True}
    for _ in range(5):
        node = {"rule": "OR", "left": node, "right": node, "isNegated": True}
    many = [{"field": f"PHONE{n}_DND", "order": "ASC"} for n in range(1, 11)] * 2
    assert people.post(f"{CONTACTS}/search{WHOLE}", {"search": node, "sort": many}).status == 200
