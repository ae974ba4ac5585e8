"""One object of a plan as lines for a terminal: what it is called, its fields, where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional

from lvstate.kinds import all_kinds, kind_named
from lvstate.model.change import Delete
from lvstate.views.terminal import Style, Tint, columns, escape, look_alike, quote, value_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lvstate.model.change import ActionName, Change, FieldChange
    from lvstate.model.problem import Source
    from lvstate.model.resource import LiveId

INDENT = " " * 6
"""Where the details of a block stand, below its symbol and address."""

ACTION_SYMBOLS: dict[ActionName, tuple[str, Tint]] = {
    "create": ("+", Tint.GREEN),
    "update": ("~", Tint.YELLOW),
    "delete": ("-", Tint.RED),
}
_ORIGINS = {"manifest": "manifests moved", "drift": "live moved", "both": "both moved"}
_RISKY = "risky: "


def kinds_in_order(names: Iterable[str]) -> list[str]:
    """Sort names of kinds as plans do; a name that only a plan of a later version knows goes last."""
    known = {kind.name: place for place, kind in enumerate(all_kinds())}
    return sorted(set(names), key=lambda name: (known.get(name, len(known)), name))


def kind_title(name: str) -> str:
    """Return the heading of a kind, for example `Contact groups`."""
    if name not in {kind.name for kind in all_kinds()}:
        return escape(name)
    return kind_named(name).section.replace("_", " ").capitalize()


def reference(change: Change) -> str:
    """Return `kind/address`, with `#id` where no manifest gives an address."""
    return escape(change.id.removesuffix(f":{change.action}"))


def in_brackets(words: Sequence[str], style: Style) -> str:
    """Return remarks behind a name, or nothing."""
    return "  " + style.paint(f"({', '.join(words)})", Tint.DIM) if words else ""


def change_lines(change: Change, style: Style) -> list[str]:
    """Return the block of one change."""
    symbol, tint = ACTION_SYMBOLS[change.action]
    remarks = []
    if change.live_id is not None and change.live_id != change.address:
        remarks.append(live_ids_text([change.live_id]))
    if change.origin:
        remarks.append(_ORIGINS[change.origin])
    head = f"  {style.paint(f'{symbol} {reference(change)}', tint)}  {quote(change.name)}"
    lines = with_source(f"{head}{in_brackets(remarks, style)}", change.source, style)
    lines += _field_lines(change, style)
    if isinstance(change, Delete) and change.in_use is not None:
        verb = "uses" if change.in_use.accounts == 1 and not change.in_use.more else "use"
        lines.append(f"{INDENT}{change.in_use} {verb} it")
    for note in change.notes:
        lines += _note_lines(note, style)
    return lines


def with_source(head: str, source: Source | None, style: Style) -> list[str]:
    """Return a first line with its place in the user's files behind it, or below where there is no room."""
    if source is None:
        return [head]
    place = f"{escape(source.file)}:{source.line}"
    shown = style.paint(place, Tint.DIM)
    if style.fits(f"{head}  {place}"):
        return [f"{head}  {shown}"]
    return [head, INDENT + shown]


def live_ids_text(live_ids: Sequence[LiveId]) -> str:
    """Return `id 4`, `ids 4, 9`, or a slot as it is."""
    ids = ", ".join(escape(str(live_id)) for live_id in live_ids)
    if isinstance(live_ids[0], str):
        return ids
    return f"id{'' if len(live_ids) == 1 else 's'} {ids}"


def _note_lines(note: str, style: Style) -> list[str]:
    if not note.startswith(_RISKY):
        return style.fold(escape(note), INDENT)
    folded = style.fold(escape(note), f"{INDENT}! ")
    return [INDENT + style.paint(line[len(INDENT) :], Tint.BOLD, Tint.MAGENTA) for line in folded]


# --- fields -----------------------------------------------------------------------------------


def _field_lines(change: Change, style: Style) -> list[str]:
    shown = [field for field in change.fields if not _says_the_name(field, change)]
    return value_lines(change.action, shown, style, origins=change.origin == "both")


def value_lines(
    action: ActionName, shown: Sequence[FieldChange], style: Style, *, origins: bool = False
) -> list[str]:
    """Return the fields of a change as lines: what a create sets, a delete loses, an update moves.

    With `origins` each says who moved it.
    """
    wide = max((columns(escape(field.path)) for field in shown), default=0) + 1
    lines = []
    for field in shown:
        path = escape(field.path)
        label = f"{INDENT}{path}:{' ' * (wide - columns(path))}"
        match action:
            case "create":
                lines += style.fold(value_words(field.after), label)
            case "delete":
                lines += style.fold(value_words(field.before), label)
            case "update":
                lines += _move_lines(field, label, style)
        if origins and field.origin is not None:
            remark = in_brackets([_ORIGINS[field.origin]], style)
            if lines[-1].isascii() and style.fits(f"{lines[-1]}  ({_ORIGINS[field.origin]})"):
                lines[-1] += remark
            else:
                lines.append(f"{INDENT}{remark}")
    return lines


def _says_the_name(field: FieldChange, change: Change) -> bool:
    """Whether a field of a new or old object only repeats the name in the head of its block."""
    match change.action:
        case "create":
            return field.after == change.name
        case "delete":
            return field.before == change.name
        case "update":
            return False


def _move_lines(field: FieldChange, label: str, style: Style) -> list[str]:
    alike = look_alike(field.before, field.after)
    old = value_words(field.before, only_ascii=alike)
    new = value_words(field.after, only_ascii=alike)
    before, after, arrow = " ".join(old), " ".join(new), "->"
    if style.fits(f"{label}{before} {arrow} {after}") and not _right_to_left(before + after):
        return [f"{label}{style.paint(before, Tint.RED)} {arrow} {style.paint(after, Tint.GREEN)}"]
    below = f"{arrow} ".rjust(len(label))
    return [
        *_painted(style.fold(old, label), len(label), Tint.RED, style),
        *_painted(style.fold(new, below), len(below), Tint.GREEN, style),
    ]


def _painted(lines: list[str], start: int, tint: Tint, style: Style) -> list[str]:
    return [line[:start] + style.paint(line[start:], tint) for line in lines]


def _right_to_left(text: str) -> bool:
    """Whether a terminal may draw a line from right to left, and so swap before and after."""
    return not text.isascii() and any(bidirectional(char) in {"R", "AL"} for char in text)
