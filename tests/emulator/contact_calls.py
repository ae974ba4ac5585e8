"""Short ways to make, change and look at contacts over HTTP."""

from __future__ import annotations

from typing import Any

from tests.emulator.caller import Caller

CONTACTS = "/contact/contacts"
WHOLE = "?count=1000&offset=0"


def make(caller: Caller, account: str, /, **details: Any) -> int:
    """Create a contact and return its id."""
    answer = caller.post(CONTACTS, {"createContactDetails": {"account": account, **details}})
    assert answer.status == 201, answer.raw
    return int(answer.body["id"])


def change(caller: Caller, account: str, /, **details: Any) -> None:
    """Update a contact."""
    answer = caller.put(f"{CONTACTS}/{account}", {"updateContactDetails": details})
    assert answer.status == 204, answer.raw


def look(caller: Caller, account: str) -> dict[str, Any]:
    """Read a contact."""
    answer = caller.get(f"{CONTACTS}/{account}")
    assert answer.status == 200, answer.raw
    details: dict[str, Any] = answer.body["readContactDetails"]
    return details


def search(caller: Caller, node: object, sort: object = None, window: str = WHOLE) -> list[str]:
    """The accounts of the contacts that a search finds."""
    body = {"search": node} if sort is None else {"search": node, "sort": sort}
    answer = caller.post(f"{CONTACTS}/search{window}", body)
    assert answer.status == 200, answer.raw
    return [contact["account"] for contact in answer.body["findMatchingContactsDetails"]]


def found(caller: Caller, account: str) -> dict[str, Any]:
    """A contact as a search shows it."""
    node = {"field": "account", "criteria": account, "condition": "EQUALS"}
    answer = caller.post(f"{CONTACTS}/search{WHOLE}", {"search": node})
    (contact,) = answer.body["findMatchingContactsDetails"]
    return dict(contact)


def condition(field: str, test: str, criteria: str) -> dict[str, Any]:
    """A leaf of a search."""
    return {"field": field, "condition": test, "criteria": criteria}
