"""Contacts over HTTP (contact-api.txt: Contact).

`POST /contact/contacts/bulk` is two methods: the key of the body tells them apart, then `Accept`. The fixed
paths beside `{account}` (bulk, search, dnd, customFields) win over contacts of such names.
"""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.backend.refusals import Duplicate, InvalidValue, NoRecord, Refusal
from lvstate.emulator.http import contact_bodies, contact_documents, found_contacts
from lvstate.emulator.http.answers import json_answer, json_text_answer, no_content
from lvstate.emulator.http.bodies import Fields, as_object, read_json, read_object
from lvstate.emulator.http.contact_search_bodies import contact_search
from lvstate.emulator.http.csv_answers import csv_answer
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Call, Operation
from lvstate.emulator.http.refusals import Refused
from lvstate.emulator.http.requests import EmulatorRequest

CREATE_KEY, DOWNLOAD_KEY, UPDATE_KEY = "createContactDetails", "exportableFields", "updateContactDetails"


def download(call: Call) -> Response:
    """`{"exportableFields", "startDate"?, "endDate"?}` to 200 text/csv, gzip where asked for."""
    export = contact_bodies.export(read_object(call.request))
    return csv_answer(call.request, call.backend.contacts.export(export).pieces())


def create(call: Call) -> Response:
    """`{"createContactDetails": {...}}` to 201 `{"id"}`, a string; 202 with a code where it exists."""
    details = read_object(call.request).nested(CREATE_KEY)
    if details is None:
        raise InvalidValue(f"{CREATE_KEY} is required.")
    account, change = contact_bodies.new_contact(details)
    try:
        contact_id = call.backend.contacts.create(call.signed_in, account, change)
    except Duplicate as duplicate:
        raise Refused(202, duplicate.message) from None
    return json_answer({"id": str(contact_id)}, 201)


def create_all(call: Call) -> Response:
    """`{"createContactDetails": [...]}` to 200 `{"message"}`, which says "updated" of what is created."""
    body = read_object(call.request)
    if body.has(DOWNLOAD_KEY):
        raise InvalidValue(f"{CREATE_KEY} and {DOWNLOAD_KEY} belong to two methods.")
    items = [contact_bodies.new_contact(entry, is_bulk=True) for entry in _entries(body, CREATE_KEY)]
    return _message(call.backend.contacts.create_all(call.signed_in, items))


def delete(call: Call) -> Response:
    """204, or 404 without a body, as documented."""
    try:
        call.backend.contacts.delete(call.segment("account"))
    except NoRecord:
        return _bare_not_found()
    return no_content()


def search(call: Call) -> Response:
    """200 `{"findMatchingContactsDetails": [...], "next"?}`; `next` has no count here, as in the example."""
    window = call.window()
    page = call.backend.contacts.search(contact_search(read_object(call.request)), window)
    following = f"/contact/contacts/search?offset={window.offset + window.count}" if page.more else None
    return json_text_answer(found_contacts.page_text(page.items, following))


def list_page(call: Call) -> Response:
    """200 `{"listContactDetails": [...], "next"?}`."""
    window = call.window()
    page = call.backend.contacts.page(window)
    document: dict[str, object] = {
        "listContactDetails": [contact_documents.listed(contact) for contact in page.items]
    }
    if page.more:
        document["next"] = f"contact/contacts?offset={window.offset + window.count}&count={window.count}"
    return json_answer(document)


def read(call: Call) -> Response:
    """200 `{"readContactDetails": {...}}`."""
    contact = call.backend.contacts.read(call.segment("account"))
    return json_answer({"readContactDetails": contact_documents.read(contact)})


def update(call: Call) -> Response:
    """`{"updateContactDetails"?: {...}}` to 204, or 404 without a body, as documented."""
    details = read_object(call.request, may_be_empty=True).nested(UPDATE_KEY) or Fields({})
    try:
        call.backend.contacts.update(
            call.signed_in, call.segment("account"), contact_bodies.contact_change(details)
        )
    except NoRecord:
        return _bare_not_found()
    return no_content()


