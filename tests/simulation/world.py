"""The world that a run acts in: one clock for all runs, the network, the disk, a colleague, and the end of processes."""

from __future__ import annotations

import heapq
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from lvstate.effects import (
    Append,
    Effect,
    Gather,
    Http,
    HttpFault,
    HttpReply,
    Now,
    Progress,
    Sleep,
    Stage,
    Stopping,
    Task,
    Until,
)
from lvstate.errors import LvstateError
from lvstate.model.change import Plan
from lvstate.model.report import Report
from tests.simulation.service import SLOTS, Operation, Service, fields_of, operation
from tests.simulation.weather import Fate, Weather

T = TypeVar("T")

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""What the wall clock showed when the world's clock showed 0."""


class Crashed(BaseException):  # nothing but the world may catch it
    """The process was killed."""


@dataclass
class Sent:
    """One request of a run: what it asks for, what becomes of it and how many records lay on disk."""

    at: float
    asked: Operation
    fate: Fate
    on_disk: int
    refused: bool = False
    """Whether the answer was 401: the session had ended."""

    @property
    def surely(self) -> bool:
        """Whether its sender may take it for not carried out."""
        return self.fate.surely or self.refused


@dataclass
class Run:
    """One process: its plan and report as far as it came, its journal, and what it saw and sent."""

    number: int
    crash_at: int | None = None
    stop_at: int | None = None
    full_at: int | None = None
    """After how many effects it is killed or asked to stop, and after how many records the disk is full."""
    began: float = 0.0
    approved: str | None = None
    """The fingerprint that the run was told to carry out, None for whatever it finds."""
    plan: Plan | None = None
    report: Report | None = None
    error: LvstateError | None = None
    crashed: bool = False
    stopping: bool = False
    steps: int = 0
    journal: list[Mapping[str, Any]] = field(default_factory=list)
    unflushed: list[Mapping[str, Any]] = field(default_factory=list)
    """Records for which nobody waits; they are lost with the process."""
    unwritten: bool = False
    """Whether such a record did not find its place."""
    sent: list[Sent] = field(default_factory=list)
    listed: dict[str, float] = field(default_factory=dict)
    """By kind, when the run first asked for its listing."""
    views: dict[tuple[str, int | str], dict[str, Any] | None] = field(default_factory=dict)
    """By object, what a read brought since the plan; None for an object that was not there."""


@dataclass(eq=False)
class _Fibre:
    task: Task[Any]
    group: _Group | None = None
    index: int = 0
    children: _Group | None = None
    closed: bool = False


@dataclass(eq=False)
class _Group:
    parent: _Fibre
    waiting: deque[tuple[int, Task[Any]]]
    results: list[Any]
    unfinished: int
    running: list[_Fibre] = field(default_factory=list)


