"""How the emulator feels to its callers: latency, rate and the lifetime of sessions, changeable while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lvstate.emulator.backend.sessions import Sessions
from lvstate.emulator.errors import UnusableDocument
from lvstate.emulator.http.throttle import Throttle
from lvstate.emulator.shapes import Shape, violations

SHAPE: Shape = {
    "type": "object",
    "properties": {
        "latency_ms": {"type": "number", "minimum": 0, "maximum": 3_600_000},
        "rate": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1_000_000_000},
        "session_lifetime": {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000_000},
    },
    "additionalProperties": False,
}


@dataclass
class Conditions:
    """The latency, and where the rate and the lifetime are kept."""

    latency_ms: float
    throttle: Throttle
    sessions: Sessions

    def document(self) -> dict[str, object]:
        """Milliseconds; requests a second or null; seconds."""
        return {
            "latency_ms": self.latency_ms,
            "rate": self.throttle.rate,
            "session_lifetime": self.sessions.lifetime_ms / 1000,
        }

    def change(self, document: Any) -> None:
        """Take over what is given. Raises UnusableDocument, and then changes nothing."""
        found = list(violations(SHAPE, document))
        if found:
            raise UnusableDocument(found)
        self.latency_ms = document.get("latency_ms", self.latency_ms)
        if "rate" in document:
            self.throttle.set_rate(document["rate"])
        if "session_lifetime" in document:
            self.sessions.lifetime_ms = int(document["session_lifetime"] * 1000)

    def words(self) -> Mapping[str, str]:
        """The conditions as people read them."""
        rate = self.throttle.rate
        return {
            "Latency": f"{self.latency_ms:g} ms",
            "Rate": "no limit" if rate is None else f"{rate:g} a second",
            "Sessions": f"{self.sessions.lifetime_ms / 60_000:g} min",
        }
