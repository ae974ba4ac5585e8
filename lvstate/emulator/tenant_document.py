"""A whole tenant as one JSON document: checked and planted, or written out, section by section.

    {"format_version": "1.0", "contact_groups": [...], "custom_fields": [...], "accounts": [...], ...}

What can be dumped can be loaded; sessions are not part of it. See `sections` for what there is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, cast

from lvstate.emulator import seeds
from lvstate.emulator.errors import UnusableDocument, Violation
from lvstate.emulator.fault_documents import FORMAT_VERSION
from lvstate.emulator.sections import all_sections
from lvstate.emulator.seeds import SeedDocument
from lvstate.emulator.shapes import Shape, violations

MOST_VIOLATIONS = 100


def schema() -> Shape:
    """The JSON Schema as it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lvstate:schema:emulator-tenant:1",
        "title": "lvstate emulator tenant",
        **_shape(),
    }


def check(document: Any) -> None:
    """Raise UnusableDocument, with up to a hundred places, unless the document is one."""
    found: list[Violation] = []
    for violation in violations(_shape(), document):
        found.append(violation)
        if len(found) == MOST_VIOLATIONS:
            break
    if found:
        raise UnusableDocument(found)


def plant(db: sqlite3.Connection, document: Mapping[str, Any]) -> dict[str, int]:
    """Add the objects of a checked document to what is there; return how many, by section.

    Raises UnusableDocument where an id, or another value that must be unique, is taken.
    """
    counts: dict[str, int] = {}
    for section in all_sections():
        rows = document.get(section.name)
        if not rows:
            continue
        try:
            seeds.plant(db, cast("SeedDocument", {section.name: rows}))
        except sqlite3.IntegrityError as error:
            column = str(error).rpartition(".")[2]
            message = f"the tenant or the document has one of these values of {column} already"
            raise UnusableDocument([Violation(f"$.{section.name}", message)]) from None
        counts[section.name] = len(rows)
    return counts


def dump(db: sqlite3.Connection) -> Iterator[str]:
    """The document as text, one object a line, in an order that depends on nothing but the objects."""
    yield '{"format_version":"1.0"'
    for section in all_sections():
        yield f',\n"{section.name}":['
        between = "\n"
        for row in section.dump(db):
            yield between + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            between = ",\n"
        yield "\n]" if between == ",\n" else "]"
    yield "}\n"


def _shape() -> Shape:
    sections: dict[str, Shape] = {
        section.name: {"description": f"{section.title}.", "type": "array", "items": section.item}
        for section in all_sections()
    }
    return {
        "description": "The objects of a tenant, as `lvstate emulator dump` writes and `load` reads them.",
        "type": "object",
        "properties": {"format_version": FORMAT_VERSION, **sections},
        "required": ["format_version"],
        "additionalProperties": False,
    }
