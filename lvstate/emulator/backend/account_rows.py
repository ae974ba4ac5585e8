"""Accounts as rows of one table, whose columns carry the vendor's own keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lvstate.emulator.backend import account_search, tenant
from lvstate.emulator.backend.account_fields import (
    INTEGER_FIELDS,
    NESTED_FIELDS,
    TEXT_FIELDS,
    WRITTEN_FIELDS,
    AccountChanges,
    AccountFields,
)

TABLES = (
    f"""
    CREATE TABLE IF NOT EXISTS account (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number INTEGER NOT NULL,
        createdDate INTEGER NOT NULL,
        createdBy TEXT NOT NULL,
        modifiedDate INTEGER NOT NULL,
        modifiedBy TEXT,
        location TEXT,
        {", ".join(f"{key} TEXT" for key in TEXT_FIELDS + NESTED_FIELDS)},
        {", ".join(f"{key} INTEGER" for key in INTEGER_FIELDS)}
    )
    """,
    "CREATE INDEX IF NOT EXISTS account_by_name ON account (name, id)",
    "CREATE INDEX IF NOT EXISTS account_by_running_number ON account (number)",
    "CREATE UNIQUE INDEX IF NOT EXISTS account_by_account_number ON account (accountNumber)",
    "CREATE INDEX IF NOT EXISTS account_by_classification ON account (classificationId)",
    "CREATE INDEX IF NOT EXISTS account_by_type ON account (typeId)",
    # A classification or type in use may be deleted; a reference to nothing would be worse than none.
    """
    CREATE TRIGGER IF NOT EXISTS account_loses_classification AFTER DELETE ON account_classification BEGIN
        UPDATE account SET classificationId = NULL WHERE classificationId = OLD.id;
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS account_loses_type AFTER DELETE ON account_type BEGIN
        UPDATE account SET typeId = NULL WHERE typeId = OLD.id;
    END
    """,
)

AUDIT_COLUMNS = ("id", "number", "createdDate", "createdBy", "modifiedDate", "modifiedBy", "location")
COLUMNS = AUDIT_COLUMNS + WRITTEN_FIELDS
SELECTED = ", ".join(
    (
        *(f"account.{column}" for column in COLUMNS),
        account_search.SORTABLE["classificationName"],
        account_search.SORTABLE["typeName"],
    )
)
"""What `from_row` takes, of a query over the table `account`."""

Row = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Account:
    """An account as stored; `modified_by` is None until the first update, `fields` are some of the 26."""

    id: int
    number: int
    created_date: int
    created_by: str
    modified_date: int
    modified_by: str | None
    location: str | None
    fields: AccountFields
    classification_name: str | None = None
    type_name: str | None = None

    @property
    def agent_team_name(self) -> str | None:
        """The name of the team that the account refers to, where it is known."""
        team = self.fields.get("agentTeamId")
        return tenant.TEAM_NAMES.get(team) if isinstance(team, int) else None


def from_row(row: tuple[str | int | None, ...]) -> Account:
    """The account of a row of `SELECTED`."""
    audit, written, names = row[: len(AUDIT_COLUMNS)], row[len(AUDIT_COLUMNS) : -2], row[-2:]
    fields = {
        key: json.loads(str(value)) if key in NESTED_FIELDS else value
        for key, value in zip(WRITTEN_FIELDS, written, strict=True)
        if value is not None
    }
    # The order of SELECTED is the order of the dataclass.
    return Account(*audit, fields, *names)  # type: ignore[arg-type,call-arg]


def insert(db: sqlite3.Connection, row: Row, fields: AccountChanges) -> int:
    """Add an account of audit columns and fields, and return its id."""
    columns = {**row, **_written(fields)}
    made = db.execute(
        f"INSERT INTO account ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
        tuple(columns.values()),
    )
    return int(made.lastrowid or 0)


def change(db: sqlite3.Connection, account_id: int, row: Row, fields: AccountChanges) -> bool:
    """Write audit columns and fields over those of an account; False where there is none."""
    columns = {**row, **_written(fields)}
    changed = db.execute(
        f"UPDATE account SET {', '.join(f'{column} = ?' for column in columns)} WHERE id = ?",
        (*columns.values(), account_id),
    )
    return bool(changed.rowcount)


def exists(db: sqlite3.Connection, account_id: int) -> bool:
    """Whether there is an account with this id."""
    return db.execute("SELECT 1 FROM account WHERE id = ?", (account_id,)).fetchone() is not None


def next_number(db: sqlite3.Connection) -> int:
    """The running number of the next account of the client."""
    (number,) = db.execute("SELECT coalesce(max(number), 100) + 1 FROM account").fetchone()
    return int(number)


def plant(db: sqlite3.Connection, accounts: Iterable[Account]) -> None:
    """Put whole accounts, ids included, into the tenant, without a check of what they refer to."""
    for account in accounts:
        row: Row = {
            "id": account.id,
            "number": account.number,
            "createdDate": account.created_date,
            "createdBy": account.created_by,
            "modifiedDate": account.modified_date,
            "modifiedBy": account.modified_by,
            "location": account.location,
        }
        insert(db, row, account.fields)


def _written(fields: AccountChanges) -> dict[str, str | int | None]:
    """The columns of the fields; nested ones travel as JSON, an empty account number is none."""
    row = {
        key: value if value is None or isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        for key, value in fields.items()
    }
    if "accountNumber" in row:
        row["accountNumber"] = row["accountNumber"] or None
    return row
