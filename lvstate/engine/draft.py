"""Compares desired with live and drafts every change, before any guard has looked at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from lvstate.engine.compare import changed_fields
from lvstate.engine.identity import Binding, LiveIndex, bind
from lvstate.engine.names import NameGuard
from lvstate.engine.reading import Snapshot
from lvstate.engine.strands import freeing_names_first
from lvstate.kinds import all_kinds
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, Delete, FieldChange, Unlisted, Update, Warning
from lvstate.model.project import EVERYTHING, Policy, Project, Selection, UnlistedMode
from lvstate.model.resource import Declared, Live, LiveId, Removal


class Draft:
    """Changes as the manifests ask for them; `deletes` still have to pass the guards."""

    def __init__(self, project: Project, selection: Selection) -> None:
        self.project = project
        self.selection = selection
        self.changes: list[Create | Update] = []
        self.deletes: list[Delete] = []
        self.in_use_allowed: set[tuple[str, LiveId]] = set()
        self.blocked: list[Blocked] = []
        self.unlisted: list[Unlisted] = []
        self.warnings: list[Warning] = []
        self.population: Counter[str] = Counter()
        """How many objects of each kind live now."""
        self.spoken_for: dict[str, set[LiveId]] = {}
        """By kind, the live objects that manifests mean, whether or not this run may touch them."""

    @property
    def differences(self) -> list[str]:
        """What a tenant would still need to be as declared, in words."""
        return [c.id for c in (*self.changes, *self.deletes)] + [
            f"{b.kind}/{b.address or b.name}: {b.reason}" for b in self.blocked
        ]


def draft(project: Project, snapshot: Snapshot, selection: Selection = EVERYTHING) -> Draft:
    """Compare a project with complete listings of the kinds it names. Pure; raises nothing."""
    result = Draft(project, selection)
    for kind in all_kinds():
        if kind.name in snapshot:
            _draft_kind(result, kind, snapshot[kind.name])
    return result


def _draft_kind(result: Draft, kind: Kind, objects: Sequence[Live]) -> None:
    project, policy = result.project, result.project.policy
    objects = _in_id_order(objects)  # a plan owes nothing to the order in which the service lists them
    result.population[kind.name] = len(objects)
    declared = [d for d in project.declared if d.kind == kind.name]
    removals = [r for r in project.removals if r.kind == kind.name]
    index = LiveIndex(kind, objects)
    bindings = bind(index, declared, removals)
    released = bind(index, [d for d in project.released if d.kind == kind.name], [])
    spoken_for = [*bindings, *released]
    claimed = {b.live.id for b in spoken_for if b.live} | {i for b in spoken_for for i in b.contenders}
    result.spoken_for[kind.name] = claimed
    if policy.ignore:
        bindings = [_unless_ignored(policy, kind, binding) for binding in bindings]
    chosen = bindings
    if result.selection:
        chosen = [b for b in bindings if result.selection.includes(kind.name, b.target.address)]

    creates: list[Create] = []
    updates: list[Update] = []
    for binding in chosen:
        result.warnings += binding.warnings
        if binding.blocked is not None:
            result.blocked.append(binding.blocked._replace(fields=_would_change(kind, index, binding)))
        elif isinstance(binding.target, Removal):
            _draft_removal(result, kind, binding.target, binding.live)
        elif binding.live is None and not kind.slots:
            creates.append(_create(binding.target, kind))
        elif (update := _update(result, kind, binding.target, binding.live)) is not None:
            updates.append(update)

    if not result.selection:
        _draft_unlisted(result, kind, [o for o in objects if o.id not in claimed])
    doomed = {delete.target for delete in result.deletes if delete.kind == kind.name}
    names = NameGuard(kind, objects, bindings, doomed)
    result.warnings += names.warnings([b.target.address for b in chosen])
    if not kind.ordered_creates:
        creates.sort(key=lambda change: change.address)
    ordered: list[Create | Update] = [*freeing_names_first(kind, updates), *creates]
    allowed, refused = names.sift(ordered)
    result.changes += allowed
    result.blocked += refused


def _in_id_order(objects: Sequence[Live]) -> list[Live]:
    if all(type(live.id) is int for live in objects):
        return sorted(objects, key=attrgetter("id"))
    return sorted(objects, key=lambda live: str(live.id).zfill(20))


def _unless_ignored(policy: Policy, kind: Kind, binding: Binding) -> Binding:
    """Block an address that is pinned to, or was renamed from, an object that is never to be touched."""
    live, target = binding.live, binding.target
    if live is None or not _ignored(policy, kind, live):
        return binding
    return Binding(
        target,
        blocked=Blocked(
            target.kind,
            target.address,
            kind.live_name(live),
            "delete" if isinstance(target, Removal) else "update",
            "ignored",
            f"the live object {live.id} matches `ignore` in the project file",
            hint="take it out of `ignore`, or out of the manifests",
            live_ids=(live.id,),
            source=target.source,
        ),
    )


def _ignored(policy: Policy, kind: Kind, live: Live) -> bool:
    return any(pattern.matches(kind.name, kind.pattern_name(live)) for pattern in policy.ignore)


def _create(declared: Declared, kind: Kind) -> Create:
    return Create(
        kind.name,
        declared.address,
        str(declared.fields[kind.name_field]),
        tuple(FieldChange(n, None, declared.fields[n]) for n in kind.field_names if n in declared.fields),
        source=declared.source,
    )


def _would_change(kind: Kind, index: LiveIndex, binding: Binding) -> tuple[FieldChange, ...]:
    """Return what a blocked binding would change in every live object that it may mean."""
    found = [index.with_id(live_id) for live_id in binding.blocked.live_ids] if binding.blocked else []
    changes: list[FieldChange] = []
    for live in found:
        if live is None:
            continue
        if isinstance(binding.target, Removal):
            changes += _delete(kind, live).fields
        else:
            changes += changed_fields(live.fields, binding.target.fields)
    return tuple(changes)


def _update(result: Draft, kind: Kind, declared: Declared, live: Live | None) -> Update | None:
    before = live.fields if live is not None else {}
    if before == declared.fields:
        return None
    wanted = {name: declared.fields[name] for name in kind.field_names if name in declared.fields}
    fields = changed_fields(before, wanted)
    if not fields:
        return None
    name = wanted.get(kind.name_field, before.get(kind.name_field))
    if name is None:
        result.blocked.append(
            Blocked(
                kind.name,
                declared.address,
                None,
                "update",
                "label-missing",
                f"{declared.address} has no label yet, and the service takes none without one",
                hint=f"declare a {kind.name_field}",
                source=declared.source,
                fields=fields,
            )
        )
        return None
    expected = {
        n: before[n] for n in kind.field_names if n in before and (n in wanted or n == kind.name_field)
    }
    risks = kind.risks(before, {f.path: f.after for f in fields if f.after is not None})
    return Update(
        kind.name,
        declared.address,
        str(name),
        live.id if live is not None else declared.address,
        fields,
        expected=expected,
        source=declared.source,
        notes=tuple(f"risky: {risk}" for risk in risks),
    )


def _draft_removal(result: Draft, kind: Kind, removal: Removal, live: Live | None) -> None:
    if live is None:
        return
    result.deletes.append(_delete(kind, live)._replace(address=removal.address, source=removal.source))
    if removal.in_use_allowed:
        result.in_use_allowed.add((kind.name, live.id))


def _delete(kind: Kind, live: Live) -> Delete:
    fields = tuple(FieldChange(n, live.fields[n], None) for n in kind.field_names if n in live.fields)
    return Delete(kind.name, None, kind.live_name(live), live.id, fields)


def _draft_unlisted(result: Draft, kind: Kind, objects: Sequence[Live]) -> None:
    policy = result.project.policy
    mode = policy.mode(kind.name)
    for live in objects:
        if mode is UnlistedMode.IGNORE or _ignored(policy, kind, live):
            continue
        if mode is UnlistedMode.DELETE:
            result.deletes.append(_delete(kind, live)._replace(source=policy.unlisted_sources.get(kind.name)))
        else:
            drift = mode is UnlistedMode.DRIFT
            result.unlisted.append(Unlisted(kind.name, kind.live_name(live), live.id, drift))
