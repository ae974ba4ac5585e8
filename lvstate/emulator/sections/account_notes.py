"""Account notes in the tenant document; they have no id, their order is that of their making."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from lvstate.emulator.section import ID, Row, Section, object_shape, present, text

KEYS = ("accountId", "name", "description")


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every note, oldest first."""
    for row in db.execute(f"SELECT {', '.join(KEYS)} FROM account_note ORDER BY id"):
        yield present(dict(zip(KEYS, row, strict=True)))


SECTION = Section(
    name="account_notes",
    title="Account notes",
    rank=80,
    item=object_shape(
        "A note of an account.",
        {"accountId": ID, "name": text("The name."), "description": text("The text.")},
        ("accountId", "name"),
    ),
    dump=dump,
    table="account_note",
    columns={"Account": "accountId", "Name": "name"},
    order="id",
)
