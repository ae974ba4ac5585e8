"""The emulator mounted in this process: the client's requests go to it without a socket."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from lvstate.effects import HttpFault, HttpReply, HttpRequest, Sink, Stage

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class EmbeddedTransport:
    """Calls a WSGI application."""

    def __init__(self, app: App) -> None:
        self._app = app

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Answer a request at once; the deadline means nothing without a network."""
        del deadline
        pieces: list[bytes] = []

        def keep(_: int, piece: bytes) -> bool:
            pieces.append(piece)
            return True

        try:
            status, headers = self._call(request, keep)
        except ConnectionError as dropped:  # a scripted fault of the emulator
            return HttpFault(Stage.MAYBE_SENT, str(dropped.strerror))
        return HttpReply(status, headers, b"".join(pieces))

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Answer a request, a 200 piece by piece."""
        del patience
        pieces: list[bytes] = []
        began = False
        refused = False

        def keep(status: int, piece: bytes) -> bool:
            nonlocal began, refused
            if status != HTTPStatus.OK:
                pieces.append(piece)
                return True
            if not began:
                into.start()
                began = True
            refused = not into.take(piece)
            return not refused

        try:
            status, headers = self._call(request, keep)
        except ConnectionError as dropped:
            return HttpFault(Stage.MAYBE_SENT, str(dropped.strerror))
        if refused:
            return HttpFault(Stage.MISCONFIGURED, "the answer could not be kept")
        return HttpReply(status, headers, b"".join(pieces))

    def _call(self, request: HttpRequest, keep: Callable[[int, bytes], bool]) -> tuple[int, dict[str, str]]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            del exc_info
            started.append((status, headers))
            return lambda _: None

        chunks = self._app(_environ(request), start_response)
        try:
            for chunk in chunks:
                if not keep(int(started[-1][0].split(" ", 1)[0]), chunk):
                    break
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return int(status.split(" ", 1)[0]), {k.lower(): v for k, v in headers}


def _environ(request: HttpRequest) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    body = request.body or b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "REQUEST_URI": request.path,
        "RAW_URI": request.path,
        "QUERY_STRING": query,
        "SERVER_NAME": "emulator",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
