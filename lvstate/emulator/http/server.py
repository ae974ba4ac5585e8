"""The WSGI application on cheroot, the server of CherryPy: connections that stay, in a pool of threads.

What cheroot leaves to its users is here: refusals are JSON and always the fault of the client, a body ends
where its framing says (what a handler left of it is dropped, so that the connection can stay), a connection
that says nothing holds no thread, and nothing is ever printed.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import socket
import threading
import time
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote_to_bytes

from cheroot.errors import MaxSizeExceeded
from cheroot.server import ChunkedRFile, HTTPConnection, HTTPRequest, SizeCheckWrapper
from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as CherootServer
from werkzeug.exceptions import RequestEntityTooLarge

from lvstate.emulator.http.refusals import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

logger = logging.getLogger("lvstate.emulator")
logger.addHandler(logging.NullHandler())

THREADS = 64  # so many answers at once; what comes above waits for its turn
BACKLOG = 128
IDLE_SECONDS = 120
STOP_SECONDS = 5
POLL_SECONDS = 0.1
LINGER_SECONDS = 1.0
LARGEST_HEAD = 64 * 1024
LARGEST_REST = 64 * 1024 * 1024
_STEP = 64 * 1024
_LENGTH = re.compile(rb"[0-9]{1,19}")


class Server:
    """An address that answers once `serve_forever` runs. Raises OSError when the address cannot be bound."""

    def __init__(self, app: WSGIApplication, host: str, port: int) -> None:
        self._http = _HttpServer(app, host, port)
        bound_host, bound_port = self._http.bind_addr
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        self.url = f"http://{shown}:{bound_port}"
        self._asked_to_stop: SimpleQueue[None] = SimpleQueue()  # unlike an Event safe in a signal handler
        self._stopped = threading.Event()
        self._thread_id: int | None = None

    def serve_forever(self) -> None:
        """Answer until `shutdown` or an exception such as KeyboardInterrupt; then give the address back."""
        self._thread_id = threading.get_ident()
        try:
            if self._asked_to_stop.empty():
                # cheroot's threads inherit from this one that they do not keep the process alive.
                threading.Thread(target=self._serve, name="lvstate-emulator", daemon=True).start()
                self._asked_to_stop.get()
        finally:
            self._http.end()
            self._stopped.set()

    def shutdown(self) -> None:
        """Stop answering. Returns when the address is free; in the serving thread (a signal) at once."""
        self._asked_to_stop.put(None)
        if self._thread_id is None:
            self._http.end()
        elif self._thread_id != threading.get_ident():
            self._stopped.wait(STOP_SECONDS * 2)

    def __enter__(self) -> Self:
        self._thread_id = -1  # known to be about to serve, so that an early shutdown waits for it
        threading.Thread(target=self.serve_forever, name="lvstate-emulator-waiter", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _serve(self) -> None:
        try:
            self._http.start()
        except BaseException:
            logger.exception("the server failed")
        finally:
            self._asked_to_stop.put(None)


class _HttpServer(CherootServer):
    """cheroot, bound from the start and quiet; it ends whatever its clients do."""

    expiration_interval = POLL_SECONDS  # also how long `stop` waits for the loop
    keep_alive_conn_limit: Any = None
    max_request_header_size = LARGEST_HEAD

    def __init__(self, app: WSGIApplication, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        both = host == "::" and socket.has_dualstack_ipv6()
        self._listener = socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
        )
        self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        super().__init__(
            self._listener.getsockname()[:2],
            app,
            numthreads=THREADS,
            server_name="lvstate-emulator",
            request_queue_size=BACKLOG,
            timeout=IDLE_SECONDS,
            shutdown_timeout=STOP_SECONDS,
        )
        self.gateway = _Gateway
        self.ConnectionClass = _Connection
        self.connections: set[_Connection] = set()
        self._ended = False
        self._prepared = threading.Lock()

    def bind(self, *_: object) -> socket.socket:
        """Hand over what is bound already."""
        self.socket = self._listener
        return self._listener

    def prepare(self) -> None:
        """Start the threads, unless the end came first."""
        with self._prepared:
            if not self._ended:
                super().prepare()

    def process_conn(self, conn: _Connection) -> None:
        """Have a request answered; a connection that is new waits for one without holding a thread."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def put_conn(self, conn: _Connection) -> None:
        """Wait for the next request, unless the server ends or the application has closed the socket."""
        try:
            super().put_conn(conn)
        except (KeyError, OSError, ValueError):
            conn.close()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Tell whoever listens to the log."""
        logger.log(level, "%s", msg, exc_info=traceback)

    def end(self) -> None:
        """Close the address, let exchanges under way end, and hang up on clients that only wait."""
        with self._prepared:
            self._ended = True
        self._shut(socket.SHUT_RD)
        stopping = threading.Thread(target=self.stop, name="lvstate-emulator-stop", daemon=True)
        stopping.start()
        stopping.join(STOP_SECONDS)
        self._shut(socket.SHUT_RDWR)
        self._listener.close()

    def _shut(self, how: int) -> None:
        for connection in self.connections.copy():
            with contextlib.suppress(OSError):
                connection.socket.shutdown(how)


class _Headers(dict[bytes, bytes]):
    """Headers as cheroot's reader fills them in: none impersonates another or takes its place."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        if b"_" in name:
            return  # would be taken for the same name with a hyphen
        before = self.get(name)
        if before is not None and not value.startswith(before + b", "):  # the reader joins only some
            value = before + b", " + value
        if name == b"Content-Length" and not _LENGTH.fullmatch(value):
            raise ValueError("Content-Length must be one number.")
        super().__setitem__(name, value)


