"""Signals during an apply: the first lets what is under way end, the second stops at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from lvstate.errors import Exit

if TYPE_CHECKING:
    from lvstate.driver import Driver


class Signals:
    """Passes the first SIGINT or SIGTERM on to a driver and remembers it."""

    def __init__(self) -> None:
        self.exit_code: Exit | None = None
        self._driver: Driver | None = None

    def watch(self, driver: Driver) -> None:
        """Stop this driver from now on."""
        self._driver = driver

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Stop gently first, at once the second time; the journal holds what was under way."""
        del frame
        if self._driver is None:  # nothing is sent yet: a lock is waited for, at most
            if number == signal.SIGTERM:
                raise SystemExit(Exit.TERMINATED)
            raise KeyboardInterrupt
        if self.exit_code is not None:
            os.write(2, b"\nstopped at once; the journal in .lvstate/runs holds what was under way\n")
            os._exit(128 + number)
        self.exit_code = Exit.TERMINATED if number == signal.SIGTERM else Exit.INTERRUPTED
        os.write(2, b"\nstopping: requests under way are finished; once more stops at once\n")
        self._driver.stop()


@contextmanager
def stopped_by_signals() -> Iterator[Signals]:
    """Handle SIGINT and SIGTERM gently inside this context."""
    signals = Signals()
    previous = {n: signal.signal(n, signals.handle) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sys.stderr.flush()
