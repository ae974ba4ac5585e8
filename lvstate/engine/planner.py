"""Makes the plan: reads what the manifests speak of, drafts, guards, orders, fingerprints."""

from __future__ import annotations

import hashlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from lvstate.effects import Gather
from lvstate.engine.draft import Draft, draft
from lvstate.engine.guards import Usages, guard_deletes, uncounted
from lvstate.engine.ports import Reader
from lvstate.engine.reading import Snapshot, kinds_to_read, read_snapshot
from lvstate.errors import LvstateError, NetworkError
from lvstate.kinds import all_kinds, kind_named
from lvstate.model.change import Blocked, Change, Delete, Plan, Usage
from lvstate.model.document import canonical
from lvstate.model.project import Project, Selection
from lvstate.model.tenant import Tenant

if TYPE_CHECKING:
    from lvstate.model.history import History

FINGERPRINT_FORMAT = 1
"""Rises when equal plans would get another fingerprint."""


async def make_plan(
    project: Project,
    reader: Reader,
    tenant: Tenant,
    selection: Selection,
    parallelism: int,
    history: History | None = None,
) -> tuple[Plan, Snapshot]:
    """Read live state and plan; the snapshot is what the plan was computed from.

    `history` is what earlier applies to this tenant left: it adds warnings and may block, no more.
    """
    snapshot = await read_snapshot(reader, kinds_to_read(project, selection), parallelism)
    made = await plan_from(snapshot, project, reader, tenant, selection, parallelism, history=history)
    return made, snapshot


async def plan_from(
    snapshot: Snapshot,
    project: Project,
    reader: Reader,
    tenant: Tenant,
    selection: Selection,
    parallelism: int,
    *,
    history: History | None = None,
) -> Plan:
    """Plan from complete listings; `reader` is asked no more than who uses what is to be deleted."""
    drafted = draft(project, snapshot, selection)
    if project.baseline is not None:  # before the journals, which not every machine has
        from lvstate.engine.threeway import compare_with_base

        compare_with_base(drafted, snapshot, project.baseline)
    if history is not None:
        from lvstate.engine.explaining import remember

        remember(drafted, snapshot, history)
    return finish(drafted, await count_usages(drafted, reader, parallelism), tenant)


async def count_usages(drafted: Draft, reader: Reader, parallelism: int) -> Usages:
    """Count the accounts behind every drafted delete; a count that fails is kept as its reason."""

    async def count(delete: Delete) -> Usage | str:
        try:
            return await reader.usage(kind_named(delete.kind), delete.target)
        except NetworkError:
            raise  # nothing else will work either
        except LvstateError as error:
            return error.message

    deletes = uncounted(drafted)
    counts = await Gather([count(delete) for delete in deletes], parallelism)
    return {(d.kind, d.target): counted for d, counted in zip(deletes, counts, strict=True)}


def finish(drafted: Draft, usages: Usages, tenant: Tenant) -> Plan:
    """Let the guards decide and fix the order: creates and updates kind by kind, then all deletes."""
    deletes, refused = guard_deletes(drafted, usages)
    changes: tuple[Change, ...] = (*drafted.changes, *_in_delete_order(deletes))
    blocked = tuple(sorted([*drafted.blocked, *refused], key=_blocked_order))
    environment, baseline = drafted.project.environment.name, drafted.project.baseline
    return Plan(
        tenant=tenant,
        environment=environment,
        changes=changes,
        blocked=blocked,
        unlisted=tuple(drafted.unlisted),
        warnings=tuple(drafted.warnings),
        fingerprint=_fingerprint(drafted, tenant, environment, changes, blocked),
        selection=drafted.selection,
        base=baseline.commit if baseline else None,
        allow_create=baseline.allow_create if baseline else (),
    )


_KIND_ORDER = {kind.name: number for number, kind in enumerate(all_kinds())}


def _in_delete_order(deletes: list[Delete]) -> list[Delete]:
    """Deletes run against the order in which kinds are made."""
    return sorted(deletes, key=lambda d: (-_KIND_ORDER[d.kind], d.address or "", str(d.live_id).zfill(20)))


def _blocked_order(blocked: Blocked) -> tuple[int, str, str, str]:
    ids = ",".join(str(live_id).zfill(20) for live_id in blocked.live_ids)
    return (_KIND_ORDER[blocked.kind], blocked.address or "", ids, blocked.code)


def _fingerprint(
    drafted: Draft,
    tenant: Tenant,
    environment: str,
    changes: tuple[Change, ...],
    blocked: tuple[Blocked, ...],
) -> str:
    """Hash all that could change a reviewer's mind, and nothing else (user contract, section 6)."""
    project = drafted.project
    chosen = drafted.selection.includes if drafted.selection else lambda *_: True
    declared = [
        [d.kind, d.address, dict(d.fields), d.pin, d.previous_names]
        for d in sorted(project.declared, key=attrgetter("kind", "address"))
        if chosen(d.kind, d.address)
    ]
    removals = [
        [r.kind, r.address, r.name, r.id, r.in_use_allowed]
        for r in sorted(project.removals, key=attrgetter("kind", "address"))
        if chosen(r.kind, r.address)
    ]
    value: dict[str, Any] = {
        "format": FINGERPRINT_FORMAT,
        "tenant": [tenant.url, tenant.client],
        "environment": environment,
        "declared": declared,
        "removed": removals,
        "changes": [_changed(change) for change in changes],
        "blocked": [
            [b.kind, b.address, b.name, b.action, b.code, b.live_ids, _values(b), _bracket(b)]
            for b in blocked
        ],
    }
    return f"sha256:{hashlib.sha256(canonical(value)).hexdigest()}"


def _changed(change: Change) -> list[Any]:
    usage = _bracket(change) if isinstance(change, Delete) else None
    return [change.id, change.live_id, change.name, _values(change), usage]


def _values(item: Change | Blocked) -> list[Any]:
    return [[f.path, f.before, f.after] for f in item.fields]


def _bracket(item: Delete | Blocked) -> str | None:
    return item.in_use.bracket if item.in_use is not None else None
