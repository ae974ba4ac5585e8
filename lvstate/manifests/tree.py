"""YAML as it was written: plain values, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from lvstate.manifests.text import SourceText
from lvstate.model.problem import Problem, Source


class Mark(Protocol):
    """A place as both parsers give it, from 0."""

    index: int
    line: int
    column: int


class Scalar:
    """Text, a whole number, a boolean or nothing; `raw` is what was written without quotes."""

    __slots__ = ("mark", "raw", "value")

    def __init__(self, mark: Mark, value: str | int | bool | None, raw: str) -> None:
        self.mark = mark
        self.value = value
        self.raw = raw


class Items:
    """A list."""

    __slots__ = ("mark", "nodes", "value")

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self.value: list[Any] = []
        self.nodes: list[Node] = []


class Mapping:
    """A mapping; `value` is its plain data, `nodes` and `keys` the same with places."""

    __slots__ = ("keys", "mark", "nodes", "value")

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self.value: dict[str, Any] = {}
        self.nodes: dict[str, Node] = {}
        self.keys: dict[str, Mark] = {}


Node = Scalar | Items | Mapping

Path = tuple[str | int, ...]


class Document:
    """One file as read. `root` is None when it is empty or not YAML; `whole` is False for the latter.

    `silenced` holds the places (from 0) that have been complained about, so that nothing else is said there.
    """

    def __init__(
        self,
        text: SourceText,
        root: Node | None,
        problems: list[Problem],
        whole: bool = True,
        silenced: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.text = text
        self.root = root
        self.problems = problems
        self.whole = whole
        self.silenced = set(silenced)

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
        return Document(self.text, self.root, list(self.problems), self.whole, self.silenced)

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


class _Start:
    index = line = column = 0


START: Mark = _Start()
