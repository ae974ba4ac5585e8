"""The fields that contacts are searched and sorted by, as SQL (contact-api.txt: Find Matching Contact).

Names are in lower case here and have no case in a request. Fields of the vendor's list whose meaning no page
tells (`sms`, `email`, `*_basedon_option`, `account_dial_*`, `accountFor*Result`) are not searchable: a wrong
guess would match the wrong people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from lvstate.emulator.backend.contact_fields import PHONES, SLOTS
from lvstate.emulator.backend.contact_rows import FULL_NAME, joined


class Kind(Enum):
    """What a field holds, and so how a criterion is read."""

    TEXT = "text"
    VALUE = "text that may be a number"
    NUMBER = "a number"
    DATE = "a date"
    FLAG = "true or false"


@dataclass(frozen=True)
class Searchable:
    """A field of a condition: it holds where the test holds for any of the `columns`, inside the `frame`."""

    kind: Kind
    columns: tuple[str, ...]
    frame: str = "{test}"


_OF_PHONES = "id IN (SELECT contactId FROM contact_phone WHERE {test})"
_OF_SLOT = "id IN (SELECT contactId FROM contact_value WHERE slot = {slot} AND {{test}})"
_CONSENT = "EXISTS (SELECT 1 FROM contact_phone p WHERE p.contactId = contact.id AND {test})"

SEARCHABLE: Mapping[str, Searchable] = {
    "account": Searchable(Kind.TEXT, ("account",)),
    "original_account_number": Searchable(Kind.TEXT, ("originalAccountNumber",)),
    "city": Searchable(Kind.TEXT, ("city",)),
    "state": Searchable(Kind.TEXT, ("state",)),
    "country": Searchable(Kind.TEXT, ("country",)),
    "postalcode": Searchable(Kind.TEXT, ("zipCode",)),
    "email_address": Searchable(Kind.TEXT, ("email",)),
    "name": Searchable(Kind.TEXT, ("firstName", "lastName", FULL_NAME)),
    "guarantor_name": Searchable(
        Kind.TEXT,
        (
            "guarantorFirstName",
            "guarantorLastName",
            joined("guarantorFirstName", "guarantorLastName"),
        ),
    ),
    "address": Searchable(Kind.TEXT, ("address1", "address2")),
    "phone": Searchable(Kind.TEXT, ("phone",), _OF_PHONES),
    "group": Searchable(Kind.NUMBER, ("groupId",)),
    "paymentbalance": Searchable(Kind.NUMBER, ("balance",)),
    "amount_to_speak": Searchable(Kind.NUMBER, ("amountToSpeak",)),
    "callattemptstoday": Searchable(Kind.NUMBER, ("callAttemptsToday",)),
    "callattemptslifetime": Searchable(Kind.NUMBER, ("callAttemptsTotal",)),
    "account_due_date": Searchable(Kind.DATE, ("dueDate",)),
    "dob": Searchable(Kind.DATE, ("dateOfBirth",)),
    "do_not_dial": Searchable(Kind.FLAG, ("accountBlock IN ('PERMANENT', 'BOTH')",)),
    "do_not_dial_daily": Searchable(Kind.FLAG, ("accountBlock IN ('DAILY', 'BOTH')",)),
    "primary_email_consent": Searchable(Kind.FLAG, ("primaryEmailConsent",)),
    "phone_sms_consent": Searchable(Kind.FLAG, ("smsConsent",), _CONSENT),
    "phone_cell_consent": Searchable(Kind.FLAG, ("cellConsent",), _CONSENT),
    **{
        f"phone{n}_{kind}_consent": Searchable(Kind.FLAG, (f"ordinal = {n} AND {kind}Consent",), _CONSENT)
        for n in PHONES
        for kind in ("sms", "cell")
    },
    **{
        name.lower(): Searchable(Kind.VALUE, ("value",), _OF_SLOT.format(slot=slot))
        for name, slot in SLOTS.items()
    },
}


def _of_phone(column: str, ordinal: int) -> str:
    return f"(SELECT {column} FROM contact_phone p WHERE p.contactId = contact.id AND p.ordinal = {ordinal})"


_NOTHING = "NULL"  # a documented column in which the emulator never has a value: all contacts are equal

SORTABLE: Mapping[str, str] = {
    "lvaccount_id": "id",
    "client_id": _NOTHING,
    "account": "account",
    "b_active": "active",
    "account_to_speak": "accountToSpeak",
    "first_name": "firstName",
    "last_name": "lastName",
    "dob": "dateOfBirth",
    "email_address": "email",
    "ssn": "ssn",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "state": "state",
    "postalcode": "zipCode",
    "country_id": "country",
    "guarantor_firstname": "guarantorFirstName",
    "guarantor_lastname": "guarantorLastName",
    "paymentbalance": "balance",
    "amount_to_speak": "amountToSpeak",
    "account_due_date": "dueDate",
    "callattemptstoday": "callAttemptsToday",
    "callattemptslifetime": "callAttemptsTotal",
    "createdate": "createDate",
    "createuser": "createUser",
    "modifydate": "modifyDate",
    "modifyuser": "modifyUser",
    "initial_load_date": "initialLoadDate",
    "initial_load_campaignid": _NOTHING,
    "last_load_date": "lastLoadDate",
    "last_load_campaignid": _NOTHING,
    "do_not_dial": "accountBlock IN ('PERMANENT', 'BOTH')",
    "do_not_dial_daily": "accountBlock IN ('DAILY', 'BOTH')",
    "group_id": "groupId",
    "original_account_number": "originalAccountNumber",
    "sms": _NOTHING,
    "email": _NOTHING,
    "primary_email_consent": "primaryEmailConsent",
    **{
        name.format(n=n): _of_phone(column, n)
        for n in PHONES
        for name, column in (
            ("phone{n}", "phone"),
            ("phone{n}_attempts_today", "attemptsToday"),
            ("phone{n}_attempts_lifetime", "attemptsTotal"),
            ("phone{n}_dnd", "phoneBlock IN ('PERMANENT', 'BOTH')"),
            ("phone{n}_dnd_daily", "phoneBlock IN ('DAILY', 'BOTH')"),
            ("phone{n}_sms_consent", "smsConsent"),
            ("phone{n}_cell_consent", "cellConsent"),
        )
    },
    **{
        name.lower(): f"(SELECT value FROM contact_value v WHERE v.contactId = contact.id AND v.slot = {slot})"
        for name, slot in SLOTS.items()
    },
}
