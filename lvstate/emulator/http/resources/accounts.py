"""Accounts over HTTP (account-api.txt: Account).

The example of the bulk method posts its array to the path of Create Account; both paths take it, unless paths
are strict. An item of that array that cannot be made fails alone, whatever is wrong with it, with the one
status that the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.wrappers import Response

from lvstate.emulator.backend import tenant
from lvstate.emulator.backend.account_notes import AccountNote
from lvstate.emulator.http import account_documents
from lvstate.emulator.http.account_bodies import account_changes, account_fields, bulk_item
from lvstate.emulator.http.account_searches import account_search
from lvstate.emulator.http.answers import created, json_answer, no_content
from lvstate.emulator.http.bodies import JsonValue, as_object, read_array, read_json, read_object
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Call, Operation

ITEM_FAILED = "Internal Server Error"
REPEATED_KEYS = ("name", "description", "accountNumber", "originalAccountNumber")


def create(call: Call) -> Response:
    """A bare object of the 26 fields to 201 `{"id"}`; 409 where the account number is taken."""
    body = read_json(call.request)
    if isinstance(body, list) and not call.settings.strict_paths:
        return _create_many(call, body)
    fields = account_fields(as_object(body, "The body"))
    return created(call.backend.accounts.create(call.signed_in, fields))


def create_many(call: Call) -> Response:
    """A bare array of accounts to 200 `{"failCount", "failedData"?, "successCount", "updateCount"}`."""
    return _create_many(call, read_array(call.request, may_be_empty=True))


def read(call: Call) -> Response:
    """200, the account without a wrapper, with its notes and links."""
    return json_answer(account_documents.read(call.backend.accounts.read(call.object_id())))


def list_page(call: Call) -> Response:
    """200 `{"next"?, "listAccount": [...]}`, sorted by name; `next` has no count here, as in the example."""
    window = call.window()
    page = call.backend.accounts.page(window)
    document: dict[str, object] = {}
    if page.more:
        document["next"] = f"/account/accounts?offset={window.offset + window.count}"
    entries = [account_documents.listed(account) for account in page.items]
    return json_answer(document | {call.settings.account_list_key: entries})


def search(call: Call) -> Response:
    """`{"search"?, "sort"?}` to 200 `{"next"?, "listAccount": [...]}`: the example's key, not the table's."""
    window = call.window()
    page = call.backend.accounts.search(account_search(read_object(call.request, may_be_empty=True)), window)
    document: dict[str, object] = {}
    if page.more:
        document["next"] = (
            f"account/accounts/search?offset={window.offset + window.count}&count={window.count}"
        )
    entries = [account_documents.found(account) for account in page.items]
    return json_answer(document | {call.settings.account_search_key: entries})


def update(call: Call) -> Response:
    """Some of the 26 fields to 204; keys not sent stay, null clears."""
    changes = account_changes(read_object(call.request))
    call.backend.accounts.update(call.signed_in, call.object_id(), changes)
    return no_content()


def delete(call: Call) -> Response:
    """204; notes and links go with the account."""
    call.backend.accounts.delete(call.object_id())
    return no_content()


def add_note(call: Call) -> Response:
    """`{"name", "description"?}` to 204, without an id."""
    body = read_object(call.request)
    name, description = body.required_text("name"), body.text("description")
    call.backend.account_notes.add(AccountNote(call.object_id(), name, description))
    return no_content()


def _create_many(call: Call, items: list[JsonValue]) -> Response:
    user = call.signed_in
    result = call.backend.accounts.create_many(
        user, [bulk_item(item) for item in items], overwrite=call.settings.overwrite_accounts
    )
    document: dict[str, object] = {"failCount": len(result.failed)}
    if result.failed:
        document["failedData"] = list(_failed_data(user.login, items, result.failed))
    return json_answer(document | {"successCount": result.created, "updateCount": result.updated})


def _failed_data(login: str, items: list[JsonValue], failed: Iterable[int]) -> Iterable[dict[str, object]]:
    for ordinal in failed:
        item = items[ordinal - 1]
        sent = item if isinstance(item, dict) else {}
        data: dict[str, object] = {"createdBy": login, "clientId": tenant.CLIENT_ID}
        data |= {key: sent[key] for key in REPEATED_KEYS if isinstance(sent.get(key), str)}
        yield {"data": data, "ordinal": ordinal, "status": ITEM_FAILED}


COLLECTION = ("/account/accounts",)
ITEM = ("/account/accounts/<id>",)

OPERATIONS = [
    Operation("Create Account", "POST", COLLECTION, ADMINISTRATORS, create),
    Operation("Create Multiple Accounts", "POST", ("/account/accounts/bulk",), ADMINISTRATORS, create_many),
    Operation("Read Account", "GET", ITEM, DEFAULT_ROLES, read),
    Operation("List Accounts", "GET", COLLECTION, DEFAULT_ROLES, list_page),
    Operation("Find Matching Accounts", "POST", ("/account/accounts/search",), DEFAULT_ROLES, search),
    Operation("Update Account", "PUT", ITEM, ADMINISTRATORS, update),
    Operation("Add Note to Account", "POST", ("/account/accounts/<id>/notes",), ADMINISTRATORS, add_note),
    Operation("Delete Account", "DELETE", ITEM, ADMINISTRATORS, delete),
]
