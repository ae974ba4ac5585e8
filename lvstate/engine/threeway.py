"""Compares the manifests at a base, the manifests now and live: who moved each field, and what went without a trace."""

from __future__ import annotations

from collections.abc import Sequence

from lvstate.engine.draft import Draft
from lvstate.engine.identity import Binding, LiveIndex, bind
from lvstate.engine.lost import Lost, guard_creates, no_longer_declared, vanished_addresses
from lvstate.engine.reading import Snapshot
from lvstate.kinds import all_kinds
from lvstate.kinds.kind import Kind
from lvstate.model.change import Change, Create, Delete, FieldChange, Origin, Plan, Update
from lvstate.model.project import Baseline, Commit, Project, UnlistedMode
from lvstate.model.resource import Declared, Fields, Live


def compare_with_base(drafted: Draft, snapshot: Snapshot, baseline: Baseline) -> None:
    """Give every drafted change its origin, block creates of what the base had, warn of what vanished.

    `snapshot` is what the draft was made from. Pure but for `drafted`, which it amends; raises nothing.
    """
    for kind in all_kinds():
        if kind.name in snapshot:
            _compare_kind(drafted, _Sides(drafted, snapshot, baseline, kind))
        else:
            drafted.warnings += [
                no_longer_declared(kind, d, Live(kind.name, d.address, d.fields))
                for d in _of(kind, baseline.project)
                if drafted.selection.includes(kind.name, d.address)
                and kind.name not in drafted.project.kinds()
            ]


def as_drift(plan: Plan, base: Commit) -> Plan:
    """Say of a plan whose manifests *are* those at a base that every difference is drift."""
    return plan._replace(base=base, changes=tuple(_moved_by_live(change) for change in plan.changes))


def field_origin(base: Fields, field: FieldChange) -> Origin:
    """Return who moved a field that differs between the manifests now (`after`) and live (`before`).

    A field that the base did not declare has no past that live could have left.
    """
    known = base.get(field.path)
    if known is None or known == field.before:
        return "manifest"
    return "drift" if known == field.after else "both"


class _Sides:
    """One kind at the base, now and live."""

    def __init__(self, drafted: Draft, snapshot: Snapshot, baseline: Baseline, kind: Kind) -> None:
        self.kind = kind
        self.baseline = baseline
        self.index = LiveIndex(kind, snapshot[kind.name])
        self.now = _of(kind, drafted.project)
        self.then = {d.address: d for d in _of(kind, baseline.project)}
        removals = [r for r in drafted.project.removals if r.kind == kind.name]
        released = [d for d in drafted.project.released if d.kind == kind.name]
        self.bindings = bind(self.index, self.now, removals)
        spoken_for = [*self.bindings, *bind(self.index, released, [])]
        self.claimed = {b.live.id for b in spoken_for if b.live} | {
            i for b in spoken_for for i in b.contenders
        }
        self.then_bound: dict[str, Binding] = {
            b.target.address: b for b in bind(self.index, self.then.values(), ())
        }
        self.kept = {d.address for d in (*self.now, *released)}
        """Addresses that are still in the manifests."""
        field = kind.name_field
        gone = [d for address, d in self.then.items() if address not in self.kept]
        self.gone_by_pin = {d.pin: d for d in reversed(gone) if d.pin is not None}
        self.gone_by_name = {str(d.fields[field]): d for d in reversed(gone) if field in d.fields}


def _compare_kind(drafted: Draft, sides: _Sides) -> None:
    before = {d.address: _counterpart(d, sides) for d in sides.now}
    drafted.changes = [
        _with_origins(c, _fields(before[c.address])) if c.kind == sides.kind.name else c
        for c in drafted.changes
    ]
    drafted.deletes = [
        _delete_with_origin(delete, drafted.project, sides) if delete.kind == sides.kind.name else delete
        for delete in drafted.deletes
    ]
    lost = Lost(
        sides.kind,
        drafted,
        sides.index,
        sides.claimed,
        {address: sides.then_bound[d.address] for address, d in before.items() if d is not None},
        frozenset(sides.baseline.allow_create),
    )
    guard_creates(lost)
    matched = {d.address for d in before.values() if d is not None}
    gone = [
        sides.then_bound[address]
        for address, d in sides.then.items()
        if address not in sides.kept
        and address not in matched
        and drafted.selection.includes(d.kind, address)
    ]
    if drafted.project.policy.mode(sides.kind.name) is not UnlistedMode.DELETE:
        drafted.warnings += vanished_addresses(lost, gone)


def _of(kind: Kind, project: Project) -> list[Declared]:
    return [d for d in project.declared if d.kind == kind.name]


def _fields(declared: Declared | None) -> Fields:
    return {} if declared is None else declared.fields


def _counterpart(declared: Declared, sides: _Sides) -> Declared | None:
    """Find what an address was at the base: under the same address, or one that is gone, by pin or name."""
    same = sides.then.get(declared.address)
    if same is not None or sides.kind.slots:
        return same
    by_pin = sides.gone_by_pin.get(declared.pin) if declared.pin is not None else None
    names = (str(declared.fields[sides.kind.name_field]), *declared.previous_names)
    by_name = [sides.gone_by_name[name] for name in names if name in sides.gone_by_name]
    return by_pin or next(iter(by_name), None)


def _with_origins(change: Create | Update, base: Fields) -> Create | Update:
    fields = tuple(field._replace(origin=field_origin(base, field)) for field in change.fields)
    return change._replace(fields=fields, origin=_together([field.origin for field in fields]))


def _together(origins: Sequence[Origin | None]) -> Origin:
    found = set(origins)
    if found == {"drift"}:
        return "drift"
    return "manifest" if found <= {"manifest"} else "both"


def _delete_with_origin(delete: Delete, project: Project, sides: _Sides) -> Delete:
    """A delete that the base asked for already is there again because live moved."""
    base = sides.baseline.project
    if delete.address is not None:
        wanted = [r for r in project.removals if (r.kind, r.address) == (delete.kind, delete.address)]
        asked = [(r.kind, r.name, r.id) for r in base.removals]
        old = any((r.kind, r.name, r.id) in asked for r in wanted)
    else:
        declared = {b.live.id for b in sides.then_bound.values() if b.live is not None}
        old = base.policy.mode(delete.kind) is UnlistedMode.DELETE and delete.live_id not in declared
    origin: Origin = "drift" if old else "manifest"
    return delete._replace(origin=origin, fields=_all(delete.fields, origin))


def _moved_by_live(change: Change) -> Change:
    return change._replace(origin="drift", fields=_all(change.fields, "drift"))


def _all(fields: Sequence[FieldChange], origin: Origin) -> tuple[FieldChange, ...]:
    return tuple(field._replace(origin=origin) for field in fields)
