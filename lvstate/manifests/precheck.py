"""Compiles a JSON Schema into a quick yes or no, so that valid files never wait for jsonschema.

It knows the keywords that the published schemas use and refuses to compile any other; a property
test holds it to the answers of jsonschema. Who is told no goes to `violations` for the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

Check = Callable[[Any], bool]
Schema = Mapping[str, Any] | bool

_ANNOTATIONS = frozenset(
    ("$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "x-address")
)


def compile_schema(schema: Schema) -> Check:
    """Return a function that tells whether data is valid; raises ValueError for a keyword it does not know."""
    if isinstance(schema, bool):
        return _always if schema else _never
    checks = []
    for keyword in schema:
        if keyword in _ANNOTATIONS or keyword in (
            "then",
            "else",
            "additionalProperties",
            "patternProperties",
        ):
            continue
        if keyword not in _KEYWORDS:
            raise ValueError(keyword)
        checks.append(_KEYWORDS[keyword](schema))
    if "properties" not in schema and ("additionalProperties" in schema or "patternProperties" in schema):
        checks.append(_members(schema))
    return checks[0] if len(checks) == 1 else lambda data: _each(checks, data)


def _each(checks: Sequence[Check], data: Any) -> bool:
    for check in checks:  # noqa: SIM110  # a generator costs more than the checks
        if not check(data):
            return False
    return True


def _always(_: Any) -> bool:
    return True


def _never(_: Any) -> bool:
    return False


def _whole(data: Any) -> bool:
    return (type(data) is int) or (isinstance(data, float) and data.is_integer())


_TYPES: dict[str, Check] = {
    "string": lambda data: isinstance(data, str),
    "integer": _whole,
    "boolean": lambda data: isinstance(data, bool),
    "array": lambda data: isinstance(data, list),
    "object": lambda data: isinstance(data, dict),
    "null": lambda data: data is None,
}


def _type(schema: Mapping[str, Any]) -> Check:
    wanted = schema["type"]
    checks = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    return checks[0] if len(checks) == 1 else lambda data: any(check(data) for check in checks)


def _same(left: Any, right: Any) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _enum(schema: Mapping[str, Any]) -> Check:
    allowed = schema["enum"] if "enum" in schema else [schema["const"]]
    return lambda data: any(_same(data, value) for value in allowed)


def _pattern(schema: Mapping[str, Any]) -> Check:
    found = _Pattern(schema["pattern"])
    return lambda data: not isinstance(data, str) or found(data)


class _Pattern:
    """Whether a text holds a pattern, which is compiled when it is first asked for: most never are."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _search(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self._pattern).search

    def __call__(self, text: str) -> bool:
        return self._search(text) is not None


def _minimum(schema: Mapping[str, Any]) -> Check:
    least = schema["minimum"]
    return lambda data: not isinstance(data, int | float) or isinstance(data, bool) or data >= least


def _size(keyword: str, kind: type[list[Any] | dict[str, Any]]) -> Callable[[Mapping[str, Any]], Check]:
    def build(schema: Mapping[str, Any]) -> Check:
        least = schema[keyword]
        return lambda data: not isinstance(data, kind) or len(data) >= least

    return build


def _unique(_: Mapping[str, Any]) -> Check:
    def check(data: Any) -> bool:
        if not isinstance(data, list):
            return True
        if all(isinstance(item, str) for item in data):
            return len(set(data)) == len(data)
        return not any(_same(item, other) for index, item in enumerate(data) for other in data[:index])

    return check


def _items(schema: Mapping[str, Any]) -> Check:
    check = compile_schema(schema["items"])
    return lambda data: not isinstance(data, list) or all(check(item) for item in data)


def _required(schema: Mapping[str, Any]) -> Check:
    names = frozenset(schema["required"])
    return lambda data: not isinstance(data, dict) or names <= data.keys()


def _members(schema: Mapping[str, Any]) -> Check:
    named = {name: compile_schema(part) for name, part in schema.get("properties", {}).items()}
    matched = [
        (_Pattern(pattern), compile_schema(part))
        for pattern, part in schema.get("patternProperties", {}).items()
    ]
    others = compile_schema(schema.get("additionalProperties", True))

    def check(data: Any) -> bool:
        if not isinstance(data, dict):
            return True
        for name, value in data.items():
            judges = [judge for found, judge in matched if found(name)] if matched else []
            if name in named:
                judges.append(named[name])
            for judge in judges or (others,):
                if not judge(value):
                    return False
        return True

    return check


def _any_of(schema: Mapping[str, Any]) -> Check:
    checks = [compile_schema(part) for part in schema["anyOf"]]

    def check(data: Any) -> bool:
        for branch in checks:  # noqa: SIM110
            if branch(data):
                return True
        return False

    return check


def _all_of(schema: Mapping[str, Any]) -> Check:
    checks = [compile_schema(part) for part in schema["allOf"]]
    return lambda data: _each(checks, data)


def _if(schema: Mapping[str, Any]) -> Check:
    condition = compile_schema(schema["if"])
    then, otherwise = compile_schema(schema.get("then", True)), compile_schema(schema.get("else", True))
    return lambda data: then(data) if condition(data) else otherwise(data)


_KEYWORDS: dict[str, Callable[[Mapping[str, Any]], Check]] = {
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "minItems": _size("minItems", list),
    "minProperties": _size("minProperties", dict),
    "uniqueItems": _unique,
    "items": _items,
    "required": _required,
    "properties": _members,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
}
