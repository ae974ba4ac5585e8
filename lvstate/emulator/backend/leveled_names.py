"""Account classifications and account types: names in a display order (account-api.txt, both sections).

Where the page is silent: a new name goes to the end, at the highest level plus one; levels may repeat and
have gaps; names may repeat, because no refusal is documented; a level set to null is none, and comes last; a
name that accounts still use may be deleted, and the accounts lose the reference (`accounts.TABLES` says how).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lvstate.emulator.backend.refusals import NoRecord
from lvstate.emulator.storage import Storage

Table = Literal["account_classification", "account_type"]


def tables(table: Table) -> tuple[str, ...]:
    """The statements that make the table of one such list."""
    return (
        f"""
        CREATE TABLE IF NOT EXISTS {table} (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            level INTEGER
        )
        """,
        f"CREATE INDEX IF NOT EXISTS {table}_by_level ON {table} (level IS NULL, level, id)",
    )


@dataclass(frozen=True)
class LeveledName:
    """A classification or a type; `level` is its place in the display."""

    id: int
    name: str
    level: int | None


@dataclass(frozen=True)
class LeveledNameChange:
    """What an update says: a name of None stays; the level stays unless `sets_level`."""

    name: str | None = None
    level: int | None = None
    sets_level: bool = False


class LeveledNames:
    """The classifications, or the types, of the tenant."""

    def __init__(self, storage: Storage, table: Table) -> None:
        self._storage = storage
        self._table = table

    def create(self, name: str) -> int:
        """Add a name at the end of the display and return its id."""
        with self._storage.write() as db:
            made = db.execute(
                f"INSERT INTO {self._table} (name, level)"
                f" VALUES (?, (SELECT coalesce(max(level), 0) + 1 FROM {self._table}))",
                (name,),
            )
            return int(made.lastrowid or 0)

    def all(self) -> list[LeveledName]:
        """Every name, by level, then id."""
        with self._storage.read() as db:
            rows = db.execute(
                f"SELECT id, name, level FROM {self._table} ORDER BY level IS NULL, level, id"
            ).fetchall()
        return [LeveledName(*row) for row in rows]

    def read(self, entry_id: int) -> LeveledName:
        """One name. Raises NoRecord."""
        with self._storage.read() as db:
            row = db.execute(
                f"SELECT id, name, level FROM {self._table} WHERE id = ?", (entry_id,)
            ).fetchone()
        if row is None:
            raise NoRecord
        return LeveledName(*row)

    def update(self, entry_id: int, change: LeveledNameChange) -> None:
        """Change what the change names. Raises NoRecord."""
        with self._storage.write() as db:
            changed = db.execute(
                f"UPDATE {self._table} SET name = coalesce(?, name),"
                " level = CASE WHEN ? THEN ? ELSE level END WHERE id = ?",
                (change.name, change.sets_level, change.level, entry_id),
            )
            if not changed.rowcount:
                raise NoRecord

    def delete(self, entry_id: int) -> None:
        """Remove a name, in use or not. Raises NoRecord."""
        with self._storage.write() as db:
            if not db.execute(f"DELETE FROM {self._table} WHERE id = ?", (entry_id,)).rowcount:
                raise NoRecord


def exists(db: sqlite3.Connection, table: Table, entry_id: int) -> bool:
    """Whether an account may refer to this id."""
    return db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (entry_id,)).fetchone() is not None


def plant(db: sqlite3.Connection, table: Table, entries: Iterable[LeveledName]) -> None:
    """Put whole entries, ids included, into the tenant."""
    db.executemany(
        f"INSERT INTO {table} (id, name, level) VALUES (?, ?, ?)",
        [(entry.id, entry.name, entry.level) for entry in entries],
    )
