"""What no single entry shows: names and pins that meet, and entries that the project file contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lvstate.manifests.entries import Entry
from lvstate.manifests.project import ProjectFile
from lvstate.manifests.text import short
from lvstate.model.project import Pattern


def check(project: ProjectFile, declared: Sequence[Entry], removals: Sequence[Entry]) -> None:
    """Record the faults of entries that are right each for itself."""
    _blank_edges((*declared, *removals))
    named = [entry for entry in declared if not entry.kind.slots]
    by_pin = _pins(named)
    by_name = _names(named)
    _previous_names(named)
    _removed(removals, by_pin, by_name)
    _ignored(project, declared)


def _blank_edges(entries: Iterable[Entry]) -> None:
    for entry in entries:
        for field, value in entry.values.items():
            for text in (value,) if isinstance(value, str) else value if isinstance(value, list) else ():
                if text.strip() != text:
                    document, mark = entry.place((field,))
                    message = f"`{field}` has blanks at its edge; they are sent as they are"
                    document.warn(mark, "blank-edge", message, "Remove them unless LiveVox shows them too.")


def _pins(declared: Iterable[Entry]) -> dict[tuple[str, int], Entry]:
    found: dict[tuple[str, int], Entry] = {}
    for entry in declared:
        if (pin := entry.values.get("id")) is not None:
            first = found.setdefault((entry.kind.name, pin), entry)
            if first is not entry:
                message = f"id {pin} is declared twice; the other place is {first.at(('id',))}"
                entry.complain(("id",), "same-id", message, "One object can have one address only.")
    return found


def _names(declared: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in declared:
        name = entry.values[entry.kind.name_field]
        others = found.setdefault((entry.kind.name, name), [])
        first = next((other for other in others if "id" not in other.values), None) if others else None
        if first is not None and "id" not in entry.values:
            message = (
                f"`{short(name)}` is declared twice; the other place is {first.at((entry.kind.name_field,))}"
            )
            hint = "Remove one of them; if both live, tell them apart by `id:`."
            entry.complain((entry.kind.name_field,), "same-name", message, hint)
        others.append(entry)
    return found


def _previous_names(declared: Iterable[Entry]) -> None:
    claimed: dict[tuple[str, str], tuple[Entry, int]] = {}
    for entry in declared:
        for index, name in enumerate(entry.values.get("previous_names", ())):
            path = ("previous_names", index)
            if name == entry.values[entry.kind.name_field]:
                message = f"`{short(name)}` is the current name, not a previous one"
                entry.complain(path, "previous-name", message, "Remove it from `previous_names`.")
            elif "id" not in entry.values:  # a pinned object is found by its id
                first, where = claimed.setdefault((entry.kind.name, name), (entry, index))
                if first is not entry:
                    other = first.at(("previous_names", where))
                    message = (
                        f"`{short(name)}` is a previous name of two addresses; the other place is {other}"
                    )
                    entry.complain(path, "previous-name", message, "Keep it where the object is to be found.")


def _removed(
    removals: Iterable[Entry],
    by_pin: dict[tuple[str, int], Entry],
    by_name: dict[tuple[str, str], list[Entry]],
) -> None:
    seen: dict[tuple[str, str | int], Entry] = {}
    for entry in removals:
        kind, name, pin = entry.kind.name, entry.values.get(entry.kind.name_field), entry.values.get("id")
        twin = by_pin.get((kind, pin)) if pin is not None else None
        for other in by_name.get((kind, name), ()) if name is not None else ():
            if twin is None and (pin is None or "id" not in other.values):
                twin = other
        if twin is not None:
            message = (
                f"`{short(str(name or pin))}` is declared as well as removed; it is declared at {twin.at()}"
            )
            hint = "Remove one of the entries; if both live, tell them apart by `id:`."
            entry.complain((), "declared-and-removed", message, hint)
        identity = name if pin is None else pin
        if identity is not None and (first := seen.setdefault((kind, identity), entry)) is not entry:
            message = f"`{short(str(identity))}` is removed twice; the other place is {first.at()}"
            entry.complain((), "removed-twice", message, "Remove one of the entries.")


def _ignored(project: ProjectFile, declared: Iterable[Entry]) -> None:
    if not project.policy.ignore:
        return
    for entry in declared:
        name = entry.address if entry.kind.slots else entry.values[entry.kind.name_field]
        pattern = _matching(project.policy.ignore, entry.kind.name, name)
        if pattern is not None:
            message = f"`{short(name)}` is declared, and ignored by `{pattern}` at {project.ignore_sources[pattern]}"
            entry.complain((), "declared-and-ignored", message, "Remove the entry or the pattern.")


def _matching(patterns: Iterable[Pattern], kind: str, name: str) -> Pattern | None:
    return next((pattern for pattern in patterns if pattern.matches(kind, name)), None)
