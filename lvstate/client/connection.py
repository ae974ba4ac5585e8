"""One connection straight to an origin, plain or under TLS, that a watchdog can cut at any moment."""

from __future__ import annotations

import os
import select
import ssl
from http.client import HTTPConnection
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, gaierror, socket
from typing import Any
from urllib.parse import urlsplit

from lvstate.client import unanswered
from lvstate.client.origin import Origin
from lvstate.client.watchdog import Line
from lvstate.effects import HttpFault

LONGEST = 10.0
"""Seconds that a connection may take to come about, however patient the request is."""


class Target:
    """Where connections go, and whose certificates count there."""

    def __init__(self, origin: Origin, authorities: str | None) -> None:
        parts = urlsplit(origin.url)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self._authorities = authorities
        self._context: ssl.SSLContext | None = None

    def tls(self) -> ssl.SSLContext:
        """What the service has to prove; raises OSError for authorities that are none."""
        if self._context is None:
            trusted = self._authorities
            if trusted is None:
                import certifi

                trusted = certifi.where()
            folder = os.path.isdir(trusted)  # noqa: PTH112 (needs no pathlib)
            context = ssl.create_default_context(
                cafile=None if folder else trusted, capath=trusted if folder else None
            )
            context.hostname_checks_common_name = False
            context.set_alpn_protocols(["http/1.1"])
            self._context = context
        return self._context


class Connection(HTTPConnection):
    """A connection that one thread at a time uses. It is opened by `ready`, and by nothing else."""

    auto_open = 0

    def __init__(self, target: Target) -> None:
        self.default_port = 443 if target.secure else 80  # which the Host header leaves out
        super().__init__(target.host, target.port)
        self.line = Line()
        self._target = target
        self._unsent: list[bytes] = []

    def connect(self) -> None:
        """Open it; raises OSError, or ValueError for a name that no host can have."""
        context = self._target.tls() if self._target.secure else None
        made = create_connection((self.host, self.port), self.timeout)
        try:
            made.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            if context is not None:
                self.line.connecting(made)
                made = context.wrap_socket(made, server_hostname=self.host)
        except BaseException:
            made.close()
            raise
        finally:
            self.line.connected(made)
        self.sock = made

    def __del__(self) -> None:
        """Close what is left open when nobody needs it any more."""
        self.close()

    def send(self, data: Any) -> None:
        """Keep what `endheaders` hands over in two pieces, until `send_now`."""
        self._unsent.append(data)

    def send_now(self) -> None:
        """Send head and body of a request in one piece; raises OSError."""
        pieces, self._unsent = self._unsent, []
        self.sock.sendall(b"".join(pieces))

    def ready(self, patience: float) -> HttpFault | None:
        """Be open, as far as one can tell, for an exchange of so many seconds; returns why it cannot be.

        A connection that the other side has closed while it was idle is replaced.
        """
        if self.sock is not None and _said_something(self.sock):
            self.close()
        if self.sock is None:
            self.timeout = min(patience, LONGEST)
            try:
                self.connect()
            except gaierror:
                return unanswered.UNKNOWN_HOST
            except ConnectionRefusedError:
                return unanswered.REFUSED
            except TimeoutError:
                return unanswered.NOT_CONNECTED_IN_TIME
            except ssl.SSLError:  # some of them are values, too
                return unanswered.UNTRUSTED
            except OSError:
                return unanswered.NO_CONNECTION
            except ValueError:
                return unanswered.UNFORMED
        self._unsent.clear()
        if self.sock.gettimeout() != patience:
            self.sock.settimeout(patience)
        return None


def _said_something(idle: socket) -> bool:
    """Whether something came unasked: the end of the connection, or what is no answer to anything."""
    poll = select.poll()
    poll.register(idle.fileno(), select.POLLIN)
    if not poll.poll(0):
        return False
    if isinstance(idle, ssl.SSLSocket):
        idle.settimeout(0)
        try:
            idle.recv(1)
        except ssl.SSLWantReadError:
            return False  # it was TLS's own: tickets, most often
        except OSError:
            pass
    return True
