"""The entries of manifests: gathered from files, and patched by an overlay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from lvstate.kinds import Kind, by_section
from lvstate.manifests.schema import Judge, judge, load
from lvstate.manifests.text import alike, short
from lvstate.manifests.tree import Document, Mark, Path
from lvstate.manifests.variables import Variables, substitute
from lvstate.manifests.violations import Violation
from lvstate.model.problem import Source

Key = tuple[bool, str, str]
"""Whether it is an entry of `removed:`, its section and its address."""


class Entry:
    """One address in one file, its shorthand written out.

    `patch` is what an overlay put over it; `left_alone` says that it is null.
    """

    __slots__ = ("address", "document", "kind", "left_alone", "patch", "removed", "values")

    def __init__(
        self,
        kind: Kind,
        address: str,
        removed: bool,
        values: dict[str, Any],
        document: Document,
        *,
        patch: Entry | None = None,
        left_alone: bool = False,
    ) -> None:
        self.kind = kind
        self.address = address
        self.removed = removed
        self.values = values
        self.document = document
        self.patch = patch
        self.left_alone = left_alone

    @property
    def path(self) -> Path:
        """Where the entry is in its file."""
        return (
            ("removed", self.kind.section, self.address)
            if self.removed
            else (self.kind.section, self.address)
        )

    @property
    def source(self) -> Source:
        """Where the address is written; in the base where an overlay patches it."""
        return self.document.source(self.document.key(self.path))

    def place(self, path: Path = (), *, at_key: bool = False) -> tuple[Document, Mark]:
        """Return the place of a value below the entry, in the file that it comes from."""
        if self.patch is not None and (not path or path[0] in self.patch.values):
            return self.patch.place(path, at_key=at_key)
        whole = (*self.path, *path)
        return self.document, (self.document.key(whole) if at_key else self.document.value(whole))

    def at(self, path: Path = ()) -> Source:
        """Return the same place as it is printed: of the address for no path, else of the value."""
        document, mark = self.place(path, at_key=not path)
        return document.source(mark)

    def complain(self, path: Path, code: str, message: str, hint: str | None = None) -> None:
        """Record an error at the address for no path, else at a value."""
        document, mark = self.place(path, at_key=not path)
        document.complain(mark, code, message, hint)


class Layer:
    """The entries of the base, or of one overlay; `whole` says that every file could be read."""

    def __init__(
        self, entries: Mapping[Key, Entry] | None = None, broken: Iterable[Key] = (), *, whole: bool = True
    ) -> None:
        self.entries = dict(entries or {})
        self.left_alone: dict[Key, Entry] = {}
        """Addresses that are null."""
        self.broken = set(broken)
        """Addresses with a fault of their own, about which nothing else is worth saying."""
        self.whole = whole


def gather(documents: Iterable[Document], schema: str, variables: Variables | None) -> Layer:
    """Judge files by a schema and collect their entries; faults are recorded in the documents."""
    layer = Layer()
    for document in documents:
        if not document.whole:
            layer.whole = False
        elif document.root is None:
            hint = "Begin with `version: 1`, or remove the file."
            document.complain(document.value(()), "empty-file", "the file is empty", hint)
        else:
            _take(layer, document, schema, variables)
    return layer


def _take(layer: Layer, document: Document, schema: str, variables: Variables | None) -> None:
    data = substitute(document, variables)
    found = judge(schema).violations(data)
    for violation in found:
        violation = _in_other_words(violation)
        mark = document.key(violation.path) if violation.at_key else document.value(violation.path)
        document.complain(mark, violation.code, violation.message, violation.hint)
    broken = {violation.path[: 3 if violation.path[:1] == ("removed",) else 2] for violation in found}
    count = 0
    for entry in _entries(document, data):
        count += 1
        key = (entry.removed, entry.kind.section, entry.address)
        group = layer.left_alone if entry.left_alone else layer.entries
        if (first := layer.entries.get(key) or layer.left_alone.get(key)) is not None:
            message = f"`{entry.address}` is declared twice; the other place is {first.at()}"
            entry.complain((), "declared-twice", message, "Remove or rename one of them.")
            layer.broken.add(key)
        elif not entry.kind.has_address(
            entry.address
        ):  # a line break at its end is beyond the schema's patterns
            entry.complain((), "bad-address", f"`{short(entry.address)}` cannot be a key here")
        else:
            group[key] = entry
            if broken and entry.path in broken:
                layer.broken.add(key)
    if not count and not found and not document.problems:
        hint = "Remove it, or declare something in it."
        document.warn(document.value(()), "nothing-declared", "the file declares nothing", hint)


def _in_other_words(violation: Violation) -> Violation:
    match violation:
        case Violation(path=("removed", str(section)), code="unknown-key") if (
            kind := by_section(section)
        ) is not None:
            message = f"{kind.noun}s cannot be deleted: LiveVox's API offers no delete for them"
            hint = "Remove the entry; to leave such objects alone, declare nothing."
            return Violation(violation.path, "cannot-delete", message, hint, at_key=True)
        case _:
            return violation


def _entries(document: Document, data: Any) -> Iterator[Entry]:
    """Return what looks like an entry, in the order of the file."""
    if not isinstance(data, dict):
        return
    removed = data.get("removed")
    for holder, is_removed in ((data, False), (removed if isinstance(removed, dict) else {}, True)):
        for name, section in holder.items():
            kind = by_section(name)
            if is_removed and kind is not None and not kind.shape.can_delete:
                continue  # the schema has refused the section; no schema says what its entries were to be
            if kind is not None and isinstance(section, dict):
                for address, value in section.items():
                    values = value if isinstance(value, dict) else {kind.name_field: value}
                    yield Entry(kind, address, is_removed, values, document, left_alone=value is None)


def patch(base: Layer, overlay: Layer) -> tuple[Layer, list[Entry]]:
    """Put an overlay over the base; returns the result and the entries that it leaves alone."""
    merged = Layer(base.entries, base.broken | overlay.broken, whole=base.whole and overlay.whole)
    released = []
    for key, entry in overlay.left_alone.items():
        below = merged.entries.pop(key, None)
        if below is not None and not below.removed:
            released.append(below)
        elif below is None and merged.whole and key not in merged.broken:
            message = f"`{entry.address}` is not declared in the manifests below, so it cannot be left alone"
            entry.complain((), "nothing-to-leave-alone", message, _close(key, base))
    for key, entry in overlay.entries.items():
        below = merged.entries.get(key)
        if below is None:
            merged.entries[key] = entry
        else:
            values = {**below.values, **entry.values}
            merged.entries[key] = Entry(
                below.kind, below.address, below.removed, values, below.document, patch=entry
            )
        if key not in merged.broken and merged.whole:
            _judge(key, merged, base)
    return merged, released


def _judge(key: Key, merged: Layer, base: Layer) -> None:
    """Hold a patched or added entry to the schema of whole ones."""
    entry = merged.entries[key]
    for violation in _item(key[0], key[1]).violations(entry.values):
        merged.broken.add(key)
        document, mark = entry.place(violation.path, at_key=violation.at_key)
        hint = _close(key, base) if violation.code == "missing-key" and entry.patch is None else None
        document.complain(mark, violation.code, violation.message, hint or violation.hint)


@cache
def _item(removed: bool, section: str) -> Judge:
    sections = load("manifest")["properties"]
    (schema,) = (sections["removed"]["properties"] if removed else sections)[section][
        "patternProperties"
    ].values()
    return Judge(schema)


def _close(key: Key, base: Layer) -> str | None:
    removed, section, address = key
    addresses = [other for r, s, other in base.entries if (r, s) == (removed, section)]
    close = alike(address, addresses)
    return f"Did you mean `{close[0]}`?" if close else None
