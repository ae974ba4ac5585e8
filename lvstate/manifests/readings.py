"""How YAML 1.1 and YAML 1.2 each read an unquoted scalar that is neither a word nor a plain number."""

from __future__ import annotations

import re

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


def reading(text: str) -> tuple[str, str, bool] | None:
    """Return None for what both read as text, else the code and reason of its refusal.

    The last says that every reader takes it for some number.
    """
    first, second = _type_11(text), _type_12(text)
    if first == second == "str":
        return None
    if first != second or _LEADING_ZERO.match(text):
        numbers = {first, second} <= {"int", "float"}
        return "ambiguous-scalar", _difference(first, second), numbers
    return "number-format", "it is a number, and not written in plain decimal digits", True


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
