"""What the tenant holds at a glance: of every section the count and the first objects, all or those that match."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lvstate.emulator.sections import all_sections

FIRST = 25


@dataclass(frozen=True)
class Glance:
    """A section: how many objects it has, how many of them match, and the first of these as text."""

    name: str
    title: str
    count: int
    matching: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def glances(db: sqlite3.Connection, search: str = "", first: int = FIRST) -> list[Glance]:
    """Every section; `search` is looked for in the columns shown, whatever its case (of ASCII letters)."""
    seen: list[Glance] = []
    for section in all_sections():
        columns = tuple(section.columns.values())
        condition = (
            " OR ".join(f"instr(lower({column}), lower(?))" for column in columns) if search else "TRUE"
        )
        asked = (search,) * len(columns) if search else ()
        (count,) = db.execute(f"SELECT count(*) FROM {section.table}").fetchone()
        matching = count
        if search:
            (matching,) = db.execute(
                f"SELECT count(*) FROM {section.table} WHERE {condition}", asked
            ).fetchone()
        rows = db.execute(
            f"SELECT {', '.join(columns)} FROM {section.table} WHERE {condition} ORDER BY {section.order}"
            " LIMIT ?",
            (*asked, first),
        ).fetchall()
        texts = tuple(tuple("" if value is None else str(value) for value in row) for row in rows)
        seen.append(Glance(section.name, section.title, count, matching, tuple(section.columns), texts))
    return seen
