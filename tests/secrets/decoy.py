"""A listener that nobody should speak to; it remembers who did, and what was said."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
)


class Decoy:
    """Listens on loopback, answers everybody, and counts the connections."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.heard: list[bytes] = []
        """What each connection said first."""
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def count(self) -> int:
        """How many connections there were."""
        return len(self.heard)

    @property
    def spoken_to(self) -> int:
        """How many of the connections said anything."""
        return sum(1 for said in self.heard if said)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.heard.append(b"")
            with connection, suppress(OSError):
                connection.settimeout(2)
                self.heard[-1] = connection.recv(65536)
                connection.sendall(_ANSWER)
