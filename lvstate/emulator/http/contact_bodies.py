"""Contacts as they are written: JSON bodies to changes (contact-api.txt: Contact; REFERENCE 4.0.1).

Where the pages are silent: null clears, an empty array removes nothing; a phone entry with the number null
empties its slot; texts have at most 255 characters; a due date of 0 is none; the keys that only the bulk
methods document are ignored by the others.
"""

from __future__ import annotations

import math
import re

from lvstate.emulator.backend import days
from lvstate.emulator.backend.contact_blocks import BlockAction
from lvstate.emulator.backend.contact_export import ALL_FIELDS, COLUMNS, Export
from lvstate.emulator.backend.contact_fields import (
    AMOUNT_FIELDS,
    BULK_TEXT_FIELDS,
    INDEX_FIELD,
    OWN_TEXT_FIELDS,
    PERSON_FIELDS,
    PHONES,
    SLOTS,
    BlockChange,
    ContactChange,
    ContactValue,
    PhoneChange,
)
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.bodies import Fields, JsonValue, as_object

MAX_LENGTH = 255

_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


def new_contact(body: Fields, *, is_bulk: bool = False) -> tuple[str, ContactChange]:
    """The account of a contact to make, and what else is said about it. Raises InvalidValue."""
    return required_account(body), contact_change(body, is_bulk=is_bulk, is_new=True)


def keyed_change(body: Fields) -> tuple[int | str, ContactChange]:
    """An item of a bulk update: the contact's id, or else its account, and what changes."""
    contact_id = body.integer("id")
    key = required_account(body) if contact_id is None else contact_id
    return key, contact_change(body, is_bulk=True)


def contact_change(body: Fields, *, is_bulk: bool = False, is_new: bool = False) -> ContactChange:
    """What a body says about a contact; unknown keys are ignored. Raises InvalidValue."""
    values, has_values = body.array("customFields"), body.has("customFields")
    phones, has_phones = body.array("phone"), body.has("phone")
    return ContactChange(
        fields=_person(body) | _guarantor(body) | _own(body) | (_bulk(body) if is_bulk else {}),
        block=_block(body, "accountBlock"),
        phones=tuple(_phone(entry, is_new=is_new) for entry in phones or ()),
        values=dict(_value(entry) for entry in values or ()),
        clears_phones=has_phones and phones is None,
        clears_values=has_values and values is None,
    )


def block_change(body: Fields) -> BlockChange:
    """What a DND body says: `{"updateContactDND"?, "accountBlock"?}`. Raises InvalidValue."""
    return BlockChange(
        block=_block(body, "accountBlock"),
        phones=tuple(_blocked_phone(entry) for entry in body.array("updateContactDND") or ()),
    )


def export(body: Fields) -> Export:
    """What a download asks for. Raises InvalidValue, also for a column that does not exist."""
    names = body.array("exportableFields")
    if not names:
        raise InvalidValue("exportableFields is required, as an array of names.")
    columns: list[str] = []
    for name in names:
        if not isinstance(name, str) or (name not in COLUMNS and name != ALL_FIELDS):
            raise InvalidValue(f"exportableFields has no field {name}.")
        columns.append(name)
    since, until = _span(body, "startDate"), _span(body, "endDate")
    return Export(
        columns=list(COLUMNS) if ALL_FIELDS in columns else columns,
        since=None if since is None else since[0],
        until=None if until is None else until[1],
    )


def required_account(body: Fields) -> str:
    """The account, which may be any text. Raises InvalidValue."""
    account = body.required_text("account")
    return _bounded(account, "account")


def _person(body: Fields) -> dict[str, ContactValue]:
    if not body.has("person"):
        return {}
    person = body.nested("person")
    if person is None:
        return dict.fromkeys((*PERSON_FIELDS, "dateOfBirth"))
    found: dict[str, ContactValue] = {key: _text(person, key) for key in PERSON_FIELDS if person.has(key)}
    if person.has("dateOfBirth"):
        found["dateOfBirth"] = _moment(person, "dateOfBirth")
    return found


def _guarantor(body: Fields) -> dict[str, ContactValue]:
    if not body.has("guarantor"):
        return {}
    guarantor = body.nested("guarantor")
    keys = {"firstName": "guarantorFirstName", "lastName": "guarantorLastName"}
    if guarantor is None:
        return dict.fromkeys(keys.values())
    return {column: _text(guarantor, key) for key, column in keys.items() if guarantor.has(key)}


