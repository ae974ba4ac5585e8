"""Every error a user can meet, each with its exit code.

    LvstateError            1   failed: network, service, internal
    |- UsageError          64   the command line or LVSTATE_* is wrong
    |- InvalidInput         3   manifests, project file or plan file are wrong
    |- BlockedError         4   a guard refuses
    |- StaleError           5   live or the manifests moved since the plan
    |- LockedError          7   another apply holds the tenant's lock
    |- AuthError            8   no, wrong or insufficient credentials
    |- NetworkError         1   the service could not be reached
    |- ServiceError         1   the service answered something that cannot be trusted
    |  `- Unanswered        1   what it answered is no answer; a moment later there may be one
    `- UncertainError       6   a write was sent, and whether it was carried out is not known

The codes are the table of the user contract; where several apply, `worst` decides.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FAILED = 1
    DIFFERENCES = 2
    INVALID = 3
    BLOCKED = 4
    STALE = 5
    PARTIAL = 6
    LOCKED = 7
    AUTH = 8
    USAGE = 64
    INTERRUPTED = 130
    TERMINATED = 143


_PRECEDENCE = (
    Exit.TERMINATED,
    Exit.INTERRUPTED,
    Exit.PARTIAL,
    Exit.AUTH,
    Exit.STALE,
    Exit.FAILED,
    Exit.BLOCKED,
    Exit.DIFFERENCES,
    Exit.OK,
)


def worst(codes: Iterable[Exit]) -> Exit:
    """Return the code that a run reports when several apply; `OK` for none."""
    present = set(codes)
    return next((code for code in _PRECEDENCE if code in present), Exit.OK)


class LvstateError(Exception):
    """Something a user is told in one sentence, with what to do about it."""

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[Exit] = Exit.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LvstateError):
    """The command line, or an LVSTATE_* variable in its place, is wrong."""

    kind = "usage"
    exit_code = Exit.USAGE


class InvalidInput(LvstateError):
    """Manifests, project file or plan file are wrong; `problems` says where."""

    kind = "invalid"
    exit_code = Exit.INVALID

    def __init__(self, message: str, *, hint: str | None = None, problems: Sequence[object] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class BlockedError(LvstateError):
    """A guard refuses to go on."""

    kind = "blocked"
    exit_code = Exit.BLOCKED


class StaleError(LvstateError):
    """Live or the manifests moved since the plan was made."""

    kind = "stale"
    exit_code = Exit.STALE


class LockedError(LvstateError):
    """Another apply on this machine holds the tenant's lock."""

    kind = "locked"
    exit_code = Exit.LOCKED


class AuthError(LvstateError):
    """Credentials are missing or wrong, or the role may not do this."""

    kind = "auth"
    exit_code = Exit.AUTH


class NetworkError(LvstateError):
    """The service could not be reached, or did not answer in time."""

    kind = "network"


class ServiceError(LvstateError):
    """The service answered, but not in a way that can be trusted or used."""

    kind = "service"


class Unanswered(ServiceError):
    """The service gave no usable answer, as one does that is down or overloaded."""


class UncertainError(LvstateError):
    """A write was sent, and there is no answer that says whether it was carried out."""

    kind = "uncertain"
    exit_code = Exit.PARTIAL
