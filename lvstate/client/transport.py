"""Sends single requests to one origin; no redirects, no retries, no netrc, every answer bounded."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from threading import local
from traceback import walk_tb

import requests
from requests.utils import get_environ_proxies
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

import lvstate
from lvstate.client.origin import Origin
from lvstate.client.watchdog import Watch, Watchdog, WatchedAdapter
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Sink, Stage
from lvstate.errors import UsageError

MAX_BODY = 32 * 1024 * 1024
"""Decoded bytes after which an answer is given up; the largest page is far below."""

_CHUNK = 256 * 1024


class RequestsTransport:
    """One connection pool per worker thread to one origin."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin.url
        # Looked up once: with trust_env, requests would ask netrc and the environment at every request.
        self._proxies = get_environ_proxies(self._origin, no_proxy=None)
        self._verify = _authorities()
        self._threads = local()
        self._watchdog = Watchdog()

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
                    return HttpFault(Stage.MISCONFIGURED, "the answer could not be kept")
            return HttpReply(response.status_code, _headers(response), b"")

        return self._exchange(request, patience, read)

    def _exchange(
        self,
        request: HttpRequest,
        patience: float,
        read: Callable[[requests.Response, Watch], HttpReply | HttpFault],
    ) -> HttpReply | HttpFault:
        try:
            prepared = self._prepare(request)
        except (requests.RequestException, ValueError):
            return _UNFORMED
        timeout = (min(patience, 10), patience)
        with self._watchdog.over(patience) as watch:
            try:
                with self._adapter().send(
                    prepared, stream=True, timeout=timeout, verify=self._verify, proxies=self._proxies
                ) as response:
                    result = read(response, watch)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                return _cut(error) if watch.expired else fault_of(error)
            # A body whose length nobody told ends where the connection is cut.
            return _TOO_LATE if watch.expired else result

    def _prepare(self, request: HttpRequest) -> requests.PreparedRequest:
        """Form the request apart from sending it: an answer can be malformed with the very same errors."""
        own = {
            "User-Agent": f"lvstate/{lvstate.__version__}",
            "Accept-Encoding": "identity",
            "Accept": "*/*",
            "Connection": "keep-alive",
        }
        prepared = requests.PreparedRequest()
        headers = own | dict(request.headers)
        prepared.prepare(request.method, self._origin + request.path, headers=headers, data=request.body)
        for value in prepared.headers.values():
            value.encode("latin-1")  # http.client would fail here, but only once it is sending
        return prepared

    def _adapter(self) -> WatchedAdapter:
        """Return this thread's connections, without a `requests.Session` around them.

        What a session does beside sending is settled here once (proxies, certificates) or not wanted
        (redirects, cookies, netrc), and takes a third of the time of a request.
        """
        adapter: WatchedAdapter | None = getattr(self._threads, "adapter", None)
        if adapter is None:
            adapter = WatchedAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            self._threads.adapter = adapter
        return adapter


def _whole(response: requests.Response, give_up: float) -> HttpReply | HttpFault:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            return HttpFault(Stage.MAYBE_SENT, "the answer is larger than 32 MiB")
        if time.monotonic() > give_up:
            return _TOO_LATE
    return HttpReply(response.status_code, _headers(response), bytes(body))


def _headers(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _authorities() -> str | bool:
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        path = os.environ.get(variable)
        if path and not Path(path).exists():  # requests would fail at every request, as if the network had
            raise UsageError(f"{variable} names a file that is not there")
        if path:
            return path
    return True


_UNFORMED = HttpFault(Stage.MISCONFIGURED, "the request could not be formed")
_TOO_LATE = HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline")
_NOT_CONNECTED = HttpFault(Stage.NOT_SENT, "connecting took too long")

_FAULTS: tuple[tuple[tuple[type[BaseException], ...], HttpFault], ...] = (
    (
        (ProxyError, requests.exceptions.ProxyError),
        HttpFault(Stage.MISCONFIGURED, "the proxy refused or could not be reached"),
    ),
    ((NameResolutionError,), HttpFault(Stage.NOT_SENT, "the host name is not known")),
    ((ConnectionRefusedError,), HttpFault(Stage.NOT_SENT, "connection refused")),
    ((NewConnectionError,), HttpFault(Stage.NOT_SENT, "no connection could be made")),
    ((ConnectTimeoutError,), _NOT_CONNECTED),
    ((LocationParseError, requests.exceptions.InvalidURL), _UNFORMED),
    (
        (requests.exceptions.Timeout, ReadTimeoutError),
        HttpFault(Stage.MAYBE_SENT, "no answer before the deadline"),
    ),
)
"""What the libraries' errors mean, the most telling first (a refused connection is a timeout to urllib3)."""


def fault_of(error: BaseException) -> HttpFault:
    """Say how far a request without an answer got; the reason never repeats the error's own text."""
    causes = _causes(error)
    tls = [
        cause for cause in causes if isinstance(cause, SSLError | requests.exceptions.SSLError | ssl.SSLError)
    ]
    if tls and any(map(_while_connecting, causes)):
        return HttpFault(Stage.MISCONFIGURED, "the TLS connection failed: its certificate is not trusted")
    for types, fault in _FAULTS:
        if any(isinstance(cause, types) for cause in causes):
            return fault
    return HttpFault(Stage.MAYBE_SENT, "the connection broke before the answer was complete")


def _cut(error: BaseException) -> HttpFault:
    """Say how far a request got whose connection was cut because its time was over."""
    return _NOT_CONNECTED if any(map(_while_connecting, _causes(error))) else _TOO_LATE


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
