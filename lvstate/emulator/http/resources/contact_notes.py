"""Contact notes over HTTP (contact-api.txt: Contact Notes); they are only read."""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.http import contact_documents
from lvstate.emulator.http.answers import json_answer
from lvstate.emulator.http.operations import DEFAULT_ROLES, Call, Operation


def list_all(call: Call) -> Response:
    """200 `{"listContactNotes": [{"id", "note"}]}`, not paged."""
    notes = call.backend.contact_notes.all_of(call.segment("account"))
    return json_answer({"listContactNotes": [contact_documents.listed_note(note) for note in notes]})


def read(call: Call) -> Response:
    """200, the note without a wrapper."""
    note = call.backend.contact_notes.read(call.segment("account"), call.object_id())
    return json_answer(contact_documents.note(note))


COLLECTION = ("/contact/contacts/<account>/notes",)

OPERATIONS = [
    Operation("List Contact Notes", "GET", COLLECTION, DEFAULT_ROLES, list_all),
    Operation("Read Contact Note", "GET", (f"{COLLECTION[0]}/<id>",), DEFAULT_ROLES, read),
]
