"""A service behind HTTP that logs everybody in and answers the rest as a test says, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SESSION = "5e551017-0000-4000-8000-000000000001"
JSON = "application/json"


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Said:
    """An answer: `pieces` after the headers; one that is not `whole` breaks off behind them."""

    status: int = 200
    body: bytes = b""
    kind: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] | None = None
    date: str | None = None
    """The service's own clock, if it is not right."""
    drop: bool = False
    """Whether the connection ends without any answer."""
    missing: int = 0
    """Bytes that are promised beyond those that come."""


@dataclass
class FakeService:
    """Where it is, and what came in besides logins."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    logins: int = 0

    @property
    def lines(self) -> list[str]:
        """Every request as method and path."""
        return [asked.line for asked in self.asked]


@contextmanager
def fake_service(
    answer: Callable[[Asked], Said], login: dict[str, Any] | None = None
) -> Iterator[FakeService]:
    """Serve until the block ends."""
    told = {"sessionId": SESSION, "clientId": 4711, "userId": 12} if login is None else login
    service = FakeService("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if self.path == "/session/login":
                service.logins += 1
                self._say(Said(body=json.dumps(told).encode()))
                return
            asked = Asked(self.command, self.path, headers, body)
            service.asked.append(asked)
            with suppress(OSError):  # the client has had enough
                self._say(answer(asked))

        def _say(self, said: Said) -> None:
            self.close_connection = said.drop or said.missing > 0
            if said.drop:
                return
            self.send_response_only(said.status)
            self.send_header("Date", said.date or self.date_time_string())
            if said.kind is not None:
                self.send_header("Content-Type", said.kind)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.pieces is None:
                if said.status != 204:
                    self.send_header("Content-Length", str(len(said.body) + said.missing))
                self.end_headers()
                self.wfile.write(said.body)
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in said.pieces():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 (the library's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
