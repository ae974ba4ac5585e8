"""Reads live back at the end of an apply, and compares what is stored with what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from lvstate.engine.ports import Reader
from lvstate.engine.reading import Snapshot, kinds_to_read, read_snapshot
from lvstate.engine.run import Run
from lvstate.errors import LvstateError
from lvstate.model.change import Create, FieldChange, Plan, Update
from lvstate.model.project import Project
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import Live, Value


async def read_back(
    plan: Plan, project: Project, reader: Reader, parallelism: int, known: Mapping[str, int]
) -> Snapshot | None:
    """Return everything that lives now; None when it could not be read. `known` as for `read_snapshot`."""
    try:
        return await read_snapshot(reader, kinds_to_read(project, plan.selection), parallelism, known)
    except LvstateError:
        return None


async def as_stored(run: Run, outcomes: Iterable[Outcome], after: Snapshot) -> dict[str, Outcome]:
    """Return, by change, new outcomes for those done whose values the service does not show as sent.

    Without this, a name that the service cuts or trims would look done, and be created again and
    again. An old value where a new one was sent is no such case: the listing may lag behind.
    """
    live = {(kind, o.id): o for kind, objects in after.items() for o in objects}
    failed: dict[str, Outcome] = {}
    for outcome in outcomes:
        change = outcome.change
        if (
            outcome.status is not Status.DONE
            or outcome.live_id is None
            or not isinstance(change, Create | Update)
        ):
            continue
        stored = live.get((change.kind, outcome.live_id))
        if stored is not None and (altered := _altered(change, stored)):
            error = _told(change, stored, altered)
            failed[change.id] = await run.ended(outcome._replace(status=Status.FAILED, error=error))
    return failed


def _altered(change: Create | Update, live: Live) -> list[FieldChange]:
    return [
        f
        for f in change.fields
        if f.after is not None
        and live.fields.get(f.path) != f.after
        and (isinstance(change, Create) or live.fields.get(f.path) != f.before)
    ]


def _told(change: Create | Update, live: Live, altered: list[FieldChange]) -> str:
    differ = "; ".join(
        f"{f.path} is {_shown(live.fields.get(f.path))}, and {_shown(f.after)} was sent" for f in altered
    )
    if isinstance(change, Create):
        what, otherwise = f"made with id {live.id}", f"pin `id: {live.id}`"
    else:
        what, otherwise = "written", "apply again"
    remedy = f"declare what the service stores, or {otherwise} if somebody else has just written it"
    return f"{what}, but not as declared: {differ}; {remedy}"


def _shown(value: Value | None) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
