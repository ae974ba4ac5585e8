"""Contacts as a search returns them: the only shape with an id, ten phones each, no key without a value.

The entries are made as JSON text (REFERENCE 4.0.2, third column): a page has ten thousand phone slots, most
of them empty and all empty ones alike. Beyond the examples, whose contacts have none, it shows custom fields,
and department, salutation and title, where they are set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lvstate.emulator.backend.contact_fields import BULK_TEXT_FIELDS, PHONES, Contact, ContactValue, Phone

_LEADING_TEXTS = ("accountToSpeak", "originalAccountNumber", "address1", "address2", "city", "state")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_text(contacts: Sequence[Contact], following: str | None) -> str:
    """The whole answer: `findMatchingContactsDetails`, and `next` where there is one."""
    entries = ",".join(map(entry_text, contacts))
    rest = "" if following is None else f',"next":{_encode(following)}'
    return f'{{"findMatchingContactsDetails":[{entries}]{rest}}}'


def entry_text(contact: Contact) -> str:
    """One contact."""
    head, tail = _encode(_before_phones(contact)), _encode(_behind_phones(contact))
    filled = {phone.ordinal: phone for phone in contact.phones}
    slots = ",".join(_filled_slot(filled[n]) if n in filled else _EMPTY_SLOTS[n] for n in PHONES)
    return f'{head[:-1]},"phone":[{slots}],{tail[1:]}'


def _before_phones(contact: Contact) -> dict[str, object]:
    fields = contact.fields
    document: dict[str, object] = {"id": contact.id}
    person = _set(fields, {name: name for name in ("firstName", "lastName", "email", "ssn", "zipCode")})
    if fields["dateOfBirth"] is not None:
        person["dateOfBirth"] = fields["dateOfBirth"]
    if person:
        document["person"] = person
    guarantor = _set(fields, {"firstName": "guarantorFirstName", "lastName": "guarantorLastName"})
    if guarantor:
        document["guarantor"] = guarantor
    return document


def _behind_phones(contact: Contact) -> dict[str, object]:
    fields = contact.fields
    document: dict[str, object] = {}
    if contact.values:
        document["customFields"] = [
            {"field": f"COL{slot}", "value": contact.values[slot]} for slot in sorted(contact.values)
        ]
    document["account"] = contact.account
    document["active"] = bool(fields["active"])
    document["balance"] = fields["balance"]
    document["accountBlock"] = contact.block.value
    for name in _LEADING_TEXTS:
        if fields[name]:
            document[name] = fields[name]
    document["country"] = fields["country"] or ""
    if fields["zipCode"]:
        document["postalCode"] = fields["zipCode"]
    document["amountToSpeak"] = fields["amountToSpeak"]
    if fields["dueDate"] is not None:
        document["dueDate"] = fields["dueDate"]
    document["groupId"] = fields["groupId"]
    document["primaryEmailConsent"] = bool(fields["primaryEmailConsent"])
    document["agentId"] = fields["agentId"]
    if fields["happinessIndex"] is not None:
        document["happinessIndex"] = fields["happinessIndex"]
    for name in BULK_TEXT_FIELDS:
        if fields[name]:
            document[name] = fields[name]
    document["createdDate"] = fields["createDate"]
    document["modifiedDate"] = fields["modifyDate"]
    for key, name in (("lastLoad", "lastLoadDate"), ("initialLoad", "initialLoadDate")):
        if fields[name] is not None:
            document[key] = fields[name]
    document["callAttemptsToday"] = fields["callAttemptsToday"]
    document["callAttemptsLifetime"] = fields["callAttemptsTotal"]
    return document


def _set(fields: Mapping[str, ContactValue], columns: Mapping[str, str]) -> dict[str, ContactValue]:
    return {key: fields[name] for key, name in columns.items() if fields[name]}


def _slot(phone: Phone, number: str) -> str:
    # Written out, because an encoder takes four times as long, and a page has thousands.
    return (
        f'{{"smsConsent":{_flag(phone.sms_consent)},"cellConsent":{_flag(phone.cell_consent)},{number}'
        f'"ordinal":{phone.ordinal},"position":{phone.ordinal},"dnd":{_flag(phone.block.is_permanent)},'
        f'"dndDaily":{_flag(phone.block.is_daily)},"callAttemptsTotal":{phone.attempts_total},'
        f'"callAttemptsToday":{phone.attempts_today}}}'
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _filled_slot(phone: Phone) -> str:
    return _slot(phone, f'"phone":{_encode(phone.phone)},')


_EMPTY_SLOTS = {n: _slot(Phone(n, ""), "") for n in PHONES}
