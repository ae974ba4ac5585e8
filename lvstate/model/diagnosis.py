"""What doctor finds: checks in order, each with its health and what to do about it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from lvstate.errors import Exit


class Health(Enum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"
    """It depends on one that failed, or nothing is there to check."""


class Check(NamedTuple):
    """One thing that was looked at; `exit_code` is what its failure means."""

    name: str
    health: Health
    message: str
    hint: str | None = None
    exit_code: Exit = Exit.OK


class Diagnosis(NamedTuple):
    """All checks, in the order in which they depend on each other."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed; warnings are fine."""
        return not any(check.health is Health.FAIL for check in self.checks)

    @property
    def exit_code(self) -> Exit:
        """The first failure's: what comes after it may be its consequence."""
        failed = (check.exit_code for check in self.checks if check.health is Health.FAIL)
        return next(failed, Exit.OK)
