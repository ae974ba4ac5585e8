"""JSON bodies read strictly: what a careful server would not guess about is refused with 400.

Refused: text that is not UTF-8 or not JSON, a key given twice, NaN and infinities, integers beyond 64 bits,
nesting beyond reason, characters that are half a surrogate pair, and values of another type than the vendor's
tables say. Unknown keys are ignored; numbers and booleans may be written as strings, as in the vendor's
examples.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.refusals import Refused
from lvstate.emulator.http.requests import MAX_BODY, EmulatorRequest

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def read_json(request: EmulatorRequest) -> JsonValue:
    """The whole body as one JSON value. Raises InvalidValue; Refused with 413 for a body above 32 MiB."""
    text = _read_text(request)
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_int=_bounded_integer,
            parse_float=_finite_number,
            parse_constant=_refuse_constant,
        )
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # fails on half a surrogate pair
    except RecursionError:
        raise InvalidValue("The body is nested too deeply.") from None
    except UnicodeEncodeError:
        raise InvalidValue("The body has a character that is half a surrogate pair.") from None
    except ValueError as error:
        raise InvalidValue(f"The body is not valid JSON: {error}.") from None
    return value


def read_object(request: EmulatorRequest, *, may_be_empty: bool = False) -> Fields:
    """The whole body as one JSON object. Raises as `read_json`, and InvalidValue for anything else."""
    if may_be_empty and not _read_text(request).strip():
        return Fields({})
    return as_object(read_json(request), "The body")


def read_array(request: EmulatorRequest, *, may_be_empty: bool = False) -> list[JsonValue]:
    """The whole body as one JSON array. Raises as `read_json`, and InvalidValue for anything else."""
    if may_be_empty and not _read_text(request).strip():
        return []
    value = read_json(request)
    if not isinstance(value, list):
        raise InvalidValue("The body must be a JSON array.")
    return value


def as_object(value: JsonValue, what: str) -> Fields:
    """The fields of a value that must be an object. Raises InvalidValue."""
    if not isinstance(value, dict):
        raise InvalidValue(f"{what} must be a JSON object.")
    return Fields(value)


@dataclass(frozen=True)
class Fields:
    """The keys of an object, read by type; every getter gives None for an absent key and for null.

    All getters raise InvalidValue where the value is there and of another type.
    """

    values: Mapping[str, JsonValue]

    def has(self, key: str) -> bool:
        """Whether the key was sent, be it with null."""
        return key in self.values

    def required_text(self, key: str) -> str:
        """A string that must be there and not be empty."""
        text = self.text(key)
        if not text:
            raise InvalidValue(f"{key} is required.")
        return text

    def text(self, key: str) -> str | None:
        """A string, exactly as sent."""
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise InvalidValue(f"{key} must be a string.")

    def integer(self, key: str) -> int | None:
        """A whole number of at most 64 bits, also written as a string."""
        value = self.values.get(key)
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not MIN_INTEGER <= value <= MAX_INTEGER:
            raise InvalidValue(f"{key} must be an integer.")
        return value

    def boolean(self, key: str) -> bool | None:
        """True or false, also written as a string."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise InvalidValue(f"{key} must be true or false.")

    def array(self, key: str) -> list[JsonValue] | None:
        """An array of anything."""
        value = self.values.get(key)
        if value is None or isinstance(value, list):
            return value
        raise InvalidValue(f"{key} must be an array.")

    def nested(self, key: str) -> Fields | None:
        """An object inside this one."""
        value = self.values.get(key)
        return None if value is None else as_object(value, key)


def _read_text(request: EmulatorRequest) -> str:
    try:
        body = request.get_data(cache=True, parse_form_data=False)
    except RequestEntityTooLarge:
        raise _too_large() from None
    except (HTTPException, OSError, ValueError):
        raise InvalidValue("The body ended too early.") from None
    if len(body) > MAX_BODY:
        raise _too_large()
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidValue("The body is not UTF-8.") from None


def _too_large() -> Refused:
    return Refused(413, f"The body is larger than {MAX_BODY} bytes.")


def _object_without_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _bounded_integer(digits: str) -> int:
    if not _INTEGER.fullmatch(digits) or not MIN_INTEGER <= int(digits) <= MAX_INTEGER:
        raise ValueError("an integer does not fit 64 bits")
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
