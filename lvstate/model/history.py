"""What earlier applies left behind: runs, their changes, what they left open and what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from lvstate.model.change import ActionName, FieldChange
from lvstate.model.report import Status
from lvstate.model.resource import LiveId
from lvstate.model.tenant import Tenant

LEFT_OPEN = "left-open"
"""Code of the warning that explains a change that an earlier run left open."""
JOURNAL_CUT = "journal-cut"
"""Code of the warning that a journal could not be read, or not to its end."""


class Verdict(Enum):
    """What became of a change that a run left open."""

    DONE = "done"
    NOT_DONE = "not-done"
    UNCLEAR = "unclear"


class Resolution(NamedTuple):
    """What a later run found out, and by what evidence."""

    run_id: str
    verdict: Verdict
    evidence: str
    live_id: LiveId | None = None


@dataclass(slots=True)
class Step:
    """One change of a run, as its journal tells it."""

    change: str
    kind: str
    address: str
    action: ActionName
    name: str | None = None
    fields: tuple[FieldChange, ...] = ()
    live_id: LiveId | None = None
    """What it was to change, or what a create made."""
    intended: datetime | None = None
    """When it was first journalled, right before it was sent; None where it never was."""
    unanswered: datetime | None = None
    unanswered_reason: str | None = None
    tries: int = 0
    status: Status | None = None
    """None where the journal does not say how it ended."""
    error: str | None = None
    resolution: Resolution | None = None

    @property
    def open(self) -> bool:
        """Whether it may have been sent and nobody knows what came of it."""
        if self.tries == 0 or self.resolution is not None:
            return False
        return self.status is None or self.status is Status.UNKNOWN


class Origin(NamedTuple):
    """Who applied, from where and from which commit; None where that is not known."""

    lvstate_version: str | None = None
    commit: str | None = None
    dirty: bool | None = None
    """Whether the project's files differed from the commit."""
    actor: str | None = None
    """Whom CI ran for."""
    user: str | None = None
    host: str | None = None


class Opening(NamedTuple):
    """What a run's journal begins with: who applies, and the records of what earlier runs had left open."""

    origin: Origin = Origin()
    findings: Sequence[Mapping[str, object]] = ()


PLAIN = Opening()


class LeftOut(NamedTuple):
    """A change that was blocked, and left out with `--skip-blocked`."""

    kind: str
    address: str | None
    name: str | None
    code: str


@dataclass(slots=True)
class PastRun:
    """One apply, as its journal tells it. `end` is None where the journal does not reach that far."""

    id: str
    tenant: Tenant | None = None
    environment: str | None = None
    fingerprint: str | None = None
    origin: Origin = field(default_factory=Origin)
    start: datetime | None = None
    end: datetime | None = None
    converged: bool | None = None
    steps: dict[str, Step] = field(default_factory=dict)
    """By change id, those that were planned first, in plan order."""
    seen: dict[str, frozenset[LiveId]] = field(default_factory=dict)
    """By kind, the ids that lived before anything was sent."""
    left_out: tuple[LeftOut, ...] = ()
    remaining: tuple[str, ...] = ()
    """What still differed at its end, in words."""
    resolved: list[tuple[str, str | None, Resolution]] = field(default_factory=list)
    """What it found out about runs before it: run id, change id (None for the journal itself), answer."""
    fault: str | None = None
    """Why the journal was not read to its end, in words."""

    def count(self, status: Status) -> int:
        """How many changes ended this way."""
        return sum(step.status is status for step in self.steps.values())

    @property
    def left_open(self) -> list[Step]:
        """The changes that nobody has explained yet."""
        return [step for step in self.steps.values() if step.open]


class Unread(NamedTuple):
    """A file, or a folder, that holds no journal that may be read; `run_id` where it has the name of one."""

    name: str
    reason: str
    run_id: str | None = None


class History(NamedTuple):
    """The runs of a project that are still known, oldest first."""

    runs: tuple[PastRun, ...] = ()
    unread: tuple[Unread, ...] = ()
    told: frozenset[str] = frozenset()
    """The runs of whose journals a later apply has told already that they are cut or not read."""

    @classmethod
    def of(cls, runs: Mapping[str, PastRun], unread: Iterable[Unread] = ()) -> History:
        """Put runs in order and join what was left open with what other runs found out about it."""
        ordered = sorted(runs.values(), key=lambda run: (run.start.timestamp() if run.start else 0.0, run.id))
        told: set[str] = set()
        for run in ordered:
            for about, change, resolution in run.resolved:
                before = runs.get(about)
                if change is None:
                    told.add(about)
                elif before is not None and before is not run and change in before.steps:
                    step = before.steps[change]
                    step.resolution = step.resolution or resolution
        return cls(tuple(ordered), tuple(unread), frozenset(told))

    def at(self, tenant: Tenant) -> History:
        """Return what is known of one tenant; a journal that does not name its tenant counts everywhere."""
        here = tuple(run for run in self.runs if run.tenant in (None, tenant))
        return self._replace(runs=here)

    def open_steps(self) -> Iterator[tuple[PastRun, Step]]:
        """Every change that was left open and is not explained yet."""
        return ((run, step) for run in self.runs for step in run.left_open)


NOTHING_BEFORE = History()
