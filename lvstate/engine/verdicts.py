"""From attempts to outcomes: what a change has come to, once it is known or cannot be found out."""

from __future__ import annotations

from lvstate.errors import AuthError, LvstateError
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Change, Create, Delete, Update
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import LiveId

_FORBIDDEN = (Cause.FORBIDDEN, Cause.UNAUTHENTICATED)


def written(change: Update | Delete, attempt: Attempt, lost: Unknown | None = None) -> Outcome:
    """Judge the last attempt at a change; `lost` is a write before it that was not answered.

    Such a write may still land: what was refused after it is unknown, whatever the refusal says.
    """
    match attempt:
        case Done():
            return Outcome(change, Status.DONE, change.live_id, written=True)
        case NotDone(Cause.GONE, _):
            return stale(change, "it no longer exists", lost)
        case NotDone() if lost is None:
            return not_done(change, attempt, change.live_id)
        case NotDone() | Unknown():
            reason = still_open(attempt, lost).reason
            return Outcome(change, Status.UNKNOWN, change.live_id, reason, written=True)


def still_open(attempt: NotDone | Unknown, lost: Unknown | None) -> Unknown:
    """Say that a write may have happened, or may still, although another try of it did not."""
    if isinstance(attempt, Unknown):
        return attempt
    first = lost.reason if lost is not None else "it was sent"
    return Unknown(f"{first}; it may still take effect, although another try did not: {attempt.reason}")


def stale(change: Update | Delete, why: str, lost: Unknown | None = None) -> Outcome:
    """Judge a change whose object is not what the plan saw."""
    return Outcome(change, Status.STALE, change.live_id, why, written=lost is not None)


def unread(change: Update | Delete, error: LvstateError, lost: Unknown | None = None) -> Outcome:
    """Judge a change whose object could not be read before it was sent, or sent again."""
    if lost is not None:
        return written(change, lost)
    reason = f"not {'deleted' if isinstance(change, Delete) else 'written'}: {error.message}"
    forbidden = isinstance(error, AuthError)
    return Outcome(change, Status.FAILED, change.live_id, reason, forbidden=forbidden)


def not_done(change: Change, attempt: NotDone, live_id: LiveId | None) -> Outcome:
    """Judge a change of which surely nothing happened."""
    forbidden = attempt.cause in _FORBIDDEN
    status = Status.SKIPPED if attempt.cause is Cause.STOPPED else Status.FAILED
    return Outcome(change, status, live_id, attempt.reason, forbidden=forbidden)


def half_created(change: Create, live_id: LiveId, rest: str, attempt: Attempt) -> Outcome:
    """Judge a create by the update behind it: done only when all its requests are."""
    match attempt:
        case Done():
            return Outcome(change, Status.DONE, live_id, written=True)
        case NotDone(cause, reason):
            error = f"created with id {live_id}, but its {rest} could not be set: {reason}"
            return Outcome(change, Status.FAILED, live_id, error, written=True, forbidden=cause in _FORBIDDEN)
        case Unknown(reason):
            error = f"created with id {live_id}; whether its {rest} was set is not known: {reason}"
            return Outcome(change, Status.UNKNOWN, live_id, error, written=True)
