"""What a change means, in the words of the people who run the contact centre."""

from __future__ import annotations

from collections import Counter
from string import ascii_letters
from typing import TYPE_CHECKING

from lvstate.kinds import all_kinds, kind_named
from lvstate.model.change import Create, Delete, Update
from lvstate.model.wording import Quoted, fill, joined, listed
from lvstate.model.words import PLAIN, FieldWords, Words
from lvstate.views.terminal import look_alike, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lvstate.model.change import Change, FieldChange, Origin, Usage
    from lvstate.model.resource import LiveId, Value
    from lvstate.model.wording import Piece, Sentence

RISKY = "risky: "
"""How a note begins that names a danger."""

OTHER_KINDS = "Other kinds"
"""The heading over kinds that only a plan of a later version knows."""

ORIGINS: Mapping[Origin, str] = {"manifest": "this change", "drift": "reverts drift", "both": "both"}
"""Where a difference comes from, in a word or two; `both`: this change, and live moved too."""

GROUPS: tuple[tuple[str, tuple[Origin | None, ...]], ...] = (
    ("What this change does", ("manifest", "both", None)),
    ("What drift applying would revert", ("drift",)),
)
"""Three-way plans in two parts, by the origins that belong there; what is unlisted is the third."""

_KNOWN_ACTIONS = {"create": "made", "update": "changed", "delete": "deleted"}


def kind_heading(name: str) -> str:
    """Return the heading of a kind: words of lvstate, whatever a plan calls its kinds."""
    return kind_named(name).section.replace("_", " ").capitalize() if known(name) else OTHER_KINDS


def kind_key(name: str) -> str:
    """Return what tells the kinds of `kind_heading` apart in an attribute."""
    return name if known(name) else "other"


def known(kind: str) -> bool:
    """Whether this lvstate knows a kind of that name."""
    return kind in {kind.name for kind in all_kinds()}


def sentences(change: Change) -> list[Sentence]:
    """Say what becomes of one object: a sentence for every thing that people will notice."""
    words, said = _words(change.kind), _said(change.kind, change.address, change.name)
    match change:
        case Create():
            made = [
                fill(field_words.made, said | _values(field, field_words))
                for field in change.fields
                if (field_words := _field_words(change.kind, field.path)).made
            ]
            return [joined([*fill(words.creates, said), *(piece for tail in made for piece in tail)])]
        case Delete():
            return [joined([*fill(words.deletes, said), *use_of(change)])]
        case Update():
            found = [sentence for field in change.fields for sentence in _moves(change, field, said)]
            return found or [fill("{It} changes", said)]


def use_of(delete: Delete) -> Sentence:
    """Say behind a delete who still uses the object, where that is counted."""
    if delete.in_use is not None:
        return (f"; {_users(delete.in_use)} it",)
    if known(delete.kind) and kind_named(delete.kind).consumers is not None:
        return ("; how many accounts use it is not known",)
    return ()


def is_risky(change: Change) -> bool:
    """Whether a note names a danger."""
    return any(note.startswith(RISKY) for note in change.notes)


def risks_of(change: Change) -> list[Sentence]:
    """Say what a risky change does to what is stored; nothing for one that is not risky."""
    raw = [note for note in change.notes if note.startswith(RISKY)]
    if not raw:
        return []
    said = _said(change.kind, change.address, change.name)
    told: list[Sentence] = []
    for field in change.fields:
        field_words = _field_words(change.kind, field.path)
        if field_words.consequence and _takes_away(field):
            told.append(fill(field_words.consequence, said))
    if known(change.kind):
        before = {field.path: field.before for field in change.fields if field.before is not None}
        after = {field.path: field.after for field in change.fields if field.after is not None}
        covered = {f"{RISKY}{risk}" for risk in kind_named(change.kind).risks(before, after)}
        raw = [note for note in raw if note not in covered]
    return [*told, *((Quoted(note.removeprefix(RISKY)),) for note in raw)]


def remarks_of(change: Change) -> list[Sentence]:
    """Return the notes on a change that name no danger."""
    return [(Quoted(note),) for note in change.notes if not note.startswith(RISKY)]


def origin_of(change: Change) -> str:
    """Return where a difference comes from, or nothing where no base was given."""
    return ORIGINS[change.origin] if change.origin else ""


def id_of(change: Change, found: LiveId | None = None) -> LiveId | None:
    """Return the id to show behind an address: `found` or the planned one, unless the address says it already."""
    live_id = change.live_id if found is None else found
    return None if change.address is None or live_id == change.address else live_id


