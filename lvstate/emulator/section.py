"""One kind of object as a section of the tenant document: its shape, how it is read out, how the page shows it.

Objects go in through `seeds.plant`, which takes the same keys; a section is the way back, and the description.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lvstate.emulator.shapes import Shape
from lvstate.emulator.storage import MAX_ID

Row = dict[str, Any]
"""An object as JSON has it; a key without a value is left out."""

MS = 4_102_444_800_000  # the year 2100, in milliseconds: a stamp in seconds or microseconds is a mistake
ID: Shape = {"description": "The id.", "type": "integer", "minimum": 1, "maximum": MAX_ID}
STAMP: Shape = {
    "description": "Milliseconds since the epoch.",
    "type": "integer",
    "minimum": -MS,
    "maximum": MS,
}


@dataclass(frozen=True)
class Section:
    """A key of the tenant document, and the table behind it.

    `rank` orders the sections: what others refer to comes first. `dump` yields every object in the order of its
    key. `columns` are what the page shows, title by column (or expression) of `table`; `order` is that of its
    list.
    """

    name: str
    title: str
    rank: int
    item: Shape
    dump: Callable[[sqlite3.Connection], Iterator[Row]]
    table: str
    columns: Mapping[str, str]
    order: str


def object_shape(description: str, properties: Mapping[str, Shape], required: tuple[str, ...]) -> Shape:
    """The shape of an object that has these keys and no others."""
    return {
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def text(description: str, *, empty: bool = True) -> Shape:
    """The shape of a string."""
    shape: dict[str, Any] = {"description": description, "type": "string"}
    return shape if empty else {**shape, "minLength": 1}


def integer(description: str) -> Shape:
    """The shape of a whole number of 64 bits."""
    return {"description": description, "type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}


def present(row: Mapping[str, Any]) -> Row:
    """A row without the keys that have no value."""
    return {key: value for key, value in row.items() if value is not None}
