"""Contacts and contact notes of a seed document, as the backend holds them.

A contact has the keys it is written with (`person`, `guarantor`, `phone`, `customFields` and the rest of
Create Contact), those of the bulk methods, and `id`, `createdDate`, `createdBy`, `modifiedDate`, `modifiedBy`,
`initialLoad`, `lastLoad`, `callAttemptsToday`, `callAttemptsTotal`; a phone may have the two attempts, too.
Blocks are states. Only `id`, `account` and the four of the audit are mandatory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lvstate.emulator.backend.contact_blocks import Block
from lvstate.emulator.backend.contact_fields import (
    PERSON_FIELDS,
    SLOTS,
    WRITTEN_COLUMNS,
    ZERO_FIELDS,
    Contact,
    ContactValue,
    Phone,
)
from lvstate.emulator.backend.contact_notes import ContactNote


def contact(seed: Mapping[str, Any]) -> Contact:
    """A contact of a seed document. Raises KeyError for a mandatory key that is not there."""
    person, guarantor = seed.get("person") or {}, seed.get("guarantor") or {}
    written: dict[str, ContactValue] = {
        **{name: seed.get(name) for name in WRITTEN_COLUMNS},
        **{name: person.get(name) for name in (*PERSON_FIELDS, "dateOfBirth")},
        "guarantorFirstName": guarantor.get("firstName"),
        "guarantorLastName": guarantor.get("lastName"),
    }
    return Contact(
        id=seed["id"],
        account=seed["account"],
        block=Block(seed.get("accountBlock", "NONE")),
        fields={
            **{name: (value or 0) if name in ZERO_FIELDS else value for name, value in written.items()},
            "createDate": seed["createdDate"],
            "createUser": seed["createdBy"],
            "modifyDate": seed["modifiedDate"],
            "modifyUser": seed["modifiedBy"],
            "initialLoadDate": seed.get("initialLoad"),
            "lastLoadDate": seed.get("lastLoad"),
            "callAttemptsToday": seed.get("callAttemptsToday", 0),
            "callAttemptsTotal": seed.get("callAttemptsTotal", 0),
        },
        phones=tuple(_phone(phone) for phone in seed.get("phone") or ()),
        values={SLOTS[each["field"]]: each["value"] for each in seed.get("customFields") or ()},
    )


def note(seed: Mapping[str, Any]) -> ContactNote:
    """A note of a seed document: what Read Contact Note returns, `account`, and `listedNote` where it differs.

    Raises KeyError for a key that is not there.
    """
    return ContactNote(
        id=seed["id"],
        account=seed["account"],
        note=seed["note"],
        listed=seed.get("listedNote"),
        session_id=seed["sessionId"],
        transaction_id=seed["transactionId"],
        create_date=seed["createDate"],
        modified_date=seed["modifiedDate"],
    )


def _phone(seed: Mapping[str, Any]) -> Phone:
    return Phone(
        ordinal=seed["ordinal"],
        phone=seed["phone"],
        block=Block(seed.get("phoneBlock", "NONE")),
        sms_consent=seed.get("smsConsent", False),
        cell_consent=seed.get("cellConsent", False),
        attempts_today=seed.get("callAttemptsToday", 0),
        attempts_total=seed.get("callAttemptsTotal", 0),
    )