class World:
    """Everything outside the process. `watch` is told of each request before anything becomes of it."""

    def __init__(self, service: Service, weather: Weather, random: Random) -> None:
        self.service = service
        self.weather = weather
        self.now = 0.0
        self.met: Counter[tuple[str, str]] = Counter()
        """How often each fault met each operation."""
        self.events: Counter[str] = Counter()
        self.watch: Callable[[Run, Sent], None] = lambda _run, _sent: None
        self.colleague: Callable[[], None] = lambda: None
        self._random = random
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._ready: list[tuple[_Fibre, Any, BaseException | None]] = []
        self._sleepers: list[_Fibre] = []
        self._until: list[tuple[_Fibre, Callable[[], bool]]] = []
        self._last_page: dict[int, Any] = {}

    def at(self, moment: float, happening: Callable[[], None]) -> None:
        """Let something happen at a time."""
        self._number += 1
        heapq.heappush(self._heap, (moment, self._number, happening))

    def pass_time(self, seconds: float) -> None:
        """Let nobody do anything for a while; what is under way comes about."""
        end = self.now + seconds
        while self._heap and self._heap[0][0] <= end:
            self._next()
        self.now = end

    def run(self, task: Task[T], run: Run) -> T:
        """Run a process to its end, or to the step at which it is killed."""
        root = _Fibre(task)
        self._ready, self._until, self._sleepers = [(root, None, None)], [], []
        try:
            while True:
                if not self._ready and not self._wake():
                    run.unwritten |= not self._flush(run)
                    self._next()
                    continue
                fibre, value, error = self._ready.pop(self._random.randrange(len(self._ready)))
                if fibre.closed:
                    continue
                self._count(run)
                try:
                    effect = fibre.task.throw(error) if error is not None else fibre.task.send(value)
                except StopIteration as stop:
                    if fibre is root:
                        return stop.value  # type: ignore[no-any-return]
                    self._finished(fibre, stop.value)
                except Exception as failure:
                    if fibre is root:
                        raise
                    self._failed(fibre, failure)
                else:
                    self._perform(run, fibre, effect)
        finally:
            self._close(root)

    def _count(self, run: Run) -> None:
        run.steps += 1
        if run.steps == run.crash_at:
            run.crashed = True
            raise Crashed
        if run.steps == run.stop_at:
            run.stopping = True
            self.events["interrupted"] += 1
            for fibre in self._sleepers:
                self._ready.append((fibre, None, None))
            self._sleepers = []

    def _next(self) -> None:
        if not self._heap:
            raise AssertionError("every task waits for another")
        moment, _, happening = heapq.heappop(self._heap)
        self.now = max(self.now, moment)
        happening()

    def _wake(self) -> bool:
        met = [entry for entry in self._until if entry[1]()]
        for entry in met:
            self._until.remove(entry)
            self._ready.append((entry[0], None, None))
        return bool(met)

    def _perform(self, run: Run, fibre: _Fibre, effect: Effect[Any]) -> None:
        match effect:
            case Http():
                self._exchange(run, fibre, effect)
            case Sleep(seconds):
                if run.stopping:
                    self._resume(fibre, None)
                else:
                    self._sleepers.append(fibre)
                    self.at(self.now + max(seconds, 0), lambda: self._slept(fibre))
            case Now():
                self._resume(fibre, self.now)
            case Stopping():
                self._resume(fibre, run.stopping)
            case Until(condition):
                self._until.append((fibre, condition))
            case Append(record, wait):
                self._append(run, fibre, record, wait=wait)
            case Progress():
                self._resume(fibre, None)
            case Gather(tasks, limit):
                self._gather(fibre, deque(enumerate(tasks)), limit)
            case _:
                raise AssertionError(f"nobody performs {effect!r}")

    def _resume(self, fibre: _Fibre, value: Any) -> None:
        self._ready.append((fibre, value, None))

    def _slept(self, fibre: _Fibre) -> None:
        if fibre in self._sleepers:
            self._sleepers.remove(fibre)
            self._resume(fibre, None)

    def _append(self, run: Run, fibre: _Fibre, record: Mapping[str, Any], *, wait: bool) -> None:
        if run.unwritten:
            run.unwritten = False
            self._ready.append((fibre, None, LvstateError("the disk is full")))
            return
        run.unflushed.append(record)
        full = wait and not self._flush(run)
        self._ready.append((fibre, None, LvstateError("the disk is full") if full else None))

    def _flush(self, run: Run) -> bool:
        """Put on disk what waits for it, which a kill before that takes away; False when the disk is full."""
        records, run.unflushed = run.unflushed, []
        for record in records:
            if run.full_at is not None and len(run.journal) >= run.full_at:
                self.events["disk full"] += 1
                return False
            moment = (BEGINNING + timedelta(seconds=self.now)).isoformat(timespec="milliseconds")
            run.journal.append(json.loads(json.dumps({"time": moment, **record})))
        return True

    def _exchange(self, run: Run, fibre: _Fibre, effect: Http) -> None:
        if effect.writes and run.stopping:
            self._resume(fibre, HttpFault(Stage.NOT_SENT, "the run was interrupted"))
            return
        asked = operation(effect.request)
        fate = self.weather.fate(asked)
        self.met[fate.name, asked.verb] += 1
        sent = Sent(self.now, asked, fate, len(run.journal))
        self.watch(run, sent)
        run.sent.append(sent)
        if asked.verb == "list":
            run.listed.setdefault(asked.kind, self.now)
        self.colleague()
        honest: list[HttpReply] = []

        def carry_out() -> None:
            if fate.expires:
                self.service.sessions.clear()
            honest.append(self.service.perform(effect.request, self.now, run.number, self.now - fate.lag))

        def answer() -> None:
            seen = fate.sees(honest[0] if honest else None)
            sent.refused = isinstance(seen, HttpReply) and seen.status == 401
            if not fibre.closed and isinstance(seen, HttpReply):
                self._note_view(run, asked, seen)
            if not fibre.closed:
                self._resume(fibre, seen)

        if fate.carried_out is not None:
            self.at(self.now + fate.carried_out, carry_out)
        self.at(self.now + fate.answered, answer)

    def _note_view(self, run: Run, asked: Operation, seen: HttpReply) -> None:
        live_id = asked.rows[0][0] if asked.rows else None
        if asked.verb == "read" and live_id is not None:
            if seen.status == 404:
                run.views[asked.kind, live_id] = None
            elif seen.status == 200 and (document := _json(seen)) is not None:
                run.views[asked.kind, live_id] = fields_of(document)
        elif asked.verb == "list" and asked.kind == "custom_field" and seen.status == 200:
            rows = _json(seen)
            if isinstance(rows, dict):
                for slot in SLOTS:
                    run.views[asked.kind, slot] = None
                for row in rows["customFields"]:
                    run.views[asked.kind, row["field"]] = fields_of(row)
        elif asked.kind == "contact_group" and asked.verb == "list" and seen.status == 200:
            self._watch_pages(run, asked.offset, _json(seen))

    def _watch_pages(self, run: Run, offset: int, document: Any) -> None:
        rows = document.get("contactGroup", []) if isinstance(document, dict) else []
        if offset and rows and rows[0]["id"] != self._last_page.get(run.number):
            self.events["pages shifted"] += 1
        if rows:
            self._last_page[run.number] = rows[-1]["id"]

    # Groups

    def _gather(self, parent: _Fibre, tasks: deque[tuple[int, Task[Any]]], limit: int) -> None:
        if not tasks:
            self._resume(parent, [])
            return
        group = _Group(parent, tasks, [None] * len(tasks), len(tasks))
        parent.children = group
        for _ in range(min(limit, len(tasks))):
            self._start_next(group)

    def _start_next(self, group: _Group) -> None:
        if group.waiting:
            index, task = group.waiting.popleft()
            fibre = _Fibre(task, group, index)
            group.running.append(fibre)
            self._resume(fibre, None)

    def _finished(self, fibre: _Fibre, value: Any) -> None:
        fibre.closed = True
        group = fibre.group
        assert group is not None
        group.running.remove(fibre)
        group.results[fibre.index] = value
        group.unfinished -= 1
        if group.unfinished:
            self._start_next(group)
        else:
            group.parent.children = None
            self._resume(group.parent, group.results)

    def _failed(self, fibre: _Fibre, error: Exception) -> None:
        fibre.closed = True
        group = fibre.group
        assert group is not None
        group.running.remove(fibre)
        group.parent.children = None
        self._close_group(group)
        self._ready.append((group.parent, None, error))

    def _close(self, fibre: _Fibre) -> None:
        fibre.closed = True
        if fibre.children is not None:
            self._close_group(fibre.children)
        fibre.task.close()

    def _close_group(self, group: _Group) -> None:
        for fibre in list(group.running):
            self._close(fibre)
        for _, task in group.waiting:
            task.close()


def _json(seen: HttpReply) -> Any:
    try:
        return json.loads(seen.body)
    except ValueError:
        return None
