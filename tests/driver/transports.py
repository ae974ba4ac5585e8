"""Transports that tests hold in their hands."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Barrier, Event, Lock, Thread, current_thread
from typing import Any

from lvstate.effects import HttpFault, HttpReply, HttpRequest

PATIENCE = 10.0
"""Seconds after which a test hangs no longer."""


def reply_to(request: HttpRequest) -> HttpReply:
    """Answer with the path, so that answers can be told apart."""
    return HttpReply(200, {}, request.path.encode())


class Echo:
    """Answers with the path after `delay` seconds; remembers what was sent, by whom, how many at once."""

    def __init__(self, delay: float = 0.0) -> None:
        self.sent: list[str] = []
        self.threads: set[Thread] = set()
        self.most_at_once = 0
        self._delay = delay
        self._now = 0
        self._lock = Lock()

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Answer."""
        del deadline
        with self._lock:
            self.sent.append(request.path)
            self.threads.add(current_thread())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(self._delay)
        with self._lock:
            self._now -= 1
        return reply_to(request)


class Meeting(Echo):
    """Answers nobody before `parties` requests are under way at the same time."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._barrier = Barrier(parties, timeout=PATIENCE)

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Wait for the others."""
        self._barrier.wait()
        return super().perform(request, deadline)


class Hanging(Echo):
    """Answers at once, but requests to /hang only after `release`, whatever their deadline."""

    def __init__(self) -> None:
        super().__init__()
        self.release = Event()
        self.hanging = Event()
        self.late = Event()

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Hang or answer."""
        if request.path.startswith("/hang"):
            self.sent.append(request.path)
            self.hanging.set()
            self.release.wait(PATIENCE)
            self.late.set()
            return HttpReply(200, {}, b"late")
        return super().perform(request, deadline)


class Ledger:
    """A journal that keeps every call."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self._error = error

    def append(self, records: Sequence[Any]) -> None:
        """Keep, or fail."""
        self.calls.append([dict(record) for record in records])
        if self._error is not None:
            raise self._error
