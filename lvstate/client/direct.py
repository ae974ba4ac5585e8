"""Sends requests straight to their origin, over connections that are kept for the next."""

from __future__ import annotations

import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from threading import Thread

from lvstate.client import unanswered
from lvstate.client.body import headers, on_the_wire, whole
from lvstate.client.connection import LONGEST, Connection, Target
from lvstate.client.origin import Origin
from lvstate.client.transport import headers_of
from lvstate.client.watchdog import Watch, Watchdog
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Sink

_LEAST = 0.001
"""Seconds that are left where waiting has used up all of them: a timeout of none would mean something else."""
_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})

Read = Callable[[HTTPResponse, Watch], HttpReply | HttpFault]


class DirectTransport:
    """Sends single requests, as `transport_to` says, and connects to the origin itself.

    `authorities` is a file or folder of trusted certificates; None trusts those that requests trusts.
    """

    def __init__(self, origin: Origin, authorities: str | None) -> None:
        self._target = Target(origin, authorities)
        self._idle: deque[Connection] = deque()
        self._early: Thread | None = None
        self._watchdog = Watchdog()

    def connect_early(self) -> None:
        """Begin to connect, for the first request to come; whatever stands against it, that request will tell."""
        self._early = Thread(target=self._connect, name="lvstate-connect", daemon=True)
        self._early.start()

    def _connect(self) -> None:
        connection = Connection(self._target)
        with self._watchdog.over(connection.line, LONGEST):
            fault = connection.ready(LONGEST)
        if fault is None:
            self._idle.append(connection)

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Send once and read the whole answer within `deadline` seconds."""
        give_up = time.monotonic() + deadline
        return self._exchange(request, deadline, lambda response, _: whole(response, give_up))

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Send once and hand a 200's body on as it is on the wire; other answers are read as ever.

        Only silence of more than `patience` seconds ends a download early, however long it takes.
        """

        def read(response: HTTPResponse, watch: Watch) -> HttpReply | HttpFault:
            if response.status != HTTPStatus.OK:
                return whole(response, time.monotonic() + patience)
            self._watchdog.release(watch)
            into.start()
            for piece in on_the_wire(response):
                if not into.take(piece):
                    return unanswered.UNKEPT
            return HttpReply(response.status, headers(response), b"")

        return self._exchange(request, patience, read)

    def _exchange(self, request: HttpRequest, patience: float, read: Read) -> HttpReply | HttpFault:
        told = headers_of(request)
        if not all(map(_sendable, told.values())):
            return unanswered.UNFORMED
        began = time.monotonic()
        connection = self._connection(patience)
        patience = max(patience - (time.monotonic() - began), _LEAST)
        kept = False
        try:
            with self._watchdog.over(connection.line, patience) as watch:
                fault = connection.ready(patience)
                if watch.expired:
                    return unanswered.NOT_CONNECTED_IN_TIME
                if fault is not None:
                    return fault
                if not _begin(connection, request, told):
                    return unanswered.UNFORMED
                result, kept = _answer(connection, request, read, watch)
                return result
        finally:
            if kept:
                self._idle.append(connection)
            else:
                connection.close()

    def _connection(self, patience: float) -> Connection:
        """Return a connection that nobody else uses; one that is just coming about is waited for."""
        early = self._early
        if early is not None:
            early.join(patience)
            self._early = None
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(self._target)


def _begin(connection: Connection, request: HttpRequest, told: Mapping[str, str]) -> bool:
    """Form a request; False for one that cannot be. Nothing of it is sent yet."""
    try:
        connection.putrequest(request.method, request.path, skip_accept_encoding=True)
        for name, value in told.items():
            connection.putheader(name, value)
        if request.body is not None or request.method in _WITH_BODY:
            connection.putheader("Content-Length", str(len(request.body or b"")))
    except (HTTPException, ValueError):
        return False
    return True


def _answer(
    connection: Connection, request: HttpRequest, read: Read, watch: Watch
) -> tuple[HttpReply | HttpFault, bool]:
    """Send what was formed and read the answer; returns whether the connection can be used again, too."""
    result: HttpReply | HttpFault
    kept = False
    try:
        connection.endheaders(request.body)
        connection.send_now()
        with connection.getresponse() as response:
            result = read(response, watch)
            kept = response.isclosed()  # or else the rest of this answer would begin the next one
    except TimeoutError:
        result = unanswered.SILENT
    except (HTTPException, OSError, ValueError, zlib.error):
        result = unanswered.BROKE_OFF
    # A body whose length nobody told ends where the connection is cut.
    return (unanswered.TOO_LATE, False) if watch.expired else (result, kept)


def _sendable(value: str) -> bool:
    """Whether a header can hold a text; `http.client` takes some that requests and servers do not."""
    return value == value.strip() and value.isprintable() and max(value, default="") <= "\xff"
