"""Strict JSON: what the service sends must be one well-formed document."""

from __future__ import annotations

import json
from typing import Any, NoReturn

_DEEPEST = 64


class NotJson(ValueError):
    """A body that is not one well-formed JSON document."""


def parse(body: bytes) -> Any:
    """Parse a body; raises NotJson for duplicate keys, NaN, invalid UTF-8 or nesting beyond 64."""
    try:
        text = body.decode("utf-8")
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson("not well-formed JSON") from error
    if text.count("[") + text.count("{") > _DEEPEST and _depth(document) > _DEEPEST:
        raise NotJson("nested too deep")
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key occurs twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not JSON")


def _depth(document: Any) -> int:
    level, deepest = [document], 0
    while level:
        deepest += 1
        nested = [item for item in level if isinstance(item, dict | list)]
        level = [value for item in nested for value in (item.values() if isinstance(item, dict) else item)]
        level = [value for value in level if isinstance(value, dict | list)]
    return deepest
