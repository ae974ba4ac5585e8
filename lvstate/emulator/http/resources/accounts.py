"""Accounts over HTTP: create, list and search (account-api.txt: Account).

Room left for: read, update, delete, bulk create, notes, links.
"""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.http import account_documents
from lvstate.emulator.http.account_bodies import account_fields, account_search
from lvstate.emulator.http.answers import created, json_answer
from lvstate.emulator.http.bodies import read_object
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Call, Operation


def create(call: Call) -> Response:
    """A bare object of the 26 fields to 201 `{"id"}`; 409 where the account number is taken."""
    body = read_object(call.request)
    body.required_text("name")
    return created(call.backend.accounts.create(call.signed_in, account_fields(body)))


def list_page(call: Call) -> Response:
    """200 `{"next"?, "listAccount": [...]}`, sorted by name; `next` has no count here, as in the example."""
    window = call.window()
    page = call.backend.accounts.page(window)
    document: dict[str, object] = {}
    if page.more:
        document["next"] = f"/account/accounts?offset={window.offset + window.count}"
    return json_answer(
        document | {"listAccount": [account_documents.listed(account) for account in page.items]}
    )


def search(call: Call) -> Response:
    """`{"search"?, "sort"?}` to 200 `{"next"?, "listAccount": [...]}`: the example's key, not the table's."""
    window = call.window()
    page = call.backend.accounts.search(account_search(read_object(call.request, may_be_empty=True)), window)
    document: dict[str, object] = {}
    if page.more:
        document["next"] = (
            f"account/accounts/search?offset={window.offset + window.count}&count={window.count}"
        )
    return json_answer(
        document | {"listAccount": [account_documents.found(account) for account in page.items]}
    )


COLLECTION = ("/account/accounts",)

OPERATIONS = [
    Operation("Create Account", "POST", COLLECTION, ADMINISTRATORS, create),
    Operation("List Accounts", "GET", COLLECTION, DEFAULT_ROLES, list_page),
    Operation("Find Matching Accounts", "POST", ("/account/accounts/search",), DEFAULT_ROLES, search),
]
