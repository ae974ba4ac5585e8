"""A gate before the emulator that does to one request what the emulator cannot: below HTTP, or before it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

TRUSTED = Path(__file__).parents[1] / "client" / "loopback.pem"
STRANGER = Path(__file__).with_name("stranger.pem")
PATIENCE = 20.0


@dataclass(frozen=True)
class Reply:
    """What the emulator answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Exchange:
    """One request that came in, and what can be done with it."""

    gate: Gate
    connection: socket.socket
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    length: int = 0
    ended: bool = False
    """Whether the connection is not to be read any more."""

    def forward(self) -> Reply:
        """Let the emulator carry the request out."""
        upstream = http.client.HTTPConnection(self.gate.upstream, timeout=PATIENCE)
        try:
            kept = {
                k: v for k, v in self.headers.items() if k not in ("connection", "host", "content-length")
            }
            upstream.request(self.method, self.path, self.body or None, kept)
            answer = upstream.getresponse()
            return Reply(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            upstream.close()

    def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        with suppress(OSError):
            self.connection.sendall(b"".join(parts))

    def answer(self, reply: Reply, *extra: str, close: bool = False) -> None:
        """Hand an answer on."""
        dropped = {"connection", "transfer-encoding", "content-length", "keep-alive"}
        lines = [f"HTTP/1.1 {reply.status} Status"]
        lines += [f"{name}: {value}" for name, value in reply.headers if name.lower() not in dropped]
        lines += list(extra)
        if reply.status != 204:
            lines.append(f"Content-Length: {len(reply.body)}")
        if close:
            lines.append("Connection: close")
            self.ended = True
        self.send("\r\n".join(lines).encode("latin-1"), b"\r\n\r\n", reply.body)

    def reset(self) -> None:
        """End the connection with RST."""
        self.ended = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def close(self) -> None:
        """End the connection in order."""
        self.ended = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()


Behaviour = Callable[[Exchange], None]


@dataclass(frozen=True)
class Target:
    """Requests of one method on one path, a glob, and how many of them are struck; None for all."""

    method: str
    path: str
    times: int | None = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of these."""
        return method == self.method and fnmatchcase(path.partition("?")[0], self.path)


@dataclass
class Gate:
    """Listens on loopback and passes everything on to `upstream`, but for what `target` picks."""

    upstream: str
    target: Target | None = None
    behaviour: Behaviour | None = None
    tls: bool = False
    arrivals: list[tuple[float, str, str]] = field(default_factory=list)
    memory: dict[str, Reply] = field(default_factory=dict)
    """What a behaviour wants to remember of earlier answers, by path."""
    struck: int = 0
    mood: Behaviour | None = None
    """What befalls every request from now on."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._listener: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._certificate = TRUSTED
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.stop_listening()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(PATIENCE)
        for connection in self._open:
            connection.close()

    @property
    def over(self) -> threading.Event:
        """Set when the test is over: what waits must not wait longer."""
        return self._over

    def behave(self) -> None:
        """Let everything through from now on."""
        with self._lock:
            self.target = self.mood = None
            self._certificate = TRUSTED
        if self._listener is None:
            self.listen()

    def stop_listening(self, seconds: float | None = None) -> None:
        """Refuse connections, for ever or for a while."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()
        if seconds is not None:
            self._start(lambda: None if self._over.wait(seconds) else self.listen())

    def listen(self) -> None:
        """Accept connections again, at the same address."""
        with self._lock:
            if self._listener is not None or self._over.is_set():
                return
            self._listener = socket.create_server(("127.0.0.1", self.port))
        self._start(self._accept)

    def be_somebody_else(self) -> None:
        """Show a certificate from now on that nobody vouches for."""
        self._certificate = STRANGER

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while (listener := self._listener) is not None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self._start(lambda connection=connection: self._serve(connection))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        with suppress(OSError, http.client.HTTPException, ValueError):
            if self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(str(self._certificate))
                connection = context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            stream = connection.makefile("rb")
            while not self._over.is_set():
                line = stream.readline()
                if not line:
                    return
                method, path, _ = line.decode("latin-1").split(" ", 2)
                headers: dict[str, str] = {}
                while (line := stream.readline()) not in (b"\r\n", b""):
                    name, _, value = line.decode("latin-1").partition(":")
                    headers[name.strip().lower()] = value.strip()
                length = int(headers.get("content-length", "0"))
                exchange = Exchange(self, connection, method, path, headers, length=length)
                self.arrivals.append((time.monotonic(), method, path))
                strike = self._strikes(method, path)
                if strike is not reset_while_it_is_sent:
                    exchange.body = stream.read(length)
                strike(exchange)
                if exchange.ended:
                    exchange.close()
                    return

    def _strikes(self, method: str, path: str) -> Behaviour:
        with self._lock:
            target, behaviour = self.target, self.behaviour
            if self.mood is not None:
                return self.mood
            if target is None or behaviour is None or not target.matches(method, path):
                return pass_on
            self.struck += 1
            if target.times is not None and self.struck > target.times:
                return pass_on
            return behaviour


def pass_on(exchange: Exchange) -> None:
    """Let the request through, and remember what a read brought."""
    reply = exchange.forward()
    if exchange.method == "GET":
        exchange.gate.memory.setdefault(exchange.path, reply)
    exchange.answer(reply)


def refuse_next(exchange: Exchange) -> None:
    """Answer this one, and be gone when the next request comes."""
    reply = exchange.forward()
    exchange.gate.stop_listening()
    exchange.answer(reply, close=True)


def refuse_next_for_a_moment(exchange: Exchange) -> None:
    """Answer this one, and be gone for a moment, so that the next request meets a closed port once."""
    reply = exchange.forward()
    exchange.gate.stop_listening(0.15)
    exchange.answer(reply, close=True)


def outage_begins(exchange: Exchange) -> None:
    """From here on every connection is refused, and those that are open end."""
    gate = exchange.gate
    gate.mood = Exchange.reset
    gate.stop_listening()
    exchange.reset()


def maintenance_begins(exchange: Exchange) -> None:
    """From here on everything is answered 503."""
    exchange.gate.mood = maintenance
    maintenance(exchange)


def maintenance(exchange: Exchange) -> None:
    """Answer 503."""
    exchange.answer(Reply(503, (("Content-Type", "application/json"),), b'{"code": 503, "message": "no"}'))


def stranger_next(exchange: Exchange) -> None:
    """Answer this one; whoever connects next meets another certificate."""
    reply = exchange.forward()
    exchange.gate.be_somebody_else()
    exchange.answer(reply, close=True)


def reset_while_it_is_sent(exchange: Exchange) -> None:
    """Reset behind the head, before the body was read."""
    exchange.reset()


def end_of_a_kept_connection(exchange: Exchange) -> None:
    """Close in order, without an answer, as a server does that was idle for too long."""
    exchange.close()


def silence(exchange: Exchange) -> None:
    """Never answer, and never pass on."""
    exchange.gate.over.wait(PATIENCE)
    exchange.close()


def drip_of_headers(exchange: Exchange) -> None:
    """Have it carried out, and send headers without end."""
    exchange.forward()
    with suppress(OSError):
        exchange.connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not exchange.gate.over.wait(0.05):
            exchange.connection.sendall(b"X-More: x\r\n")
    exchange.close()


def not_http(exchange: Exchange) -> None:
    """Have it carried out, and answer something that is no HTTP."""
    exchange.forward()
    exchange.send(b"220 mail.example.org ESMTP\r\n\r\n")
    exchange.close()


def ends_in_the_headers(exchange: Exchange) -> None:
    """Have it carried out, and end in the middle of a header."""
    exchange.forward()
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: applica")
    exchange.close()


def bomb(exchange: Exchange) -> None:
    """Have it carried out, and answer with 40 MiB of zeros in a small parcel."""
    import gzip

    exchange.forward()
    packed = gzip.compress(b"0" * (40 << 20), 9)
    head = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    exchange.answer(Reply(200, head, packed), close=True)


def trimmed(exchange: Exchange) -> None:
    """Store another spelling of the name than the one sent."""
    exchange.body = exchange.body.replace(b"Fresh", b"fresh")
    exchange.answer(exchange.forward())


def cut(exchange: Exchange) -> None:
    """Store five characters of a name."""
    exchange.body = re.sub(rb'("name": ".{5})[^"]*', rb"\1", exchange.body)
    exchange.answer(exchange.forward())


def stale_listing(exchange: Exchange) -> None:
    """Once there is an older answer to the same question, give that."""
    old = exchange.gate.memory.get(exchange.path)
    if old is None:
        exchange.gate.struck -= 1
        pass_on(exchange)
        return
    exchange.answer(old)


def host_of(url: str) -> str:
    """Return host and port of a URL."""
    return urlsplit(url).netloc
