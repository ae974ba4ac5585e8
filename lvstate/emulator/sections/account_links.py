"""Links of accounts to contacts in the tenant document; whether either end is there is not checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from lvstate.emulator.backend.account_links import COLUMNS
from lvstate.emulator.section import ID, STAMP, Row, Section, object_shape, text


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every link, by id."""
    for row in db.execute(f"SELECT {', '.join(COLUMNS)} FROM account_link ORDER BY id"):
        yield dict(zip(COLUMNS, row, strict=True))


SECTION = Section(
    name="account_links",
    title="Account links",
    rank=90,
    item=object_shape(
        "A link.",
        {
            "id": ID,
            "createdDate": STAMP,
            "createdBy": text("The login of its maker."),
            "modifiedDate": STAMP,
            "contact": text("The account string of the contact.", empty=False),
            "accountId": ID,
        },
        COLUMNS,
    ),
    dump=dump,
    table="account_link",
    columns={"Account": "accountId", "Contact": "contact"},
    order="id",
)
