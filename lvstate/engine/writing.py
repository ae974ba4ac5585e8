"""Carries out one change: read again, journal, send once, find out, journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lvstate.effects import Append, Stopping
from lvstate.engine.ports import Writer
from lvstate.engine.settle import settle_create
from lvstate.errors import AuthError, LvstateError
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Change, Create, Delete, Update
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import Fields, Live, LiveId, Value

_TRIES = 2
"""How often an update or delete may be sent: again only when a read shows that it did not happen."""


@dataclass(slots=True)
class Run:
    """What the changes of one apply share.

    `seen` holds, by kind, the ids that lived before anything was sent; `halted` says, by kind or
    for every kind (`*`), why nothing more is to be sent.
    """

    writer: Writer
    seen: dict[str, frozenset[LiveId]]
    settle: float
    halted: dict[str, str] = field(default_factory=dict)

    async def held_back(self, change: Change) -> Outcome | None:
        """Return a skipped outcome when this change must not start."""
        why = self.halted.get("*") or self.halted.get(change.kind)
        if why is None and await Stopping():
            why = "the run was interrupted before it"
        return None if why is None else Outcome(change, Status.SKIPPED, change.live_id, why)

    async def note(self, record: Mapping[str, Any]) -> str | None:
        """Journal a record; when that fails, nothing more is sent, and the reason is returned."""
        try:
            await Append(record)
        except LvstateError as error:
            self.halted["*"] = error.message
            return error.message
        return None

    async def ended(self, outcome: Outcome) -> Outcome:
        """Journal how a change ended."""
        record: dict[str, Any] = {"event": "outcome", "change": outcome.change.id}
        record["status"] = outcome.status.value
        if outcome.live_id is not None:
            record["live_id"] = outcome.live_id
        if outcome.error:
            record["error"] = outcome.error
        await self.note(record)
        return outcome

    def learn(self, change: Change, attempt: Attempt) -> None:
        """Halt what a refusal says cannot work."""
        match attempt:
            case NotDone(Cause.UNAUTHENTICATED, reason):
                self.halted["*"] = f"no session can be had: {reason}"
            case NotDone(Cause.FORBIDDEN, reason):
                self.halted[change.kind] = f"the role may not write this kind: {reason}"
            case _:
                pass


async def apply_create(run: Run, change: Create) -> Outcome:
    """Create an object, then set the fields that a create cannot carry."""
    if held := await run.held_back(change):
        return held
    kind = kind_named(change.kind)
    wanted = _after(change)
    first = {name: value for name, value in wanted.items() if name in kind.shape.create_fields}
    rest = {name: value for name, value in wanted.items() if name not in kind.shape.create_fields}
    if unwritable := await run.note(_intent(change)):
        return Outcome(change, Status.FAILED, None, unwritable)
    attempt = await run.writer.create(kind, first)
    if isinstance(attempt, Done) and attempt.id in run.seen[kind.name]:
        attempt = Unknown(f"the service answered with the id {attempt.id}, which lived before")
    if isinstance(attempt, Unknown):
        await run.note({"event": "unanswered", "change": change.id, "reason": attempt.reason})
        settled = await settle_create(run.writer, kind, change.name, run.seen[kind.name], run.settle)
        if settled.live_id is None:
            error = f"sent, but {attempt.reason}; {settled.reason}"
            return await run.ended(Outcome(change, Status.UNKNOWN, None, error, written=True))
        attempt = Done(settled.live_id)
    run.learn(change, attempt)
    if isinstance(attempt, NotDone):
        return await run.ended(_not_done(change, attempt, None))
    live_id = attempt.id
    if not rest or live_id is None:
        return await run.ended(Outcome(change, Status.DONE, live_id, written=True))
    if unwritable := await run.note({"event": "created", "change": change.id, "live_id": live_id}):
        attempt = NotDone(Cause.UNREACHABLE, unwritable)
    else:
        attempt = await _update(run, change, live_id, rest, None, rest)
    run.learn(change, attempt)
    return await run.ended(_half_created(change, live_id, ", ".join(rest), attempt))


def _half_created(change: Create, live_id: LiveId, rest: str, attempt: Attempt) -> Outcome:
    """Judge a create by the update behind it: done only when all its requests are."""
    match attempt:
        case Done():
            return Outcome(change, Status.DONE, live_id, written=True)
        case NotDone(cause, reason):
            error = f"created with id {live_id}, but its {rest} could not be set: {reason}"
            forbidden = cause in (Cause.FORBIDDEN, Cause.UNAUTHENTICATED)
            return Outcome(change, Status.FAILED, live_id, error, written=True, forbidden=forbidden)
        case Unknown(reason):
            error = f"created with id {live_id}; whether its {rest} was set is not known: {reason}"
            return Outcome(change, Status.UNKNOWN, live_id, error, written=True)


async def apply_update(run: Run, change: Update, lost: Unknown | None = None) -> Outcome:
    """Update one object, if it still is what the plan saw; `lost` is a write of it without an answer."""
    if held := await run.held_back(change):
        return held if lost is None else await run.ended(_written(change, lost))
    kind = kind_named(change.kind)
    try:
        live = await run.writer.read(kind, change.live_id)
    except LvstateError as error:
        return await run.ended(_unread(change, error, lost))
    if moved := how_it_moved(change, live):
        return await run.ended(Outcome(change, Status.STALE, change.live_id, moved, written=bool(lost)))
    if unwritable := await run.note(_intent(change)):
        refused = Outcome(change, Status.FAILED, change.live_id, unwritable)
        return refused if lost is None else _written(change, lost)
    values = values_to_send(kind, change, live)
    attempt = await _update(run, change, change.live_id, values, _before(change), _after(change))
    run.learn(change, attempt)
    return await run.ended(_written(change, attempt))


async def apply_delete(run: Run, change: Delete) -> Outcome:
    """Delete one object, if it still is what the plan saw."""
    if held := await run.held_back(change):
        return held
    kind = kind_named(change.kind)
    lost: Unknown | None = None
    for left in reversed(range(_TRIES + 1)):  # the last time only to see what became of it
        try:
            live = await run.writer.read(kind, change.live_id)
        except LvstateError as error:
            return await run.ended(_unread(change, error, lost))
        if lost is not None and live is None:
            return await run.ended(_written(change, Done()))
        if moved := how_it_moved(change, live):
            return await run.ended(Outcome(change, Status.STALE, change.live_id, moved, written=bool(lost)))
        if lost is not None and (left == 0 or not await _again(run, change, lost)):
            break
        if lost is None and (unwritable := await run.note(_intent(change))):
            return Outcome(change, Status.FAILED, change.live_id, unwritable)
        attempt = await run.writer.delete(kind, change.live_id)
        run.learn(change, attempt)
        if isinstance(attempt, NotDone) and attempt.cause is Cause.GONE:
            attempt = Done()  # it was there a moment ago, and the wish is that it is not
        if not isinstance(attempt, Unknown):
            return await run.ended(_written(change, attempt))
        lost = attempt
    return await run.ended(_written(change, lost or Unknown("it was not sent")))


async def apply_batch(run: Run, kind: Kind, changes: Sequence[Update]) -> list[Outcome]:
    """Update several objects of a batched kind in one write; one by one where that is refused."""
    if held := await run.held_back(changes[0]):
        return [Outcome(c, Status.SKIPPED, c.live_id, held.error) for c in changes]
    try:
        live = {o.id: o for o in await run.writer.list(kind)}
    except LvstateError as error:
        return [await run.ended(_unread(c, error)) for c in changes]
    moved = {c.id: why for c in changes if (why := how_it_moved(c, live.get(c.live_id)))}
    stale = [
        await run.ended(Outcome(c, Status.STALE, c.live_id, moved[c.id])) for c in changes if c.id in moved
    ]
    fit = [c for c in changes if c.id not in moved]
    if not fit:
        return stale
    for change in fit:
        if unwritable := await run.note(_intent(change)):
            return stale + [Outcome(c, Status.FAILED, c.live_id, unwritable) for c in fit]
    rows = [(c.live_id, values_to_send(kind, c, live.get(c.live_id))) for c in fit]
    attempt = await run.writer.update(kind, rows)
    run.learn(fit[0], attempt)
    one_by_one = isinstance(attempt, Unknown) or (
        isinstance(attempt, NotDone) and attempt.cause in (Cause.REFUSED, Cause.GONE) and len(fit) > 1
    )
    if one_by_one:
        return stale + [await _apply_alone(run, kind, c, attempt) for c in fit]
    return stale + [await run.ended(_written(c, attempt)) for c in fit]


async def _apply_alone(run: Run, kind: Kind, change: Update, together: Attempt) -> Outcome:
    """Find out what the write of many did to this one, and send it by itself where it did nothing."""
    if isinstance(together, Unknown):
        found = await _find_out(run, kind, change.live_id, _before(change), _after(change), together)
        if found is not None:
            return await run.ended(_written(change, found))
        return await apply_update(run, change, together)
    return await apply_update(run, change)


def how_it_moved(change: Update | Delete, live: Live | None) -> str | None:
    """Say how a live object differs from what the plan saw, None when it does not."""
    if isinstance(change, Update):
        expected: Fields = change.expected
    else:
        expected = {f.path: f.before for f in change.fields if f.before is not None}
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


def values_to_send(kind: Kind, change: Update, live: Live | None) -> dict[str, Value]:
    """The fields of an update's body: what changes, and for slots the label that the service demands."""
    values = {f.path: f.after for f in change.fields if f.after is not None}
    if kind.slots and live is not None:
        values.setdefault(kind.name_field, live.fields[kind.name_field])
    return values


