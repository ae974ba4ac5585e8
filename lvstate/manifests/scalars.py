"""What an unquoted scalar means, where YAML 1.1 and YAML 1.2 agree on it.

Parsers in the field follow either version. A value that they read differently is refused, so that
a manifest means the same to every reader, people included.
"""

from __future__ import annotations

import re

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\Z")


class Refused(Exception):
    """An unquoted scalar that is not read; `number` says that every reader takes it for some number."""

    def __init__(self, code: str, reason: str, *, number: bool) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.number = number


def plain(text: str) -> str | int | bool | None:
    """Return what an unquoted scalar means; raises Refused where that is not certain."""
    if text[:1].isalpha() and text.lower() not in _WORDS:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.match(text):
        return int(text)
    from lvstate.manifests.readings import reading  # seldom needed, and slow to prepare

    fault = reading(text)
    if fault is None:
        return text
    code, reason, number = fault
    raise Refused(code, reason, number=number)


def certain(text: str) -> bool:
    """Whether `text`, written without quotes, is read as that very text."""
    try:
        return plain(text) == text
    except Refused:
        return False
