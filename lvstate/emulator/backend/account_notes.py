"""Notes of accounts: added, shown with their account, gone with it (account-api.txt: Add Note to Account).

They have no id on the wire. Where the page is silent: they are shown in the order in which they were added,
and names may repeat.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from lvstate.emulator.backend import account_rows
from lvstate.emulator.backend.refusals import NoRecord
from lvstate.emulator.storage import Storage

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS account_note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        accountId INTEGER NOT NULL,
        name TEXT NOT NULL,
        description TEXT
    )
    """,
    "CREATE INDEX IF NOT EXISTS account_note_by_account ON account_note (accountId, id)",
    """
    CREATE TRIGGER IF NOT EXISTS account_takes_its_notes AFTER DELETE ON account BEGIN
        DELETE FROM account_note WHERE accountId = OLD.id;
    END
    """,
)


@dataclass(frozen=True)
class AccountNote:
    """A note and the account that it is about."""

    account_id: int
    name: str
    description: str | None


class AccountNotes:
    """The notes of all accounts."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, note: AccountNote) -> None:
        """Add a note to its account. Raises NoRecord."""
        with self._storage.write() as db:
            if not account_rows.exists(db, note.account_id):
                raise NoRecord
            plant(db, [note])


def of_account(db: sqlite3.Connection, account_id: int) -> list[AccountNote]:
    """The notes of an account, oldest first."""
    rows = db.execute(
        "SELECT accountId, name, description FROM account_note WHERE accountId = ? ORDER BY id",
        (account_id,),
    ).fetchall()
    return [AccountNote(*row) for row in rows]


def plant(db: sqlite3.Connection, notes: Iterable[AccountNote]) -> None:
    """Put notes into the tenant, without a look at their accounts."""
    db.executemany(
        "INSERT INTO account_note (accountId, name, description) VALUES (?, ?, ?)",
        [(note.account_id, note.name, note.description) for note in notes],
    )
