"""Contact groups in the tenant document."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from lvstate.emulator.backend.contact_groups import COLUMNS
from lvstate.emulator.section import ID, STAMP, Row, Section, object_shape, text

KEYS = ("id", "name", "createdBy", "modifiedBy", "createdAt", "modifiedAt")


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every group, by id."""
    for row in db.execute(f"SELECT {COLUMNS} FROM contact_group ORDER BY id"):
        yield dict(zip(KEYS, row, strict=True))


SECTION = Section(
    name="contact_groups",
    title="Contact groups",
    rank=10,
    item=object_shape(
        "A contact group.",
        {
            "id": ID,
            "name": text("The name; it may repeat.", empty=False),
            "createdBy": text("Who made it, as Department\\Last, First."),
            "modifiedBy": text("Who changed it last."),
            "createdAt": STAMP,
            "modifiedAt": STAMP,
        },
        KEYS,
    ),
    dump=dump,
    table="contact_group",
    columns={"Id": "id", "Name": "name"},
    order="id",
)
