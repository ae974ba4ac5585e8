"""Finds out what became of creates whose answers were lost: by reading, never by sending again."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from lvstate.effects import Now, Sleep, Stopping, Until
from lvstate.engine.ports import Reader
from lvstate.errors import LvstateError, NetworkError, Unanswered
from lvstate.kinds.kind import Kind
from lvstate.model.resource import Live, LiveId

_FIRST, _LONGEST = 1.0, 8.0
_LONG_PAUSES = 8
"""How many of the longest pauses a long window is divided into, so that it takes no more polls than a short one."""


class Settled(NamedTuple):
    """What the listing showed: the new object's id, or why it stays unknown."""

    live_id: LiveId | None
    reason: str = ""


class _Poll(NamedTuple):
    """The listings of a run are counted as they begin; `objects` is None where none came."""

    number: int
    objects: tuple[Live, ...] | None = None
    reason: str = "the listing does not show it"


class Settler:
    """Polls complete listings on behalf of every create of a run that waits for one.

    One listing is under way at a time. It serves all that were waiting when it began; one that got
    no answer serves all kinds, because that says the same of each. `window` is in seconds.
    """

    def __init__(self, reader: Reader, window: float) -> None:
        self._reader = reader
        self._window = window
        self._longest = max(_LONGEST, window / _LONG_PAUSES)
        self._begun = 0
        self._polling = False
        self._latest: dict[str, _Poll] = {}
        """By kind."""
        self._missed = _Poll(0)
        """The last that got no answer, of whatever kind."""

    async def find(self, kind: Kind, name: str, seen: Collection[LiveId]) -> Settled:
        """Wait for one new object of exactly this name to show.

        `seen` holds the ids that lived before the create was sent. A listing that cannot be had is no
        evidence either way.
        """
        give_up = await Now() + self._window
        pause, since = _FIRST, self._begun  # what began before the answer was lost proves nothing
        while True:
            poll = await self._poll(kind, since)
            new = [o.id for o in poll.objects or () if o.id not in seen and kind.live_name(o) == name]
            if len(new) == 1:
                return Settled(new[0])
            if new:
                listed = ", ".join(str(live_id) for live_id in sorted(new, key=str))
                return Settled(None, f"{len(new)} new {kind.noun}s have this name: {listed}")
            remaining = give_up - await Now()
            if remaining <= 0:
                return Settled(None, f"{poll.reason} after {self._window:g} seconds")
            if await Stopping():
                return Settled(None, f"{poll.reason}, and the run was interrupted")
            await Sleep(min(pause, remaining))
            last = pause >= remaining and poll.objects is not None
            since = self._begun if last else poll.number  # the last look of all is a fresh one
            pause = min(pause * 2, self._longest)

    async def _poll(self, kind: Kind, since: int) -> _Poll:
        """Return a listing of a kind that began after number `since`, by asking if need be."""
        while True:
            for poll in (self._latest.get(kind.name), self._missed):
                if poll is not None and poll.number > since:
                    return poll
            if self._polling:
                await Until(lambda: not self._polling)
                continue
            self._polling = True
            try:
                await self._ask(kind)
            finally:
                self._polling = False

    async def _ask(self, kind: Kind) -> None:
        self._begun += 1
        number = self._begun
        try:
            self._latest[kind.name] = _Poll(number, await self._reader.poll(kind))
        except (NetworkError, Unanswered) as error:
            self._missed = _Poll(number, None, error.message)
        except LvstateError as error:
            self._latest[kind.name] = _Poll(number, None, error.message)
