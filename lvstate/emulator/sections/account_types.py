"""Account types in the tenant document."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from lvstate.emulator.section import ID, Row, Section, integer, object_shape, text

KEYS = ("id", "name", "level")


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every type, by id."""
    for row in db.execute("SELECT id, name, level FROM account_type ORDER BY id"):
        yield dict(zip(KEYS, row, strict=True))


SECTION = Section(
    name="account_types",
    title="Account types",
    rank=40,
    item=object_shape(
        "An account type.",
        {
            "id": ID,
            "name": text("The name.", empty=False),
            "level": {**integer("The place in the display; null for none."), "type": ["integer", "null"]},
        },
        KEYS,
    ),
    dump=dump,
    table="account_type",
    columns={"Id": "id", "Name": "name", "Level": "level"},
    order="level IS NULL, level, id",
)
