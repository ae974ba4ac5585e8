"""Writes live objects as manifests: what `lvstate export` prints, and what the reader reads back unchanged."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lvstate.kinds import Kind
from lvstate.manifests.reader import MAX_SCALAR
from lvstate.manifests.scalars import certain
from lvstate.manifests.schema import judge
from lvstate.manifests.variables import escape
from lvstate.model.project import EVERYTHING, Selection
from lvstate.model.quoting import NO_COMMAND, escaped, quoted
from lvstate.model.resource import Live, LiveId, Value

SCHEMA = "urn:lvstate:schema:manifest:1"
"""What the modeline names unless the caller knows a better place of the same schema."""

_PLAIN = re.compile(r"[^\W_][\w .,/()&+'-]*(?<! )\Z")
_OUTSIDE = re.compile(r"[^a-z0-9._-]+")
_LONGEST_ADDRESS = 100
_LARGEST = 10**19
_LONGEST_COMMENT = 200


def render(
    live: Mapping[Kind, Sequence[Live]],
    *,
    pin_ids: bool = True,
    schema: str = SCHEMA,
    selection: Selection = EVERYTHING,
) -> dict[str, str]:
    """Return one manifest a section; kinds without objects have none.

    Without `pin_ids` only names that occur twice are pinned. The order of the objects given does not
    matter, and a narrower `selection` changes neither the addresses nor the pins of what is left.
    """
    return {
        kind.section: "\n".join([*_head(schema), *lines, ""])
        for kind, objects in live.items()
        if (lines := list(_section(kind, objects, selection, pin_ids=pin_ids)))
    }


def render_document(
    live: Mapping[Kind, Sequence[Live]],
    *,
    pin_ids: bool = True,
    schema: str = SCHEMA,
    selection: Selection = EVERYTHING,
) -> str:
    """Return all objects as one manifest."""
    lines = _head(schema)
    for kind in sorted(live, key=lambda kind: (kind.order, kind.name)):
        lines.extend(_section(kind, live[kind], selection, pin_ids=pin_ids))
    return "\n".join([*lines, ""])


def slug(name: str) -> str:
    """Return what NFKD leaves of a name in the alphabet of addresses; nothing, maybe."""
    letters = (c for c in unicodedata.normalize("NFKD", name).lower() if not unicodedata.combining(c))
    return _OUTSIDE.sub("-", "".join(letters)).lstrip("._-")[:_LONGEST_ADDRESS].rstrip("._-")


def scalar(text: str) -> str:
    """Write a text so that every reader reads that text: without quotes where that is certain."""
    text = escape(text)
    return text if _PLAIN.match(text) and certain(text) else quoted(text)


def _head(schema: str) -> list[str]:
    return [f"# yaml-language-server: $schema={schema}", "version: 1"]


def _section(kind: Kind, objects: Sequence[Live], selection: Selection, *, pin_ids: bool) -> Iterator[str]:
    twice = {name for name, count in Counter(kind.live_name(live) for live in objects).items() if count > 1}
    chosen = addresses(kind, objects)
    kept = [live for live in objects if selection.includes(kind.name, chosen[live.id])]
    if kept:
        yield ""
        yield f"{kind.section}:"
    for live in sorted(kept, key=lambda live: _order(kind, live)):
        pinned = not kind.slots and (pin_ids or kind.live_name(live) in twice)
        values: dict[str, Any] = {**live.fields, "id": live.id} if pinned else dict(live.fields)
        address = chosen[live.id]
        if fault := _fault(kind, address, values):
            least = {key: value for key, value in values.items() if key in (kind.name_field, "id")}
            if _fault(kind, address, least):
                yield f"  # left out: {_shown(kind, live)}: {_comment(fault)}"
                continue
            yield f"  # all but the {kind.name_field} is left out: {_comment(fault)}"
            values = least
        yield from _entry(kind, address, values)


def _entry(kind: Kind, address: str, values: Mapping[str, Any]) -> Iterator[str]:
    key = address if certain(address) else quoted(address)
    if set(values) == {kind.name_field}:
        yield f"  {key}: {scalar(values[kind.name_field])}"
        return
    yield f"  {key}:"
    for name in (*kind.field_names, "id"):
        match values.get(name):
            case None:
                pass
            case tuple(items):
                yield f"    {name}:"
                yield from (f"      - {scalar(item)}" for item in items)
            case str(text):
                yield f"    {name}: {scalar(text)}"
            case number:
                yield f"    {name}: {number}"


def _fault(kind: Kind, address: str, values: Mapping[str, Value]) -> str | None:
    """Return why an object cannot be declared."""
    if not kind.has_address(address):
        return "it has no place in a manifest"
    for value in values.values():
        for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            if len(text) > MAX_SCALAR // 2:  # an escape for the variable's sign may double it
                return "a text of it is too long"
            if any("\ud800" <= character <= "\udfff" for character in text):
                return "a text of it holds half a character (a surrogate)"
        if isinstance(value, int) and value >= _LARGEST:
            return "a number of it is too large"
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    found = judge(f"kinds/{kind.name}").violations(plain)
    return found[0].message if found else None


def _order(kind: Kind, live: Live) -> tuple[Any, ...]:
    if kind.slots:
        return (kind.slots.index(str(live.id)) if live.id in kind.slots else len(kind.slots), str(live.id))
    numbers = [live.fields[name] for name in kind.field_names if isinstance(live.fields.get(name), int)]
    return (not numbers, numbers, live.id)


def addresses(kind: Kind, objects: Sequence[Live]) -> dict[LiveId, str]:
    """Choose an address for every object, by its id: its slot, or a slug of its name, told apart by id where two meet."""
    if kind.slots:
        return {live.id: str(live.id) for live in objects}
    slugs = {live.id: slug(kind.live_name(live)) for live in objects}
    chosen = {live_id: text or str(live_id) for live_id, text in slugs.items()}
    settled = {live_id for live_id, text in slugs.items() if not text}
    while True:
        counts = Counter(chosen.values())
        meeting = [i for i, text in chosen.items() if counts[text] > 1 and i not in settled]
        if not meeting:  # two settled ones never meet: they end in different ids
            return chosen
        for live_id in meeting:
            tail = f"-{live_id}"
            chosen[live_id] = slugs[live_id][: _LONGEST_ADDRESS - len(tail)] + tail
        settled.update(meeting)


def _shown(kind: Kind, live: Live) -> str:
    return f"{kind.noun} {_comment(str(live.id))} {_comment(quoted(kind.live_name(live)))}"


def _comment(text: str) -> str:
    """Make a text fit for a comment: one printable line."""
    line = "".join(c if c.isprintable() else escaped(c) for c in text).replace("##", NO_COMMAND)
    return line if len(line) <= _LONGEST_COMMENT else f"{line[: _LONGEST_COMMENT - 1]}…"
