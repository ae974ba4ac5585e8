"""Sends an update, and finds out by reading what became of one without an answer."""

from __future__ import annotations

from lvstate.engine.run import Run
from lvstate.errors import LvstateError
from lvstate.kinds import kind_named
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Change, Create, Delete, Update
from lvstate.model.resource import Fields, Live, LiveId, Value

TRIES = 2
"""How often an update or delete may be sent: again only when a read shows that it did not happen."""


async def send_update(
    run: Run,
    change: Create | Update,
    live_id: LiveId,
    values: Fields,
    before: Fields | None,
) -> tuple[Attempt, Unknown | None]:
    """Send an update, again only when a read shows that it did not happen.

    Returns the last attempt and the one before it that was lost, if any: that one may still land, so
    that a refusal of the last is no proof of anything. Without `before` the object is ours and fresh.
    """
    kind = kind_named(change.kind)
    after = values if before is None else after_of(change)
    lost: Unknown | None = None
    for left in reversed(range(TRIES)):
        attempt = await run.writer.update(kind, [(live_id, values)])
        run.learn(change, attempt)
        if not isinstance(attempt, Unknown):
            return attempt, lost
        lost = attempt
        found = await find_out(run, change, live_id, before, after, lost)
        if found is not None:
            return found, lost
        if left == 0 or not await again(run, change, lost):
            break
    return lost or Unknown("it was not sent"), lost


async def again(run: Run, change: Change, lost: Unknown) -> bool:
    """Journal that a write which was not answered is sent again; False when it must not be."""
    if await run.held_back(change) is not None:
        return False
    return await run.note({"event": "again", "change": change.id, "reason": lost.reason}) is None


async def find_out(
    run: Run, change: Create | Update, live_id: LiveId, before: Fields | None, after: Fields, lost: Unknown
) -> Attempt | None:
    """Read an object whose update was not answered; None when it still is what the plan saw.

    Without `before` the object is ours and fresh: whatever is not `after` has not happened yet. While the
    service does not answer anybody, nobody asks: a write of many would be followed by as many reads.
    """
    if run.writer.gone is not None:
        return Unknown(f"{lost.reason}; {run.writer.gone}")
    try:
        live = await run.writer.read(kind_named(change.kind), live_id)
    except LvstateError as error:
        return Unknown(f"{lost.reason}; and it could not be read again: {error.message}")
    fields: Fields = live.fields if live is not None else {}
    if all(fields.get(name) == value for name, value in after.items()):
        return Done()
    if before is None:
        return None
    if isinstance(change, Update) and how_it_moved(change, live) is None:
        return None
    if live is None:
        return NotDone(Cause.GONE, "it no longer exists")
    return Unknown(f"{lost.reason}; and meanwhile somebody else wrote it")


def how_it_moved(change: Update | Delete, live: Live | None) -> str | None:
    """Say how a live object differs from what the plan saw, None when it does not."""
    if isinstance(change, Update):
        expected: Fields = change.expected
    else:
        expected = before_of(change)
    if live is None:
        return "it no longer exists" if expected else None
    if not expected:
        return "it is defined now, and was not when planned"
    for name, value in expected.items():
        now = live.fields.get(name)
        if now != value:
            return f"its {name} moved since the plan"
    for update_field in change.fields if isinstance(change, Update) else ():
        if update_field.before is None and update_field.path in live.fields:
            return f"its {update_field.path} moved since the plan"
    return None


def before_of(change: Change) -> dict[str, Value]:
    """The values that change, as they were when planned."""
    return {f.path: f.before for f in change.fields if f.before is not None}


def after_of(change: Change) -> dict[str, Value]:
    """The values that change, as they are to be."""
    return {f.path: f.after for f in change.fields if f.after is not None}
