"""Puts the project's variables into manifests: `${var.NAME}` in values, after parsing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lvstate.manifests.text import alike, short
from lvstate.manifests.tree import Document, Items, Node, Scalar
from lvstate.manifests.tree import Mapping as MappingNode

Variables = Mapping[str, str | int | bool]

OPENING = "${var."

_REFERENCE = r"\$\$\{var\.|\$\{var\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{var\."


def escape(text: str) -> str:
    """Write a text so that it is read as it is."""
    return text.replace(OPENING, f"${OPENING}")


def substitute(document: Document, variables: Variables | None) -> Any:
    """Return a document's data with every variable in its place; complains of those that are not defined.

    Without `variables` (the project file is broken) nothing is substituted, and nothing more is said of the
    values that ask for it.
    """
    if document.root is None or OPENING not in document.text.text:
        return document.root.value if document.root else None
    return _Substitution(document, variables).data(document.root)


class _Substitution:
    def __init__(self, document: Document, variables: Variables | None) -> None:
        self._document = document
        self._variables = variables

    def data(self, node: Node) -> Any:
        match node:
            case Scalar(value=str(text)) if OPENING in text:
                return self._value(node, text)
            case Scalar():
                return node.value
            case Items():
                return [self.data(item) for item in node.nodes]
            case MappingNode():
                return {key: self.data(value) for key, value in node.nodes.items()}

    def _value(self, node: Scalar, text: str) -> str | int | bool:
        if self._variables is None:
            self._document.silenced.add((node.mark.line, node.mark.column))
            return text
        if (whole := re.fullmatch(_REFERENCE, text)) and whole["name"]:
            value = self._variables.get(whole["name"])
            return self._undefined(node, whole["name"]) if value is None else value
        return re.sub(_REFERENCE, lambda match: self._part(node, match), text)

    def _part(self, node: Scalar, match: re.Match[str]) -> str:
        if match[0].startswith("$$"):
            return OPENING
        name = match["name"]
        if name is None:
            message = "`${var.` is not followed by a name and `}`"
            hint = "Write ${var.NAME}; for the text itself write $${var."
            self._document.complain(node.mark, "bad-reference", message, hint)
            return match[0]
        value = (self._variables or {}).get(name)
        if value is None:
            return self._undefined(node, name)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _undefined(self, node: Scalar, name: str) -> str:
        close = alike(name, self._variables or {})
        hint = f"Did you mean `{close[0]}`?" if close else "Give it one under `variables:` in lvstate.yaml."
        message = f"the variable `{short(name)}` has no value"
        self._document.complain(node.mark, "undefined-variable", message, hint)
        return name
