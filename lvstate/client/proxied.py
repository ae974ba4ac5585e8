"""Sends requests through a proxy, with requests: tunnels, credentials of proxies and SOCKS are its business."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from socket import socket
from threading import local
from traceback import walk_tb
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from lvstate.client import unanswered
from lvstate.client.origin import Origin
from lvstate.client.transport import headers_of
from lvstate.client.watchdog import Line, Watch, Watchdog
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Sink, Stage

_CHUNK = 256 * 1024

# What it has to say is told by us, and it names paths, in which sessions stand.
logging.getLogger("urllib3").propagate = False
logging.getLogger("urllib3").addHandler(logging.NullHandler())

_this_thread = local()

Read = Callable[[requests.Response, Watch], HttpReply | HttpFault]


class ProxiedTransport:
    """Sends single requests, as `transport_to` says, through the given proxies; a connection pool for each thread.

    `authorities` is a file or folder of trusted certificates; None trusts those that come with requests.
    """

    def __init__(self, origin: Origin, authorities: str | None, proxies: Mapping[str, str]) -> None:
        self._origin = origin.url
        self._proxies = dict(proxies)
        self._verify = authorities or True
        self._threads = local()
        self._watchdog = Watchdog()

    def connect_early(self) -> None:
        """Do nothing: a pool connects when something is asked."""

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Send once and read the whole answer within `deadline` seconds."""
        give_up = time.monotonic() + deadline
        return self._exchange(request, deadline, lambda response, _: _whole(response, give_up))

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Send once and hand a 200's body on as it is on the wire; other answers are read as ever.

        Only silence of more than `patience` seconds ends a download early, however long it takes.
        """

        def read(response: requests.Response, watch: Watch) -> HttpReply | HttpFault:
            if response.status_code != HTTPStatus.OK:
                return _whole(response, time.monotonic() + patience)
            self._watchdog.release(watch)
            into.start()
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                if not into.take(chunk):
                    return unanswered.UNKEPT
            return HttpReply(response.status_code, _headers(response), b"")

        return self._exchange(request, patience, read)

    def _exchange(self, request: HttpRequest, patience: float, read: Read) -> HttpReply | HttpFault:
        try:
            prepared = self._prepare(request)
        except (requests.RequestException, ValueError):
            return unanswered.UNFORMED
        timeout = (min(patience, 10), patience)
        with self._watchdog.over(_line(), patience) as watch:
            try:
                with self._adapter().send(
                    prepared, stream=True, timeout=timeout, verify=self._verify, proxies=self._proxies
                ) as response:
                    result = read(response, watch)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                return _cut(error) if watch.expired else fault_of(error)
            # A body whose length nobody told ends where the connection is cut.
            return unanswered.TOO_LATE if watch.expired else result

    def _prepare(self, request: HttpRequest) -> requests.PreparedRequest:
        """Form the request apart from sending it: an answer can be malformed with the very same errors."""
        prepared = requests.PreparedRequest()
        prepared.prepare(
            request.method, self._origin + request.path, headers=headers_of(request), data=request.body
        )
        for value in prepared.headers.values():
            value.encode("latin-1")  # http.client would fail here, but only once it is sending
        return prepared

    def _adapter(self) -> _WatchedAdapter:
        """Return this thread's connections, without a `requests.Session` around them.

        What a session does beside sending is settled once (proxies, certificates) or not wanted (redirects,
        cookies, netrc).
        """
        adapter: _WatchedAdapter | None = getattr(self._threads, "adapter", None)
        if adapter is None:
            adapter = _WatchedAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            self._threads.adapter = adapter
        return adapter


def _whole(response: requests.Response, give_up: float) -> HttpReply | HttpFault:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > unanswered.MAX_BODY:
            return unanswered.TOO_LARGE
        if time.monotonic() > give_up:
            return unanswered.TOO_LATE
    return HttpReply(response.status_code, _headers(response), bytes(body))


def _headers(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


# Connections that can be cut


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


class _WatchedAdapter(HTTPAdapter):
    """Makes connections that a watchdog knows, directly and through proxies."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
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


# What the libraries' errors mean

_FAULTS: tuple[tuple[tuple[type[BaseException], ...], HttpFault], ...] = (
    (
        (ProxyError, requests.exceptions.ProxyError),
        HttpFault(Stage.MISCONFIGURED, "the proxy refused or could not be reached"),
    ),
    ((NameResolutionError,), unanswered.UNKNOWN_HOST),
    ((ConnectionRefusedError,), unanswered.REFUSED),
    ((NewConnectionError,), unanswered.NO_CONNECTION),
    ((ConnectTimeoutError,), unanswered.NOT_CONNECTED_IN_TIME),
    ((LocationParseError, requests.exceptions.InvalidURL), unanswered.UNFORMED),
    ((requests.exceptions.Timeout, ReadTimeoutError), unanswered.SILENT),
)
"""The most telling first: a refused connection is a timeout to urllib3."""


def fault_of(error: BaseException) -> HttpFault:
    """Say how far a request without an answer got; the reason never repeats the error's own text."""
    causes = _causes(error)
    tls = [
        cause for cause in causes if isinstance(cause, SSLError | requests.exceptions.SSLError | ssl.SSLError)
    ]
    if tls and any(map(_while_connecting, causes)):
        return unanswered.UNTRUSTED
    for types, fault in _FAULTS:
        if any(isinstance(cause, types) for cause in causes):
            return fault
    return unanswered.BROKE_OFF


def _cut(error: BaseException) -> HttpFault:
    """Say how far a request got whose connection was cut because its time was over."""
    connecting = any(map(_while_connecting, _causes(error)))
    return unanswered.NOT_CONNECTED_IN_TIME if connecting else unanswered.TOO_LATE


def _while_connecting(error: BaseException) -> bool:
    """Whether the error came up before the first byte of the request: later TLS errors say nothing about it."""
    return any(frame.f_code.co_name == "connect" for frame, _ in walk_tb(error.__traceback__))


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        item = queue.pop()
        if not isinstance(item, BaseException) or item in found:
            continue
        found.append(item)
        queue += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found
