"""Contact groups: created, listed, read and renamed, never deleted (contact-api.txt: Contact Groups).

Names may repeat, as the list example shows. The list goes by id, because no order is documented.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from lvstate.emulator.backend.paging import Page, Window, page_of
from lvstate.emulator.backend.refusals import NoRecord
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, whole_seconds
from lvstate.emulator.storage import Storage

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS contact_group (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        created_by TEXT NOT NULL,
        modified_by TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
    )
    """,
)

COLUMNS = "id, name, created_by, modified_by, created_at, modified_at"


@dataclass(frozen=True)
class ContactGroup:
    """A contact group; its stamps are milliseconds of whole seconds."""

    id: int
    name: str
    created_by: str
    modified_by: str
    created_at: int
    modified_at: int


class ContactGroups:
    """The contact groups of the tenant."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def create(self, user: User, name: str) -> int:
        """Make a group and return its id (Create Contact Group)."""
        now = whole_seconds(self._clock)
        with self._storage.write() as db:
            made = db.execute(
                "INSERT INTO contact_group (name, created_by, modified_by, created_at, modified_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (name, user.signature, user.signature, now, now),
            )
            return int(made.lastrowid or 0)

    def page(self, window: Window) -> Page[ContactGroup]:
        """The groups of a window, by id (List Contact Group)."""
        with self._storage.read() as db:
            rows = db.execute(
                f"SELECT {COLUMNS} FROM contact_group ORDER BY id LIMIT ? OFFSET ?",
                (window.count + 1, window.offset),
            ).fetchall()
        return page_of([ContactGroup(*row) for row in rows], window)

    def read(self, group_id: int) -> ContactGroup:
        """One group (Read Contact Group). Raises NoRecord."""
        with self._storage.read() as db:
            row = db.execute(f"SELECT {COLUMNS} FROM contact_group WHERE id = ?", (group_id,)).fetchone()
        if row is None:
            raise NoRecord(f"Contact group with {group_id} not found")
        return ContactGroup(*row)

    def rename(self, user: User, group_id: int, name: str) -> None:
        """Give a group another name (Update Contact Group). Raises NoRecord."""
        with self._storage.write() as db:
            changed = db.execute(
                "UPDATE contact_group SET name = ?, modified_by = ?, modified_at = ? WHERE id = ?",
                (name, user.signature, whole_seconds(self._clock), group_id),
            )
            if not changed.rowcount:
                raise NoRecord(f"Contact group with {group_id} not found")


def plant(db: sqlite3.Connection, groups: Iterable[ContactGroup]) -> None:
    """Put whole groups, ids included, into the tenant."""
    db.executemany(
        f"INSERT INTO contact_group ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        [astuple(group) for group in groups],
    )
