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

_BOOLEAN_11 = re.compile(r"(?:y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)\Z")
_INTEGER_11 = re.compile(
    r"[-+]?(?:0b[01_]+|0[0-7_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])*)\Z",
)
_FLOAT_11 = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|\.(?:inf|Inf|INF))\Z|\.(?:nan|NaN|NAN)\Z"
)
_DATE_11 = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?\Z"
)
_INTEGER_12 = re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_FLOAT_12 = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
)
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")

_WORDS_FOR = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "date": "a date",
    "special": "a sign of its own",
    "str": "text",
}


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
    first, second = _type_11(text), _type_12(text)
    if first == second == "str":
        return text
    if first != second or _LEADING_ZERO.match(text):
        numbers = {first, second} <= {"int", "float"}
        raise Refused("ambiguous-scalar", _difference(first, second), number=numbers)
    raise Refused("number-format", "it is a number, and not written in plain decimal digits", number=True)


def certain(text: str) -> bool:
    """Whether `text`, written without quotes, is read as that very text."""
    try:
        return plain(text) == text
    except Refused:
        return False


def _type_11(text: str) -> str:
    for name, pattern in (
        ("bool", _BOOLEAN_11),
        ("int", _INTEGER_11),
        ("float", _FLOAT_11),
        ("date", _DATE_11),
    ):
        if pattern.match(text):
            return name
    return "special" if text in ("=", "<<") else "str"


def _type_12(text: str) -> str:
    if _INTEGER_12.match(text):
        return "int"
    return "float" if _FLOAT_12.match(text) else "str"


def _difference(first: str, second: str) -> str:
    if _WORDS_FOR[first] == _WORDS_FOR[second]:
        return "YAML 1.1 and YAML 1.2 read different numbers in it"
    return f"YAML 1.1 reads {_WORDS_FOR[first]}, YAML 1.2 reads {_WORDS_FOR[second]}"
