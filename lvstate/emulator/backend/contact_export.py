"""The CSV download of contacts: columns, labels and rows (contact-api.txt: Bulk Contact Download).

The page shows two labels, two columns and no edge case. Where it is silent: other labels are the portal's
words, as far as they are known, and those of custom fields are the tenant's own; lines end with CR and LF and
values are quoted where they must be (RFC 4180); flags, blocks included, are true or false, one column for the
lasting block and one for that of the day; amounts have no trailing zeros; days are those of UTC; rows go by
id; names of columns have a case; what the emulator never knows is empty.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

from lvstate.emulator.backend import contact_rows, days, tenant
from lvstate.emulator.backend.contact_fields import PHONES, SLOTS, Contact, ContactValue, Phone
from lvstate.emulator.storage import Storage

ALL_FIELDS = "allFields"
CONTACTS_AT_ONCE = 250

Cell = Callable[[Contact], object]


@dataclass(frozen=True)
class Export:
    """Which columns, in their order, of contacts last modified from `since` to `until`, both included."""

    columns: Sequence[str]
    since: int | None = None
    until: int | None = None


class ContactExport:
    """A CSV file that is read from the storage piece by piece, from one moment of it, holding nobody up."""

    def __init__(self, storage: Storage, export: Export) -> None:
        self._storage = storage
        self._export = export

    def pieces(self) -> Generator[str]:
        """The text of the file, some hundred lines at a time, the labels first."""
        with self._storage.snapshot() as db:
            yield _lines([_labels(db, self._export.columns)])
            columns = self._export.columns
            cells = [COLUMNS[name].cell for name in columns]
            with_phones = any(name.startswith("phone") for name in columns)
            with_values = any(name in SLOTS for name in columns)
            last = 0
            while True:
                ids = [
                    row[0]
                    for row in db.execute(
                        "SELECT id FROM contact WHERE id > ? AND modifyDate BETWEEN ? AND ?"
                        " ORDER BY id LIMIT ?",
                        (
                            last,
                            days.FIRST_MS if self._export.since is None else self._export.since,
                            days.LAST_MS if self._export.until is None else self._export.until,
                            CONTACTS_AT_ONCE,
                        ),
                    )
                ]
                if not ids:
                    return
                contacts = contact_rows.by_ids(db, ids, with_phones=with_phones, with_values=with_values)
                yield _lines([[cell(contact) for cell in cells] for contact in contacts])
                last = ids[-1]


@dataclass(frozen=True)
class Column:
    """A column of the file: its label, and what a contact has in it."""

    label: str
    cell: Cell


def _labels(db: sqlite3.Connection, names: Sequence[str]) -> list[object]:
    own = {f"COL{slot}": label for slot, label in db.execute("SELECT slot, label FROM custom_field")}
    return [own.get(name, COLUMNS[name].label) for name in names]


def _lines(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _flag(value: object) -> str:
    return "true" if value else "false"


def _amount(value: ContactValue) -> str:
    return str(value).removesuffix(".0")


def _plain(name: str) -> Cell:
    return lambda contact: contact.fields[name]


def _number(name: str) -> Cell:
    return lambda contact: contact.fields[name] or ""  # 0 stands for none


def _date(name: str) -> Cell:
    def cell(contact: Contact) -> str:
        moment = contact.fields[name]
        return days.shown(moment) if isinstance(moment, int) else ""

    return cell


def _of_phone(ordinal: int, read: Callable[[Phone], object], without: object = "") -> Cell:
    def cell(contact: Contact) -> object:
        for phone in contact.phones:
            if phone.ordinal == ordinal:
                return read(phone)
        return without

    return cell


def _nothing(_: Contact) -> object:
    return ""


def _phone_columns(n: int) -> dict[str, Column]:
    return {
        f"phone{n}": Column(f"Phone {n}", _of_phone(n, lambda phone: phone.phone)),
        f"phone{n}AttemptsTotal": Column(
            f"Phone {n} Attempts Total", _of_phone(n, lambda phone: phone.attempts_total, 0)
        ),
        f"phone{n}AttemptsToday": Column(
            f"Phone {n} Attempts Today", _of_phone(n, lambda phone: phone.attempts_today, 0)
        ),
        f"phone{n}CellConsent": Column(
            f"Phone {n} Cell Consent", _of_phone(n, lambda phone: _flag(phone.cell_consent), _flag(0))
        ),
        f"phone{n}Block": Column(
            f"Phone {n} Block", _of_phone(n, lambda phone: _flag(phone.block.is_permanent), _flag(0))
        ),
        f"phone{n}BlockDaily": Column(
            f"Phone {n} Block Daily", _of_phone(n, lambda phone: _flag(phone.block.is_daily), _flag(0))
        ),
        f"phone{n}SmsConsent": Column(
            f"Phone {n} SMS Consent", _of_phone(n, lambda phone: _flag(phone.sms_consent), _flag(0))
        ),
    }


def _value_column(name: str, slot: int) -> Column:
    return Column(name, lambda contact: contact.values.get(slot, ""))


COLUMNS: Mapping[str, Column] = {
    "account": Column("Account", lambda contact: contact.account),
    "dueDate": Column("Account Due Date", _date("dueDate")),
    "accountToSpeak": Column("Account To Speak", _plain("accountToSpeak")),
    "address1": Column("Address 1", _plain("address1")),
    "address2": Column("Address 2", _plain("address2")),
    "agentId": Column("Agent Id", _number("agentId")),
    "agentTeamId": Column("Agent Team Id", _nothing),
    "amountToSpeak": Column("Amount To Speak", lambda contact: _amount(contact.fields["amountToSpeak"])),
    "active": Column("B Active", lambda contact: _flag(contact.fields["active"])),
    "callAttemptsTotal": Column("Call Attempts Total", _plain("callAttemptsTotal")),
    "callAttemptsToday": Column("Call Attempts Today", _plain("callAttemptsToday")),
    "city": Column("City", _plain("city")),
    "clientId": Column("Client Id", lambda _: tenant.CLIENT_ID),
    "countryId": Column("Country", _plain("country")),
    "createDate": Column("Create Date", _date("createDate")),
    "createUser": Column("Create User", _plain("createUser")),
    "department": Column("Department", _plain("department")),
    "description": Column("Description", _nothing),
    "dateOfBirth": Column("DOB", _date("dateOfBirth")),
    "accountBlock": Column("Account Block", lambda contact: _flag(contact.block.is_permanent)),
    "accountBlockDaily": Column("Account Block Daily", lambda contact: _flag(contact.block.is_daily)),
    "accountEmailBlock": Column("Account Email Block", _nothing),
    "email": Column("Email", _plain("email")),
    "firstName": Column("First Name", _plain("firstName")),
    "groupId": Column("Group Id", _number("groupId")),
    "guarantorFirstName": Column("Guarantor First Name", _plain("guarantorFirstName")),
    "guarantorLastName": Column("Guarantor Last Name", _plain("guarantorLastName")),
    "initialLoadCampaignId": Column("Initial Load Campaign Id", _nothing),
    "initialLoadDate": Column("Initial Load Date", _date("initialLoadDate")),
    "lastLoadCampaignId": Column("Last Load Campaign Id", _nothing),
    "lastLoadDate": Column("Last Load Date", _date("lastLoadDate")),
    "lastName": Column("Last Name", _plain("lastName")),
    "lvAccountId": Column("LV Account Id", lambda contact: contact.id),
    "modifyDate": Column("Modify Date", _date("modifyDate")),
    "modifyUser": Column("Modify User", _plain("modifyUser")),
    "originalAccountNumber": Column("Original Account Number", _plain("originalAccountNumber")),
    "balance": Column("Payment Balance", lambda contact: _amount(contact.fields["balance"])),
    "zipCode": Column("Zip/Postal Code", _plain("zipCode")),
    "primaryEmailConsent": Column(
        "Primary Email Consent", lambda contact: _flag(contact.fields["primaryEmailConsent"])
    ),
    "salutation": Column("Salutation", _plain("salutation")),
    "primarySMSConsent": Column("Primary SMS Consent", _nothing),
    "ssn": Column("SSN", _plain("ssn")),
    "state": Column("State", _plain("state")),
    "title": Column("Title", _plain("title")),
    **{name: column for n in PHONES for name, column in _phone_columns(n).items()},
    **{name: _value_column(name, slot) for name, slot in SLOTS.items()},
}
