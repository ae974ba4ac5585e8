"""Who may use what: the table of REFERENCE 1.5, row by row."""

from __future__ import annotations

import pytest

from lvstate.emulator.app import EmulatorApp
from lvstate.emulator.http.routes import all_routes
from tests.emulator.caller import Caller

USERS = {"S": "sysadmin", "U": "superuser", "M": "manager", "I": "ituser", "A": "agent"}

# operation: method, path, who may
MATRIX = {
    "Bulk Contact Download": ("POST", "/contact/contacts/bulk", "SU"),
    "Create Contact": ("POST", "/contact/contacts", "SU"),
    "Bulk Create Contact": ("POST", "/contact/contacts/bulk", "SU"),
    "Delete Contact": ("DELETE", "/contact/contacts/100", "SU"),
    "Find Matching Contact": ("POST", "/contact/contacts/search?count=1&offset=0", "SUM"),
    "List Contact": ("GET", "/contact/contacts?count=1&offset=0", "SUM"),
    "Read Contact": ("GET", "/contact/contacts/100", "SUM"),
    "Update Contact": ("PUT", "/contact/contacts/100", "SU"),
    "Bulk Update Contact": ("PUT", "/contact/contacts/bulk", "SU"),
    "Update Contact DND": ("PUT", "/contact/contacts/100/dnd", "SU"),
    "Update Multiple Contacts' DND": ("POST", "/contact/contacts/dnd", "SU"),
    "List Contact Notes": ("GET", "/contact/contacts/123456/notes", "SUM"),
    "Read Contact Note": ("GET", "/contact/contacts/123456/notes/1489384", "SUM"),
    "Create Contact Group": ("POST", "/contact/contactGroups", "SU"),
    "List Contact Group": ("GET", "/contact/contactGroups?count=1&offset=0", "SUM"),
    "Read Contact Group": ("GET", "/contact/contactGroups/2200", "SUM"),
    "Update Contact Group": ("PUT", "/contact/contactGroups/2200", "SU"),
    "List Custom Field": ("GET", "/contact/contacts/customFields", "SUMI"),
    "Read Custom Field": ("GET", "/contact/contacts/customFields/COL7", "SUMI"),
    "Update Custom Field": ("PUT", "/contact/contacts/customFields", "SI"),
    "Create Account": ("POST", "/account/accounts", "SU"),
    "Create Multiple Accounts": ("POST", "/account/accounts/bulk", "SU"),
    "Read Account": ("GET", "/account/accounts/604423", "SUM"),
    "List Accounts": ("GET", "/account/accounts?count=1&offset=0", "SUM"),
    "Find Matching Accounts": ("POST", "/account/accounts/search?count=1&offset=0", "SUM"),
    "Update Account": ("PUT", "/account/accounts/604423", "SU"),
    "Add Note to Account": ("POST", "/account/accounts/604423/notes", "SU"),
    "Delete Account": ("DELETE", "/account/accounts/604423", "SU"),
    "Link Account to Contact": ("POST", "/account/accounts/604423/contacts", "SUM"),
    "Link Account to Multiple Contacts": ("POST", "/account/accounts/604423/contacts/bulk", "SUM"),
    "Unlink an Account With a Contact": ("DELETE", "/account/accounts/604423/contacts/API199", "SUM"),
    "List Accounts Associated with the Contact": (
        "GET",
        "/contact/contacts/qa123/accounts?count=1&offset=0",
        "SUM",
    ),
    "Create Classification": ("POST", "/account/classifications", "SU"),
    "Read Classification": ("GET", "/account/classifications/171", "SUM"),
    "List All Classification": ("GET", "/account/classifications", "SUM"),
    "Update Classification": ("PUT", "/account/classification/171", "SU"),
    "Delete Classification": ("DELETE", "/account/classification/171", "SU"),
    "Create Type": ("POST", "/account/types", "SU"),
    "Read Type": ("GET", "/account/type/48", "SU"),
    "List All Types": ("GET", "/account/types", "SUM"),
    "Update Type": ("PUT", "/account/type/48", "SU"),
    "Delete Type": ("DELETE", "/account/type/48", "SU"),
}


# What an operation is sent, where a name and custom fields would not do.
BODIES = {
    "Bulk Contact Download": {"exportableFields": ["account"]},
    "Create Contact": {"createContactDetails": {"account": "new"}},
    "Bulk Create Contact": {"createContactDetails": []},
    "Find Matching Contact": {"search": {"field": "account", "criteria": "1", "condition": "EQUALS"}},
    "Bulk Update Contact": {"updateContactDetails": []},
    "Update Multiple Contacts' DND": {"contactDnd": []},
    "Link Account to Contact": {"contactId": "1000"},
}


def body_for(operation: str, method: str, path: str) -> object:
    """A body that the method takes."""
    if operation in BODIES:
        return BODIES[operation]
    if method not in ("POST", "PUT") or "search" in path:
        return None
    body = {"name": "x", "customFields": [], "contactId": "new"}
    return [body] if path.endswith("/bulk") else body


@pytest.mark.parametrize("user", USERS.values(), ids=USERS.values())
@pytest.mark.parametrize("operation", MATRIX)
def test_an_operation_is_open_to_its_roles_only(app: EmulatorApp, operation: str, user: str) -> None:
    method, path, allowed = MATRIX[operation]
    answer = Caller(app, user).send(method, path, body_for(operation, method, path))
    if user in {USERS[letter] for letter in allowed}:
        assert answer.status < 300, answer.raw
    else:
        assert (answer.status, answer.body["code"]) == (403, 403)


def test_the_table_has_every_operation() -> None:
    with_roles = {operation.name for operation in all_routes().operations if operation.roles is not None}
    assert with_roles == set(MATRIX)