def called(kind: str, address: str | None, name: str | None, action: str | None) -> Sentence:
    """Return what a blocked item is about: `The account type *Legacy* cannot be deleted`."""
    done = _KNOWN_ACTIONS.get(action or "", "changed")
    if name is None:
        place = Quoted(kind if address is None else f"{kind}/{address}")
        return (place, f" cannot be {done}")
    noun: Piece = kind_named(kind).noun if known(kind) else Quoted(kind)
    return joined(["The ", noun, " ", Quoted(name), f" cannot be {done}"])


def _takes_away(field: FieldChange) -> bool:
    """Whether there was something before that is no longer so; a list that only grows takes nothing."""
    if isinstance(field.before, tuple) and isinstance(field.after, tuple):
        return not set(field.before) <= set(field.after)
    return field.before is not None


# --- one field --------------------------------------------------------------------------------


def _moves(change: Change, field: FieldChange, said: Mapping[str, Piece | Sentence]) -> list[Sentence]:
    words = _words(change.kind)
    field_words = _field_words(change.kind, field.path)
    values = {**said, **_values(field, field_words)}
    old, new = field.before, field.after
    if isinstance(old, tuple) and isinstance(new, tuple):
        return _list_moves(old, new, field_words, values) or [fill(field_words.changes, values)]
    if old is None:
        return [fill(field_words.begins, values)]
    own = field_words is not PLAIN
    if known(change.kind) and field.path == kind_named(change.kind).name_field and not own:
        return [fill(words.renames, values)]
    return [fill(field_words.changes, values)]


def _list_moves(
    old: tuple[str, ...],
    new: tuple[str, ...],
    words: FieldWords,
    values: Mapping[str, Piece | Sentence],
) -> list[Sentence]:
    gained, lost = (
        list((Counter(new) - Counter(old)).elements()),
        list((Counter(old) - Counter(new)).elements()),
    )
    told = []
    for template, some in ((words.loses, lost), (words.gains, gained)):
        if some:
            if len(some) == 1:
                for several, single in words.singular.items():
                    template = template.replace(several, single)
            told.append(fill(template, {**values, "values": listed(some)}))
    if not told and old != new:
        told.append(fill(words.reorders, {**values, "values": listed(list(new))}))
    return told


def _values(field: FieldChange, words: FieldWords) -> dict[str, Piece | Sentence]:
    alike = look_alike(field.before, field.after)
    return {
        "field": _field_name(field.path),
        "before": _value(field.before, words, only_ascii=alike),
        "after": _value(field.after, words, only_ascii=alike),
    }


def _value(value: Value | None, words: FieldWords, *, only_ascii: bool) -> Piece | Sentence:
    match value:
        case None:
            return "nothing"
        case int():
            return str(value)
        case str():
            if only_ascii:
                return Quoted(quote(value, only_ascii=True)[1:-1])
            return words.terms.get(value) or Quoted(value)
        case tuple():
            return listed(list(value)) or "nothing"


def _field_name(path: str) -> Piece:
    names = {name for kind in all_kinds() for name in kind.field_names}
    return path.replace("_", " ") if path in names else Quoted(path)


# --- one kind ---------------------------------------------------------------------------------


def _words(kind: str) -> Words:
    return kind_named(kind).words if known(kind) else Words()


def _field_words(kind: str, path: str) -> FieldWords:
    return _words(kind).fields.get(path, PLAIN)


def _said(kind: str, address: str | None, name: str) -> dict[str, Piece | Sentence]:
    """Return what every template may ask for."""
    noun: Piece = kind_named(kind).noun if known(kind) else Quoted(kind)
    place: Piece = Quoted(address or "")
    if known(kind) and address in kind_named(kind).slots:
        place = address.lstrip(ascii_letters)
    said: dict[str, Piece | Sentence] = {"noun": noun, "name": Quoted(name), "place": place}
    it = fill(_words(kind).calls, said)
    first = it[0] if it and isinstance(it[0], str) else ""
    said["it"] = it
    said["It"] = (first[:1].upper() + first[1:], *it[1:]) if first else it
    return said


def _users(usage: Usage) -> str:
    if usage.more:
        return f"{usage.accounts:,} or more accounts still use"
    if not usage.accounts:
        return "no account uses"
    return "1 account still uses" if usage.accounts == 1 else f"{usage.accounts:,} accounts still use"
