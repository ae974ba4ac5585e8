"""Contact notes in the tenant document: the only way to make one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from lvstate.emulator.backend.contact_notes import SELECTED
from lvstate.emulator.section import ID, STAMP, Row, Section, integer, object_shape, present, text

KEYS = ("id", "account", "note", "listedNote", "sessionId", "transactionId", "createDate", "modifiedDate")


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every note, by id."""
    for row in db.execute(
        f"SELECT {SELECTED} FROM contact_note n JOIN contact c ON c.id = n.contactId ORDER BY n.id"
    ):
        yield present(dict(zip(KEYS, row, strict=True)))


SECTION = Section(
    name="contact_notes",
    title="Contact notes",
    rank=70,
    item=object_shape(
        "A note of a contact.",
        {
            "id": ID,
            "account": text("The account string of its contact, which must be there.", empty=False),
            "note": text("The text."),
            "listedNote": text("The text in lists, where it is another one."),
            "sessionId": text("The session of the call."),
            "transactionId": integer("The transaction of the call."),
            "createDate": STAMP,
            "modifiedDate": STAMP,
        },
        ("id", "account", "note", "sessionId", "transactionId", "createDate", "modifiedDate"),
    ),
    dump=dump,
    table="contact_note",
    columns={"Id": "id", "Note": "note"},
    order="id",
)
