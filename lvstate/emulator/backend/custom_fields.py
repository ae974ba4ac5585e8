"""Custom field definitions: the slots COL1 to COL100 that have a label (contact-api.txt: Custom Field).

Where the page is silent: the list goes by slot; an update of a slot that is not defined defines it, with a
label and the type STRING unless told otherwise; a slot that stops being a LIST drops its values; a LIST may
have no values yet; several entries for one slot apply in their order; one bad entry refuses the whole update.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from lvstate.emulator.backend.refusals import InvalidValue, NoRecord
from lvstate.emulator.storage import Storage

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS custom_field (
        slot INTEGER PRIMARY KEY CHECK (slot BETWEEN 1 AND 100),
        label TEXT NOT NULL,
        data_type TEXT NOT NULL,
        list_values TEXT NOT NULL
    )
    """,
)


class DataType(Enum):
    """What the values of a custom field are."""

    NUMBER = "NUMBER"
    STRING = "STRING"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    LIST = "LIST"


SLOTS = {f"COL{number}": number for number in range(1, 101)}
"""The vendor's name of each slot, and its number."""


@dataclass(frozen=True)
class CustomField:
    """A defined slot; `list_values` is empty unless the type is LIST."""

    slot: int
    label: str
    data_type: DataType
    list_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomFieldChange:
    """What an update says about one slot; None leaves the property as it is."""

    slot: int
    label: str | None = None
    data_type: DataType | None = None
    list_values: tuple[str, ...] | None = None


class CustomFields:
    """The custom field definitions of the tenant."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def all(self) -> list[CustomField]:
        """Every defined slot (List Custom Field)."""
        with self._storage.read() as db:
            rows = db.execute(
                "SELECT slot, label, data_type, list_values FROM custom_field ORDER BY slot"
            ).fetchall()
        return [_from_row(row) for row in rows]

    def read(self, slot: int | None) -> CustomField:
        """One defined slot (Read Custom Field). Raises NoRecord."""
        with self._storage.read() as db:
            field = _find(db, slot)
        if field is None:
            raise NoRecord
        return field

    def update(self, changes: Sequence[CustomFieldChange]) -> None:
        """Apply all changes or none (Update Custom Field). Raises InvalidValue."""
        with self._storage.write() as db:
            for change in changes:
                plant(db, [_changed(_find(db, change.slot), change)])


def _changed(field: CustomField | None, change: CustomFieldChange) -> CustomField:
    label = change.label or (field.label if field else None)
    if label is None:
        raise InvalidValue(f"COL{change.slot} is not defined yet: label is required.")
    data_type = change.data_type or (field.data_type if field else DataType.STRING)
    if data_type is not DataType.LIST:
        if change.list_values:
            raise InvalidValue(f"COL{change.slot} is of type {data_type.value}: only a LIST has listValues.")
        return CustomField(change.slot, label, data_type)
    kept = field.list_values if field else ()
    return CustomField(
        change.slot, label, data_type, kept if change.list_values is None else change.list_values
    )


def _find(db: sqlite3.Connection, slot: int | None) -> CustomField | None:
    row = db.execute(
        "SELECT slot, label, data_type, list_values FROM custom_field WHERE slot = ?", (slot,)
    ).fetchone()
    return None if row is None else _from_row(row)


def _from_row(row: tuple[int, str, str, str]) -> CustomField:
    slot, label, data_type, list_values = row
    return CustomField(slot, label, DataType(data_type), tuple(json.loads(list_values)))


def plant(db: sqlite3.Connection, fields: Iterable[CustomField]) -> None:
    """Put whole definitions into the tenant, over what their slots held."""
    db.executemany(
        "INSERT OR REPLACE INTO custom_field (slot, label, data_type, list_values) VALUES (?, ?, ?, ?)",
        [(field.slot, field.label, field.data_type.value, json.dumps(field.list_values)) for field in fields],
    )
