"""A change applied to a stored contact: columns overwritten, phones merged by ordinal, blocks acted upon.

Where the pages are silent: a new number in a slot keeps the block, the consents and the attempts of the slot;
a phone that an update does not number needs a slot that has one; DND methods never change a number, look for
a phone by its ordinal, then by its number, and pass over one that is not there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lvstate.emulator.backend import contact_rows
from lvstate.emulator.backend.contact_blocks import Block, BlockAction, after
from lvstate.emulator.backend.contact_fields import (
    ZERO_FIELDS,
    BlockChange,
    ContactChange,
    Phone,
    PhoneChange,
)
from lvstate.emulator.backend.refusals import InvalidValue


def apply(db: sqlite3.Connection, contact_id: int, change: ContactChange) -> None:
    """Change one contact that exists. Raises InvalidValue for a phone without a number."""
    if change.fields:
        cleared = {name: 0 if name in ZERO_FIELDS else None for name in change.fields}
        row = {name: cleared[name] if value is None else value for name, value in change.fields.items()}
        db.execute(
            f"UPDATE contact SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?",
            (*row.values(), contact_id),
        )
    _act(db, contact_id, change.block)
    if change.clears_phones:
        db.execute("DELETE FROM contact_phone WHERE contactId = ?", (contact_id,))
    if change.phones:
        before = contact_rows.phones_of(db, [contact_id]).get(contact_id, ())
        _store(db, contact_id, before, _merged(before, change.phones))
    if change.clears_values:
        db.execute("DELETE FROM contact_value WHERE contactId = ?", (contact_id,))
    if change.values:
        given = change.values.items()
        contact_rows.put_values(db, ((contact_id, slot, value) for slot, value in given if value is not None))
        db.executemany(
            "DELETE FROM contact_value WHERE contactId = ? AND slot = ?",
            [(contact_id, slot) for slot, value in given if value is None],
        )


def apply_blocks(db: sqlite3.Connection, contact_id: int, change: BlockChange) -> None:
    """Change the blocks and consents of one contact that exists."""
    _act(db, contact_id, change.block)
    before = contact_rows.phones_of(db, [contact_id]).get(contact_id, ())
    phones = {phone.ordinal: phone for phone in before}
    for asked in change.phones:
        found = None if asked.ordinal is None else phones.get(asked.ordinal)
        if found is None:
            found = next((phone for phone in phones.values() if phone.phone == asked.phone), None)
        if found is not None:
            phones[found.ordinal] = _changed(found, replace(asked, phone=None))
    _store(db, contact_id, before, phones.values())


def _act(db: sqlite3.Connection, contact_id: int, action: BlockAction | None) -> None:
    if action is None:
        return
    (now,) = db.execute("SELECT accountBlock FROM contact WHERE id = ?", (contact_id,)).fetchone()
    db.execute(
        "UPDATE contact SET accountBlock = ? WHERE id = ?", (after(action, Block(now)).value, contact_id)
    )


def _merged(before: Sequence[Phone], changes: Iterable[PhoneChange]) -> Iterable[Phone]:
    phones = {phone.ordinal: phone for phone in before}
    for change in changes:
        if change.ordinal is None:
            raise TypeError("only the DND methods look for a phone by its number")
        if change.is_removed:
            phones.pop(change.ordinal, None)
            continue
        now = phones.get(change.ordinal)
        if now is None:
            if change.phone is None:
                raise InvalidValue(f"phone is required: ordinal {change.ordinal} has none yet.")
            now = Phone(change.ordinal, change.phone)
        phones[change.ordinal] = _changed(now, change)
    return phones.values()


def _changed(phone: Phone, change: PhoneChange) -> Phone:
    return phone._replace(
        phone=phone.phone if change.phone is None else change.phone,
        block=after(change.block, phone.block),
        sms_consent=phone.sms_consent if change.sms_consent is None else change.sms_consent,
        cell_consent=phone.cell_consent if change.cell_consent is None else change.cell_consent,
    )


def _store(db: sqlite3.Connection, contact_id: int, before: Iterable[Phone], phones: Iterable[Phone]) -> None:
    known, wanted = {phone.ordinal: phone for phone in before}, {phone.ordinal: phone for phone in phones}
    db.executemany(
        "DELETE FROM contact_phone WHERE contactId = ? AND ordinal = ?",
        [(contact_id, ordinal) for ordinal in known if ordinal not in wanted],
    )
    changed = [phone for ordinal, phone in wanted.items() if phone != known.get(ordinal)]
    contact_rows.put_phones(db, ((contact_id, phone) for phone in changed))
