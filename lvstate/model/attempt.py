"""The three answers to the question whether a write happened."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from lvstate.model.resource import LiveId


class Cause(Enum):
    """Why a write did not happen, as far as it matters for what comes next."""

    REFUSED = "refused"
    """The service said no to this object; others may work."""
    GONE = "gone"
    """The object does not exist (any more)."""
    FORBIDDEN = "forbidden"
    """The role may not do this."""
    UNAUTHENTICATED = "unauthenticated"
    """No session can be had; nothing else will work either."""
    UNREACHABLE = "unreachable"
    """The request could not be sent."""
    STOPPED = "stopped"
    """The run was asked to stop before the request was sent."""


class Done(NamedTuple):
    """The service confirmed it; `id` is what a create made."""

    id: LiveId | None = None


class NotDone(NamedTuple):
    """The service refused, or the request was never sent: nothing happened."""

    cause: Cause
    reason: str


class Unknown(NamedTuple):
    """Sent, and no trustworthy answer came: it may have happened, or may still happen."""

    reason: str


Attempt = Done | NotDone | Unknown
