"""The tables of contacts, and the way of a whole contact into and out of them.

A contact is one row with a few narrow indexes, and a row for each phone and each custom field value. Pages are
found as ids over an index first, and only those rows are read whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from lvstate.emulator.backend.contact_blocks import Block
from lvstate.emulator.backend.contact_fields import (
    AMOUNT_FIELDS,
    AUDIT_COLUMNS,
    TEXT_FIELDS,
    WRITTEN_COLUMNS,
    ZERO_FIELDS,
    Contact,
    ContactValue,
    Phone,
)


def joined(first: str, last: str) -> str:
    """Two columns as one name, in SQL; NULL where both are empty."""
    return f"nullif(trim(coalesce({first}, '') || ' ' || coalesce({last}, '')), '')"


FULL_NAME = joined("firstName", "lastName")


def _column(name: str) -> str:
    kind = "REAL" if name in AMOUNT_FIELDS else "TEXT" if name in TEXT_FIELDS else "INTEGER"
    return f"{name} {kind} NOT NULL DEFAULT 0" if name in ZERO_FIELDS else f"{name} {kind}"


TABLES = (
    f"""
    CREATE TABLE IF NOT EXISTS contact (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account TEXT NOT NULL,
        accountBlock TEXT NOT NULL DEFAULT 'NONE',
        createDate INTEGER NOT NULL,
        createUser TEXT NOT NULL,
        modifyDate INTEGER NOT NULL,
        modifyUser TEXT NOT NULL,
        initialLoadDate INTEGER,
        lastLoadDate INTEGER,
        callAttemptsToday INTEGER NOT NULL DEFAULT 0,
        callAttemptsTotal INTEGER NOT NULL DEFAULT 0,
        {", ".join(_column(name) for name in WRITTEN_COLUMNS)}
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS contact_phone (
        contactId INTEGER NOT NULL,
        ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 1 AND 10),
        phone TEXT NOT NULL,
        phoneBlock TEXT NOT NULL,
        smsConsent INTEGER NOT NULL,
        cellConsent INTEGER NOT NULL,
        attemptsToday INTEGER NOT NULL,
        attemptsTotal INTEGER NOT NULL,
        PRIMARY KEY (contactId, ordinal)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS contact_value (
        contactId INTEGER NOT NULL,
        slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 100),
        value TEXT NOT NULL,
        PRIMARY KEY (contactId, slot)
    ) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX IF NOT EXISTS contact_by_account ON contact (account)",
    # Far pages skip over this instead of over whole rows.
    "CREATE INDEX IF NOT EXISTS contact_in_order ON contact (id, account)",
    *(
        f"CREATE INDEX IF NOT EXISTS contact_by_{name} ON contact ({name})"
        for name in (
            "originalAccountNumber",
            "firstName",
            "lastName",
            "email",
            "zipCode",
            "city",
            "balance",
            "groupId",
            "dueDate",
            "modifyDate",
        )
    ),
    f"CREATE INDEX IF NOT EXISTS contact_by_name ON contact ({FULL_NAME})",
    "CREATE INDEX IF NOT EXISTS contact_phone_by_number ON contact_phone (phone, contactId)",
    "CREATE INDEX IF NOT EXISTS contact_value_by_slot ON contact_value (slot, value, contactId)",
    """
    CREATE TRIGGER IF NOT EXISTS contact_takes_its_phones_and_values AFTER DELETE ON contact BEGIN
        DELETE FROM contact_phone WHERE contactId = OLD.id;
        DELETE FROM contact_value WHERE contactId = OLD.id;
    END
    """,
)

FIELD_COLUMNS = WRITTEN_COLUMNS + AUDIT_COLUMNS
SELECTED = ", ".join(("id", "account", "accountBlock", *FIELD_COLUMNS))
PHONE_COLUMNS = "contactId, ordinal, phone, phoneBlock, smsConsent, cellConsent, attemptsToday, attemptsTotal"
PLANTED_AT_ONCE = 1000

_BLOCKS = {block.value: block for block in Block}


