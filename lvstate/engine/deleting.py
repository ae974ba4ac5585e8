"""Carries out a delete: read again, journal, send, find out, journal."""

from __future__ import annotations

from lvstate.engine.run import Run
from lvstate.engine.sending import TRIES, again, how_it_moved
from lvstate.engine.verdicts import stale, unread, written
from lvstate.errors import LvstateError
from lvstate.kinds import kind_named
from lvstate.model.attempt import Cause, Done, NotDone, Unknown
from lvstate.model.change import Delete
from lvstate.model.report import Outcome, Status


async def apply_delete(run: Run, change: Delete) -> Outcome:
    """Delete one object, if it still is what the plan saw."""
    if held := await run.held_back(change):
        return held
    kind = kind_named(change.kind)
    lost: Unknown | None = None
    for left in reversed(range(TRIES + 1)):  # the last time only to see what became of it
        try:
            live = await run.writer.read(kind, change.target)
        except LvstateError as error:
            return await run.ended(unread(change, error, lost))
        if lost is not None and live is None:
            return await run.ended(written(change, Done()))
        if moved := how_it_moved(change, live):
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
