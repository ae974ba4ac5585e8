"""Accounts: whole documents, unique by account number, of a classification and a type (account-api.txt).

Where the page is silent: an unknown reference is an invalid value, and found before a missing account; an
empty account number is none; `number` runs on within the client; a list goes by name in code point order,
then id; an update stamps the account even where nothing changes, a note or a link does not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from lvstate.emulator.backend import account_links, account_notes, account_rows, account_search
from lvstate.emulator.backend.account_fields import AccountChanges, AccountFields
from lvstate.emulator.backend.account_links import AccountLink
from lvstate.emulator.backend.account_notes import AccountNote
from lvstate.emulator.backend.account_references import check_references
from lvstate.emulator.backend.account_rows import SELECTED, Account, Row, from_row
from lvstate.emulator.backend.account_search import AccountSearch
from lvstate.emulator.backend.paging import Page, Window, page_of
from lvstate.emulator.backend.refusals import Duplicate, NoRecord
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, milliseconds
from lvstate.emulator.storage import Storage


@dataclass(frozen=True)
class AccountDetails:
    """An account with what belongs to it, oldest first; the first link is that of the primary contact."""

    account: Account
    notes: Sequence[AccountNote]
    links: Sequence[AccountLink]


@dataclass(frozen=True)
class BulkResult:
    """How many accounts were made and updated, and the 1-based places of the items that failed."""

    created: int
    updated: int
    failed: Sequence[int]


class Accounts:
    """The accounts of the tenant."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def create(self, user: User, fields: AccountFields) -> int:
        """Make an account and return its id (Create Account). Raises InvalidValue, Duplicate."""
        with self._storage.write() as db:
            check_references(db, fields)
            if _holder(db, fields) is not None:
                raise Duplicate("Cannot create account. Unique account number already exists in system.")
            return self._insert(db, user, fields)

    def create_many(
        self, user: User, items: Sequence[AccountChanges | None], *, overwrite: bool
    ) -> BulkResult:
        """Make accounts one by one, without a look at what they refer to (Create Multiple Accounts).

        An item fails that is None, has no name, or whose account number is taken, be it by an item before
        it. With `overwrite` a taken number fails nothing: the account that has it is updated.
        """
        created = updated = 0
        failed: list[int] = []
        with self._storage.write() as db:
            for ordinal, fields in enumerate(items, start=1):
                holder = None if fields is None else _holder(db, fields)
                if fields is None or fields.get("name") in ("", None):
                    failed.append(ordinal)
                elif holder is None:
                    self._insert(db, user, fields)
                    created += 1
                elif overwrite:
                    self._change(db, user, holder, fields)
                    updated += 1
                else:
                    failed.append(ordinal)
        return BulkResult(created, updated, failed)

    def read(self, account_id: int) -> AccountDetails:
        """One account with its notes and links (Read Account). Raises NoRecord."""
        with self._storage.read() as db:
            row = db.execute(f"SELECT {SELECTED} FROM account WHERE id = ?", (account_id,)).fetchone()
            if row is None:
                raise NoRecord
            return AccountDetails(
                from_row(row),
                account_notes.of_account(db, account_id),
                account_links.of_account(db, account_id),
            )

    def page(self, window: Window) -> Page[Account]:
        """The accounts of a window, by name (List Accounts)."""
        return self._select("TRUE", [], "name, id", window)

    def search(self, search: AccountSearch, window: Window) -> Page[Account]:
        """The accounts of a window that match (Find Matching Accounts)."""
        condition, parameters = account_search.where(search)
        return self._select(condition, parameters, account_search.order_by(search), window)

    def update(self, user: User, account_id: int, changes: AccountChanges) -> None:
        """Write some fields; None clears one (Update Account). Raises InvalidValue, NoRecord, Duplicate."""
        with self._storage.write() as db:
            check_references(db, changes)
            if not account_rows.exists(db, account_id):
                raise NoRecord
            if _holder(db, changes) not in (None, account_id):
                raise Duplicate("Cannot update account. Unique account number already exists in system.")
            self._change(db, user, account_id, changes)

    def delete(self, account_id: int) -> None:
        """Remove an account with its notes and links (Delete Account). Raises NoRecord."""
        with self._storage.write() as db:
            if not db.execute("DELETE FROM account WHERE id = ?", (account_id,)).rowcount:
                raise NoRecord

    def _insert(self, db: sqlite3.Connection, user: User, fields: AccountChanges) -> int:
        now = milliseconds(self._clock)
        audit: Row = {
            "number": account_rows.next_number(db),
            "createdDate": now,
            "createdBy": user.login,
            "modifiedDate": now,
        }
        return account_rows.insert(db, audit, fields)

    def _change(self, db: sqlite3.Connection, user: User, account_id: int, changes: AccountChanges) -> None:
        audit: Row = {"modifiedDate": milliseconds(self._clock), "modifiedBy": user.login}
        account_rows.change(db, account_id, audit, changes)

    def _select(
        self, condition: str, parameters: list[str | int], order: str, window: Window
    ) -> Page[Account]:
        with self._storage.read() as db:
            rows = db.execute(
                f"SELECT {SELECTED} FROM account WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
                (*parameters, window.count + 1, window.offset),
            ).fetchall()
        return page_of([from_row(row) for row in rows], window)


def _holder(db: sqlite3.Connection, fields: AccountChanges) -> int | None:
    """Which account has the account number of these fields, if they have one and it is taken."""
    number = fields.get("accountNumber")
    if not number:
        return None
    row = db.execute("SELECT id FROM account WHERE accountNumber = ?", (number,)).fetchone()
    return None if row is None else int(row[0])