def update_all(call: Call) -> Response:
    """`{"updateContactDetails": [...]}` to 204; with the other reading 200 `{"message"}`."""
    entries = _entries(read_object(call.request), UPDATE_KEY)
    items = [contact_bodies.keyed_change(entry) for entry in entries]
    updated = call.backend.contacts.update_all(call.signed_in, items)
    return _message(updated) if call.settings.bulk_update_message else no_content()


def update_blocks(call: Call) -> Response:
    """`{"updateContactDND"?: [...], "accountBlock"?}` to 204; here a missing contact is 404 with a body."""
    change = contact_bodies.block_change(read_object(call.request, may_be_empty=True))
    call.backend.contacts.update_blocks(call.signed_in, call.segment("account"), change)
    return no_content()


def update_blocks_of_all(call: Call) -> Response:
    """`{"contactDnd": [{"account", ...}]}` to 200 `{"updated"}`: how many contacts there were."""
    items = [
        (contact_bodies.required_account(entry), contact_bodies.block_change(entry))
        for entry in _entries(read_object(call.request), "contactDnd")
    ]
    return json_answer({"updated": call.backend.contacts.update_blocks_of_all(call.signed_in, items)})


def _entries(body: Fields, key: str) -> list[Fields]:
    entries = body.array(key)
    if entries is None:
        raise InvalidValue(f"{key} is required, as an array.")
    return [as_object(entry, f"An entry of {key}") for entry in entries]


def _message(contacts: int) -> Response:
    return json_answer({"message": f"Successfully updated contacts {contacts}"})


def _bare_not_found() -> Response:
    return Response(status=404, content_type="application/json")


def _is_bulk_create(request: EmulatorRequest) -> bool:
    """Whether a bulk POST makes contacts: by the key of its body, or by Accept where it has neither key.

    A body that is no JSON is left for the method to refuse. Raises Refused with 413 for one that is too
    large, because it cannot be read twice.
    """
    try:
        body = read_json(request)
    except Refusal:
        body = None
    if isinstance(body, dict) and (CREATE_KEY in body or DOWNLOAD_KEY in body):
        return CREATE_KEY in body
    return any(media == "application/json" and weight > 0 for media, weight in request.accept_mimetypes)


COLLECTION = ("/contact/contacts",)
BULK = ("/contact/contacts/bulk",)
ITEM = ("/contact/contacts/<account>",)

OPERATIONS = [
    Operation("Bulk Create Contact", "POST", BULK, ADMINISTRATORS, create_all, is_meant=_is_bulk_create),
    Operation(
        "Bulk Contact Download",
        "POST",
        BULK,
        ADMINISTRATORS,
        download,
        is_meant=lambda request: not _is_bulk_create(request),
    ),
    Operation("Create Contact", "POST", COLLECTION, ADMINISTRATORS, create),
    Operation("Delete Contact", "DELETE", ITEM, ADMINISTRATORS, delete),
    Operation("Find Matching Contact", "POST", ("/contact/contacts/search",), DEFAULT_ROLES, search),
    Operation("List Contact", "GET", COLLECTION, DEFAULT_ROLES, list_page),
    Operation("Read Contact", "GET", ITEM, DEFAULT_ROLES, read),
    Operation("Update Contact", "PUT", ITEM, ADMINISTRATORS, update),
    Operation("Bulk Update Contact", "PUT", BULK, ADMINISTRATORS, update_all),
    Operation(
        "Update Contact DND", "PUT", ("/contact/contacts/<account>/dnd",), ADMINISTRATORS, update_blocks
    ),
    Operation(
        "Update Multiple Contacts' DND",
        "POST",
        ("/contact/contacts/dnd",),
        ADMINISTRATORS,
        update_blocks_of_all,
    ),
]
