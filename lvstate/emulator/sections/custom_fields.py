"""Custom field definitions in the tenant document; a slot that is given replaces what the tenant has there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from lvstate.emulator.backend.custom_fields import SLOTS, DataType
from lvstate.emulator.section import Row, Section, object_shape, text


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every defined slot, by number."""
    for slot, label, data_type, list_values in db.execute(
        "SELECT slot, label, data_type, list_values FROM custom_field ORDER BY slot"
    ):
        row: Row = {"field": f"COL{slot}", "label": label, "dataType": data_type}
        yield row | {"listValues": json.loads(list_values)} if data_type == DataType.LIST.value else row


SECTION = Section(
    name="custom_fields",
    title="Custom fields",
    rank=20,
    item=object_shape(
        "A custom field definition.",
        {
            "field": {"description": "The slot.", "type": "string", "enum": list(SLOTS)},
            "label": text("What the portal calls it.", empty=False),
            "dataType": {
                "description": "What its values are.",
                "type": "string",
                "enum": [data_type.value for data_type in DataType],
            },
            "listValues": {
                "description": "What a LIST can hold.",
                "type": "array",
                "items": text("A value."),
            },
        },
        ("field", "label", "dataType"),
    ),
    dump=dump,
    table="custom_field",
    columns={"Slot": "'COL' || slot", "Label": "label", "Type": "data_type"},
    order="slot",
)
