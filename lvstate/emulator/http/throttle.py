"""A limit on requests a second, answered with 429 (both vendor pages speak of limits, without numbers)."""

from __future__ import annotations

import math
import threading

from lvstate.emulator.clock import Clock
from lvstate.emulator.http.refusals import Refused


class Throttle:
    """A bucket that holds the requests of one second and refills steadily."""

    def __init__(self, rate: float, clock: Clock) -> None:
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError("the rate must be above zero")
        self._rate = rate
        self._size = max(1.0, rate)
        self._clock = clock
        self._lock = threading.Lock()
        self._left = self._size
        self._refilled = clock()

    def admit(self) -> None:
        """Let one request pass. Raises Refused with 429 and the seconds to wait."""
        with self._lock:
            now = self._clock()
            self._left = min(self._size, self._left + max(0.0, now - self._refilled) * self._rate)
            self._refilled = now
            if self._left >= 1:
                self._left -= 1
                return
            wait = max(1, math.ceil((1 - self._left) / self._rate))
        raise Refused(429, "Too many requests.", headers={"Retry-After": str(wait)})
