"""When the next request may go out: one pause for all workers, a budget of retries, a deadline."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from random import Random

from lvstate.effects import Now, Sleep

READ_TRIES = 4
RETRY_BUDGET = 20
FOR_POLLS = 12
"""Of the budget, what is kept for finding out about an unanswered write: a settling time of polls."""
_FIRST, _LONGEST = 0.5, 20.0


class Pacing:
    """Shared by every exchange of a run.

    `deadline` bounds, in seconds, how long the run waits because the service asked it to. `rate` is how many
    requests a second the user wants at most: they go out one by one, evenly, and nothing is saved up for a burst.
    """

    def __init__(
        self,
        deadline: float = 600.0,
        random: Random | None = None,
        *,
        rate: float | None = None,
        retries_left: int = RETRY_BUDGET,
    ) -> None:
        self.deadline = deadline
        self.rate = rate
        self.retries_left = retries_left
        self.waited = 0.0
        self.reserved = 0
        """Of the retries left, those that only polls may use."""
        self._random = random or Random()  # noqa: S311 (it only spreads waiting times)
        self._resume_at = 0.0
        self._next_slot = 0.0
        self._too_long = False
        """Whether the time until then is longer than the run may wait."""

    async def turn(self) -> bool:
        """Wait for a slot in which the service may be asked; False when it is later than the run may wait."""
        waiting = self._resume_at > 0 or self.rate is not None  # else nobody has ever been asked to wait
        while waiting:
            while (pause := self._resume_at - await Now()) > 0:
                if self._too_long:
                    return False
                if not await _slept(pause):
                    return True
            waiting = await self._slot()
        return True

    async def _slot(self) -> bool:
        """Wait for the next free slot; True when a pause began meanwhile, so that it must not be used."""
        if self.rate is None:
            return False
        now = await Now()
        slot = max(self._next_slot, now)
        self._next_slot = slot + 1 / self.rate
        return slot > now and await _slept(slot - now) and self._resume_at > await Now()

    async def busy(self, attempt: int, retry_after: str | None, date: str | None) -> bool:
        """Make every worker wait as the service asks; False when that would pass the deadline."""
        now = await Now()
        asked = seconds(retry_after, date)
        wait = max(asked or 0.0, self._backoff(attempt))
        resume_at = max(self._resume_at, now + wait)
        longer = resume_at - max(self._resume_at, now)
        was_too_long = self._too_long and self._resume_at > now
        self._resume_at = resume_at  # also when it is too late for this run: nobody asks before it
        self._too_long = was_too_long or self.waited + longer > self.deadline
        if not self._too_long:
            self.waited += longer
        return not self._too_long

    async def retry(
        self, attempt: int, retry_after: str | None = None, date: str | None = None, *, all_wait: bool = False
    ) -> bool:
        """Wait before another try of the same request; False when the run has no retries left.

        Every worker waits where the service names a time, and with `all_wait`.
        """
        if self.retries_left <= self.reserved:
            return False
        self.retries_left -= 1
        asked = seconds(retry_after, date)
        if asked is not None or all_wait:
            return await self.busy(attempt, retry_after, date)
        await Sleep(self._backoff(attempt))
        return True

    def reserve(self) -> None:
        """From now on, keep retries for polls: a write was not answered, and they find out about it."""
        self.reserved = FOR_POLLS

    async def missed(self, retry_after: str | None, date: str | None, *, all_wait: bool) -> None:
        """Count a poll that got no answer as a retry; whoever polls waits by itself, the others as in `retry`."""
        self.retries_left -= 1
        if all_wait or seconds(retry_after, date) is not None:
            await self.busy(1, retry_after, date)

    def _backoff(self, attempt: int) -> float:
        ceiling = min(_FIRST * 2.0 ** min(attempt - 1, 10), _LONGEST)  # bounded: a float overflows
        return ceiling / 2 + self._random.random() * ceiling / 2


async def _slept(time: float) -> bool:
    """Sleep; False when woken early: the run is stopping, and the caller of `turn` will see that."""
    before = await Now()
    await Sleep(time)
    return await Now() - before >= time / 2


def seconds(retry_after: str | None, date: str | None) -> float | None:
    """Read `Retry-After`: seconds, or a date measured against the answer's own `Date`.

    None for anything that makes no sense: a negative number, words, a past date.
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 7:
        return float(text)
    try:
        until: datetime = parsedate_to_datetime(text)
        now: datetime = parsedate_to_datetime(date or "")
        wait: float = (until - now).total_seconds()
    except (TypeError, ValueError, OverflowError):  # years and time zones of any length reach the C code
        return None
    return wait if wait >= 0 else None