def by_ids(
    db: sqlite3.Connection, ids: Sequence[int], *, with_phones: bool = True, with_values: bool = True
) -> list[Contact]:
    """The contacts with these ids, in this order; ids that no contact has are passed over.

    Phones and custom field values cost two more queries, which a caller that shows none can do without.
    """
    marks = ", ".join("?" for _ in ids)
    rows = db.execute(f"SELECT {SELECTED} FROM contact WHERE id IN ({marks})", ids).fetchall()
    phones = phones_of(db, ids) if with_phones else {}
    values = _values_of(db, ids) if with_values else {}
    found = {
        row[0]: Contact(
            id=row[0],
            account=row[1],
            block=_BLOCKS[row[2]],
            fields=dict(zip(FIELD_COLUMNS, row[3:], strict=True)),
            phones=phones.get(row[0], ()),
            values=values.get(row[0], {}),
        )
        for row in rows
    }
    return [found[contact_id] for contact_id in ids if contact_id in found]


def _values_of(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, dict[int, str]]:
    marks = ", ".join("?" for _ in ids)
    found: dict[int, dict[int, str]] = {}
    for contact_id, slot, value in db.execute(
        f"SELECT contactId, slot, value FROM contact_value WHERE contactId IN ({marks})", ids
    ):
        found.setdefault(contact_id, {})[slot] = value
    return found


def phones_of(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Phone, ...]]:
    """The phones of these contacts, by ordinal."""
    marks = ", ".join("?" for _ in ids)
    rows = db.execute(
        f"SELECT {PHONE_COLUMNS} FROM contact_phone WHERE contactId IN ({marks}) ORDER BY contactId, ordinal",
        ids,
    )
    return {
        contact_id: tuple(
            Phone(ordinal, phone, _BLOCKS[block], bool(sms), bool(cell), today, total)
            for _, ordinal, phone, block, sms, cell, today, total in group
        )
        for contact_id, group in groupby(rows, key=lambda row: int(row[0]))
    }


def exists(db: sqlite3.Connection, account: str) -> bool:
    """Whether the tenant has a contact with this account string."""
    return db.execute("SELECT 1 FROM contact WHERE account = ?", (account,)).fetchone() is not None


def insert(db: sqlite3.Connection, row: Mapping[str, ContactValue]) -> int:
    """Add the row of one contact and return its id."""
    made = db.execute(
        f"INSERT INTO contact ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", tuple(row.values())
    )
    return int(made.lastrowid or 0)


def put_phones(db: sqlite3.Connection, phones: Iterable[tuple[int, Phone]]) -> None:
    """Store phones, each with the id of its contact, over what their slots held."""
    db.executemany(
        f"INSERT OR REPLACE INTO contact_phone ({PHONE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                contact_id,
                phone.ordinal,
                phone.phone,
                phone.block.value,
                phone.sms_consent,
                phone.cell_consent,
                phone.attempts_today,
                phone.attempts_total,
            )
            for contact_id, phone in phones
        ),
    )


def put_values(db: sqlite3.Connection, values: Iterable[tuple[int, int, str]]) -> None:
    """Store custom field values as (id of the contact, slot, value), over what was there."""
    db.executemany("INSERT OR REPLACE INTO contact_value (contactId, slot, value) VALUES (?, ?, ?)", values)


def plant(db: sqlite3.Connection, contacts: Iterable[Contact]) -> None:
    """Put whole contacts, ids included, into the tenant; any number of them in little memory."""
    marks = ", ".join("?" for _ in range(3 + len(FIELD_COLUMNS)))
    for batch in _batches(contacts):
        db.executemany(
            f"INSERT INTO contact ({SELECTED}) VALUES ({marks})",
            (
                (each.id, each.account, each.block.value, *(each.fields[name] for name in FIELD_COLUMNS))
                for each in batch
            ),
        )
        put_phones(db, ((each.id, phone) for each in batch for phone in each.phones))
        put_values(db, ((each.id, slot, value) for each in batch for slot, value in each.values.items()))


def _batches(contacts: Iterable[Contact]) -> Iterator[list[Contact]]:
    rest = iter(contacts)
    while batch := list(islice(rest, PLANTED_AT_ONCE)):
        yield batch
