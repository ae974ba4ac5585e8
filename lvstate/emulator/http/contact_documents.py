"""Contacts as lists and reads return them, and contact notes (REFERENCE 4.0.2, all from the examples).

Only custom fields go beyond the examples, whose contacts have none: where there are values both shapes show
them, as the vendor's tables say; where there are none, each shape is that of its example.
"""

from __future__ import annotations

from lvstate.emulator.backend.contact_fields import (
    OWN_TEXT_FIELDS,
    PERSON_FIELDS,
    Contact,
    ContactValue,
)
from lvstate.emulator.backend.contact_notes import ContactNote

LARGEST_WHOLE = 2**53


def listed(contact: Contact) -> dict[str, object]:
    """An entry of List Contact: every key there, what is empty as null; dates and loads as 0."""
    fields = contact.fields
    return {
        **_people(contact),
        "customFields": _values(contact) or None,
        "account": contact.account,
        **_own(contact),
        **_attempts(contact),
        "createDate": fields["createDate"],
        "modifyDate": fields["modifyDate"],
    }


def read(contact: Contact) -> dict[str, object]:
    """What Read Contact has in its wrapper: as in a list, but custom fields only where there are some."""
    fields = contact.fields
    values = _values(contact)
    return {
        **_people(contact),
        **({"customFields": values} if values else {}),
        **_own(contact),
        "account": contact.account,
        **_attempts(contact),
        "createdDate": fields["createDate"],
        "modifiedDate": fields["modifyDate"],
    }


def note(note: ContactNote) -> dict[str, object]:
    """What Read Contact Note returns; the two dates are named differently, as in the example."""
    return {
        "id": note.id,
        "note": note.note,
        "transactionId": note.transaction_id,
        "sessionId": note.session_id,
        "createDate": note.create_date,
        "modifiedDate": note.modified_date,
    }


def listed_note(note: ContactNote) -> dict[str, object]:
    """An entry of List Contact Notes."""
    return {"id": note.id, "note": note.note if note.listed is None else note.listed}


def _people(contact: Contact) -> dict[str, object]:
    fields = contact.fields
    return {
        "person": {key: fields[key] for key in ("firstName", "lastName", "dateOfBirth", *PERSON_FIELDS[2:])},
        "guarantor": {"firstName": fields["guarantorFirstName"], "lastName": fields["guarantorLastName"]},
        "phone": [
            {"phone": phone.phone, "ordinal": phone.ordinal, "phoneBlock": phone.block.value}
            for phone in contact.phones
        ],
    }


def _own(contact: Contact) -> dict[str, object]:
    fields = contact.fields
    return {
        "active": bool(fields["active"]),
        "balance": _short(fields["balance"]),
        "accountBlock": contact.block.value,
        **{key: fields[key] for key in OWN_TEXT_FIELDS},
        "amountToSpeak": _short(fields["amountToSpeak"]),
        "dueDate": fields["dueDate"] or 0,
        "groupId": fields["groupId"],
    }


def _attempts(contact: Contact) -> dict[str, object]:
    fields = contact.fields
    return {
        "callAttemptsToday": fields["callAttemptsToday"],
        "callAttemptsTotal": fields["callAttemptsTotal"],
        "initialLoad": fields["initialLoadDate"] or 0,
        "lastLoad": fields["lastLoadDate"],
    }


def _values(contact: Contact) -> list[dict[str, str]]:
    return [{"field": f"COL{slot}", "value": contact.values[slot]} for slot in sorted(contact.values)]


def _short(amount: ContactValue) -> ContactValue:
    """An amount without a fraction is a whole number in lists and reads; in a search it is not."""
    if isinstance(amount, float) and amount.is_integer() and abs(amount) <= LARGEST_WHOLE:
        return int(amount)
    return amount
