"""The plan of a change without a tenant: what would be done if live were what the manifests said at the base."""

from __future__ import annotations

from collections.abc import Iterator

from lvstate.engine.draft import draft
from lvstate.engine.planner import finish
from lvstate.engine.reading import Snapshot
from lvstate.engine.threeway import compare_with_base
from lvstate.kinds import all_kinds
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Change, Create, Delete, FieldChange, Plan, Update, Warning
from lvstate.model.project import Baseline, Project, Selection
from lvstate.model.resource import Fields, Live
from lvstate.model.tenant import Tenant

_NOT_READ = Warning(
    "offline", "live was not read: this is the difference of the manifests alone, and cannot be applied"
)


class _Supposed(str):
    """The id of an object that is supposed to live, which no document shows."""

    __slots__ = ()


def offline_plan(project: Project, selection: Selection) -> Plan:
    """Plan from the manifests at the project's baseline to those now. Pure; raises ValueError without a baseline.

    Guards that count live objects or accounts have no say; live ids are None where only a tenant knows them.
    """
    baseline = project.baseline
    if baseline is None:
        raise ValueError("there is nothing to compare with")
    supposed = project._replace(policy=project.policy._replace(empty_kind_allowed=True))
    snapshot = _snapshot(supposed, baseline)
    drafted = draft(supposed, snapshot, selection)
    compare_with_base(drafted, snapshot, baseline)
    drafted.unlisted = []
    drafted.in_use_allowed = {(delete.kind, delete.target) for delete in drafted.deletes}
    drafted.warnings.append(_NOT_READ)
    made = finish(drafted, {}, Tenant(project.environment.url, project.environment.client))
    declared = {(d.kind, d.address): d.fields for d in baseline.project.declared}
    return made._replace(
        offline=True,
        changes=tuple(_as_known(c, declared.get((c.kind, c.address or ""), {})) for c in made.changes),
        blocked=tuple(_without_ids(blocked) for blocked in made.blocked),
    )


def _snapshot(project: Project, baseline: Baseline) -> Snapshot:
    kinds = project.kinds() | {d.kind for d in baseline.project.declared}
    return {
        kind.name: tuple(_supposed_live(kind, project, baseline.project))
        for kind in all_kinds()
        if kind.name in kinds
    }


def _supposed_live(kind: Kind, project: Project, base: Project) -> Iterator[Live]:
    """The objects that the base declares, and those that the manifests now pin or remove."""
    pins = {d.address: d.pin for d in project.declared if d.kind == kind.name and d.pin is not None}
    ids: set[int] = set()
    names: set[str] = set()
    for d in base.declared:
        if d.kind != kind.name:
            continue
        name = str(d.fields.get(kind.name_field, d.address))
        pin = d.pin if d.pin is not None else pins.get(d.address)
        ids |= set() if pin is None else {pin}
        names.add(name)
        live_id = (
            d.address if kind.slots else pin if pin is not None else _Supposed(f"{d.address} at the base")
        )
        yield Live(kind.name, live_id, {**d.fields, kind.name_field: name})
    for d in project.declared:
        if d.kind == kind.name and d.pin is not None and d.pin not in ids:
            ids.add(d.pin)
            yield Live(kind.name, d.pin, d.fields)
    done = {(r.kind, r.name, r.id) for r in base.removals}
    for r in project.removals:
        known = (r.name is not None and r.name in names) or (r.id is not None and r.id in ids)
        if r.kind == kind.name and not known and (r.kind, r.name, r.id) not in done:
            live_id = r.id if r.id is not None else _Supposed(f"{r.address} under removed")
            yield Live(kind.name, live_id, {kind.name_field: r.name or r.address})


def _as_known(change: Change, base: Fields) -> Change:
    """Leave out what only live could tell."""
    match change:
        case Create():
            return change
        case Update():
            fields = tuple(FieldChange(f.path, base.get(f.path), f.after, f.origin) for f in change.fields)
            known = None if isinstance(change.live_id, _Supposed) else change.live_id
            return change._replace(live_id=known, fields=fields, expected={})
        case Delete():
            known = None if isinstance(change.live_id, _Supposed) else change.live_id
            return change._replace(live_id=known, notes=())


def _without_ids(blocked: Blocked) -> Blocked:
    known = tuple(live_id for live_id in blocked.live_ids if not isinstance(live_id, _Supposed))
    return blocked._replace(live_ids=known)
