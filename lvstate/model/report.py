"""What an apply did, change by change."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from lvstate.model.change import Change, Plan
from lvstate.model.resource import LiveId


class Status(Enum):
    """How a change ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STALE = "stale"
    UNKNOWN = "unknown"


class Outcome(NamedTuple):
    """One change and how it ended; `written` says whether any request of it took effect."""

    change: Change
    status: Status
    live_id: LiveId | None = None
    error: str | None = None
    written: bool = False
    forbidden: bool = False
    """Whether it ended because of missing credentials or permission."""


class Report(NamedTuple):
    """The whole apply. `converged` is None when live could not be read back."""

    plan: Plan
    run_id: str
    outcomes: tuple[Outcome, ...]
    converged: bool | None
    remaining: tuple[str, ...] = ()
    """What still differs after the apply, in words."""
    interrupted: bool = False
    """Whether the run was asked to stop; live is then not read back."""

    def count(self, status: Status) -> int:
        """How many changes ended this way."""
        return sum(outcome.status is status for outcome in self.outcomes)
