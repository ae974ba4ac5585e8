"""Cuts connections from outside when their time is over: whoever drips bytes outlives every timeout within."""

from __future__ import annotations

import time
from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Condition, Thread
from typing import Self


class Line:
    """The connection of one thread, as far as it can be cut by another."""

    def __init__(self) -> None:
        self._socket: socket | None = None
        self._connecting: socket | None = None

    def connecting(self, raw: socket) -> None:
        """Keep a handle of our own: TLS takes the socket away from its object while it shakes hands."""
        self._connecting = raw.dup()

    def connected(self, made: object) -> None:
        """Hold on to the socket itself, so that closing it ends the connection."""
        handle, self._connecting = self._connecting, None
        if handle is not None:
            handle.close()
        self._socket = made if isinstance(made, socket) else None

    def cut(self) -> None:
        """Have every operation on the connection end now."""
        for each in (self._connecting, self._socket):
            if each is not None:
                with suppress(OSError):
                    socket.shutdown(each, SHUT_RDWR)  # not TLS's own, which the reading thread still needs


class Watch:
    """One exchange; `expired` tells that it was cut."""

    __slots__ = ("_watchdog", "end", "expired", "line")

    def __init__(self, watchdog: Watchdog, line: Line, end: float) -> None:
        self.line = line
        self.end = end
        self.expired = False
        self._watchdog = watchdog

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.release(self)


class Watchdog:
    """Watches any number of exchanges from one thread, which ends when there is nothing left to watch."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._watches: set[Watch] = set()
        self._wakes_at: float | None = None
        """When the thread looks next; None while there is none."""

    def over(self, line: Line, seconds: float) -> Watch:
        """Cut a connection unless the block of this context ends, or `release` is called, in time."""
        watch = Watch(self, line, time.monotonic() + seconds)
        with self._changed:
            self._watches.add(watch)
            if self._wakes_at is None:
                self._wakes_at = watch.end
                Thread(target=self._run, name="lvstate-watchdog", daemon=True).start()
            elif watch.end < self._wakes_at:
                self._changed.notify()
        return watch

    def release(self, watch: Watch) -> None:
        """Watch no longer."""
        with self._changed:
            self._watches.discard(watch)

    def _run(self) -> None:
        with self._changed:
            while self._watches:
                now = time.monotonic()
                for watch in [watch for watch in self._watches if watch.end <= now]:
                    watch.expired = True
                    watch.line.cut()
                    self._watches.discard(watch)
                self._wakes_at = min((watch.end for watch in self._watches), default=now)
                self._changed.wait(self._wakes_at - now)
            self._wakes_at = None
