"""Binds live objects to addresses: by id, slot, exact name or previous name, in that order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Warning
from lvstate.model.resource import Declared, Live, LiveId, Removal


class LiveIndex:
    """The live objects of one kind, by id and by exact name."""

    def __init__(self, kind: Kind, objects: Sequence[Live]) -> None:
        self.kind = kind
        self.objects = objects
        self._by_id = {live.id: live for live in objects}
        self._by_name: defaultdict[str, list[Live]] = defaultdict(list)
        for live in objects:
            self._by_name[kind.live_name(live)].append(live)

    def with_id(self, live_id: LiveId) -> Live | None:
        """The object with this id."""
        return self._by_id.get(live_id)

    def named(self, name: str) -> Sequence[Live]:
        """The objects with exactly this name, in id order."""
        found = self._by_name.get(name, ())
        return found if len(found) < 2 else sorted(found, key=lambda live: str(live.id).zfill(20))


class Binding(NamedTuple):
    """An address, or a removal, with the live object it means: none yet, one, or a reason why not."""

    target: Declared | Removal
    live: Live | None = None
    blocked: Blocked | None = None
    warnings: tuple[Warning, ...] = ()
    contenders: tuple[LiveId, ...] = ()
    """Live objects that are spoken for although nothing was bound."""


def bind(index: LiveIndex, declared: Iterable[Declared], removals: Iterable[Removal]) -> list[Binding]:
    """Bind every address and removal of a kind; those that mean the same object are all blocked."""
    bindings = [_bind_declared(index, d) for d in declared]
    bindings += [_bind_removal(index, r) for r in removals]
    return _without_shared(bindings)


def _bind_declared(index: LiveIndex, declared: Declared) -> Binding:
    if index.kind.slots:
        return Binding(declared, index.with_id(declared.address))
    if declared.pin is not None:
        return _bind_pin(index, declared, declared.pin)
    name = str(declared.fields[index.kind.name_field])
    for candidate in (name, *declared.previous_names):
        found = index.named(candidate)
        if len(found) > 1:
            return _ambiguous(index.kind, declared, candidate, found)
        if found:
            left = declared.previous_names if candidate == name else ()
            return Binding(declared, found[0], None, _left_behind(index, declared, name) if left else ())
    return Binding(declared)


def _bind_pin(index: LiveIndex, declared: Declared, pin: int) -> Binding:
    live = index.with_id(pin)
    if live is not None:
        return Binding(declared, live)
    noun = index.kind.noun
    return Binding(
        declared,
        blocked=Blocked(
            declared.kind,
            declared.address,
            str(declared.fields[index.kind.name_field]),
            "update",
            "pin-not-found",
            f"no {noun} has the pinned id {pin}",
            hint=f"remove `id: {pin}` to bind by name or make a new {noun}, or correct it",
            live_ids=(pin,),
            source=declared.source,
        ),
    )


def _ambiguous(kind: Kind, target: Declared | Removal, name: str, found: Sequence[Live]) -> Binding:
    ids = tuple(live.id for live in found)
    listed = ", ".join(str(i) for i in ids)
    blocked = Blocked(
        target.kind,
        target.address,
        name,
        "delete" if isinstance(target, Removal) else "update",
        "ambiguous-name",
        f"{len(ids)} {kind.noun}s have this name: {listed}",
        hint=f"name the one you mean with `id: {ids[0]}` (or another of them)",
        live_ids=ids,
        source=target.source,
    )
    return Binding(target, blocked=blocked, contenders=ids)


def _left_behind(index: LiveIndex, declared: Declared, name: str) -> tuple[Warning, ...]:
    """Warn when a previous name still lives beside the current one."""
    return tuple(
        Warning(
            "previous-name-lives",
            f'both "{name}" and its previous name "{previous}" are live; "{name}" is the one managed',
            declared.ref,
        )
        for previous in declared.previous_names
        if index.named(previous)
    )


def _bind_removal(index: LiveIndex, removal: Removal) -> Binding:
    if removal.id is None:
        found = index.named(removal.name or "")
        if len(found) > 1:
            return _ambiguous(index.kind, removal, removal.name or "", found)
        return Binding(removal, found[0] if found else None)
    live = index.with_id(removal.id)
    if live is None or removal.name is None or index.kind.live_name(live) == removal.name:
        return Binding(removal, live)
    blocked = Blocked(
        removal.kind,
        removal.address,
        removal.name,
        "delete",
        "removal-mismatch",
        f'{index.kind.noun} {removal.id} is now named "{index.kind.live_name(live)}"',
        hint="correct the name in the entry, or leave it out to go by the id alone",
        live_ids=(live.id,),
        source=removal.source,
    )
    return Binding(removal, blocked=blocked, contenders=(live.id,))


def _without_shared(bindings: list[Binding]) -> list[Binding]:
    """Block all addresses that turned out to mean one live object."""
    bound = [binding.live.id for binding in bindings if binding.live is not None]
    if len(set(bound)) == len(bound):
        return bindings
    by_live: defaultdict[LiveId, list[Binding]] = defaultdict(list)
    for binding in bindings:
        if binding.live is not None:
            by_live[binding.live.id].append(binding)
    shared = {live_id: those for live_id, those in by_live.items() if len(those) > 1}
    return [
        _shared(binding, shared[binding.live.id])
        if binding.live is not None and binding.live.id in shared
        else binding
        for binding in bindings
    ]


def _shared(binding: Binding, those: Sequence[Binding]) -> Binding:
    target, live = binding.target, binding.live
    if live is None:
        return binding
    others = ", ".join(
        f"{other.target.ref} ({other.target.source})" for other in those if other.target is not target
    )
    blocked = Blocked(
        target.kind,
        target.address,
        None,
        "delete" if isinstance(target, Removal) else "update",
        "same-object",
        f"it means the same live object (id {live.id}) as {others}",
        hint="pin each address to its own object with `id:`, or remove one of them",
        live_ids=(live.id,),
        source=target.source,
    )
    return Binding(target, blocked=blocked, contenders=(live.id,))
