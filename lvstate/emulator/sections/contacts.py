"""Contacts in the tenant document, with the keys they are written with, those of the bulk methods and the audit's.

`seeds.contact_objects` reads them; blocks are states, dates milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lvstate.emulator.backend import contact_rows
from lvstate.emulator.backend.contact_blocks import Block
from lvstate.emulator.backend.contact_fields import (
    BULK_TEXT_FIELDS,
    OWN_TEXT_FIELDS,
    PERSON_FIELDS,
    SLOTS,
    Contact,
    Phone,
)
from lvstate.emulator.section import ID, STAMP, Row, Section, integer, object_shape, present, text
from lvstate.emulator.shapes import Shape

AT_ONCE = 1000
INTEGERS = ("groupId", "agentId", "happinessIndex")
NUMBERS = ("balance", "amountToSpeak")
FLAGS = ("active", "primaryEmailConsent")

_AUDIT = {
    "createdDate": "createDate",
    "createdBy": "createUser",
    "modifiedDate": "modifyDate",
    "modifiedBy": "modifyUser",
    "initialLoad": "initialLoadDate",
    "lastLoad": "lastLoadDate",
    "callAttemptsToday": "callAttemptsToday",
    "callAttemptsTotal": "callAttemptsTotal",
}
_FLAG: Shape = {"description": "A flag.", "type": "boolean"}
_BLOCK: Shape = {
    "description": "The state of the block.",
    "type": "string",
    "enum": [block.value for block in Block],
}
_ATTEMPTS: Shape = {"description": "Call attempts.", "type": "integer", "minimum": 0}


def dump(db: sqlite3.Connection) -> Iterator[Row]:
    """Every contact, by id."""
    ids = (row[0] for row in db.execute("SELECT id FROM contact ORDER BY id").fetchall())
    while batch := list(islice(ids, AT_ONCE)):
        yield from map(_row, contact_rows.by_ids(db, batch))


def _row(contact: Contact) -> Row:
    fields = contact.fields
    plain = (*OWN_TEXT_FIELDS, *BULK_TEXT_FIELDS, *INTEGERS, *NUMBERS, "dueDate")
    row: dict[str, Any] = {
        "id": contact.id,
        "account": contact.account,
        "person": present({key: fields[key] for key in (*PERSON_FIELDS, "dateOfBirth")}) or None,
        "guarantor": present(
            {"firstName": fields["guarantorFirstName"], "lastName": fields["guarantorLastName"]}
        )
        or None,
        "phone": [_phone(phone) for phone in contact.phones] or None,
        "customFields": [
            {"field": f"COL{slot}", "value": value} for slot, value in sorted(contact.values.items())
        ]
        or None,
        "accountBlock": contact.block.value,
        **{key: fields[key] for key in plain},
        **{key: bool(fields[key]) for key in FLAGS},
        **{key: fields[column] for key, column in _AUDIT.items()},
    }
    return present(row)


def _phone(phone: Phone) -> Row:
    return {
        "phone": phone.phone,
        "ordinal": phone.ordinal,
        "phoneBlock": phone.block.value,
        "smsConsent": phone.sms_consent,
        "cellConsent": phone.cell_consent,
        "callAttemptsToday": phone.attempts_today,
        "callAttemptsTotal": phone.attempts_total,
    }


_PHONE = object_shape(
    "One of up to ten phones.",
    {
        "phone": text("The number."),
        "ordinal": {"description": "Its position.", "type": "integer", "minimum": 1, "maximum": 10},
        "phoneBlock": _BLOCK,
        "smsConsent": _FLAG,
        "cellConsent": _FLAG,
        "callAttemptsToday": _ATTEMPTS,
        "callAttemptsTotal": _ATTEMPTS,
    },
    ("phone", "ordinal"),
)
_VALUE = object_shape(
    "The value of a custom field.",
    {
        "field": {"description": "The slot.", "type": "string", "enum": list(SLOTS)},
        "value": text("The value."),
    },
    ("field", "value"),
)

SECTION = Section(
    name="contacts",
    title="Contacts",
    rank=60,
    item=object_shape(
        "A contact.",
        {
            "id": ID,
            "account": text("The account string, unique within the client.", empty=False),
            "person": object_shape(
                "Who it is.",
                {**{key: text("A text.") for key in PERSON_FIELDS}, "dateOfBirth": STAMP},
                (),
            ),
            "guarantor": object_shape(
                "Who stands in.", {key: text("A name.") for key in ("firstName", "lastName")}, ()
            ),
            "phone": {"description": "The phones.", "type": "array", "items": _PHONE, "maxItems": 10},
            "customFields": {"description": "Values of custom fields.", "type": "array", "items": _VALUE},
            "accountBlock": _BLOCK,
            **{key: text("A text.") for key in (*OWN_TEXT_FIELDS, *BULK_TEXT_FIELDS)},
            **{key: integer("A number; 0 is none.") for key in INTEGERS},
            **{key: {"description": "An amount.", "type": "number"} for key in NUMBERS},
            **dict.fromkeys(FLAGS, _FLAG),
            "dueDate": STAMP,
            "createdDate": STAMP,
            "createdBy": text("The login of its maker."),
            "modifiedDate": STAMP,
            "modifiedBy": text("The login of who changed it last."),
            "initialLoad": STAMP,
            "lastLoad": STAMP,
            "callAttemptsToday": _ATTEMPTS,
            "callAttemptsTotal": _ATTEMPTS,
        },
        ("id", "account", "createdDate", "createdBy", "modifiedDate", "modifiedBy"),
    ),
    dump=dump,
    table="contact",
    columns={"Account": "account", "First name": "firstName", "Last name": "lastName"},
    order="id",
)