class _Request(HTTPRequest):
    """One exchange. What is no HTTP is refused in JSON; any verb and any target go to the application."""

    conn: _Connection

    def __init__(self, server: _HttpServer, conn: _Connection) -> None:
        super().__init__(server, conn, strict_mode=False)
        self.inheaders = _Headers()
        self.method = b""

    def parse_request(self) -> None:
        """Read the head."""
        try:
            super().parse_request()
        except (NameError, ValueError):  # cheroot's own slips: a first line that is folded, http://[
            self.simple_response("400 Bad Request", "The request is not valid HTTP.")

    def read_request_line(self) -> bool:
        """Read the first line; verbs have a case (RFC 9110), which cheroot drops."""
        self.rfile = lines = _LastLine(self.rfile)
        valid = bool(super().read_request_line())  # type: ignore[no-untyped-call]
        if valid:
            self.method = lines.last.split(maxsplit=1)[0]
        return valid

    def read_request_headers(self) -> bool:
        """Read the headers and insist that they frame one body."""
        try:
            if not super().read_request_headers():  # type: ignore[no-untyped-call]
                return False
        except MaxSizeExceeded:
            self.simple_response("431 Request Header Fields Too Large", "The headers are too long.")
            return False
        coding = self.inheaders.get(b"Transfer-Encoding")
        if coding is None:
            return True
        if self.chunked_read and coding.lower() == b"chunked" and b"Content-Length" not in self.inheaders:
            return True
        self.simple_response(
            "400 Bad Request", "Transfer-Encoding must be chunked, without a Content-Length."
        )
        return False

    def respond(self) -> None:
        """Have the request answered, and leave the connection at the start of the next."""
        super().respond()
        self.conn.wfile.release()
        if not self.rfile.drop_rest():
            self.close_connection = self.conn.is_unread = True

    def send_headers(self) -> None:
        """Make the head; it leaves with the first piece of the body."""
        self.conn.wfile.holds_next = True
        super().send_headers()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Refuse a request and the rest of its connection; only a fault of the server itself stays 5xx."""
        code, _, phrase = status.partition(" ")
        refusal = Refused(400 if code in ("501", "505") else int(code), msg or f"{phrase}.").response()
        self.close_connection = self.conn.is_unread = True
        self.status = refusal.status.encode()  # type: ignore[assignment]  # cheroot's stub is wrong
        headers = [*refusal.headers, ("Connection", "close")]
        self.outheaders = [(name.encode(), value.encode()) for name, value in headers]
        with contextlib.suppress(OSError):
            self.ensure_headers_sent()
            if self.method != b"HEAD":
                self.write(refusal.get_data())
            self.conn.wfile.release()


class _LastLine:
    """A reader of lines that remembers the last one."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self.last = b""

    def readline(self) -> bytes:
        """The next line."""
        self.last = self._source.readline()
        return self.last