async def _update(
    run: Run,
    change: Create | Update,
    live_id: LiveId,
    values: Fields,
    before: Fields | None,
    after: Fields,
) -> Attempt:
    """Send an update; send it again only when a read shows that it did not happen."""
    kind = kind_named(change.kind)
    attempt: Attempt = Unknown("it was not sent")
    for left in reversed(range(_TRIES)):
        attempt = await run.writer.update(kind, [(live_id, values)])
        if not isinstance(attempt, Unknown):
            return attempt
        found = await _find_out(run, kind, live_id, before, after, attempt)
        if found is not None:
            return found
        if left == 0 or not await _again(run, change, attempt):
            break
    return attempt


async def _again(run: Run, change: Change, lost: Unknown) -> bool:
    """Journal that a write which was not answered is sent again; False when it must not be."""
    if await run.held_back(change) is not None:
        return False
    return await run.note({"event": "again", "change": change.id, "reason": lost.reason}) is None


async def _find_out(
    run: Run, kind: Kind, live_id: LiveId, before: Fields | None, after: Fields, lost: Unknown
) -> Attempt | None:
    """Read an object whose update was not answered; None when the update did not happen so far.

    Without `before` the object is ours and fresh: whatever is not `after` has not happened yet.
    """
    try:
        live = await run.writer.read(kind, live_id)
    except LvstateError as error:
        return Unknown(f"{lost.reason}; and it could not be read again: {error.message}")
    fields: Fields = live.fields if live is not None else {}
    if all(fields.get(name) == value for name, value in after.items()):
        return Done()
    if before is None or all(fields.get(name) == before.get(name) for name in after):
        return None
    if live is None:
        return NotDone(Cause.GONE, "it no longer exists")
    return Unknown(f"{lost.reason}; and meanwhile somebody else wrote it")


