"""A limit on requests a second, answered with 429 (both vendor pages speak of limits, without numbers)."""

from __future__ import annotations

import math
import threading

from lvstate.emulator.clock import Clock
from lvstate.emulator.http.refusals import Refused


class Throttle:
    """A bucket that holds the requests of one second and refills steadily; without a rate all may pass."""

    def __init__(self, rate: float | None, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.set_rate(rate)

    @property
    def rate(self) -> float | None:
        """Requests a second, or None."""
        return self._rate

    def set_rate(self, rate: float | None) -> None:
        """Begin anew with a full bucket. Raises ValueError for a rate that is not above zero."""
        if rate is not None and not (math.isfinite(rate) and rate > 0):
            raise ValueError("the rate must be above zero")
        with self._lock:
            self._rate = rate
            self._size = self._left = max(1.0, rate or 0.0)
            self._refilled = self._clock()

    def admit(self) -> None:
        """Let one request pass. Raises Refused with 429 and the seconds to wait."""
        with self._lock:
            if self._rate is None:
                return
            now = self._clock()
            self._left = min(self._size, self._left + max(0.0, now - self._refilled) * self._rate)
            self._refilled = now
            if self._left >= 1:
                self._left -= 1
                return
            wait = max(1, math.ceil((1 - self._left) / self._rate))
        raise Refused(429, "Too many requests.", headers={"Retry-After": str(wait)})
