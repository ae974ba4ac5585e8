"""Strict JSON: what the service sends must be one well-formed document."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

_DEEPEST = 64
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """A body that is not one well-formed JSON document."""


def parse(body: bytes) -> Any:
    """Parse a body; raises NotJson for duplicate keys, NaN, text that is no Unicode, nesting beyond 64."""
    try:
        text = body.decode("utf-8")
        document = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise NotJson("not well-formed JSON") from error
    if text.count("[") + text.count("{") > _DEEPEST and _depth(document) > _DEEPEST:
        raise NotJson("nested too deep")
    if _SURROGATE.search(body) and not _is_unicode(document):
        raise NotJson("half a character (a lone surrogate)")
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key occurs twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _is_unicode(document: Any) -> bool:
    """Whether every text can be encoded; JSON can spell halves of pairs that are no characters."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth(document: Any) -> int:
    level, deepest = [document], 0
    while level:
        deepest += 1
        nested = [item for item in level if isinstance(item, dict | list)]
        level = [value for item in nested for value in (item.values() if isinstance(item, dict) else item)]
        level = [value for value in level if isinstance(value, dict | list)]
    return deepest
