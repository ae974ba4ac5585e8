"""Cuts connections from outside when their time is over: whoever drips bytes outlives every timeout within."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from threading import Condition, Thread, local
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_this_thread = local()


@dataclass(slots=True, eq=False)
class Watch:
    """One exchange; `expired` tells that it was cut."""

    line: Line
    end: float
    expired: bool = False


class Watchdog:
    """Watches any number of exchanges from one thread, which ends when there is nothing left to watch."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._watches: set[Watch] = set()
        self._wakes_at: float | None = None
        """When the thread looks next; None while there is none."""

    @contextmanager
    def over(self, seconds: float) -> Iterator[Watch]:
        """Cut this thread's connection unless the block ends, or `release` is called, in time."""
        watch = Watch(_line(), time.monotonic() + seconds)
        with self._changed:
            self._watches.add(watch)
            if self._wakes_at is None:
                self._wakes_at = watch.end
                Thread(target=self._run, name="lvstate-watchdog", daemon=True).start()
            elif watch.end < self._wakes_at:
                self._changed.notify()
        try:
            yield watch
        finally:
            self.release(watch)

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


def _line() -> Line:
    line: Line | None = getattr(_this_thread, "line", None)
    if line is None:
        line = _this_thread.line = Line()
    return line


class _Connection(HTTPConnection):
    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _line().connected(self.sock)

    def _new_conn(self) -> socket:
        made = super()._new_conn()
        _line().connecting(made)
        return made


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class WatchedAdapter(HTTPAdapter):
    """Makes connections that a watchdog knows, directly and through proxies."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _watch(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        """Make the pools of connections through a proxy; SOCKS makes its own, which nobody watches."""
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        if isinstance(manager, ProxyManager):
            _watch(manager)
        return manager


def _watch(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
