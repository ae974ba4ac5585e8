"""Requests as shapes build them, fields as the wire spells them, and tolerant reading of both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from lvstate.model.resource import LiveId, Value

PAGE_SIZE = 1000
"""Hard cap of items a page (contact-api, List Contact Group, `count`)."""

_DECIMAL = re.compile(r"[0-9]{1,19}\Z")


class ShapeError(ValueError):
    """A document does not have the shape that the vendor's pages show."""


class Request:
    """One call: a path without its query, typed query values and a JSON body.

    `other_path` is the second spelling that the vendor's pages use for the same method; it is
    tried once when the first does not exist.
    """

    __slots__ = ("body", "method", "other_path", "path", "query")

    def __init__(
        self,
        method: str,
        path: str,
        query: Mapping[str, int | str] | None = None,
        *,
        body: Any = None,
        other_path: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.other_path = other_path

    def target(self, path: str | None = None) -> str:
        """Return path and query as sent."""
        target = path or self.path
        return f"{target}?{urlencode(self.query)}" if self.query else target


class Read(Request):
    """A call that changes nothing: GET, or POST to a search."""

    __slots__ = ()


class Write(Request):
    """A call that changes the tenant."""

    __slots__ = ()


class Field:
    """A field of a kind: its manifest key, its key on the wire and how its value is read."""

    def __init__(self, name: str, wire: str) -> None:
        self.name = name
        self.wire = wire

    def decode(self, raw: Any) -> Value | None:
        """Turn a wire value into a field value, None where it holds nothing; raises ShapeError."""
        raise NotImplementedError

    def encode(self, value: Value) -> Any:
        """Turn a field value into a wire value."""
        return value


class Text(Field):
    """Text, kept exactly as it is."""

    def decode(self, raw: Any) -> Value | None:
        """Accept text or nothing."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise ShapeError(f"{self.wire} should be text, not {describe(raw)}")
        return raw


class Number(Field):
    """A whole number, which the vendor's examples also write as text."""

    def decode(self, raw: Any) -> Value | None:
        """Accept 6 and "6"."""
        return None if raw is None else whole(raw, self.wire)


class Texts(Field):
    """A list of texts, in order; an empty list holds nothing."""

    def decode(self, raw: Any) -> Value | None:
        """Accept an array of texts or nothing."""
        if raw is None or raw == []:
            return None
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise ShapeError(f"{self.wire} should be a list of texts, not {describe(raw)}")
        return tuple(raw)

    def encode(self, value: Value) -> Any:
        """Return a JSON array."""
        return list(value) if isinstance(value, tuple) else value


def whole(raw: Any, what: str) -> int:
    """Read a non-negative whole number from 6 or "6"; raises ShapeError for anything else."""
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if isinstance(raw, str) and _DECIMAL.match(raw):
        return int(raw)
    raise ShapeError(f"{what} should be a whole number, not {describe(raw)}")


def describe(raw: Any) -> str:
    """Name the JSON type of a value, for messages that must not repeat the value."""
    match raw:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "an array"
        case _:
            return "an object"


def path_with(template: str, live_id: LiveId) -> str:
    """Put an id into a path, percent-encoded."""
    return template.replace("{id}", quote(str(live_id), safe=""))


def member(document: Any, what: str, *keys: str) -> Any:
    """Return the value of the one key of `keys` that an object has, whatever its case.

    Raises ShapeError when there is none or more than one: a listing whose key is not there must
    never read as empty.
    """
    if not isinstance(document, dict):
        raise ShapeError(f"{what} should be an object, not {describe(document)}")
    found = _spellings(tuple(document), keys)
    if len(found) != 1:
        raise ShapeError(f"{what} should have exactly one of the keys {', '.join(keys)}")
    return document[found[0]]


def optional(document: Mapping[str, Any], what: str, key: str) -> Any:
    """Return the value of a key that an object may have, whatever its case; None where it has none.

    Raises ShapeError when it has the key in two spellings: nobody knows which of them counts.
    """
    found = _spellings(tuple(document), (key,))
    if len(found) > 1:
        raise ShapeError(f"{what} has the key {key} more than once")
    return document[found[0]] if found else None


@lru_cache(maxsize=16)  # few: the keys are the service's, and may be many
def _spellings(present: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the keys that are present spell one of `keys`; the rows of a listing have the same ones."""
    wanted = {key.lower() for key in keys}
    return tuple(key for key in present if key.lower() in wanted)
