"""The OpenAPI description as its tests see it: a list of operations, with references followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from lvstate.manifests.schema import OPENAPI, schema_folder

Node = dict[str, Any]

VERBS = ("get", "put", "post", "delete")

# Operations that the emulator does not have yet, by operationId. It only ever shrinks.
NOT_SERVED: frozenset[str] = frozenset()


@cache
def description() -> Node:
    """The published description."""
    document: Node = json.loads((schema_folder() / OPENAPI).read_text("utf-8"))
    return document


@dataclass(frozen=True)
class Described:
    """One operation: where it stands and what is said of it, its parameters and its path's together."""

    verb: str
    path: str
    node: Node
    parameters: tuple[Node, ...]

    @property
    def id(self) -> str:
        """The operationId."""
        return str(self.node["operationId"])

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of the vendor's pages, by their headings."""
        return tuple(self.node["x-methods"])

    @property
    def requests(self) -> frozenset[tuple[str, str]]:
        """Verb and path, in the form of `bare`, of every request line that it answers."""
        lines = [f"{self.verb} {path}" for path in (self.path, *self.node.get("x-other-paths", []))]
        pairs = [line.partition(" ") for line in (*lines, *self.node.get("x-other-requests", []))]
        return frozenset((verb, bare(path)) for verb, _, path in pairs)

    def takes(self, verb: str, path: str) -> bool:
        """Whether a concrete request is one of its."""
        return any(verb == known and _fits(template, path) for known, template in self.requests)

    def response(self, status: int) -> Node | None:
        """What is said of the answer with this status."""
        found = self.node["responses"].get(str(status))
        return None if found is None else followed(found)

    def request_schema(self) -> Node | None:
        """The schema of the JSON body, with the components it refers to."""
        body = followed(self.node.get("requestBody", {}))
        return complete(body["content"]["application/json"]["schema"]) if body else None

    def body_is_required(self) -> bool:
        """Whether a request needs a body."""
        return bool(followed(self.node.get("requestBody", {})).get("required"))


def operations(document: Node | None = None) -> list[Described]:
    """Every operation, in the order of the document."""
    return [
        Described(
            verb.upper(),
            path,
            item[verb],
            tuple(
                followed(each) for each in (*item.get("parameters", []), *item[verb].get("parameters", []))
            ),
        )
        for path, item in (document or description())["paths"].items()
        for verb in VERBS
        if verb in item
    ]


def bare(path: str) -> str:
    """A path with its variables unnamed and without a last slash; it reads werkzeug's `<id>` too."""
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path.rstrip("/"))


def of_method(method: str) -> Described:
    """The operation that stands for a method of the vendor's pages."""
    return next(operation for operation in operations() if method in operation.methods)


def _fits(spelling: str, path: str) -> bool:
    pattern = "[^/]+".join(re.escape(part) for part in spelling.split("{}"))
    return re.fullmatch(pattern, path.rstrip("/")) is not None


def followed(node: Node) -> Node:
    """What a reference stands for; anything else as it is."""
    while "$ref" in node and not node.keys() - {"$ref", "description"}:
        target: Any = description()
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def complete(schema: Node) -> Node:
    """A schema that stands alone: with all the components it may refer to."""
    return {**schema, "components": description()["components"]}


def faults(schema: Node, value: object) -> list[str]:
    """What a schema has against a value; integers may be written as 1.0, formats are looked at."""
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def closed(schema: Mapping[str, Any], *, here: bool = True) -> Node:
    """The schema of an answer, references written out, that allows no key it does not name.

    The published one leaves objects open, because the vendor returns keys that its pages do not name; the
    emulator returns none that are not described. `here` is False for the branches of an `allOf`, of which none
    knows all the keys.
    """
    written = dict(followed(dict(schema)))
    parts = [closed(part, here=False) for part in written.get("allOf", [])]
    if "$ref" in written:  # with more than a description beside it
        raise ValueError(f"a reference of an answer stands alone: {written['$ref']}")
    if parts:
        written["allOf"] = parts
    for key, value in written.get("properties", {}).items():
        written["properties"] = {**written["properties"], key: closed(value)}
    if isinstance(written.get("items"), dict):
        written["items"] = closed(written["items"])
    if here and ("properties" in written or parts):
        written["unevaluatedProperties"] = False
    return written


def answers(operation: Described) -> Iterator[tuple[int, str, Node]]:
    """Status, media type and content of everything that an operation may answer with a body."""
    for status in operation.node["responses"]:
        for media, content in (operation.response(int(status)) or {}).get("content", {}).items():
            yield int(status), media, content
