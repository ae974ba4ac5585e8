"""Links of accounts to contacts, which are named by their account string (account-api.txt: Link / Unlink).

The first link of an account that is left is that of its primary contact. Where the page is silent: unlinking
what is not linked is a missing record; a contact without links has an empty list, known or not; the list of a
contact's accounts goes by name in code point order, then id. A bulk link does not look at the account either,
as documented: links to an account that is not there are kept, but a later account of that id starts without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lvstate.emulator.backend import account_rows, contact_rows
from lvstate.emulator.backend.account_rows import SELECTED, Account, from_row
from lvstate.emulator.backend.paging import Page, Window, page_of
from lvstate.emulator.backend.refusals import Duplicate, NoRecord
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, milliseconds
from lvstate.emulator.storage import Storage

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS account_link (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        createdDate INTEGER NOT NULL,
        createdBy TEXT NOT NULL,
        modifiedDate INTEGER NOT NULL,
        contact TEXT NOT NULL,
        accountId INTEGER NOT NULL,
        UNIQUE (accountId, contact)
    )
    """,
    "CREATE INDEX IF NOT EXISTS account_link_by_account ON account_link (accountId, id)",
    "CREATE INDEX IF NOT EXISTS account_link_by_contact ON account_link (contact, accountId)",
    """
    CREATE TRIGGER IF NOT EXISTS account_takes_its_links AFTER DELETE ON account BEGIN
        DELETE FROM account_link WHERE accountId = OLD.id;
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS account_starts_without_links AFTER INSERT ON account BEGIN
        DELETE FROM account_link WHERE accountId = NEW.id;
    END
    """,
)

COLUMNS = ("id", "createdDate", "createdBy", "modifiedDate", "contact", "accountId")


@dataclass(frozen=True)
class AccountLink:
    """A link; `id` is its own, `contact` the account string of the contact."""

    id: int
    created_date: int
    created_by: str
    modified_date: int
    contact: str
    account_id: int


class AccountLinks:
    """The links of all accounts."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def link(self, user: User, account_id: int, contact: str) -> None:
        """Link an account to a contact (Link Account to Contact). Raises NoRecord, Duplicate."""
        with self._storage.write() as db:
            if not account_rows.exists(db, account_id) or not contact_rows.exists(db, contact):
                raise NoRecord
            if not self._add(db, user, account_id, contact):
                raise Duplicate("Association already exists.")

    def link_many(self, user: User, account_id: int, contacts: Sequence[str]) -> list[str]:
        """Link an account to contacts, none of them looked up, and return those that were linked already."""
        with self._storage.write() as db:
            return [contact for contact in contacts if not self._add(db, user, account_id, contact)]

    def unlink(self, account_id: int, contact: str) -> None:
        """Take a link away (Unlink an Account With a Contact). Raises NoRecord."""
        with self._storage.write() as db:
            gone = db.execute(
                "DELETE FROM account_link WHERE accountId = ? AND contact = ?", (account_id, contact)
            )
            if not gone.rowcount:
                raise NoRecord

    def accounts_of(self, contact: str, window: Window) -> Page[Account]:
        """The accounts of a contact in a window, by name (List Accounts Associated with the Contact)."""
        with self._storage.read() as db:
            rows = db.execute(
                # Ids are sorted before whole accounts are read, so that a late page costs little more.
                f"SELECT {SELECTED} FROM account WHERE id IN (SELECT a.id FROM account_link l"
                " JOIN account a ON a.id = l.accountId WHERE l.contact = ?"
                " ORDER BY a.name, a.id LIMIT ? OFFSET ?) ORDER BY name, id",
                (contact, window.count + 1, window.offset),
            ).fetchall()
        return page_of([from_row(row) for row in rows], window)

    def _add(self, db: sqlite3.Connection, user: User, account_id: int, contact: str) -> bool:
        now = milliseconds(self._clock)
        added = db.execute(
            "INSERT INTO account_link (createdDate, createdBy, modifiedDate, contact, accountId)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (accountId, contact) DO NOTHING",
            (now, user.login, now, contact, account_id),
        )
        return bool(added.rowcount)


def of_account(db: sqlite3.Connection, account_id: int) -> list[AccountLink]:
    """The links of an account, oldest first."""
    rows = db.execute(
        f"SELECT {', '.join(COLUMNS)} FROM account_link WHERE accountId = ? ORDER BY id", (account_id,)
    ).fetchall()
    return [AccountLink(*row) for row in rows]


def plant(db: sqlite3.Connection, links: Iterable[AccountLink]) -> None:
    """Put whole links, ids included, into the tenant, without a look at what they link."""
    db.executemany(
        f"INSERT INTO account_link ({', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (link.id, link.created_date, link.created_by, link.modified_date, link.contact, link.account_id)
            for link in links
        ],
    )
