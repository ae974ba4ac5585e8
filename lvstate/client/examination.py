"""Looks at a tenant without writing: does it answer, who are we there, what may we read?"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from lvstate.client.failures import Forbidden
from lvstate.client.login import Login
from lvstate.client.session import Session
from lvstate.effects import Http, HttpFault, HttpReply, HttpRequest
from lvstate.errors import LvstateError, ServiceError
from lvstate.kinds.kind import Kind
from lvstate.model.resource import LiveId
from lvstate.wire.messages import ShapeError

_PROBE = HttpRequest("GET", "/session/validate/lvstate-doctor", {"Accept": "application/json"})
"""A question that needs no credentials and carries none: whether a session of this made-up id is open."""


class Listing(NamedTuple):
    """What came of listing one kind: `first` is an id if there is any object, `error` says why it failed."""

    kind: Kind
    first: LiveId | None = None
    error: LvstateError | None = None

    @property
    def forbidden(self) -> bool:
        """Whether the role may not do this."""
        return isinstance(self.error, Forbidden)


async def probe(patience: float) -> HttpReply | HttpFault:
    """Ask the service something harmless, once, and wait so many seconds for its answer."""
    return await Http(_PROBE, patience)


async def sign_in(session: Session, kinds: Sequence[Kind]) -> Login | None:
    """Log in, or try the session that was given; returns what a login told. Raises LvstateError."""
    if await session.open() is None:
        for kind in kinds[:1]:
            try:
                await session.read(kind.shape.list(0, 1))
            except Forbidden:
                return session.login
    return session.login


async def list_one(session: Session, kind: Kind) -> Listing:
    """List at most one object of a kind, where the listing comes in pages."""
    try:
        page = kind.shape.page(kind.name, await session.read(kind.shape.list(0, 1)))
    except ShapeError as error:
        return Listing(kind, error=ServiceError(f"the list does not have the documented shape: {error}"))
    except LvstateError as error:
        return Listing(kind, error=error)
    return Listing(kind, page.objects[0].id if page.objects else None)


async def may_read(session: Session, kind: Kind, live_id: LiveId) -> bool:
    """Whether the role may read one object; raises LvstateError when that cannot be told."""
    try:
        await session.read(kind.shape.read(live_id))
    except Forbidden:
        return False
    return True


def clock_offset(reply: HttpReply, before: float, after: float) -> float | None:
    """Seconds that this machine is ahead of the service; None where the answer has no usable `Date`.

    `before` and `after` are this machine's times around the exchange; within them, and within the
    second that `Date` rounds to, the clocks agree.
    """
    try:
        told = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    if before > told + 1:
        return before - told - 1
    return min(after - told, 0.0)
