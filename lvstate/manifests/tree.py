"""YAML as it was written: plain values, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lvstate.manifests.text import SourceText
from lvstate.model.problem import Problem, Source


class Mark(Protocol):
    """A place as both parsers give it, from 0."""

    index: int
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """Text, a whole number, a boolean or nothing; `raw` is what was written without quotes."""

    mark: Mark
    value: str | int | bool | None
    raw: str


@dataclass(slots=True)
class Items:
    """A list."""

    mark: Mark
    value: list[Any] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """A mapping; `value` is its plain data, `nodes` and `keys` the same with places."""

    mark: Mark
    value: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Items | Mapping

Path = tuple[str | int, ...]


@dataclass
class Document:
    """One file as read. `root` is None when it is empty or not YAML; `whole` is False for the latter."""

    text: SourceText
    root: Node | None
    problems: list[Problem]
    whole: bool = True
    silenced: set[tuple[int, int]] = field(default_factory=set)
    """Places (from 0) that have been complained about, so that nothing else is said there."""

    @property
    def file(self) -> str:
        """The file's path, relative to the project."""
        return self.text.file

    def complain(self, mark: Mark, code: str, message: str, hint: str | None = None) -> None:
        """Record an error, at most one a place."""
        place = (mark.line, mark.column)
        if place not in self.silenced:
            self.silenced.add(place)
            self.problems.append(self.text.error(*place, code, message, hint))

    def warn(self, mark: Mark, code: str, message: str, hint: str | None = None) -> None:
        """Record a warning."""
        self.problems.append(self.text.warning(mark.line, mark.column, code, message, hint))

    def copy(self) -> Document:
        """Return the same tree with complaints of its own: one file may be judged for several environments."""
        return Document(self.text, self.root, list(self.problems), self.whole, set(self.silenced))

    def source(self, mark: Mark) -> Source:
        """Return a mark as a place that can be printed."""
        return self.text.source(mark.line, mark.column)

    def key(self, path: Sequence[str | int]) -> Mark:
        """Return the place of a path's last key; of the value where it has none."""
        node, mark = self.root, None
        for step in path:
            mark = None
            if isinstance(node, Mapping) and step in node.nodes:
                mark, node = node.keys[str(step)], node.nodes[str(step)]
            elif isinstance(node, Items) and isinstance(step, int):
                node = node.nodes[step]
            else:
                break
        return mark or (node.mark if node else START)

    def value(self, path: Sequence[str | int]) -> Mark:
        """Return the place of a path's value; of its nearest holder where that is not there."""
        node = self.root
        for step in path:
            if isinstance(node, Mapping) and step in node.nodes:
                node = node.nodes[str(step)]
            elif isinstance(node, Items) and isinstance(step, int):
                node = node.nodes[step]
            else:
                break
        return node.mark if node else START


@dataclass(frozen=True, slots=True)
class _Start:
    index: int = 0
    line: int = 0
    column: int = 0


START: Mark = _Start()  # type: ignore[assignment]  # frozen; nobody sets a mark
