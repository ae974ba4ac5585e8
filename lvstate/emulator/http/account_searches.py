"""Search bodies of accounts to criteria (account-api.txt: Find Matching Accounts; keys of REFERENCE 4.5.5)."""

from __future__ import annotations

from lvstate.emulator.backend.account_fields import ADDRESS_PARTS, CUSTOM_FIELD_NAMES
from lvstate.emulator.backend.account_search import (
    NUMBER_KEYS,
    SORTABLE,
    TEXT_KEYS,
    AccountSearch,
    Criterion,
    Order,
)
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.account_bodies import text_or_id, value_entry
from lvstate.emulator.http.bodies import Fields, JsonValue, as_object

MAX_ENTRIES = 100  # of one array; every entry is a condition that must hold


def account_search(body: Fields) -> AccountSearch:
    """A search body. Raises InvalidValue, also for an unknown key: ignoring it would match too much."""
    asked = body.nested("search") or Fields({})
    criteria: list[Criterion] = []
    for key in asked.values:
        criteria += _criteria(asked, key)
    return AccountSearch(criteria=tuple(criteria), order=_order(body.nested("sort")))


def _criteria(asked: Fields, key: str) -> list[Criterion]:
    match key:
        case "billingAddress" | "shippingAddress":
            return _address(asked, key)
        case "customFields":
            entries = [value_entry(entry, key, CUSTOM_FIELD_NAMES) for entry in _entries(asked, key)]
            return [Criterion(key, (entry["field"], entry["value"])) for entry in entries]
        case "contacts":
            return [Criterion(key, (_contact(entry),)) for entry in _entries(asked, key)]
        case "notes":
            return [Criterion(key, _note(entry)) for entry in _entries(asked, key)]
        case _:
            value = _value(asked, key)
            return [] if value is None else [Criterion(key, (value,))]


def _value(asked: Fields, key: str) -> str | int | None:
    if key in NUMBER_KEYS:
        return asked.integer(key)
    if key in TEXT_KEYS:
        return text_or_id(asked, key)
    raise InvalidValue(f"Accounts cannot be searched by {key}.")


def _address(asked: Fields, key: str) -> list[Criterion]:
    address = asked.nested(key) or Fields({})
    parts = {part: address.text(part) for part in ADDRESS_PARTS}
    if unknown := set(address.values) - set(parts):
        raise InvalidValue(f"{key} has no {min(unknown)}.")
    return [Criterion(f"{key}.{part}", (text,)) for part, text in parts.items() if text is not None]


def _entries(asked: Fields, key: str) -> list[JsonValue]:
    entries = asked.array(key)
    if entries is not None and not 1 <= len(entries) <= MAX_ENTRIES:
        raise InvalidValue(f"{key} must have 1 to {MAX_ENTRIES} entries.")
    return entries or []


def _contact(entry: JsonValue) -> str:
    """The account of a contact: bare, as the table types it, or in an object, as it is returned."""
    return (
        entry if isinstance(entry, str) else as_object(entry, "An entry of contacts").required_text("contact")
    )


def _note(entry: JsonValue) -> tuple[str, str]:
    note = as_object(entry, "An entry of notes")
    if unknown := set(note.values) - {"name", "description"}:
        raise InvalidValue(f"A note has no {min(unknown)}.")
    return note.text("name") or "", note.text("description") or ""


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
