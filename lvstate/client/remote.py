"""A tenant as the engine sees it: kinds that can be listed, read, counted and, by some, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lvstate.client.failures import RECORD_NOT_FOUND, Missing
from lvstate.client.listing import Ask, complete_listing
from lvstate.client.session import Session, WritingSession
from lvstate.client.verdict import ABSENT, Certainty, Flavour, Verdict
from lvstate.errors import AuthError, LvstateError, ServiceError
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, Live, LiveId
from lvstate.wire.messages import PAGE_SIZE, ShapeError, Write, member, optional, whole


class Reader:
    """Reads a tenant. Has no way to write.

    `expected` is how many objects of a kind, by its name, there probably are: what long listings are
    asked for side by side by, `at_once` pages of a kind at most, and nothing else.
    """

    def __init__(
        self, session: Session, *, expected: Mapping[str, int] | None = None, at_once: int = 8
    ) -> None:
        self._session = session
        self._expected = expected or {}
        self._at_once = at_once

    async def list(self, kind: Kind, *, known: int = 0) -> tuple[Live, ...]:
        """Every live object of a kind; raises rather than return a part. `known` have just been seen."""
        return await self._listed(kind, self._session.read, known)

    async def poll(self, kind: Kind) -> tuple[Live, ...]:
        """Every live object of a kind; each page is asked for once."""
        return await self._listed(kind, self._session.poll)

    async def _listed(self, kind: Kind, ask: Ask, known: int = 0) -> tuple[Live, ...]:
        try:
            expected = self._expected.get(kind.name, 0)
            return await complete_listing(kind, ask, expected=expected, known=known, at_once=self._at_once)
        except LvstateError as error:
            raise _about(f"reading the {kind.noun}s", error) from error

    async def read(self, kind: Kind, live_id: LiveId) -> Live | None:
        """One live object, None when the service says that it does not exist."""
        try:
            document = await self._session.read(kind.shape.read(live_id))
            return kind.shape.item(kind.name, live_id, document)
        except Missing as error:
            if error.by_code:
                return None
            raise _about(
                f"reading {kind.noun} {live_id}", error
            ) from error  # perhaps no word of the service's
        except ShapeError as error:
            raise ServiceError(f"reading {kind.noun} {live_id}: {error}") from error
        except LvstateError as error:
            raise _about(f"reading {kind.noun} {live_id}", error) from error

    async def usage(self, kind: Kind, live_id: LiveId) -> Usage:
        """How many accounts use an object; raises when that cannot be told for sure."""
        if kind.consumers is None:
            raise TypeError(f"nothing is known to use a {kind.noun}")
        try:
            document = await self._session.read(kind.consumers.search(live_id, PAGE_SIZE))
            rows = member(document, "the answer to a search", *kind.consumers.items_keys)
            if not isinstance(rows, list):
                raise ShapeError("the search should bring an array")
            for row in rows:
                holds = whole(member(row, "an account", kind.consumers.search_key), kind.consumers.search_key)
                if holds != live_id:
                    raise ShapeError("the search brings accounts that do not use it")
            more = bool(optional(document, "the answer to a search", "next"))
        except ShapeError as error:
            raise ServiceError(f"counting the accounts that use {kind.noun} {live_id}: {error}") from error
        return Usage(len(rows), more=more or len(rows) >= PAGE_SIZE)


class Writer(Reader):
    """Reads and writes a tenant; each write is attempted once and answered in three values."""

    def __init__(
        self, session: WritingSession, *, expected: Mapping[str, int] | None = None, at_once: int = 8
    ) -> None:
        super().__init__(session, expected=expected, at_once=at_once)
        self._writing = session

    async def create(self, kind: Kind, fields: Fields) -> Attempt:
        """Make an object with the fields that a create can carry."""
        verdict, attempt = await self._attempt(kind.shape.create(fields))
        if not isinstance(attempt, Done):
            return attempt
        try:
            return Done(kind.shape.created(None if verdict.document is ABSENT else verdict.document))
        except ShapeError:
            return Unknown(f"the service answered {verdict.status} without the new object's id")

    async def update(self, kind: Kind, changes: Sequence[tuple[LiveId, Fields]]) -> Attempt:
        """Write the given fields of one object, or of several where the kind allows it."""
        return (await self._attempt(kind.shape.update(changes)))[1]

    async def delete(self, kind: Kind, live_id: LiveId) -> Attempt:
        """Remove an object."""
        return (await self._attempt(kind.shape.delete(live_id)))[1]

    async def _attempt(self, request: Write) -> tuple[Verdict, Attempt]:
        try:
            verdict = await self._writing.write(request)
        except AuthError as error:
            verdict = Verdict(Certainty.NOT_DONE, Flavour.UNAUTHENTICATED, error.message)
        except LvstateError as error:
            verdict = Verdict(Certainty.NOT_DONE, Flavour.UNSENT, error.message)
        return verdict, attempt_of(verdict)


_CAUSES = {
    Flavour.UNAUTHENTICATED: Cause.UNAUTHENTICATED,
    Flavour.FORBIDDEN: Cause.FORBIDDEN,
    Flavour.MISSING: Cause.GONE,
    Flavour.UNSENT: Cause.UNREACHABLE,
    Flavour.STOPPED: Cause.STOPPED,
    Flavour.MISCONFIGURED: Cause.UNREACHABLE,
    Flavour.BUSY: Cause.UNREACHABLE,
}


def attempt_of(verdict: Verdict) -> Attempt:
    """Reduce a verdict on a write to what the engine decides by."""
    match verdict.certainty:
        case Certainty.DONE:
            return Done()
        case Certainty.NOT_DONE:
            cause = _CAUSES.get(verdict.flavour, Cause.REFUSED)
            if cause is Cause.GONE and verdict.code != RECORD_NOT_FOUND:
                cause = Cause.REFUSED  # perhaps the path is not known: that says nothing of the object
            return NotDone(cause, verdict.reason)
        case Certainty.UNKNOWN:
            return Unknown(verdict.reason)


def _about(doing: str, error: LvstateError) -> LvstateError:
    """Say what was being done when a read failed, keeping the error's class."""
    hint = error.hint
    if isinstance(error, AuthError) and hint is None:
        hint = "the user needs a role that may do this; lvstate doctor shows what this one may read"
    if isinstance(error, Missing):
        return ServiceError(f"{doing}: {error.message}", hint=hint or "check the environment's url")
    return type(error)(f"{doing}: {error.message}", hint=hint)