class _Writer:
    """Sends at once what it is given, or holds it back for one packet with what comes next."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._held = b""
        self.holds_next = False

    def write(self, data: bytes) -> None:
        """Send, or hold."""
        data, self._held = self._held + data, b""
        if self.holds_next:
            self.holds_next, self._held = False, data
        else:
            self._target.write(data)

    def release(self) -> None:
        """Send what is held."""
        if self._held:
            self.write(b"")


class _Connection(HTTPConnection):
    """A connection the server knows of, which does not cut off a client that is still sending."""

    RequestHandlerClass = _Request
    is_unread = False

    def __init__(self, server: _HttpServer, sock: socket.socket, makefile: Any) -> None:
        super().__init__(server, sock, makefile)
        self.wfile = _Writer(self.wfile)
        server.connections.add(self)

    def close(self) -> None:
        """Hang up; a client that is refused while it sends is heard out, for else it may miss the answer."""
        with contextlib.suppress(OSError):
            if self.is_unread:
                self._linger()
        with contextlib.suppress(OSError):
            super().close()
        self.server.connections.discard(self)

    def _linger(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)
        end = time.monotonic() + LINGER_SECONDS
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            if not self.socket.recv(_STEP):
                return


class _Gateway(Gateway_10):
    """What the application is told; `lvstate.connection` is the socket, for faults that cut an answer off."""

    def get_environ(self) -> WSGIEnvironment:  # type: ignore[override]  # cheroot's stub is wrong
        """The environ with target and verb exactly as sent."""
        request = self.req
        request.rfile = _Body(request)
        environ: WSGIEnvironment = super().get_environ()  # type: ignore[no-untyped-call]
        path: bytes = request.uri.partition(b"?")[0]
        return environ | {
            "REQUEST_URI": request.uri.decode("latin-1"),
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "SERVER_NAME": str(request.server.bind_addr[0]),
            "wsgi.errors": _ErrorStream(),
            "wsgi.url_scheme": "http",
            "lvstate.connection": request.conn.socket,
        }


class _ErrorStream(io.TextIOBase):
    """Where the application's error stream goes: the log."""

    def write(self, text: str) -> int:
        """Note a text."""
        logger.error("%s", text.rstrip())
        return len(text)


class _Body(io.RawIOBase):
    """The body of a request, never read beyond its end; a broken one closes the connection."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._source = request.rfile
        self._is_broken = False
        if request.chunked_read:
            self._source = ChunkedRFile(_Bounded(request.conn.rfile, LARGEST_REST), 0)

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read at most what fits the buffer. Raises ValueError for bad chunks, RequestEntityTooLarge."""
        try:
            data: bytes = self._source.read(len(buffer))
        except BaseException as error:
            self._is_broken = self._request.close_connection = True
            if isinstance(error, MaxSizeExceeded):
                raise RequestEntityTooLarge from None
            raise
        if not data and len(buffer) and getattr(self._source, "remaining", None):
            self._is_broken = self._request.close_connection = True
            raise ValueError("The body ended too early.")
        buffer[: len(data)] = data
        return len(data)

    def drop_rest(self) -> bool:
        """Read what was not read, so that the peer can finish sending; False where that cannot be done."""
        dropped = 0
        try:
            while not self._is_broken and dropped <= LARGEST_REST:
                data = self.read(_STEP)
                if not data:
                    if self._request.chunked_read:
                        list(self._source.read_trailer_lines())  # they mean nothing here
                    return True
                dropped += len(data)
        except (MaxSizeExceeded, OSError, RequestEntityTooLarge, ValueError):
            pass
        return False


class _Bounded(SizeCheckWrapper):
    """A reader that refuses to read too much before it does."""

    def read(self, size: int | None = None) -> bytes:
        """Exactly `size` bytes, fewer only where the connection ends. Raises MaxSizeExceeded."""
        if size is None or self.bytes_read + size > self.maxlen:
            raise MaxSizeExceeded
        data: bytes = super().read(size)
        return data
