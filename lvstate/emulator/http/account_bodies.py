"""Accounts as they are written: JSON bodies to the 26 fields (account-api.txt: Create, Update Account).

Where the page is silent: an address and a list of values are replaced as a whole, the last entry for one
field counts, null inside an address is nothing, and neither a create nor an update leaves an account without
a name.
"""

from __future__ import annotations

from lvstate.emulator.backend.account_fields import (
    ADDRESS_FIELDS,
    ADDRESS_PARTS,
    CUSTOM_FIELD_NAMES,
    INTEGER_FIELDS,
    SECURE_FIELD_NAMES,
    TEXT_FIELDS,
    WRITTEN_FIELDS,
    AccountChanges,
    AccountFields,
    FieldValue,
)
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.bodies import Fields, JsonValue, as_object

MAX_VALUE_LENGTH = 255


def account_fields(body: Fields) -> AccountFields:
    """The written fields of a create that have a value; unknown keys are ignored. Raises InvalidValue."""
    body.required_text("name")
    return {key: value for key, value in account_changes(body).items() if value is not None}


def account_changes(body: Fields) -> AccountChanges:
    """The written fields of an update, null as None; unknown keys are ignored. Raises InvalidValue."""
    if body.has("name"):
        body.required_text("name")
    return {key: _field(body, key) for key in WRITTEN_FIELDS if body.has(key)}


def bulk_item(item: JsonValue) -> AccountChanges | None:
    """The written fields of an item of a bulk create, None where it is not an account that could be made."""
    try:
        return account_changes(as_object(item, "An account"))
    except InvalidValue:
        return None


def text_or_id(body: Fields, key: str) -> str | None:
    """Text; a campaign, which is a string in the tables and a number in one example, also as a number."""
    if key == "campaignId" and not isinstance(body.values.get(key), str):
        campaign = body.integer(key)
        return None if campaign is None else str(campaign)
    return body.text(key)


def value_entry(entry: JsonValue, key: str, names: frozenset[str]) -> dict[str, str]:
    """`{"field", "value"}` of one entry of a list of values, the value as text. Raises InvalidValue."""
    fields = as_object(entry, f"An entry of {key}")
    name = fields.required_text("field")
    if name not in names:
        raise InvalidValue(f"{key} has no field {name}.")
    return {"field": name, "value": _value(fields)}


def _field(body: Fields, key: str) -> FieldValue | None:
    if key in TEXT_FIELDS:
        return text_or_id(body, key)
    if key in INTEGER_FIELDS:
        return body.integer(key)
    if key in ADDRESS_FIELDS:
        return _address(body, key)
    return _values(body, key, CUSTOM_FIELD_NAMES if key == "customFields" else SECURE_FIELD_NAMES)


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
    found = [value_entry(entry, key, names) for entry in entries]
    return list({entry["field"]: entry for entry in found}.values())


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
