"""Carries out updates, one by one or many in one write: read again, journal, send, find out, journal."""

from __future__ import annotations

from collections.abc import Sequence

from lvstate.engine.run import Run
from lvstate.engine.sending import after_of, before_of, find_out, how_it_moved, send_update
from lvstate.engine.verdicts import stale, unread, written
from lvstate.errors import LvstateError
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt, Cause, NotDone, Unknown
from lvstate.model.change import Update
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import Live, Value


async def apply_update(run: Run, change: Update, lost: Unknown | None = None) -> Outcome:
    """Update one object, if it still is what the plan saw; `lost` is a write of it without an answer."""
    if held := await run.held_back(change):
        return held if lost is None else await run.ended(written(change, lost))
    kind = kind_named(change.kind)
    try:
        live = await run.writer.read(kind, change.target)
    except LvstateError as error:
        return await run.ended(unread(change, error, lost))
    if moved := how_it_moved(change, live):
        return await run.ended(stale(change, moved, lost))
    if unwritable := await run.intend(change):
        refused = Outcome(change, Status.FAILED, change.live_id, unwritable)
        return refused if lost is None else written(change, lost)
    values = values_to_send(kind, change, live)
    attempt, lost_here = await send_update(run, change, change.target, values, before_of(change))
    return await run.ended(written(change, attempt, lost_here or lost))


async def apply_batch(run: Run, kind: Kind, changes: Sequence[Update]) -> list[Outcome]:
    """Update several objects of a batched kind in one write; one by one where that is refused."""
    if held := await run.held_back(changes[0]):
        return [Outcome(c, Status.SKIPPED, c.live_id, held.error) for c in changes]
    try:
        live = {o.id: o for o in await run.writer.list(kind)}
    except LvstateError as error:
        return [await run.ended(unread(c, error)) for c in changes]
    moved = {c.id: why for c in changes if (why := how_it_moved(c, live.get(c.target)))}
    left = [await run.ended(stale(c, moved[c.id])) for c in changes if c.id in moved]
    fit = [c for c in changes if c.id not in moved]
    if not fit:
        return left
    for change in fit:
        if unwritable := await run.intend(change):
            return left + [Outcome(c, Status.FAILED, c.live_id, unwritable) for c in fit]
    rows = [(c.target, values_to_send(kind, c, live.get(c.target))) for c in fit]
    attempt = await run.writer.update(kind, rows)
    run.learn(fit[0], attempt)
    one_by_one = isinstance(attempt, Unknown) or (
        isinstance(attempt, NotDone) and attempt.cause in (Cause.REFUSED, Cause.GONE) and len(fit) > 1
    )
    if one_by_one:
        return left + [await _apply_alone(run, c, attempt) for c in fit]
    return left + [await run.ended(written(c, attempt)) for c in fit]


async def _apply_alone(run: Run, change: Update, together: Attempt) -> Outcome:
    """Find out what the write of many did to this one, and send it by itself where it did nothing."""
    if not isinstance(together, Unknown):
        return await apply_update(run, change)
    found = await find_out(run, change, change.target, before_of(change), after_of(change), together)
    if found is not None:
        return await run.ended(written(change, found, together))
    return await apply_update(run, change, together)


def values_to_send(kind: Kind, change: Update, live: Live | None) -> dict[str, Value]:
    """The fields of an update's body: what changes, and for slots the label that the service demands."""
    values = after_of(change)
    if kind.slots and live is not None:
        values.setdefault(kind.name_field, live.fields[kind.name_field])
    return values
