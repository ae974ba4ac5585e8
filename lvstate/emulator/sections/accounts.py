"""Accounts in the tenant document, with the keys the API has for them; references are not checked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from lvstate.emulator.backend.account_fields import (
    ADDRESS_FIELDS,
    ADDRESS_PARTS,
    CUSTOM_FIELD_NAMES,
    INTEGER_FIELDS,
    NESTED_FIELDS,
    SECURE_FIELD_NAMES,
    TEXT_FIELDS,
)
from lvstate.emulator.backend.account_rows import COLUMNS
from lvstate.emulator.section import ID, STAMP, Row, Section, integer, object_shape, present, text
from lvstate.emulator.shapes import Shape

_ADDRESS = object_shape(
    "An address; every part may be left out.",
    {part: {**text(f"The {part}."), "type": ["string", "null"]} for part in ADDRESS_PARTS},
    (),
)


def _values(description: str, names: frozenset[str]) -> Shape:
    by_number = sorted(names, key=lambda name: (len(name), name))
    entry: dict[str, Any] = {
        "field": {"description": "The slot.", "type": "string", "enum": by_number},
        "value": text("The value."),
    }
    items = object_shape("A value.", entry, ("field", "value"))
    return {"description": description, "type": "array", "items": items}


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every account, by id."""
    for values in db.execute(f"SELECT {', '.join(COLUMNS)} FROM account ORDER BY id"):
        row = present(dict(zip(COLUMNS, values, strict=True)))
        for key in NESTED_FIELDS:
            if key in row:
                row[key] = json.loads(row[key])
        yield row


SECTION = Section(
    name="accounts",
    title="Accounts",
    rank=50,
    item=object_shape(
        "An account.",
        {
            "id": ID,
            "number": integer("The running number within the client."),
            "createdDate": STAMP,
            "createdBy": text("The login of its maker."),
            "modifiedDate": STAMP,
            "modifiedBy": text("Who changed it last; left out until someone has."),
            "location": text("Shown as site or location."),
            **{key: text("A text.") for key in TEXT_FIELDS},
            "name": text("The name; it may repeat."),
            "accountNumber": text("Unique within the client."),
            **{key: integer("A number.") for key in INTEGER_FIELDS},
            **dict.fromkeys(ADDRESS_FIELDS, _ADDRESS),
            "customFields": _values("Values of custom fields.", CUSTOM_FIELD_NAMES),
            "secureFields": _values("Values of secure fields.", SECURE_FIELD_NAMES),
        },
        ("id", "number", "createdDate", "createdBy", "modifiedDate"),
    ),
    dump=dump,
    table="account",
    columns={"Id": "id", "Name": "name", "Account number": "accountNumber"},
    order="name, id",
)
