"""Carries out a create: once, and where its answer is lost the listing tells, never a second one."""

from __future__ import annotations

from lvstate.engine.run import Run
from lvstate.engine.sending import after_of, send_update
from lvstate.engine.verdicts import half_created, not_done, still_open
from lvstate.kinds import kind_named
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Create
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import Fields, LiveId


async def apply_create(run: Run, change: Create) -> Outcome:
    """Create an object, then set the fields that a create cannot carry."""
    if held := await run.held_back(change):
        return held
    kind = kind_named(change.kind)
    wanted = after_of(change)
    first = {name: value for name, value in wanted.items() if name in kind.shape.create_fields}
    rest = {name: value for name, value in wanted.items() if name not in kind.shape.create_fields}
    if unwritable := await run.intend(change):
        return Outcome(change, Status.FAILED, None, unwritable)
    attempt = await run.writer.create(kind, first)
    if isinstance(attempt, Done) and attempt.id in run.seen[kind.name]:
        attempt = Unknown(f"the service answered with the id {attempt.id}, which lived before")
    if isinstance(attempt, Unknown):
        await run.note({"event": "unanswered", "change": change.id, "reason": attempt.reason})
        settled = await run.settler.find(kind, change.name, run.seen[kind.name])
        if settled.live_id is None:
            error = f"sent, but {attempt.reason}; {settled.reason}"
            return await run.ended(Outcome(change, Status.UNKNOWN, None, error, written=True))
        attempt = Done(settled.live_id)
    run.learn(change, attempt)
    if isinstance(attempt, NotDone):
        return await run.ended(not_done(change, attempt, None))
    live_id = attempt.id
    if live_id is not None:  # renamed by somebody, it must not pass for what another create was to make
        run.seen[kind.name] |= {live_id}
    if not rest or live_id is None:
        return await run.ended(Outcome(change, Status.DONE, live_id, written=True))
    attempt = await _complete(run, change, live_id, rest)
    return await run.ended(half_created(change, live_id, ", ".join(rest), attempt))


async def _complete(run: Run, change: Create, live_id: LiveId, rest: Fields) -> Attempt:
    """Set the fields that the create could not carry."""
    if unwritable := await run.note({"event": "created", "change": change.id, "live_id": live_id}):
        return NotDone(Cause.UNREACHABLE, unwritable)
    attempt, lost = await send_update(run, change, live_id, rest, None)
    if isinstance(attempt, NotDone) and lost is not None:
        return still_open(attempt, lost)
    return attempt