def _unread(change: Update | Delete, error: LvstateError, lost: Unknown | None = None) -> Outcome:
    """Judge a change whose object could not be read before it was sent, or sent again."""
    if lost is not None:
        return _written(change, lost)
    reason = f"not {'deleted' if isinstance(change, Delete) else 'written'}: {error.message}"
    forbidden = isinstance(error, AuthError)
    return Outcome(change, Status.FAILED, change.live_id, reason, forbidden=forbidden)


def _written(change: Update | Delete, attempt: Attempt) -> Outcome:
    match attempt:
        case Done():
            return Outcome(change, Status.DONE, change.live_id, written=True)
        case NotDone(Cause.GONE, _):
            return Outcome(change, Status.STALE, change.live_id, "it no longer exists")
        case NotDone():
            return _not_done(change, attempt, change.live_id)
        case Unknown(reason):
            return Outcome(change, Status.UNKNOWN, change.live_id, reason, written=True)


def _not_done(change: Change, attempt: NotDone, live_id: LiveId | None) -> Outcome:
    forbidden = attempt.cause in (Cause.FORBIDDEN, Cause.UNAUTHENTICATED)
    status = Status.SKIPPED if attempt.cause is Cause.STOPPED else Status.FAILED
    return Outcome(change, status, live_id, attempt.reason, forbidden=forbidden)


def _intent(change: Change) -> dict[str, Any]:
    fields = [{"path": f.path, "before": f.before, "after": f.after} for f in change.fields]
    record: dict[str, Any] = {"event": "intent", "change": change.id, "name": change.name, "fields": fields}
    if change.live_id is not None:
        record["live_id"] = change.live_id
    return record


def _before(change: Update) -> dict[str, Value]:
    return {f.path: f.before for f in change.fields if f.before is not None}


def _after(change: Create | Update) -> dict[str, Value]:
    return {f.path: f.after for f in change.fields if f.after is not None}
