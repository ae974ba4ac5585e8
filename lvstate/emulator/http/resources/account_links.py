"""Links of accounts to contacts over HTTP (account-api.txt: Link / Unlink Account to Contacts).

With them goes the one list that reads links from the contact's side (contact-api.txt: List Accounts Associated
with the Contact). A contact is named by its account string, in paths percent-encoded.
"""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from lvstate.emulator.http import account_documents
from lvstate.emulator.http.answers import json_answer, no_content
from lvstate.emulator.http.bodies import as_object, read_array, read_object
from lvstate.emulator.http.operations import DEFAULT_ROLES, Call, Operation

LINKED_ALREADY = "This contact has been associated with the account."


def link(call: Call) -> Response:
    """`{"contactId"}` to 204; 409 where the two are linked already."""
    contact = read_object(call.request).required_text("contactId")
    call.backend.account_links.link(call.signed_in, call.object_id(), contact)
    return no_content()


def link_many(call: Call) -> Response:
    """A bare array of `{"contactId"}` to 200 `{"successCount", "failCount", "failedData"?}`."""
    items = read_array(call.request)
    contacts = [as_object(item, "An entry of the body").required_text("contactId") for item in items]
    failed = call.backend.account_links.link_many(call.signed_in, call.object_id(), contacts)
    document: dict[str, object] = {"successCount": len(contacts) - len(failed), "failCount": len(failed)}
    if failed:
        document["failedData"] = [{"itemName": contact, "cause": LINKED_ALREADY} for contact in failed]
    return json_answer(document)


def unlink(call: Call) -> Response:
    """204."""
    call.backend.account_links.unlink(call.object_id(), call.segment("contactId"))
    return no_content()


def list_accounts(call: Call) -> Response:
    """200 `{"next"?, "listAccount": [...]}`, sorted by name; a contact without accounts has an empty list."""
    window = call.window()
    contact = call.segment("contactId")
    page = call.backend.account_links.accounts_of(contact, window)
    document: dict[str, object] = {}
    if page.more:
        place = f"offset={window.offset + window.count}&count={window.count}"
        document["next"] = f"contact/contacts/{quote(contact, safe='')}/accounts?{place}"
    entries = [account_documents.associated(account) for account in page.items]
    return json_answer(document | {call.settings.account_list_key: entries})


OPERATIONS = [
    Operation("Link Account to Contact", "POST", ("/account/accounts/<id>/contacts",), DEFAULT_ROLES, link),
    Operation(
        "Link Account to Multiple Contacts",
        "POST",
        ("/account/accounts/<id>/contacts/bulk",),
        DEFAULT_ROLES,
        link_many,
    ),
    Operation(
        "Unlink an Account With a Contact",
        "DELETE",
        ("/account/accounts/<id>/contacts/<contactId>",),
        DEFAULT_ROLES,
        unlink,
    ),
    Operation(
        "List Accounts Associated with the Contact",
        "GET",
        ("/contact/contacts/<contactId>/accounts",),
        DEFAULT_ROLES,
        list_accounts,
        # The example's request line, to the letter (REFERENCE 5.1 no. 4).
        also=(("POST", "/contact/contacts/<contactId>/:account/accounts"),),
    ),
]
