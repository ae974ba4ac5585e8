"""Finds what the manifests or live lost without a trace since the base, and says which line to paste."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from lvstate.engine.draft import Draft
from lvstate.engine.identity import Binding, LiveIndex
from lvstate.engine.names import look
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, Update, Warning
from lvstate.model.quoting import quoted
from lvstate.model.resource import Declared, Live, LiveId

_ALIKE = 0.6
"""How much of two names has to agree for a likely rename, from 0 to 1."""

_SHOWN = 5

_COMPARED = 50_000
"""How many pairs of names are compared at most: where more is lost, it is no accident with a name."""

_WORD = re.compile(r"[a-z]{6,}\Z|[a-z]+(?:-[a-z]+)+\Z")
"""An address that no YAML reads as anything but text."""


@dataclass(frozen=True, slots=True)  # no tuple: those have an `index` of their own
class Lost:
    """One kind with what its addresses were bound to at the base."""

    kind: Kind
    draft: Draft
    index: LiveIndex
    claimed: Collection[LiveId]
    """The live objects that the manifests now speak of."""
    before: Mapping[str, Binding]
    """By address now: what it was at the base, bound to live as it is now."""
    allowed: Collection[str]
    """Printed addresses that may be created whatever was at the base."""

    def unclaimed(self, binding: Binding) -> list[Live]:
        """The live objects that a declaration of the base means, and that nobody speaks of now."""
        ids = [binding.live.id] if binding.live is not None else list(binding.contenders)
        return [live for i in ids if i not in self.claimed and (live := self.index.with_id(i)) is not None]


# --- creates that are not new -----------------------------------------------------------------


def guard_creates(lost: Lost) -> None:
    """Block creates that would make a second object of one that the base had; amends the draft."""
    kept: list[Create | Update] = []
    searched, most = 0, _COMPARED // (len(lost.index.objects) + 1)
    for change in lost.draft.changes:
        binding = lost.before.get(change.address) if change.kind == lost.kind.name else None
        if not isinstance(change, Create) or binding is None:
            kept.append(change)
            continue
        judged = _judge(lost, change, binding, search=searched < most)
        if isinstance(judged, Blocked):
            searched += 1
            lost.draft.blocked.append(judged)
        else:
            kept.append(judged)
    lost.draft.changes = kept


def _judge(lost: Lost, create: Create, binding: Binding, *, search: bool) -> Create | Blocked:
    ref = f"{create.kind}/{create.address}"
    left = lost.unclaimed(binding)
    if left:
        if ref in lost.allowed:
            return _noted(create, f'the object "{lost.kind.live_name(left[0])}" of the base stays as it is')
        return _renamed(lost, create, left)
    if binding.live is not None or binding.contenders:
        return _anew(create)  # another address speaks of that object now
    if ref in lost.allowed:
        return _noted(create, "created anew, as --allow-create says")
    if lost.kind.shape.can_delete:
        return _noted(create, "not new in this change: the object was deleted or renamed by hand")
    return _vanished(create, lost.kind, _similar(lost, create.name) if search else [])


def _anew(create: Create) -> Create:
    fields = tuple(field._replace(origin="manifest") for field in create.fields)
    return create._replace(origin="manifest", fields=fields)


def _noted(create: Create, note: str) -> Create:
    return create._replace(notes=(*create.notes, note))


def _renamed(lost: Lost, create: Create, left: Sequence[Live]) -> Blocked:
    names = list(dict.fromkeys(lost.kind.live_name(live) for live in left))
    told = _named(names[0])
    reason = (
        f"its name changed since the base, and {told} still lives: this would make a second {lost.kind.noun}"
    )
    if len(left) == 1:
        suggestion = _previous(lost, create.address, names[0])
        hint = "to rename it in place, add the line below to the entry (with `name:`, where it is short)"
    else:
        suggestion = f"id: {left[0].id}"
        hint = "to rename one in place, add the line below, or another of the ids, to the entry"
    return _blocked(create, "renamed-without-trace", reason, _or_allow(create, hint), left, suggestion)


def _vanished(create: Create, kind: Kind, candidates: Sequence[Live]) -> Blocked:
    reason = (
        f"it is not new in this change, yet no {kind.noun} has its name: it was renamed by hand, or never made. "
        f"{kind.noun.capitalize()}s cannot be deleted, so a second one would stay for ever"
    )
    if not candidates:
        hint = "pin the live one with `id:` if it was renamed"
        return _blocked(create, "vanished", reason, _or_allow(create, hint))
    listed = ", ".join(f"{_named(kind.live_name(live))} (id {live.id})" for live in candidates)
    hint = f"likely renamed to {listed}: add the line below to the entry if that is it"
    suggestion = f"id: {candidates[0].id}"
    return _blocked(create, "vanished", reason, _or_allow(create, hint), candidates, suggestion)


def _or_allow(create: Create, hint: str) -> str:
    return f"{hint}; --allow-create {create.kind}/{create.address} makes a new one"


def _blocked(
    create: Create,
    code: str,
    reason: str,
    hint: str,
    living: Sequence[Live] = (),
    suggestion: str | None = None,
) -> Blocked:
    return Blocked(
        create.kind,
        create.address,
        create.name,
        "create",
        code,
        reason,
        hint,
        tuple(live.id for live in living),
        source=create.source,
        fields=create.fields,
        suggestion=suggestion,
    )


def _similar(lost: Lost, name: str) -> list[Live]:
    """Return the live objects that nobody speaks of and whose names come near, the nearest first."""
    free = [live for live in lost.index.objects if live.id not in lost.claimed]
    rated = [(_alike(name, lost.kind.live_name(live)), live) for live in free]
    near = sorted((-rate, str(live.id).zfill(20), live) for rate, live in rated if rate >= _ALIKE)
    return [live for _, _, live in near[:_SHOWN]]


# --- addresses that vanished ------------------------------------------------------------------


def vanished_addresses(lost: Lost, gone: Sequence[Binding]) -> list[Warning]:
    """Warn of addresses that the manifests lost while their objects live, with the YAML that was probably meant."""
    told: list[Warning] = []
    most = _COMPARED // (len(lost.draft.changes) + 1)
    for binding in gone:
        target, left = binding.target, lost.unclaimed(binding)
        if isinstance(target, Declared) and left:
            likely = _likely_rename(lost, target, left[0]) if len(told) < most else None
            told.append(likely or no_longer_declared(lost.kind, target, left[0]))
    return told


def _likely_rename(lost: Lost, target: Declared, live: Live) -> Warning | None:
    """Find a create that is new in this change and whose name or address comes near."""
    name = lost.kind.live_name(live)
    new = [
        change
        for change in lost.draft.changes
        if isinstance(change, Create) and change.kind == lost.kind.name and change.address not in lost.before
    ]
    rated = [(max(_alike(name, c.name), _alike(target.address, c.address)), c) for c in new]
    best = max(rated, key=lambda pair: pair[0], default=None)
    if best is None or best[0] < _ALIKE:
        return None
    ref = f"{best[1].kind}/{best[1].address}"
    message = (
        f"no longer declared, while {ref} is new: if {_named(name)} was renamed, add this line to {ref}, "
        f"or a second {lost.kind.noun} is made"
    )
    return Warning("likely-rename", message, target.ref, _previous(lost, best[1].address, name))


def no_longer_declared(kind: Kind, target: Declared, live: Live) -> Warning:
    """Say what becomes of an object that the base declared, with the entry that would delete it."""
    if not kind.shape.can_delete:
        message = f"no longer declared: {_named(str(live.fields.get(kind.name_field, live.id)))} stays live and becomes unlisted"
        return Warning("no-longer-declared", message, target.ref)
    message = "no longer declared: it stays live and becomes unlisted. To delete it, add this entry"
    means = f"name: {_scalar(kind.live_name(live))}"
    if target.pin is not None:
        means += f", id: {target.pin}"
    address = target.address if _WORD.match(target.address) else quoted(target.address)
    entry = f"removed:\n  {kind.section}:\n    {address}: {{{means}}}"
    return Warning("no-longer-declared", message, target.ref, entry)


def _alike(one: str, other: str) -> float:
    """Return how much of two texts agrees; 0 as soon as it cannot be enough."""
    matcher = SequenceMatcher(None, look(one), look(other), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _previous(lost: Lost, address: str, name: str) -> str:
    """Return the line that says what an object was called, with what the entry says already."""
    declared = next(
        d for d in lost.draft.project.declared if (d.kind, d.address) == (lost.kind.name, address)
    )
    return f"previous_names: [{', '.join(_scalar(n) for n in (name, *declared.previous_names))}]"


def _named(name: str) -> str:
    return f'"{name}"'


def _scalar(name: str) -> str:
    """Write a name so that a manifest reads it back unchanged: `${var.` would be a variable there."""
    return quoted(name.replace("${var.", "$${var."))
