"""Contact notes: read only, because no method of the API makes them (contact-api.txt: Contact Notes).

The example reads a note whose text differs from that in the list, so a note may have a text for lists. Where
the page is silent: the list goes from the newest note to the oldest, which is the order of its example.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from lvstate.emulator.backend.refusals import NoRecord
from lvstate.emulator.storage import Storage

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS contact_note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        contactId INTEGER NOT NULL,
        note TEXT NOT NULL,
        listed TEXT,
        sessionId TEXT NOT NULL,
        transactionId INTEGER NOT NULL,
        createDate INTEGER NOT NULL,
        modifiedDate INTEGER NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS contact_note_by_contact ON contact_note (contactId, createDate)",
    """
    CREATE TRIGGER IF NOT EXISTS contact_takes_its_notes AFTER DELETE ON contact BEGIN
        DELETE FROM contact_note WHERE contactId = OLD.id;
    END
    """,
)

SELECTED = "n.id, c.account, n.note, n.listed, n.sessionId, n.transactionId, n.createDate, n.modifiedDate"


@dataclass(frozen=True)
class ContactNote:
    """A note of the contact with this account; `session_id` is that of a call, not of a sign-in.

    `listed` is the text in lists, None where it is that of `note`. Stamps are milliseconds.
    """

    id: int
    account: str
    note: str
    listed: str | None
    session_id: str
    transaction_id: int
    create_date: int
    modified_date: int


class ContactNotes:
    """The contact notes of the tenant."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def all_of(self, account: str) -> list[ContactNote]:
        """The notes of a contact, newest first (List Contact Notes). Raises NoRecord for no contact."""
        with self._storage.read() as db:
            contact = db.execute("SELECT id FROM contact WHERE account = ?", (account,)).fetchone()
            if contact is None:
                raise NoRecord
            rows = db.execute(
                f"SELECT {SELECTED} FROM contact_note n JOIN contact c ON c.id = n.contactId"
                " WHERE n.contactId = ? ORDER BY n.createDate DESC, n.id DESC",
                contact,
            ).fetchall()
        return [ContactNote(*row) for row in rows]

    def read(self, account: str, note_id: int) -> ContactNote:
        """One note of a contact (Read Contact Note). Raises NoRecord, also for a note of another contact."""
        with self._storage.read() as db:
            row = db.execute(
                f"SELECT {SELECTED} FROM contact_note n JOIN contact c ON c.id = n.contactId"
                " WHERE n.id = ? AND c.account = ?",
                (note_id, account),
            ).fetchone()
        if row is None:
            raise NoRecord
        return ContactNote(*row)


def plant(db: sqlite3.Connection, notes: Iterable[ContactNote]) -> None:
    """Put whole notes, ids included, into the tenant. Raises sqlite3.IntegrityError for no contact."""
    db.executemany(
        "INSERT INTO contact_note"
        " (id, contactId, note, listed, sessionId, transactionId, createDate, modifiedDate)"
        " VALUES (?, (SELECT id FROM contact WHERE account = ?), ?, ?, ?, ?, ?, ?)",
        (
            (
                note.id,
                note.account,
                note.note,
                note.listed,
                note.session_id,
                note.transaction_id,
                note.create_date,
                note.modified_date,
            )
            for note in notes
        ),
    )
