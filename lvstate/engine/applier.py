"""Applies a plan: independent changes side by side, dependent ones in order, deletes last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from lvstate.effects import Append, Gather, Progress, Stopping, Task
from lvstate.engine.creating import apply_create
from lvstate.engine.deleting import apply_delete
from lvstate.engine.draft import draft
from lvstate.engine.outage import Attentive
from lvstate.engine.ports import Writer
from lvstate.engine.readback import as_stored, read_back
from lvstate.engine.reading import Snapshot
from lvstate.engine.run import Run
from lvstate.engine.settle import Settler
from lvstate.engine.strands import Strands
from lvstate.engine.updating import apply_batch, apply_update
from lvstate.kinds import kind_named
from lvstate.model.change import Create, Delete, Plan, Update
from lvstate.model.history import PLAIN, Opening, Origin
from lvstate.model.project import Project
from lvstate.model.report import Outcome, Report, Status
from lvstate.model.resource import LiveId


async def apply_plan(
    plan: Plan,
    project: Project,
    snapshot: Snapshot,
    writer: Writer,
    *,
    run_id: str,
    settle: float,
    parallelism: int,
    opening: Opening = PLAIN,
) -> Report:
    """Carry out a plan that was computed from `snapshot` a moment ago, and read back what came of it.

    Never raises for what happens to a change: every one gets an outcome. `settle` is in seconds.
    """
    seen = {kind: frozenset(live.id for live in objects) for kind, objects in snapshot.items()}
    attentive = Attentive(writer)
    run = Run(attentive, seen, Settler(attentive, settle))
    if plan.changes or opening.findings:  # a journal that cannot be written stops the run here
        await Append(_start(plan, run_id, opening.origin))
        early = await Stopping()  # then nobody waited for what may still land
        for record in (*(() if early else opening.findings), *_seen(plan, snapshot)):
            await Append(record)
    watched = _Watched(run, len(plan.changes))
    groups: list[list[Outcome]] = await Gather(_tasks(Strands(plan), watched), parallelism)
    outcomes = {outcome.change.id: outcome for group in groups for outcome in group}
    bad = next((o for o in outcomes.values() if o.status is not Status.DONE), None)
    for change in plan.changes:
        if isinstance(change, Delete):
            outcome = await _delete(watched, change, bad)
            outcomes[change.id] = outcome
            bad = bad or (None if outcome.status is Status.DONE else outcome)
    remaining: tuple[str, ...] | None = ()
    if plan.changes:  # once stopped, nothing new is begun, not even a listing
        known = _living(run, outcomes.values())
        after = None if await Stopping() else await read_back(plan, project, writer, parallelism, known)
        remaining = None if after is None else tuple(draft(project, after, plan.selection).differences)
        outcomes |= await as_stored(run, outcomes.values(), after or {})
    ordered = tuple(outcomes[change.id] for change in plan.changes)
    converged = None if remaining is None else not remaining and not plan.blocked
    if plan.changes or opening.findings:
        if unsent := [_unsent(o) for o in ordered if o.change.id not in run.journalled]:
            await run.note({"event": "unsent", "changes": unsent})
        counts = {status.value: sum(o.status is status for o in ordered) for status in Status}
        end: dict[str, object] = {"event": "end", "run": run_id, "converged": converged, **counts}
        await run.note(end | ({"remaining": list(remaining)} if remaining else {}))
    return Report(plan, run_id, ordered, converged, remaining or (), interrupted=await Stopping())


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


def _tasks(strands: Strands, watched: _Watched) -> list[Task[list[Outcome]]]:
    """Turn what does not depend on each other into tasks."""
    tasks: list[Task[list[Outcome]]] = [_batch(watched, updates) for updates in strands.batches]
    return tasks + [_strand(watched, strand, strands.causes) for strand in strands.strands]


async def _batch(watched: _Watched, updates: Sequence[Update]) -> list[Outcome]:
    return await watched.ended(*await apply_batch(watched.run, kind_named(updates[0].kind), updates))


async def _strand(
    watched: _Watched, strand: Sequence[Create | Update], causes: Mapping[str, Sequence[Update]]
) -> list[Outcome]:
    """Carry out changes one after the other, but none whose cause to wait did not come off."""
    outcomes: dict[str, Outcome] = {}
    for change in strand:
        taken = [outcomes[cause.id] for cause in causes[change.id]]
        kept = next((outcome for outcome in taken if outcome.status is not Status.DONE), None)
        lost = next((outcome for outcome in outcomes.values() if _hides_a_place(outcome)), None)
        if kept is not None:
            why = f"{kept.change.id} has to free its name first, and is {kept.status.value}"
            outcome = Outcome(change, Status.SKIPPED, change.live_id, why)
        elif lost is not None and isinstance(change, Create):
            why = f"{lost.change.id} may still come to be, and would then stand behind it"
            outcome = Outcome(change, Status.SKIPPED, None, why)
        elif isinstance(change, Create):
            outcome = await apply_create(watched.run, change)
        else:
            outcome = await apply_update(watched.run, change)
        outcomes[change.id] = outcome
        await watched.ended(outcome)
    return list(outcomes.values())


def _hides_a_place(outcome: Outcome) -> bool:
    """Whether this is a create of a kind whose order shows, and nobody knows whether it happened."""
    return (
        isinstance(outcome.change, Create)
        and kind_named(outcome.change.kind).ordered_creates
        and outcome.status is Status.UNKNOWN
        and outcome.live_id is None
    )


async def _delete(watched: _Watched, change: Delete, bad: Outcome | None) -> Outcome:
    if bad is None:
        outcome = await apply_delete(watched.run, change)
    else:
        why = f"nothing is deleted after {bad.change.id} is {bad.status.value}"
        outcome = Outcome(change, Status.SKIPPED, change.live_id, why)
    await watched.ended(outcome)
    return outcome


def _living(run: Run, outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many objects of each kind must live now."""
    done = [o.change for o in outcomes if o.status is Status.DONE]
    gone = Counter(change.kind for change in done if isinstance(change, Delete))
    return {kind: len(ids) - gone[kind] for kind, ids in run.seen.items()}


