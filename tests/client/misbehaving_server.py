"""A raw-socket server on loopback that does to each connection whatever a test tells it to."""

from __future__ import annotations

import select
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

from lvstate.client.origin import Origin

PATIENCE = 10.0
"""Seconds after which a test hangs no longer."""


class Conversation:
    """One accepted connection."""

    def __init__(self, server: MisbehavingServer, connection: socket.socket) -> None:
        self.ended = server.ended
        """Set when the test is over: what waits must not wait longer."""
        self.seen = tuple(server.requests)
        """What had come in before this connection was made."""
        self._server = server
        self._connection = connection

    def request(self) -> bytes | None:
        """Read one whole request; None when the client has closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self._connection.recv(65536)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += self._connection.recv(65536)
        request = head + b"\r\n\r\n" + body
        self._server.requests.append(request)
        return request

    def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(b"".join(parts))

    def drip(self, piece: bytes, every: float) -> None:
        """Send a piece again and again until the client has had enough or the test is over."""
        with suppress(OSError):
            while not self.ended.wait(every):
                self.send(piece)

    def reset(self) -> None:
        """Close with RST, so that the client meets a reset and not an end."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def close(self) -> None:
        """Close below any TLS, as a gateway that dies would."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Put an answer together, with its length."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    if not status.startswith("204"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class MisbehavingServer:
    """Hands every connection to `behave`, in a thread of its own, and remembers what came in."""

    def __init__(
        self, behave: Callable[[Conversation], None], *, certificate: tuple[str, str] | None = None
    ) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.ended = Event()
        self._behave = behave
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [Thread(target=self._accept, daemon=True)]
        scheme = "https" if certificate else "http"
        self.port: int = self._listener.getsockname()[1]
        self.origin = Origin(f"{scheme}://127.0.0.1:{self.port}")

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for connection in (*self._open, self._listener):
            connection.close()

    def _accept(self) -> None:
        while not self.ended.is_set():
            if not select.select([self._listener], [], [], 0.01)[0]:
                continue
            connection, _ = self._listener.accept()
            self.connections += 1
            self._open.append(connection)
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        with suppress(OSError):  # the client has had enough
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._behave(Conversation(self, connection))


def closed_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