def _own(body: Fields) -> dict[str, ContactValue]:
    found: dict[str, ContactValue] = {key: _text(body, key) for key in OWN_TEXT_FIELDS if body.has(key)}
    found |= {key: _amount(body, key) for key in AMOUNT_FIELDS if body.has(key)}
    found |= {key: body.boolean(key) for key in ("active", "primaryEmailConsent") if body.has(key)}
    if body.has("dueDate"):
        found["dueDate"] = _moment(body, "dueDate") or None
    if body.has("groupId"):
        found["groupId"] = body.integer("groupId")
    return found


def _bulk(body: Fields) -> dict[str, ContactValue]:
    found: dict[str, ContactValue] = {key: _text(body, key) for key in BULK_TEXT_FIELDS if body.has(key)}
    found |= {key: body.integer(key) for key in ("agentId", INDEX_FIELD) if body.has(key)}
    return found


def _phone(entry: JsonValue, *, is_new: bool) -> PhoneChange:
    fields = as_object(entry, "An entry of phone")
    ordinal = _ordinal(fields)
    if ordinal is None:
        raise InvalidValue("ordinal is required in every entry of phone.")
    is_removed = fields.has("phone") and fields.values["phone"] is None and not is_new
    return PhoneChange(
        ordinal,
        phone=_number(fields) if fields.has("phone") and not is_removed else None,
        block=_block(fields, "phoneBlock"),
        sms_consent=_consent(fields, "smsConsent"),
        cell_consent=_consent(fields, "cellConsent"),
        is_removed=is_removed,
    )


def _blocked_phone(entry: JsonValue) -> PhoneChange:
    fields = as_object(entry, "An entry of updateContactDND")
    ordinal, number = _ordinal(fields), _text(fields, "phone")
    if ordinal is None and not number:
        raise InvalidValue("Every entry of updateContactDND needs an ordinal or a phone.")
    return PhoneChange(
        ordinal,
        phone=number,
        block=_block(fields, "phoneBlock"),
        sms_consent=_consent(fields, "smsConsent"),
        cell_consent=_consent(fields, "cellConsent"),
    )


def _ordinal(fields: Fields) -> int | None:
    ordinal = fields.integer("ordinal")
    if ordinal is not None and ordinal not in PHONES:
        raise InvalidValue("ordinal must be 1 to 10.")
    return ordinal


def _number(fields: Fields) -> str:
    return _bounded(fields.required_text("phone"), "phone")


def _consent(fields: Fields, key: str) -> bool | None:
    return bool(fields.boolean(key)) if fields.has(key) else None


def _block(fields: Fields, key: str) -> BlockAction | None:
    if not fields.has(key):
        return None
    try:
        return BlockAction(fields.text(key) or BlockAction.NONE)
    except ValueError:
        names = ", ".join(action.value for action in BlockAction)
        raise InvalidValue(f"{key} must be one of {names}.") from None


def _value(entry: JsonValue) -> tuple[int, str | None]:
    fields = as_object(entry, "An entry of customFields")
    slot = SLOTS.get(fields.required_text("field"))
    if slot is None:
        raise InvalidValue("field must be one of COL1 to COL100.")
    if not fields.has("value"):
        raise InvalidValue("value is required in every entry of customFields.")
    match fields.values["value"]:
        case None:
            return slot, None
        case bool() as truth:
            return slot, "true" if truth else "false"
        case int() | float() | str() as scalar:
            return slot, _bounded(str(scalar), "value")
        case _:
            raise InvalidValue("value must be a string, a number, true or false.")


def _text(fields: Fields, key: str) -> str | None:
    text = fields.text(key)
    return None if text is None else _bounded(text, key)


def _bounded(text: str, key: str) -> str:
    if len(text) > MAX_LENGTH:
        raise InvalidValue(f"{key} must not be longer than {MAX_LENGTH} characters.")
    return text


def _amount(fields: Fields, key: str) -> float | None:
    value = fields.values.get(key)
    if value is None:
        return None
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidValue(f"{key} must be a number.")
    return float(value)


def _moment(fields: Fields, key: str) -> int | None:
    moment = fields.integer(key)
    return None if moment is None else days.checked(moment, key)


def _span(fields: Fields, key: str) -> tuple[int, int] | None:
    value = fields.values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InvalidValue(f"{key} must be a date such as 2020-01-31, or milliseconds since 1970.")
    return days.span(str(value), key)
