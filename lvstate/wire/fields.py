"""Fields of a call as `gh api` spells them: `name=x`, `person[lastName]=x`, `phone[][ordinal]=1`, `tags[]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from lvstate.errors import UsageError

_KEY = re.compile(r"(?P<first>[^\[\]=]+)(?P<rest>(?:\[[^\[\]=]*\])*)\Z")
_PART = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_WORDS = {"true": True, "false": False, "null": None}


class Field(NamedTuple):
    """One `key=value`; a typed one may be more than text."""

    text: str
    typed: bool = False


def document_of(fields: Iterable[Field], read: Callable[[str], str]) -> dict[str, Any]:
    """Build the object that the fields describe, in their order.

    A typed value is true, false, null or an integer where it looks like one (`007` does not), or the
    text of a file as `@FILE` or `@-`, which `read` brings. Raises UsageError for a key that is not
    well formed, lacks its value or is used in two ways.
    """
    document: dict[str, Any] = {}
    for field in fields:
        key, equals, text = field.text.partition("=")
        match = _KEY.match(key)
        if match is None:
            raise UsageError(f"{field.text!r} is not of the form key=value")
        path = [match["first"], *_PART.findall(match["rest"])]
        if not equals and path[-1]:
            raise UsageError(f"the field {key!r} needs a value: {key}=VALUE")
        value = _value(text, read) if field.typed else text
        _put(document, path, value, bare=not equals, key=key)
    return document


def query_of(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Spell the object as query parameters; raises UsageError for objects, which a query cannot hold."""
    query: list[tuple[str, str]] = []
    for key, value in document.items():
        many = isinstance(value, list)
        for item in value if many else [value]:
            if isinstance(item, dict | list):
                raise UsageError(f"the field {key!r} cannot be put into a query")
            query.append((f"{key}[]" if many else key, _spelled(item)))
    return query


def _value(text: str, read: Callable[[str], str]) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) < 20:
        return int(text)
    return read(text[1:]) if text.startswith("@") else text


def _spelled(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put(document: dict[str, Any], path: list[str], value: Any, *, bare: bool, key: str) -> None:
    """Walk to the object that the last name belongs to, and set it; an empty name means an array."""
    here = document
    names = [(name, index + 1 < len(path) and not path[index + 1]) for index, name in enumerate(path) if name]
    if len(names) + sum(array for _, array in names) != len(path):
        raise UsageError(f"the field {key!r} has an array within an array")
    for (name, array), (following, _) in pairwise(names):
        if array:
            rows = _slot(here, name, list, key)
            if not rows or not isinstance(rows[-1], dict) or _taken(rows[-1], following, names):
                rows.append({})
            here = rows[-1]
        else:
            here = _slot(here, name, dict, key)
    name, array = names[-1]
    if array:
        rows = _slot(here, name, list, key)
        if not bare:
            rows.append(value)
    elif name in here:
        raise UsageError(f"the field {key!r} is given twice")
    else:
        here[name] = value


def _taken(row: dict[str, Any], name: str, names: list[tuple[str, bool]]) -> bool:
    """Whether a name in the last row begins the next one: it is there, and is nothing that grows."""
    grows = isinstance(row.get(name), dict | list) and names[-1][0] != name
    return name in row and not grows


def _slot(here: dict[str, Any], name: str, kind: type[Any], key: str) -> Any:
    found = here.setdefault(name, kind())
    if not isinstance(found, kind):
        raise UsageError(f"the field {key!r} does not fit the fields before it")
    return found
