"""Applies a plan: independent changes side by side, dependent ones in order, deletes last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lvstate.effects import Append, Gather, Progress, Task
from lvstate.engine.draft import Snapshot, draft, kinds_to_read
from lvstate.engine.planner import read_snapshot
from lvstate.engine.ports import Writer
from lvstate.engine.writing import Run, apply_batch, apply_create, apply_delete, apply_update
from lvstate.errors import LvstateError
from lvstate.kinds import kind_named
from lvstate.model.change import Create, Delete, Plan, Update
from lvstate.model.project import Project
from lvstate.model.report import Outcome, Report, Status


async def apply_plan(
    plan: Plan,
    project: Project,
    snapshot: Snapshot,
    writer: Writer,
    *,
    run_id: str,
    settle: float,
    parallelism: int,
) -> Report:
    """Carry out a plan that was computed from `snapshot` a moment ago, and read back what came of it.

    Never raises for what happens to a change: every one gets an outcome. `settle` is in seconds.
    """
    seen = {kind: frozenset(live.id for live in objects) for kind, objects in snapshot.items()}
    run = Run(writer, seen, settle)
    if plan.changes:
        await Append(_start(plan, run_id))  # a journal that cannot be written stops the run here
    watched = _Watched(run, len(plan.changes))
    groups: list[list[Outcome]] = await Gather(_tasks(plan, watched), parallelism)
    outcomes = {outcome.change.id: outcome for group in groups for outcome in group}
    bad = next((o for o in outcomes.values() if o.status is not Status.DONE), None)
    for change in plan.changes:
        if isinstance(change, Delete):
            outcome = await _delete(watched, change, bad)
            outcomes[change.id] = outcome
            bad = bad or (None if outcome.status is Status.DONE else outcome)
    ordered = tuple(outcomes[change.id] for change in plan.changes)
    remaining: tuple[str, ...] | None = ()
    if plan.changes:
        remaining = await _read_back(plan, project, writer, parallelism)
    converged = None if remaining is None else not remaining and not plan.blocked
    if plan.changes:
        counts = {status.value: sum(o.status is status for o in ordered) for status in Status}
        await run.note({"event": "end", "run": run_id, "converged": converged, **counts})
    return Report(plan, run_id, ordered, converged, remaining or ())


class _Watched:
    """Runs changes and tells whoever watches after each."""

    def __init__(self, run: Run, total: int) -> None:
        self.run = run
        self._total = total
        self._done = 0

    async def ended(self, *outcomes: Outcome) -> list[Outcome]:
        """Count outcomes and pass them on."""
        self._done += len(outcomes)
        await Progress(self._done, self._total, outcomes[-1].change.id)
        return list(outcomes)


def _tasks(plan: Plan, watched: _Watched) -> list[Task[list[Outcome]]]:
    """Group creates and updates into tasks that do not depend on each other."""
    tasks: list[Task[list[Outcome]]] = []
    updates: defaultdict[str, list[Update]] = defaultdict(list)
    creates: defaultdict[str, list[Create]] = defaultdict(list)
    for change in plan.changes:
        match change:
            case Update():
                updates[change.kind].append(change)
            case Create():
                creates[change.kind].append(change)
            case Delete():
                pass
    for name, of_kind in updates.items():
        kind = kind_named(name)
        if kind.shape.batched:
            tasks.append(_batch(watched, of_kind))
        else:
            tasks += [_chain(watched, chain) for chain in _rename_chains(kind.name_field, of_kind)]
    for name, made in creates.items():
        if kind_named(name).ordered_creates:
            tasks.append(_in_order(watched, made))
        else:
            tasks += [_in_order(watched, [create]) for create in made]
    return tasks


def _rename_chains(name_field: str, updates: Sequence[Update]) -> list[list[Update]]:
    """Put each rename behind the one that frees its new name, as the plan ordered them."""
    chain_of: dict[object, list[Update]] = {}
    chains: list[list[Update]] = []
    for update in updates:
        rename = next((f for f in update.fields if f.path == name_field), None)
        chain = chain_of.get(rename.after) if rename is not None else None
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(update)
        if rename is not None:
            chain_of[rename.before] = chain
    return chains


async def _batch(watched: _Watched, updates: Sequence[Update]) -> list[Outcome]:
    return await watched.ended(*await apply_batch(watched.run, kind_named(updates[0].kind), updates))


async def _chain(watched: _Watched, updates: Sequence[Update]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for update in updates:
        before = outcomes[-1] if outcomes else None
        if before is not None and before.status is not Status.DONE:
            why = f"{before.change.id} has to free its name first, and is {before.status.value}"
            outcome = Outcome(update, Status.SKIPPED, update.live_id, why)
        else:
            outcome = await apply_update(watched.run, update)
        outcomes += await watched.ended(outcome)
    return outcomes


async def _in_order(watched: _Watched, creates: Sequence[Create]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for create in creates:
        outcomes += await watched.ended(await apply_create(watched.run, create))
    return outcomes


async def _delete(watched: _Watched, change: Delete, bad: Outcome | None) -> Outcome:
    if bad is None:
        outcome = await apply_delete(watched.run, change)
    else:
        why = f"nothing is deleted after {bad.change.id} is {bad.status.value}"
        outcome = Outcome(change, Status.SKIPPED, change.live_id, why)
    await watched.ended(outcome)
    return outcome


async def _read_back(
    plan: Plan, project: Project, writer: Writer, parallelism: int
) -> tuple[str, ...] | None:
    """Return what still differs from the manifests; None when live could not be read."""
    try:
        snapshot = await read_snapshot(writer, kinds_to_read(project, plan.selection), parallelism)
    except LvstateError:
        return None
    return tuple(draft(project, snapshot, plan.selection).differences)


def _start(plan: Plan, run_id: str) -> dict[str, object]:
    return {
        "event": "start",
        "run": run_id,
        "fingerprint": plan.fingerprint,
        "url": plan.tenant.url,
        "client": plan.tenant.client,
        "environment": plan.environment,
        "changes": [change.id for change in plan.changes],
    }
