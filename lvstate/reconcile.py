"""The corridor between the rooms: plan, apply, export and single calls, from a project to a result."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lvstate.client.pacing import Pacing
from lvstate.client.session import Session, WritingSession
from lvstate.driver import Driver
from lvstate.engine.reading import Snapshot, kinds_to_read, read_snapshot
from lvstate.errors import BlockedError, StaleError

if TYPE_CHECKING:
    from pathlib import Path

    from lvstate.client.calls import Answer
    from lvstate.client.credentials import Credentials
    from lvstate.client.remote import Writer
    from lvstate.driver import Transport
    from lvstate.effects import Sink
    from lvstate.kinds.kind import Kind
    from lvstate.model.change import Plan
    from lvstate.model.history import History
    from lvstate.model.project import Project, Selection
    from lvstate.model.report import Report
    from lvstate.model.resource import Live
    from lvstate.model.tenant import Tenant
    from lvstate.wire.calls import Call

S = TypeVar("S", bound=Session)

Progress = Callable[[int, int, str], None]


class Connection(NamedTuple):
    """A tenant, how to reach it, and whom to say we are. `scope` is what its lock is keyed by."""

    tenant: Tenant
    scope: str
    transport: Transport
    credentials: Credentials


class Limits(NamedTuple):
    """How patient and how busy a run is; times in seconds."""

    parallelism: int = 8
    timeout: float = 30.0
    deadline: float = 600.0
    settle: float = 60.0
    lock_timeout: float = 0.0
    rate: float | None = None
    """Requests a second, at most."""


def plan(
    project: Project, connection: Connection, selection: Selection, limits: Limits, rooms: Sequence[str] = ()
) -> Plan:
    """Read live state and plan. Cannot write: its client has no method for it.

    `rooms` are modules that will be needed after it, imported while answers are awaited.
    """
    session = _session(Session, connection, limits)
    parallelism = limits.parallelism
    before = _past_runs(project.root, connection.tenant)

    async def planned() -> Plan:
        kinds = kinds_to_read(project, selection)
        if kinds:
            await session.open()  # its answer takes long enough to import what comes next
        from lvstate.client.remote import Reader

        reader = Reader(session, expected=_declared_by_kind(project), at_once=parallelism)
        snapshot = await read_snapshot(reader, kinds, parallelism)
        from lvstate.engine.planner import plan_from

        return await plan_from(
            snapshot, project, reader, connection.tenant, selection, parallelism, history=before
        )

    with _driver(connection, limits) as driver:
        driver.meanwhile = _imports(*_PLANNING, *rooms)
        return driver.run(planned())


_PLANNING = (
    "lvstate.client.remote",
    "lvstate.model.change",
    "lvstate.engine.identity",
    "lvstate.engine.draft",
    "lvstate.engine.planner",
)
_APPLYING = ("lvstate.engine.explaining", "lvstate.engine.applier", "lvstate.driver.journal")
"""What is needed once the service has answered, in pieces: between any two an answer may have come."""


def _imports(*rooms: str) -> Iterator[Callable[[], object]]:
    return (partial(import_module, room) for room in rooms)


def _declared_by_kind(project: Project) -> Mapping[str, int]:
    return Counter(declared.kind for declared in project.declared)


def _past_runs(root: Path, tenant: Tenant) -> History | None:
    """Read what earlier applies left; None where none was made, for then nothing has to be explained."""
    if not os.path.lexists(root / ".lvstate"):
        return None
    from lvstate.driver.journal_folder import past_runs

    return past_runs(root).at(tenant)


def history(root: Path) -> History:
    """Read what earlier applies left in the project in a folder; needs no tenant, never raises."""
    from lvstate.driver.journal_folder import past_runs

    return past_runs(root)


def read_kinds(
    connection: Connection, kinds: Sequence[Kind], limits: Limits
) -> Mapping[Kind, tuple[Live, ...]]:
    """Read every live object of the given kinds. Cannot write."""
    from lvstate.client.remote import Reader

    reader = Reader(_session(Session, connection, limits))
    with _driver(connection, limits) as driver:
        snapshot = driver.run(read_snapshot(reader, tuple(kinds), limits.parallelism))
    return {kind: snapshot[kind.name] for kind in kinds}


def call(connection: Connection, call: Call, limits: Limits, into: Sink | None = None) -> Answer:
    """Make one call of the vendor's APIs, whatever it does there; `into` takes the body of a 200.

    Raises AuthError, NetworkError, ServiceError or UncertainError when there is no answer.
    """
    from lvstate.client.calls import Caller

    with _driver(connection, limits) as driver:
        return driver.run(_session(Caller, connection, limits).call(call, into))


def rows(connection: Connection, call: Call, limits: Limits) -> list[str]:
    """Read all pages of a listing or a search; returns the rows as lines of JSON, all or an error."""
    from lvstate.client.calls import Caller

    with _driver(connection, limits) as driver:
        return driver.run(_session(Caller, connection, limits).rows(call))


class Approval(NamedTuple):
    """What an apply may do: `expected` is the fingerprint that was approved, None for whatever is found."""

    expected: str | None = None
    skip_blocked: bool = False


def apply(  # noqa: PLR0913 (one corridor, with its doors)
    project: Project,
    connection: Connection,
    selection: Selection,
    limits: Limits,
    approval: Approval,
    *,
    progress: Progress | None = None,
    started: Callable[[Driver], None] | None = None,
    waiting: Callable[[str], None] | None = None,
    rooms: Sequence[str] = (),
) -> Report:
    """Plan again under the tenant's lock and carry out that plan, if it is the approved one.

    `started` is handed the driver before anything is sent, so that a signal can stop it; `waiting` is
    told what is waited for: a lock that is not free, or a create that an earlier run left without an
    answer and that may still land; `rooms` as for `plan`. Raises StaleError when live or the manifests
    moved, BlockedError when a guard refuses, LockedError when another apply holds the lock; nothing is
    written then.
    """
    from lvstate.driver.lock import tenant_lock

    session = _session(WritingSession, connection, limits)
    tell = waiting or (lambda _: None)
    locked = tenant_lock(
        connection.tenant,
        connection.scope,
        wait=limits.lock_timeout,
        told=lambda holder: tell(f"the tenant's lock: {holder}"),
    )
    with (
        locked,
        _driver(connection, limits, progress) as driver,
    ):
        if started is not None:
            started(driver)
        driver.meanwhile = _imports(*_PLANNING, *_APPLYING, *rooms)
        if kinds_to_read(project, selection):
            driver.run(session.open())  # its answer takes long enough to import what comes next
        from lvstate.client.remote import Writer
        from lvstate.driver.journal_folder import past_runs
        from lvstate.engine.explaining import findings, time_left
        from lvstate.engine.planner import make_plan

        writer = Writer(session, expected=_declared_by_kind(project), at_once=limits.parallelism)
        before = past_runs(project.root).at(connection.tenant)
        seconds, left_by = time_left(before, limits.settle, datetime.now(UTC))
        if left_by is not None:
            tell(f"what run {left_by.id} left without an answer: it may land for {seconds:.0f} s more")
            driver.run(_pause(seconds))
        made, snapshot = driver.run(
            make_plan(project, writer, connection.tenant, selection, limits.parallelism, before)
        )
        check(made, approval)
        return _carry_out(project, made, snapshot, writer, driver, limits, found=findings(before, snapshot))


async def _pause(seconds: float) -> None:
    from lvstate.effects import Sleep

    await Sleep(seconds)


def check(made: Plan, approval: Approval) -> None:
    """Raise StaleError or BlockedError when a plan may not be applied under this approval."""
    if approval.expected is not None and made.fingerprint != approval.expected:
        raise StaleError(
            "live or the manifests moved since the plan was made",
            hint="plan again, and have the new plan approved; nothing was written",
        )
    if made.blocked and not approval.skip_blocked:
        number = len(made.blocked)
        raise BlockedError(
            f"{number} change{' is' if number == 1 else 's are'} blocked, so nothing was applied",
            hint="lvstate plan says what lifts each; --skip-blocked applies the rest",
        )


def _carry_out(
    project: Project,
    made: Plan,
    snapshot: Snapshot,
    writer: Writer,
    driver: Driver,
    limits: Limits,
    *,
    found: Sequence[Mapping[str, object]],
) -> Report:
    from lvstate.driver.journal import JournalFile
    from lvstate.driver.journal_folder import RUNS
    from lvstate.driver.provenance import origin_of_run
    from lvstate.engine.applier import apply_plan
    from lvstate.model.history import Opening

    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"
    journal = JournalFile(project.root / RUNS / f"{run_id}.jsonl") if made.changes or found else None
    opening = Opening(origin_of_run(project.root, os.environ), found) if journal is not None else Opening()
    driver.journal = journal
    try:
        return driver.run(
            apply_plan(
                made,
                project,
                snapshot,
                writer,
                run_id=run_id,
                settle=limits.settle,
                parallelism=limits.parallelism,
                opening=opening,
            )
        )
    finally:
        if journal is not None:
            journal.close()


def _session(kind: type[S], connection: Connection, limits: Limits) -> S:
    return kind(
        connection.credentials, timeout=limits.timeout, pacing=Pacing(limits.deadline, rate=limits.rate)
    )


@contextmanager
def _driver(connection: Connection, limits: Limits, progress: Progress | None = None) -> Iterator[Driver]:
    driver = Driver(connection.transport, parallelism=limits.parallelism, progress=progress)
    try:
        yield driver
    finally:
        driver.close()
