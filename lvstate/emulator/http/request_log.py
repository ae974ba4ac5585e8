"""The requests that were answered, as a file and in memory, and never a token, a session, a password or a body.

Keys: seq, time, method, path, query, status, operation, user, role, duration_ms, and faults where a script
struck; the status is the one that was answered, even if a fault kept it from arriving, and null where there was
none. Only what is known to be
harmless is written as it came: of the query the values of count and offset, of session paths the first two
segments.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from lvstate.emulator.clock import Clock
from lvstate.emulator.faults import Effect, Moment
from lvstate.emulator.http.dispatch import Exchange
from lvstate.emulator.http.requests import EmulatorRequest

HARMLESS_PARAMETERS = frozenset({"count", "offset"})
CONCEALED = "***"
REMEMBERED = 200

# Sessions have this form, wherever in a path someone may have put one.
_SESSION = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def line_of(exchange: Exchange, duration_ms: float, clock: Clock) -> dict[str, object]:
    """What is noted of one answered request, all but its number."""
    request = exchange.request
    line: dict[str, object] = {
        "time": datetime.fromtimestamp(clock(), UTC).isoformat(timespec="milliseconds"),
        "method": request.verb,
        "path": _harmless_path(request.path),
        "query": _harmless_query(request),
        "status": None if _never_answered(exchange) else exchange.response.status_code,
        "operation": exchange.operation and exchange.operation.name,
        "user": exchange.user and exchange.user.login,
        "role": exchange.user and exchange.user.role.value,
        "duration_ms": round(duration_ms, 3),
    }
    if exchange.faults:
        line["faults"] = [rule.name or rule.effect.value for rule in exchange.faults]
    return line


class RequestHistory:
    """The latest requests, numbered from 1."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._lines: deque[dict[str, object]] = deque(maxlen=size)

    def note(self, line: dict[str, object]) -> None:
        """Remember one request and forget the oldest above the size."""
        with self._lock:
            self._seq += 1
            self._lines.append({"seq": self._seq, **line})

    def latest(self, count: int = REMEMBERED) -> list[dict[str, object]]:
        """The newest requests, newest first."""
        with self._lock:
            return list(self._lines)[: -count - 1 : -1]

    @property
    def seen(self) -> int:
        """How many requests there were in all."""
        return self._seq


class RequestLog:
    """Appends to a file, one write a line, so that several processes may share it."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._seq = 0
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, line: dict[str, object]) -> None:
        """Note one answered request."""
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


def _never_answered(exchange: Exchange) -> bool:
    last = exchange.faults[-1] if exchange.faults else None
    return last is not None and last.effect is Effect.DROP and last.moment is Moment.BEFORE


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