def _start(plan: Plan, run_id: str, origin: Origin) -> dict[str, object]:
    commit = None if origin.commit is None else {"id": origin.commit, "dirty": origin.dirty}
    return {
        "event": "start",
        "run": run_id,
        "lvstate_version": origin.lvstate_version,
        "commit": commit,
        "by": {"actor": origin.actor, "user": origin.user, "host": origin.host},
        "fingerprint": plan.fingerprint,
        "url": plan.tenant.url,
        "client": plan.tenant.client,
        "environment": plan.environment,
        "changes": [change.id for change in plan.changes],
        "blocked": [
            {"kind": b.kind, "address": b.address, "name": b.name, "code": b.code} for b in plan.blocked
        ],
    }


def _unsent(outcome: Outcome) -> dict[str, object]:
    """What the journal keeps of a change that no record of its own tells of."""
    change = outcome.change
    return {
        "change": change.id,
        "name": change.name,
        "live_id": change.live_id,
        "fields": [{"path": f.path, "before": f.before, "after": f.after} for f in change.fields],
        "status": outcome.status.value,
        "error": outcome.error,
    }


def _seen(plan: Plan, snapshot: Snapshot) -> list[dict[str, object]]:
    """The ids that lived before, by kind: what else lives under a new name later was made since."""
    kinds = dict.fromkeys(change.kind for change in plan.changes if isinstance(change, Create))
    return [
        {"event": "seen", "kind": kind, "ids": sorted((live.id for live in snapshot[kind]), key=_by_number)}
        for kind in kinds
    ]


def _by_number(live_id: LiveId) -> str:
    return str(live_id).zfill(20)
