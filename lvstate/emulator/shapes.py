"""Judges data by the part of JSON Schema that the emulator's documents need, and tells every place.

The published schemas are made of the same shapes, so that what an editor accepts is what the emulator takes.
Keywords: type, const, enum, properties, required, additionalProperties (false or a shape), items, minItems,
maxItems, minLength, maxLength, minimum, maximum, exclusiveMinimum, pattern. All others are for readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from lvstate.emulator.errors import Violation

Shape = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}


def violations(shape: Shape, value: Any, path: str = "$") -> Iterator[Violation]:
    """Everything about a JSON value that its shape does not allow, in the order of the document."""
    wanted = shape.get("type")
    if wanted is not None:
        names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if not any(_TYPES[name](value) for name in names):
            yield Violation(path, f"must be {' or '.join(map(_with_article, names))}")
            return
    if "const" in shape and value != shape["const"]:
        yield Violation(path, f"must be {shape['const']!r}")
    elif "enum" in shape and value not in shape["enum"]:
        yield Violation(path, f"must be one of {', '.join(map(str, shape['enum']))}")
    elif isinstance(value, dict):
        yield from _object(shape, value, path)
    elif isinstance(value, list):
        yield from _array(shape, value, path)
    elif isinstance(value, str):
        yield from _text(shape, value, path)
    elif isinstance(value, int | float):
        yield from _number(shape, value, path)


def _object(shape: Shape, value: dict[str, Any], path: str) -> Iterator[Violation]:
    properties: Mapping[str, Shape] = shape.get("properties", {})
    others = shape.get("additionalProperties", True)
    for key in shape.get("required", ()):
        if key not in value:
            yield Violation(path, f"{key} is missing")
    for key, item in value.items():
        if key in properties:
            yield from violations(properties[key], item, _member(path, key))
        elif others is False:
            close = get_close_matches(key, properties, 1)
            yield Violation(_member(path, key), "is not known here" + (f"; {close[0]} is" if close else ""))
        elif others is not True:
            yield from violations(others, item, _member(path, key))


def _array(shape: Shape, value: list[Any], path: str) -> Iterator[Violation]:
    if len(value) < shape.get("minItems", 0):
        yield Violation(path, f"must have at least {shape['minItems']} entries")
    if len(value) > shape.get("maxItems", len(value)):
        yield Violation(path, f"must have at most {shape['maxItems']} entries")
    items = shape.get("items")
    if items is not None:
        for position, item in enumerate(value):
            yield from violations(items, item, f"{path}[{position}]")


def _text(shape: Shape, value: str, path: str) -> Iterator[Violation]:
    if len(value) < shape.get("minLength", 0):
        yield Violation(path, "must not be empty")
    elif len(value) > shape.get("maxLength", len(value)):
        yield Violation(path, f"must have at most {shape['maxLength']} characters")
    elif "pattern" in shape and not _compiled(shape["pattern"]).search(value):
        yield Violation(path, f"must match {shape['pattern']}")


def _number(shape: Shape, value: float, path: str) -> Iterator[Violation]:
    if value < shape.get("minimum", value):
        yield Violation(path, f"must be at least {shape['minimum']}")
    elif value > shape.get("maximum", value):
        yield Violation(path, f"must be at most {shape['maximum']}")
    elif "exclusiveMinimum" in shape and value <= shape["exclusiveMinimum"]:
        yield Violation(path, f"must be above {shape['exclusiveMinimum']}")


def _member(path: str, key: str) -> str:
    return f"{path}.{key}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) else f"{path}[{key[:60]!r}]"


def _with_article(name: str) -> str:
    if name == "null":
        return name
    return f"an {name}" if name[0] in "aio" else f"a {name}"


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
