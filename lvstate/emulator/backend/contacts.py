"""Contacts: unique by account, whose case counts, and read in pages (contact-api.txt: Contact).

Where the pages are silent: any text is an account and no update changes it; lists go by id; a bulk create
overwrites what it finds as an update would; in a bulk update an `id` decides, the account only where there
is none, and what is not found is skipped; one bad item refuses the whole request.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from lvstate.emulator.backend import contact_changes, contact_rows, contact_search
from lvstate.emulator.backend.contact_export import ContactExport, Export
from lvstate.emulator.backend.contact_fields import BlockChange, Contact, ContactChange, ContactValue
from lvstate.emulator.backend.contact_search import ContactSearch, Parameter
from lvstate.emulator.backend.paging import Page, Window, page_of
from lvstate.emulator.backend.refusals import Duplicate, NoRecord
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, whole_seconds
from lvstate.emulator.storage import Storage


class Contacts:
    """The contacts of the tenant; stamps are milliseconds of whole seconds."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def create(self, user: User, account: str, change: ContactChange) -> int:
        """Make a contact and return its id (Create Contact). Raises Duplicate, InvalidValue."""
        with self._storage.write() as db:
            if _id_of(db, account) is not None:
                raise Duplicate("Contact already exists!")
            return self._make(db, user, account, change)

    def create_all(self, user: User, items: Sequence[tuple[str, ContactChange]]) -> int:
        """Make or overwrite contacts and return how many (Bulk Create Contact). Raises InvalidValue."""
        with self._storage.write() as db:
            for account, change in items:
                contact_id = _id_of(db, account)
                if contact_id is None:
                    self._make(db, user, account, change)
                else:
                    self._change(db, user, contact_id, change)
        return len(items)

    def read(self, account: str) -> Contact:
        """One contact (Read Contact). Raises NoRecord."""
        with self._storage.read() as db:
            contact_id = _id_of(db, account)
            if contact_id is None:
                raise NoRecord
            return contact_rows.by_ids(db, [contact_id])[0]

    def page(self, window: Window) -> Page[Contact]:
        """The contacts of a window, by id (List Contact)."""
        return self._page("contact INDEXED BY contact_in_order", [], "id", window)

    def search(self, search: ContactSearch, window: Window) -> Page[Contact]:
        """The contacts of a window that match (Find Matching Contact). Raises InvalidValue."""
        condition, parameters = contact_search.where(search.root)
        order = contact_search.order_by(search)
        return self._page(f"contact WHERE {condition}", parameters, order, window)

    def update(self, user: User, account: str, change: ContactChange) -> None:
        """Change what is mentioned (Update Contact). Raises NoRecord, InvalidValue."""
        with self._storage.write() as db:
            contact_id = _id_of(db, account)
            if contact_id is None:
                raise NoRecord
            self._change(db, user, contact_id, change)

    def update_all(self, user: User, items: Iterable[tuple[int | str, ContactChange]]) -> int:
        """Change contacts known by id or by account and return how many were found (Bulk Update Contact).

        Raises InvalidValue.
        """
        updated = 0
        with self._storage.write() as db:
            for key, change in items:
                contact_id = _existing_id(db, key) if isinstance(key, int) else _id_of(db, key)
                if contact_id is not None:
                    self._change(db, user, contact_id, change)
                    updated += 1
        return updated

    def delete(self, account: str) -> None:
        """End a contact and all that is its own (Delete Contact). Raises NoRecord."""
        with self._storage.write() as db:
            if not db.execute("DELETE FROM contact WHERE account = ?", (account,)).rowcount:
                raise NoRecord

    def update_blocks(self, user: User, account: str, change: BlockChange) -> None:
        """Change blocks and consents alone (Update Contact DND). Raises NoRecord."""
        if not self.update_blocks_of_all(user, [(account, change)]):
            raise NoRecord

    def update_blocks_of_all(self, user: User, items: Iterable[tuple[str, BlockChange]]) -> int:
        """Change blocks and consents of contacts; how many were found (Update Multiple Contacts' DND)."""
        found: set[int] = set()
        with self._storage.write() as db:
            for account, change in items:
                contact_id = _id_of(db, account)
                if contact_id is not None:
                    contact_changes.apply_blocks(db, contact_id, change)
                    self._stamp(db, user, contact_id)
                    found.add(contact_id)
        return len(found)

    def export(self, export: Export) -> ContactExport:
        """The rows of a CSV file, read from one moment as they are asked for (Bulk Contact Download)."""
        return ContactExport(self._storage, export)

    def _page(
        self, source: str, parameters: Sequence[Parameter], order: str, window: Window
    ) -> Page[Contact]:
        with self._storage.read() as db:
            # SQLite looks for an index of its own accord only where it sees how few rows are wanted: bound
            # as a parameter, the limit turns a search by the beginning of a name into a scan.
            rows = db.execute(
                f"SELECT id FROM {source} ORDER BY {order} LIMIT {window.count + 1:d} OFFSET ?",
                (*parameters, window.offset),
            ).fetchall()
            ids = page_of([int(row[0]) for row in rows], window)
            return Page(items=tuple(contact_rows.by_ids(db, ids.items)), more=ids.more)

    def _make(self, db: sqlite3.Connection, user: User, account: str, change: ContactChange) -> int:
        now = whole_seconds(self._clock)
        stamps: dict[str, ContactValue] = {"createDate": now, "createUser": user.login}
        stamps |= {"modifyDate": now, "modifyUser": user.login}
        contact_id = contact_rows.insert(db, {"account": account, **stamps})
        contact_changes.apply(db, contact_id, change)
        return contact_id

    def _change(self, db: sqlite3.Connection, user: User, contact_id: int, change: ContactChange) -> None:
        contact_changes.apply(db, contact_id, change)
        self._stamp(db, user, contact_id)

    def _stamp(self, db: sqlite3.Connection, user: User, contact_id: int) -> None:
        db.execute(
            "UPDATE contact SET modifyDate = ?, modifyUser = ? WHERE id = ?",
            (whole_seconds(self._clock), user.login, contact_id),
        )


def _id_of(db: sqlite3.Connection, account: str) -> int | None:
    row = db.execute("SELECT id FROM contact WHERE account = ?", (account,)).fetchone()
    return None if row is None else int(row[0])


def _existing_id(db: sqlite3.Connection, contact_id: int) -> int | None:
    row = db.execute("SELECT id FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return None if row is None else int(row[0])
