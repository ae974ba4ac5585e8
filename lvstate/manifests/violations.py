"""What data breaks of a schema, in the words of a writer of YAML.

jsonschema finds the faults; its own sentences never reach a user.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lvstate.manifests.text import alike, quote_it, short
from lvstate.manifests.tree import Path

Error = Any
"""A jsonschema.ValidationError; its attributes are typed as if they might be missing, which here they never are."""


class Violation(NamedTuple):
    """One fault: the path of the value, or of the key when `at_key`."""

    path: Path
    code: str
    message: str
    hint: str | None = None
    at_key: bool = False


def violations(schema: Mapping[str, Any], data: Any) -> list[Violation]:
    """Return every fault of `data`, in no particular order."""
    from jsonschema import Draft202012Validator

    found: list[Violation] = []
    for error in Draft202012Validator(schema).iter_errors(data):
        found.extend(_tell(schema, error))
    return found


def _tell(schema: Mapping[str, Any], error: Error) -> Iterator[Violation]:
    path: Path = tuple(error.absolute_path)
    rule = _rule(schema, error.absolute_schema_path)
    if error.validator == "anyOf":
        yield from _branches(schema, error)
    elif rule is not None:
        yield Violation(path, "inconsistent", rule, at_key=error.validator == "required")
    elif error.validator == "additionalProperties":
        yield from _extras(path, error.instance, error.schema)
    elif error.validator == "uniqueItems":
        yield from _repeated(path, error.instance)
    else:
        yield _simple(path, error)


def _rule(schema: Any, path: Iterable[str | int]) -> str | None:
    """Return the description of the if-then-else that a fault belongs to."""
    for step in path:
        if step in ("then", "else") and "if" in schema:
            description: str = schema["description"]
            return description
        schema = schema[step]
    return None


def _branches(schema: Mapping[str, Any], error: Error) -> Iterator[Violation]:
    """Tell the faults of the one alternative that the writer can have meant."""
    path: Path = tuple(error.absolute_path)
    groups: dict[int, list[Error]] = {}
    for inner in error.context or ():
        groups.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    if all(inner.validator == "required" for group in groups.values() for inner in group):
        names = [part["required"][0] for part in error.schema["anyOf"]]
        message = f"one of {_listed(names)} is needed"
        yield Violation(path, "missing-key", message, f"Add `{names[0]}:`.", at_key=True)
        return
    meant = [
        g for g in groups.values() if not any(i.validator == "type" and not _deeper(i, error) for i in g)
    ]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from _tell(schema, inner)
    else:
        yield _wrong_type(
            path, error.instance, [part["type"] for part in error.schema["anyOf"] if "type" in part]
        )


def _deeper(inner: Error, outer: Error) -> bool:
    return len(inner.absolute_path) > len(outer.absolute_path)


def _extras(path: Path, data: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Violation]:
    known = list(schema.get("properties", {}))
    patterns = list(schema.get("patternProperties", {}))
    for key in data:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        if patterns:
            close = [form for form in (key.upper(), _slug(key)) if any(re.search(p, form) for p in patterns)]
            message, code = f"`{short(key)}` cannot be a key here", "bad-address"
            hint = f"Did you mean `{close[0]}`?" if close else schema.get("description")
        else:
            close = alike(key, known)
            message, code = f"`{short(key)}` is not a key that is known here", "unknown-key"
            hint = f"Did you mean `{close[0]}`?" if close else f"Known are {_listed(known)}."
        yield Violation((*path, key), code, message, hint, at_key=True)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:100]


def _repeated(path: Path, data: Sequence[Any]) -> Iterator[Violation]:
    for index, item in enumerate(data):
        if item in data[:index]:
            message = f"`{short(str(item))}` is listed twice"
            yield Violation((*path, index), "listed-twice", message, "Remove one of them.")


def _simple(path: Path, error: Error) -> Violation:
    what = _named(path)
    wanted, value = error.validator_value, error.instance
    at_key = False
    hint: str | None = None
    match error.validator:
        case "type":
            return _wrong_type(path, value, [wanted] if isinstance(wanted, str) else wanted)
        case "required":
            missing = next(name for name in wanted if f"'{name}'" in error.message and name not in value)
            code, message, hint, at_key = "missing-key", f"`{missing}` is missing", f"Add `{missing}:`.", True
        case "enum":
            code, message = "bad-value", f"{_shown(value)} is not known here"
            hint = f"Known {'are' if len(wanted) > 1 else 'is'} {_listed(wanted)}."
            close = alike(str(value).upper(), [str(w).upper() for w in wanted])
            hint = next(
                (f"Did you mean `{w}`?" for w in wanted if close and str(w).upper() == close[0]), None
            )
        case "const":
            code, message = "bad-value", f"{what} should be {wanted}, not {_shown(value)}"
        case "minimum":
            code, message = "bad-value", f"{what} should be at least {wanted}"
        case "minItems":
            code, message = "bad-value", f"{what} should have at least {wanted} item{'s' * (wanted > 1)}"
        case "minProperties":
            code, message, hint, at_key = "nothing-declared", f"nothing is declared under {what}", None, True
        case "pattern" if wanted == r"\S":
            code, message = "blank", f"{what} is blank"
        case "pattern":
            code, message, hint = (
                "bad-value",
                f"{_shown(value)} does not fit here",
                error.schema.get("description"),
            )
        case _:
            code, message, hint = "bad-value", f"{what} does not fit here", error.schema.get("description")
    return Violation(path, code, message, hint, at_key=at_key)


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def _wrong_type(path: Path, value: Any, wanted: Sequence[str]) -> Violation:
    what = _named(path)
    due = " or ".join(_TYPES[name] for name in wanted if name in _TYPES)
    if value is None:
        return Violation(path, "missing-value", f"{what} has no value; {due} is due")
    if "string" in wanted and isinstance(value, int):
        kind = "true or false" if isinstance(value, bool) else "a number"
        hint = "Quote it." if isinstance(value, bool) else quote_it(str(value))
        return Violation(path, "unquoted", f"{_shown(value)} is read as {kind}; text is due", hint)
    message = f"{what} should be {due}, not {_TYPES[_type_of(value)]}"
    quoted = "integer" in wanted and isinstance(value, str) and value.isdecimal()
    return Violation(path, "wrong-type", message, "Remove the quotes." if quoted else None)


def _named(path: Path) -> str:
    match path:
        case (*_, str(key)):
            return f"`{short(key)}`"
        case (*_, str(key), int(index)):
            return f"item {index + 1} of `{short(key)}`"
        case _:
            return "the file"


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "integer"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str() | int() | float():
            return f"`{short(str(value))}`"
        case _:
            return "this"


def _listed(words: Sequence[Any]) -> str:
    shown = [f"`{word}`" for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
