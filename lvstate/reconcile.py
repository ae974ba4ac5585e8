"""The corridor between the rooms: plan, apply, export and single calls, from a project to a result."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from lvstate.client.calls import Answer, Caller
from lvstate.client.credentials import Credentials
from lvstate.client.pacing import Pacing
from lvstate.client.remote import Reader, Writer
from lvstate.client.session import Session, WritingSession
from lvstate.driver import Driver, Transport
from lvstate.driver.journal import JournalFile
from lvstate.driver.journal_folder import RUNS, past_runs
from lvstate.driver.lock import tenant_lock
from lvstate.driver.provenance import origin_of_run
from lvstate.effects import Sink, Sleep
from lvstate.engine.applier import apply_plan
from lvstate.engine.draft import Snapshot
from lvstate.engine.explaining import findings, time_left
from lvstate.engine.planner import make_plan, read_snapshot
from lvstate.errors import BlockedError, StaleError
from lvstate.kinds.kind import Kind
from lvstate.model.change import Plan, Tenant
from lvstate.model.history import History, Opening
from lvstate.model.project import Project, Selection
from lvstate.model.report import Report
from lvstate.model.resource import Live
from lvstate.wire.calls import Call

S = TypeVar("S", bound=Session)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Connection:
    """A tenant, how to reach it, and whom to say we are. `scope` is what its lock is keyed by."""

    tenant: Tenant
    scope: str
    transport: Transport
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient and how busy a run is; times in seconds."""

    parallelism: int = 8
    timeout: float = 30.0
    deadline: float = 600.0
    settle: float = 60.0
    lock_timeout: float = 0.0


def plan(project: Project, connection: Connection, selection: Selection, limits: Limits) -> Plan:
    """Read live state and plan. Cannot write: its client has no method for it."""
    reader = Reader(_session(Session, connection, limits))
    before = past_runs(project.root).at(connection.tenant)
    with _driver(connection, limits) as driver:
        made, _ = driver.run(
            make_plan(project, reader, connection.tenant, selection, limits.parallelism, before)
        )
    return made


def history(root: Path) -> History:
    """Read what earlier applies left in the project in a folder; needs no tenant, never raises."""
    return past_runs(root)


def read_kinds(
    connection: Connection, kinds: Sequence[Kind], limits: Limits
) -> Mapping[Kind, tuple[Live, ...]]:
    """Read every live object of the given kinds. Cannot write."""
    reader = Reader(_session(Session, connection, limits))
    with _driver(connection, limits) as driver:
        snapshot = driver.run(read_snapshot(reader, tuple(kinds), limits.parallelism))
    return {kind: snapshot[kind.name] for kind in kinds}


def call(connection: Connection, call: Call, limits: Limits, into: Sink | None = None) -> Answer:
    """Make one call of the vendor's APIs, whatever it does there; `into` takes the body of a 200.

    Raises AuthError, NetworkError, ServiceError or UncertainError when there is no answer.
    """
    with _driver(connection, limits) as driver:
        return driver.run(_session(Caller, connection, limits).call(call, into))


def rows(connection: Connection, call: Call, limits: Limits) -> list[str]:
    """Read all pages of a listing or a search; returns the rows as lines of JSON, all or an error."""
    with _driver(connection, limits) as driver:
        return driver.run(_session(Caller, connection, limits).rows(call))


@dataclass(frozen=True, slots=True)
class Approval:
    """What an apply may do: `expected` is the fingerprint that was approved, None for whatever is found."""

    expected: str | None = None
    skip_blocked: bool = False


def apply(
    project: Project,
    connection: Connection,
    selection: Selection,
    limits: Limits,
    approval: Approval,
    *,
    progress: Progress | None = None,
    started: Callable[[Driver], None] | None = None,
    waiting: Callable[[str], None] | None = None,
) -> Report:
    """Plan again under the tenant's lock and carry out that plan, if it is the approved one.

    `started` is handed the driver before anything is sent, so that a signal can stop it; `waiting` is
    told what is waited for: a lock that is not free, or a create that an earlier run left without an
    answer and that may still land. Raises StaleError when live or the manifests moved, BlockedError
    when a guard refuses, LockedError when another apply holds the lock; nothing is written then.
    """
    writer = Writer(_session(WritingSession, connection, limits))
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
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
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
    return kind(connection.credentials, timeout=limits.timeout, pacing=Pacing(limits.deadline))


@contextmanager
def _driver(connection: Connection, limits: Limits, progress: Progress | None = None) -> Iterator[Driver]:
    driver = Driver(connection.transport, parallelism=limits.parallelism, progress=progress)
    try:
        yield driver
    finally:
        driver.close()
