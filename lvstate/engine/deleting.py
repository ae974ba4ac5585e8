"""Carries out a delete: read and count again, journal, send, find out, journal."""

from __future__ import annotations

from lvstate.engine.run import Run
from lvstate.engine.sending import TRIES, again, how_it_moved
from lvstate.engine.verdicts import stale, unread, written
from lvstate.errors import LvstateError
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Cause, Done, NotDone, Unknown
from lvstate.model.change import Delete
from lvstate.model.report import Outcome, Status


async def apply_delete(run: Run, change: Delete) -> Outcome:
    """Delete one object, if it still is what the plan saw and nothing has begun to use it."""
    if held := await run.held_back(change):
        return held
    kind = kind_named(change.kind)
    lost: Unknown | None = None
    for left in reversed(range(TRIES + 1)):  # the last time only to see what became of it
        try:
            live = await run.writer.read(kind, change.target)
            used = await _used_by_now(run, kind, change) if live is not None else None
        except LvstateError as error:
            return await run.ended(unread(change, error, lost))
        if lost is not None and live is None:
            return await run.ended(written(change, Done()))
        if moved := how_it_moved(change, live) or used:
            return await run.ended(stale(change, moved, lost))
        if lost is not None and (left == 0 or not await again(run, change, lost)):
            break
        if lost is None and (unwritable := await run.intend(change)):
            return Outcome(change, Status.FAILED, change.live_id, unwritable)
        attempt = await run.writer.delete(kind, change.target)
        run.learn(change, attempt)
        if isinstance(attempt, NotDone) and attempt.cause is Cause.GONE:
            attempt = Done()  # it was there a moment ago, and the wish is that it is not
        if not isinstance(attempt, Unknown):
            return await run.ended(written(change, attempt, lost))
        lost = attempt
    return await run.ended(written(change, lost or Unknown("it was not sent")))


async def _used_by_now(run: Run, kind: Kind, change: Delete) -> str | None:
    """Say that accounts have come to use an object that none used when planned; raises as the count does.

    Where the plan showed users or no count, `in_use: allow` was given for whatever there is.
    """
    if kind.consumers is None or change.in_use is None or change.in_use.accounts:
        return None
    counted = await run.writer.usage(kind, change.target)
    return f"in use by {counted} now, and by none when planned" if counted.accounts else None
