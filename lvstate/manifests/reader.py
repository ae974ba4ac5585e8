"""Reads strict YAML: bytes in, a tree that knows its places out, every fault collected.

One pass over the parser's events. Composing nodes first would take twice the time, lose aliases
and tags, and recurse: a file of nothing but brackets ends the interpreter there.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from lvstate.manifests.scalars import Refused, plain
from lvstate.manifests.syntax import bad_escape, explain, surrogate
from lvstate.manifests.text import decode, quote_it, short
from lvstate.manifests.tree import START, Document, Items, Mapping, Mark, Node, Scalar

MAX_DEPTH = 32
MAX_NODES = 2_000_000
MAX_SCALAR = 65_536

_SURROGATE = "[\ud800-\udfff]"


def read(file: str, data: bytes, *, pure: bool = False) -> Document:
    """Parse one file; `pure` uses the parser that is written in Python, which is there everywhere."""
    text, problems = decode(file, data)
    document = Document(text, None, problems, whole=not problems)
    if document.whole:
        with without_collector():
            _parse(document, pure=pure)
    return document


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector off: nothing of a growing tree is garbage, and it would walk it again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _StopReading(Exception):
    """The file is refused as a whole; the reason has been recorded."""


def _parse(document: Document, *, pure: bool) -> None:
    import yaml

    fast = yaml.__with_libyaml__ and not pure
    loader: Any = yaml.CSafeLoader(document.text.text) if fast else yaml.SafeLoader(document.text.text)
    builder = _Builder(document)
    handlers: dict[type[Any], Callable[[Any], None]] = {
        yaml.ScalarEvent: builder.scalar,
        yaml.MappingStartEvent: builder.mapping,
        yaml.SequenceStartEvent: builder.items,
        yaml.MappingEndEvent: builder.end,
        yaml.SequenceEndEvent: builder.end,
        yaml.AliasEvent: builder.alias,
        yaml.DocumentStartEvent: builder.document,
    }
    try:
        next_event = loader.get_event
        while (event := next_event()) is not None:
            if handler := handlers.get(type(event)):
                handler(event)
        if not (isinstance(builder.root, Scalar) and builder.root.raw == "" and builder.root.value is None):
            document.root = builder.root  # what holds nothing but `---` is empty
    except _StopReading:
        document.whole = False
    except yaml.MarkedYAMLError as error:
        document.whole = False
        document.problems.append(explain(document.text, error))
    except (ValueError, OverflowError):  # an escape beyond Unicode; only the parser in Python comes to this
        document.whole = False
        document.problems.append(bad_escape(document.text, loader.get_mark().index))
    finally:
        loader.dispose()


_DROPPED = Scalar(START, None, "")
"""Stands for a key that is refused, and takes its value with it."""


class _Builder:
    """Grows the tree event by event, without recursion."""

    def __init__(self, document: Document) -> None:
        self.root: Node | None = None
        self._document = document
        self._open: list[Items | Mapping] = []
        self._keys: list[Scalar | None] = []  # for each open node, the key that waits for its value
        self._nodes = 0
        self._documents = 0

    def document(self, event: Any) -> None:
        """Begin the one document."""
        self._documents += 1
        if self._documents > 1:
            hint = "Use one document a file."
            self._stop(event.start_mark, "several-documents", "a second YAML document begins here", hint)

    def scalar(self, event: Any) -> None:
        """Add a key or a value."""
        text: str = event.value
        mark: Mark = event.start_mark
        self._nodes += 1
        if self._nodes > MAX_NODES or event.anchor is not None or event.tag is not None:
            self._refuse(event)
        value: str | int | bool | None = text
        if len(text) > MAX_SCALAR:
            self._stop(
                mark, "text-too-long", f"this text is longer than {MAX_SCALAR:,} characters", "Shorten it."
            )
        if event.style:
            if not text.isascii() and re.search(_SURROGATE, text):  # the C parser refuses these itself
                self._document.problems.append(surrogate(self._document.text, mark.index))
                raise _StopReading
        elif text == "<<" and self._at_key():
            self._document.complain(
                mark, "merge-key", "YAML merge keys are not used here", "Write the keys out."
            )
        else:
            try:
                value = plain(text)
            except Refused as refused:
                message = f"`{short(text)}` is not read: {refused.reason}"
                hint = quote_it(text)
                if refused.number:
                    hint = f"{hint[:-1]} if it is text; write up to 19 plain digits if it is a number."
                self._document.complain(mark, refused.code, message, hint)
        self._attach(Scalar(mark, value, text))

    def mapping(self, event: Any) -> None:
        """Open a mapping."""
        self._begin(Mapping(event.start_mark), event)

    def items(self, event: Any) -> None:
        """Open a list."""
        self._begin(Items(event.start_mark), event)

    def end(self, _: Any) -> None:
        """Close what was opened last."""
        self._keys.pop()
        self._attach(self._open.pop())

    def alias(self, event: Any) -> None:
        """Refuse a reference to another place."""
        self._count(event)
        self._attach(Scalar(event.start_mark, None, ""))

    def _begin(self, node: Items | Mapping, event: Any) -> None:
        self._count(event)
        if len(self._open) == MAX_DEPTH:
            message = f"this is nested more than {MAX_DEPTH} levels deep"
            self._stop(node.mark, "nested-too-deep", message, "Manifests need four levels.")
        self._open.append(node)
        self._keys.append(None)

    def _attach(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
            parent.value.append(node.value)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._key(parent, node)
            return
        self._keys[-1] = None
        if key is not _DROPPED:
            name = key.raw
            parent.nodes[name] = node
            parent.keys[name] = key.mark
            parent.value[name] = node.value

    def _at_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], Mapping) and self._keys[-1] is None

    def _key(self, parent: Mapping, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            self._document.complain(node.mark, "complex-key", "a key must be text", "Write `key: value`.")
            return _DROPPED
        if not isinstance(node.value, str):
            kind = (
                "nothing"
                if node.value is None
                else "a number"
                if type(node.value) is int
                else "true or false"
            )
            message = f"`{short(node.raw)}` is read as {kind}; a key is text"
            self._document.complain(node.mark, "unquoted-key", message, quote_it(node.raw))
        first = parent.keys.get(node.raw)
        if first is not None:
            message = f"`{short(node.raw)}` is already a key here, at {self._document.source(first)}"
            self._document.complain(node.mark, "duplicate-key", message, "Remove or rename one of them.")
            return _DROPPED
        return node

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or event.anchor is not None or getattr(event, "tag", None) is not None:
            self._refuse(event)

    def _refuse(self, event: Any) -> None:
        """Complain of what a node says about itself, or of there being too many."""
        if self._nodes > MAX_NODES:
            message = f"the file holds more than {MAX_NODES:,} values"
            self._stop(event.start_mark, "too-many-values", message, "Split it into several files.")
        if event.anchor is not None:
            message = "YAML anchors and aliases are not used here"
            hint = "Write the value out; quote text that begins with & or *."
            self._document.complain(event.start_mark, "alias", message, hint)
        if getattr(event, "tag", None) is not None:
            message, hint = (
                "YAML tags are not used here",
                "Remove the tag; quote the value if `!` belongs to it.",
            )
            self._document.complain(event.start_mark, "tag", message, hint)

    def _stop(self, mark: Mark, code: str, message: str, hint: str) -> NoReturn:
        self._document.complain(mark, code, message, hint)
        raise _StopReading
