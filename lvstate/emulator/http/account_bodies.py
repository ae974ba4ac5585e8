"""Accounts as they are written: JSON bodies to the 26 fields, search bodies to criteria (account-api.txt)."""

from __future__ import annotations

from lvstate.emulator.backend.account_fields import (
    ADDRESS_FIELDS,
    ADDRESS_PARTS,
    CUSTOM_FIELD_NAMES,
    INTEGER_FIELDS,
    SECURE_FIELD_NAMES,
    TEXT_FIELDS,
    FieldValue,
)
from lvstate.emulator.backend.account_search import (
    SEARCHABLE_NUMBERS,
    SEARCHABLE_TEXT,
    SORTABLE,
    AccountSearch,
    Criterion,
    Order,
)
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.bodies import Fields, as_object

MAX_VALUE_LENGTH = 255


def account_fields(body: Fields) -> dict[str, FieldValue]:
    """The written fields of a body that have a value; unknown keys are ignored. Raises InvalidValue."""
    found: dict[str, FieldValue | None] = {key: _text_or_id(body, key) for key in TEXT_FIELDS}
    found |= {key: body.integer(key) for key in INTEGER_FIELDS}
    found |= {key: _address(body, key) for key in ADDRESS_FIELDS}
    found["customFields"] = _values(body, "customFields", CUSTOM_FIELD_NAMES)
    found["secureFields"] = _values(body, "secureFields", SECURE_FIELD_NAMES)
    return {key: value for key, value in found.items() if value is not None}


def account_search(body: Fields) -> AccountSearch:
    """A search body. Raises InvalidValue, also for an unknown key: ignoring it would match too much."""
    asked = body.nested("search") or Fields({})
    criteria: list[Criterion] = []
    for key in asked.values:
        criteria += _criteria(asked, key)
    return AccountSearch(criteria=tuple(criteria), order=_order(body.nested("sort")))


def _text_or_id(body: Fields, key: str) -> str | None:
    if key == "campaignId" and not isinstance(body.values.get(key), str):
        campaign = body.integer(key)  # a string in the tables, a number in one example
        return None if campaign is None else str(campaign)
    return body.text(key)


def _address(body: Fields, key: str) -> dict[str, str] | None:
    address = body.nested(key)
    if address is None:
        return None
    parts = {part: address.text(part) for part in ADDRESS_PARTS}
    return {part: text for part, text in parts.items() if text is not None}


def _values(body: Fields, key: str, names: frozenset[str]) -> list[dict[str, str]] | None:
    entries = body.array(key)
    if entries is None:
        return None
    found: list[dict[str, str]] = []
    for entry in entries:
        fields = as_object(entry, f"An entry of {key}")
        name = fields.required_text("field")
        if name not in names:
            raise InvalidValue(f"{key} has no field {name}.")
        found.append({"field": name, "value": _value(fields)})
    return found


def _value(fields: Fields) -> str:
    match fields.values.get("value"):
        case bool() as truth:
            text = "true" if truth else "false"
        case int() | float() | str() as scalar:
            text = str(scalar)
        case _:
            raise InvalidValue("value must be a string, a number, true or false.")
    if len(text) > MAX_VALUE_LENGTH:
        raise InvalidValue(f"value must not be longer than {MAX_VALUE_LENGTH} characters.")
    return text


def _criteria(asked: Fields, key: str) -> list[Criterion]:
    if key in ADDRESS_FIELDS:
        address = asked.nested(key) or Fields({})
        parts = {part: address.text(part) for part in ADDRESS_PARTS}
        if unknown := set(address.values) - set(parts):
            raise InvalidValue(f"{key} has no {min(unknown)}.")
        return [Criterion(f"{key}.{part}", text) for part, text in parts.items() if text is not None]
    value: str | int | None
    if key in SEARCHABLE_NUMBERS:
        value = asked.integer(key)
    elif key in SEARCHABLE_TEXT and "." not in key:
        value = _text_or_id(asked, key)
    else:
        raise InvalidValue(f"Accounts cannot be searched by {key}.")
    return [] if value is None else [Criterion(key, value)]


def _order(sort: Fields | None) -> Order | None:
    if sort is None or not sort.values:
        return None
    key = sort.required_text("property")
    if key not in SORTABLE or "." in key:
        raise InvalidValue(f"Accounts cannot be sorted by {key}.")
    direction = (sort.text("direction") or "ASC").upper()
    if direction not in ("ASC", "DESC"):
        raise InvalidValue("direction must be ASC or DESC.")
    return Order(key, descending=direction == "DESC")
