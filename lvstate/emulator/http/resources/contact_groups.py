"""Contact groups over HTTP (contact-api.txt: Contact Groups); there is no DELETE."""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.backend.contact_groups import ContactGroup
from lvstate.emulator.http.answers import created, json_answer, no_content
from lvstate.emulator.http.bodies import read_object
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Call, Operation


def create(call: Call) -> Response:
    """`{"name"}` to 201 `{"id"}`."""
    name = read_object(call.request).required_text("name")
    return created(call.backend.contact_groups.create(call.signed_in, name))


def list_page(call: Call) -> Response:
    """200 `{"contactGroup": [...], "next"?}`; `next` has a slash before its question mark, as documented."""
    window = call.window()
    page = call.backend.contact_groups.page(window)
    document: dict[str, object] = {"contactGroup": [_document(group) for group in page.items]}
    if page.more:
        document["next"] = (
            f"contact/contactGroups/?offset={window.offset + window.count}&count={window.count}"
        )
    return json_answer(document)


def read(call: Call) -> Response:
    """200, the group without a wrapper."""
    return json_answer(_document(call.backend.contact_groups.read(call.object_id())))


def update(call: Call) -> Response:
    """`{"name"}` to 204."""
    name = read_object(call.request).required_text("name")
    call.backend.contact_groups.rename(call.signed_in, call.object_id(), name)
    return no_content()


def _document(group: ContactGroup) -> dict[str, object]:
    return {
        "id": group.id,
        "name": group.name,
        "createdBy": group.created_by,
        "modifiedBy": group.modified_by,
        "createdAt": group.created_at,
        "modifiedAt": group.modified_at,
    }


COLLECTION = ("/contact/contactGroups",)
ITEM = ("/contact/contactGroups/<id>",)

OPERATIONS = [
    Operation("Create Contact Group", "POST", COLLECTION, ADMINISTRATORS, create),
    Operation("List Contact Group", "GET", COLLECTION, DEFAULT_ROLES, list_page),
    Operation("Read Contact Group", "GET", ITEM, DEFAULT_ROLES, read),
    Operation("Update Contact Group", "PUT", ITEM, ADMINISTRATORS, update),
]
