"""Notices when the service has stopped answering, so that no further change is sent into the void."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from lvstate.engine.ports import Writer
from lvstate.errors import LvstateError, NetworkError, Unanswered
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt, Cause, NotDone, Unknown
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, Live, LiveId

T = TypeVar("T")

_IN_A_ROW = 3
"""Exchanges without an answer, over all workers, after which nobody sends a change unless somebody got one."""


class Attentive:
    """A writer that listens to what comes back of everything that is asked through it."""

    def __init__(self, writer: Writer) -> None:
        self.gone: str | None = None
        """Why nothing more is to be sent for now; any answer takes it back."""
        self._writer = writer
        self._silent = 0

    @property
    def doubtful(self) -> bool:
        """Whether writes stay unanswered, and the read behind the last of them has not ended yet."""
        return self._silent >= _IN_A_ROW and self.gone is None

    async def list(self, kind: Kind, *, known: int = 0) -> tuple[Live, ...]:
        """Every live object of a kind."""
        return await self._read(self._writer.list(kind, known=known))

    async def poll(self, kind: Kind) -> tuple[Live, ...]:
        """Every live object of a kind, asked for once."""
        return await self._read(self._writer.poll(kind))

    async def read(self, kind: Kind, live_id: LiveId) -> Live | None:
        """One live object, None when it does not exist."""
        return await self._read(self._writer.read(kind, live_id))

    async def usage(self, kind: Kind, live_id: LiveId) -> Usage:
        """How many accounts use an object."""
        return await self._read(self._writer.usage(kind, live_id))

    async def create(self, kind: Kind, fields: Fields) -> Attempt:
        """Make an object."""
        return self._attempted(await self._writer.create(kind, fields))

    async def update(self, kind: Kind, changes: Sequence[tuple[LiveId, Fields]]) -> Attempt:
        """Write fields of one object, or of several."""
        return self._attempted(await self._writer.update(kind, changes))

    async def delete(self, kind: Kind, live_id: LiveId) -> Attempt:
        """Remove an object."""
        return self._attempted(await self._writer.delete(kind, live_id))

    async def _read(self, reading: Awaitable[T]) -> T:
        try:
            found = await reading
        except (NetworkError, Unanswered) as error:
            self._unanswered(error.message, tried_again=True)
            raise
        except LvstateError:
            self._answered()
            raise
        self._answered()
        return found

    def _attempted(self, attempt: Attempt) -> Attempt:
        match attempt:
            case Unknown(reason):  # somebody reads now what became of it, and that tells more
                self._unanswered(reason, tried_again=False)
            case NotDone(Cause.UNREACHABLE, reason):
                self._unanswered(reason, tried_again=True)
            case NotDone(Cause.STOPPED | Cause.UNAUTHENTICATED, _):
                pass
            case _:
                self._answered()
        return attempt

    def _answered(self) -> None:
        self._silent, self.gone = 0, None

    def _unanswered(self, reason: str, *, tried_again: bool) -> None:
        self._silent += 1
        if tried_again and self._silent >= _IN_A_ROW:
            self.gone = f"the service stopped answering; {reason}"
