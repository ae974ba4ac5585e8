"""A contact as a value: its columns by what they hold, its phones, and what a request may change.

Columns carry the names of the CSV download, the only place where the vendor names every field of a contact
in one flat list (contact-api.txt: Bulk Contact Download; REFERENCE 4.0.1, 4.1.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lvstate.emulator.backend.contact_blocks import Block, BlockAction

PERSON_FIELDS = ("firstName", "lastName", "email", "ssn", "zipCode")
GUARANTOR_FIELDS = ("guarantorFirstName", "guarantorLastName")
OWN_TEXT_FIELDS = (
    "accountToSpeak",
    "originalAccountNumber",
    "address1",
    "address2",
    "city",
    "state",
    "country",
)
BULK_TEXT_FIELDS = ("department", "salutation", "title")
TEXT_FIELDS = PERSON_FIELDS + GUARANTOR_FIELDS + OWN_TEXT_FIELDS + BULK_TEXT_FIELDS

DATE_FIELDS = ("dateOfBirth", "dueDate")
AMOUNT_FIELDS = ("balance", "amountToSpeak")
ID_FIELDS = ("groupId", "agentId")
FLAG_FIELDS = ("active", "primaryEmailConsent")
INDEX_FIELD = "happinessIndex"

WRITTEN_COLUMNS = (
    *TEXT_FIELDS,
    *DATE_FIELDS,
    *AMOUNT_FIELDS,
    *ID_FIELDS,
    *FLAG_FIELDS,
    INDEX_FIELD,
)
# What is 0 where it was never set, as the examples of all three shapes show it.
ZERO_FIELDS = frozenset({*AMOUNT_FIELDS, *ID_FIELDS, *FLAG_FIELDS})

AUDIT_COLUMNS = (
    "createDate",
    "createUser",
    "modifyDate",
    "modifyUser",
    "initialLoadDate",
    "lastLoadDate",
    "callAttemptsToday",
    "callAttemptsTotal",
)

PHONES = range(1, 11)
SLOTS = {f"COL{number}": number for number in range(1, 101)}

ContactValue = str | int | float | None


class Phone(NamedTuple):
    """One of the ten phones of a contact, at its `ordinal` 1 to 10; a tuple, as thousands make a page."""

    ordinal: int
    phone: str
    block: Block = Block.NONE
    sms_consent: bool = False
    cell_consent: bool = False
    attempts_today: int = 0
    attempts_total: int = 0


@dataclass(frozen=True)
class Contact:
    """A contact as stored.

    `fields` has every column of WRITTEN_COLUMNS and AUDIT_COLUMNS: dates in milliseconds, flags as 0 or 1,
    amounts as floats. `phones` go by ordinal, `values` are those of the custom fields by slot number.
    """

    id: int
    account: str
    block: Block
    fields: Mapping[str, ContactValue]
    phones: tuple[Phone, ...] = ()
    values: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PhoneChange:
    """What a request says about one phone; None means not a word.

    Without an `ordinal` the phone is found by its number. `is_removed` empties the slot.
    """

    ordinal: int | None
    phone: str | None = None
    block: BlockAction | None = None
    sms_consent: bool | None = None
    cell_consent: bool | None = None
    is_removed: bool = False


@dataclass(frozen=True)
class ContactChange:
    """What a request says about a contact; what it does not mention stays.

    A column or a custom field value that is None is cleared. `clears_phones` and `clears_values` empty all
    of them before the others apply.
    """

    fields: Mapping[str, ContactValue] = field(default_factory=dict)
    block: BlockAction | None = None
    phones: tuple[PhoneChange, ...] = ()
    values: Mapping[int, str | None] = field(default_factory=dict)
    clears_phones: bool = False
    clears_values: bool = False


@dataclass(frozen=True)
class BlockChange:
    """What a request says about the blocks and consents of a contact, and of nothing else."""

    block: BlockAction | None = None
    phones: tuple[PhoneChange, ...] = ()
