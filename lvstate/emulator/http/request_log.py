"""The request log: one JSON line a request, and never a token, a session, a password or a body.

Keys: seq, time, method, path, query, status, operation, user, role, duration_ms. Only what is known to be
harmless is written as it came: of the query the values of count and offset, of session paths the first two
segments.
"""

from __future__ import annotations

import json
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

from lvstate.emulator.clock import Clock
from lvstate.emulator.http.dispatch import Exchange
from lvstate.emulator.http.requests import EmulatorRequest

HARMLESS_PARAMETERS = frozenset({"count", "offset"})
CONCEALED = "***"

# Sessions have this form, wherever in a path someone may have put one.
_SESSION = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class RequestLog:
    """Appends to a file, one write a line, so that several processes may share it."""

    def __init__(self, file: Path, clock: Clock) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.Lock()
        self._seq = 0
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, exchange: Exchange, duration_ms: float) -> None:
        """Note one answered request."""
        request = exchange.request
        line = {
            "time": datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds"),
            "method": request.verb,
            "path": _harmless_path(request.path),
            "query": _harmless_query(request),
            "status": exchange.response.status_code,
            "operation": exchange.operation and exchange.operation.name,
            "user": exchange.user and exchange.user.login,
            "role": exchange.user and exchange.user.role.value,
            "duration_ms": round(duration_ms, 3),
        }
        with self._lock:
            if self._file < 0:
                return
            self._seq += 1
            os.write(self._file, (json.dumps({"seq": self._seq, **line}) + "\n").encode())

    def close(self) -> None:
        """Close the file; later requests are not noted."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1


def _harmless_path(path: str) -> str:
    segments = path.split("/")
    filled = [segment for segment in segments if segment]
    if filled[:1] == ["session"] and len(filled) > 2:
        return "/".join(["", *filled[:2], CONCEALED])
    return _SESSION.sub(CONCEALED, path)


def _harmless_query(request: EmulatorRequest) -> str:
    arguments = request.args.items(multi=True)
    shown = (f"{name}={value if name in HARMLESS_PARAMETERS else CONCEALED}" for name, value in arguments)
    return _SESSION.sub(CONCEALED, "&".join(shown))
