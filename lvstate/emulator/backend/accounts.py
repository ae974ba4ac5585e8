"""Accounts: whole documents, unique by account number, of a classification and a type (account-api.txt).

Columns carry the vendor's own keys. Where the page is silent: an unknown reference is an invalid value; an
empty account number is none; `number` runs on within the client; a list goes by name in code point order,
then id.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lvstate.emulator.backend import account_search, leveled_names, tenant
from lvstate.emulator.backend.account_fields import (
    INTEGER_FIELDS,
    NESTED_FIELDS,
    TEXT_FIELDS,
    WRITTEN_FIELDS,
    AccountFields,
    FieldValue,
)
from lvstate.emulator.backend.account_search import AccountSearch
from lvstate.emulator.backend.paging import Page, Window, page_of
from lvstate.emulator.backend.refusals import Duplicate, InvalidValue
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, milliseconds
from lvstate.emulator.storage import Storage

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
    (*COLUMNS, account_search.SORTABLE["classificationName"], account_search.SORTABLE["typeName"])
)


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


class Accounts:
    """The accounts of the tenant."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def create(self, user: User, fields: AccountFields) -> int:
        """Make an account and return its id (Create Account). Raises InvalidValue, Duplicate."""
        now = milliseconds(self._clock)
        with self._storage.write() as db:
            _check_references(db, fields)
            _check_account_number(db, fields)
            (number,) = db.execute("SELECT coalesce(max(number), 100) + 1 FROM account").fetchone()
            written = _written(fields)
            row = {
                **written,
                "number": number,
                "createdDate": now,
                "createdBy": user.login,
                "modifiedDate": now,
            }
            return _insert(db, row)

    def page(self, window: Window) -> Page[Account]:
        """The accounts of a window, by name (List Accounts)."""
        return self._select("TRUE", [], "name, id", window)

    def search(self, search: AccountSearch, window: Window) -> Page[Account]:
        """The accounts of a window that match (Find Matching Accounts)."""
        condition, parameters = account_search.where(search)
        return self._select(condition, parameters, account_search.order_by(search), window)

    def _select(
        self, condition: str, parameters: list[str | int], order: str, window: Window
    ) -> Page[Account]:
        with self._storage.read() as db:
            rows = db.execute(
                f"SELECT {SELECTED} FROM account WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
                (*parameters, window.count + 1, window.offset),
            ).fetchall()
        return page_of([_from_row(row) for row in rows], window)


def _check_references(db: sqlite3.Connection, fields: AccountFields) -> None:
    def known(key: str, value: FieldValue) -> bool:
        match key, value:
            case "agentId", int():
                return value in tenant.AGENT_IDS
            case "agentTeamId", int():
                return value in tenant.TEAM_NAMES
            case "campaignId", str():
                return value in tenant.CAMPAIGN_IDS
            case "classificationId", int():
                return leveled_names.exists(db, "account_classification", value)
            case "typeId", int():
                return leveled_names.exists(db, "account_type", value)
            case _:
                return True

    for key, value in fields.items():
        if not known(key, value):
            raise InvalidValue(f"{key} {value} does not exist.")


def _check_account_number(db: sqlite3.Connection, fields: AccountFields) -> None:
    number = fields.get("accountNumber")
    if number and db.execute("SELECT 1 FROM account WHERE accountNumber = ?", (number,)).fetchone():
        raise Duplicate("Cannot create account. Unique account number already exists in system.")


def _written(fields: AccountFields) -> dict[str, str | int | None]:
    """The columns of the fields; nested ones travel as JSON."""
    row: dict[str, str | int | None] = {}
    for key, value in fields.items():
        row[key] = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
    row["accountNumber"] = row.get("accountNumber") or None
    return row


def _insert(db: sqlite3.Connection, row: Mapping[str, str | int | None]) -> int:
    columns = tuple(row)
    made = db.execute(
        f"INSERT INTO account ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
        tuple(row.values()),
    )
    return int(made.lastrowid or 0)


def _from_row(row: tuple[str | int | None, ...]) -> Account:
    audit, written, names = row[: len(AUDIT_COLUMNS)], row[len(AUDIT_COLUMNS) : -2], row[-2:]
    fields = {
        key: json.loads(str(value)) if key in NESTED_FIELDS else value
        for key, value in zip(WRITTEN_FIELDS, written, strict=True)
        if value is not None
    }
    # The order of SELECTED is the order of the dataclass.
    return Account(*audit, fields, *names)  # type: ignore[arg-type,call-arg]


def plant(db: sqlite3.Connection, accounts: Iterable[Account]) -> None:
    """Put whole accounts, ids included, into the tenant, without a check of what they refer to."""
    for account in accounts:
        _insert(
            db,
            {
                "id": account.id,
                "number": account.number,
                "createdDate": account.created_date,
                "createdBy": account.created_by,
                "modifiedDate": account.modified_date,
                "modifiedBy": account.modified_by,
                "location": account.location,
                **_written(account.fields),
            },
        )
