"""Steps coroutines in one thread and performs their effects; only HTTP leaves that thread.

Because every line of client and engine runs in the thread that called `run`, their state needs no
locks. Records that several tasks want on disk at the same moment are flushed together.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from queue import Empty
from typing import Any, Protocol, TypeVar

from lvstate.driver.fibres import Fibre, Fibres
from lvstate.driver.workers import Result, Transport, Workers
from lvstate.effects import (
    Append,
    Download,
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

T = TypeVar("T")

_GRACE = 0.25
"""Seconds that a transport may overrun its own deadline before the exchange is given up."""


class Journal(Protocol):
    """Keeps records on disk."""

    def append(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Return when all records are on disk."""


class Driver:
    """Runs one coroutine, and those it gathers, to the end.

    `parallelism` bounds the exchanges under way at once. `progress` is called with
    (done, total, what) in the running thread.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        parallelism: int = 8,
        journal: Journal | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> None:
        self.journal = journal
        self.meanwhile: Iterable[Callable[[], object]] = ()
        """Short pieces of work that need no answer, done one by one while none is there."""
        self._workers = Workers(transport)
        self._fibres = Fibres()
        self._parallelism = parallelism
        self._progress = progress
        self._stopping = False
        self._until: list[tuple[Fibre, Callable[[], bool]]] = []
        self._appends: list[tuple[Fibre | None, Mapping[str, Any]]] = []
        """What is to go to disk, and who waits for it."""
        self._unwritten: Exception | None = None
        """Why a record for which nobody waited is not on disk."""
        self._timers: list[tuple[float, int, Fibre | int]] = []
        self._sequence = 0
        self._pending: deque[tuple[Fibre, Http | Download]] = deque()
        self._exchanges: dict[int, Fibre] = {}

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    def stop(self) -> None:
        """Ask the run to start nothing new; may be called from a signal handler."""
        self._stopping = True
        self._workers.wake()

    def run(self, task: Task[T]) -> T:
        """Run a coroutine to its end and return its result, or raise its error."""
        outcome: list[tuple[Any, BaseException | None]] = []
        root = Fibre(task)
        self._fibres.resume(root)
        try:
            while not outcome:
                self._run_ready(root, outcome)
                if outcome:
                    break
                if self._appends and self._collect():
                    continue  # the records of answers that came together go to disk together
                if not self._flush():
                    self._wait()
        finally:
            self._flush()
            self._fibres.close(root)
        result, error = outcome[0]
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Let the worker threads go, those that are stuck as soon as they come loose."""
        self._workers.close()

    def _run_ready(self, root: Fibre, outcome: list[tuple[Any, BaseException | None]]) -> None:
        while self._fibres or self._wake_until():
            fibre, value, error = self._fibres.next()
            if fibre.closed:
                continue
            try:
                effect = fibre.task.throw(error) if error is not None else fibre.task.send(value)
            except StopIteration as stop:
                self._fibres.finished(fibre, stop.value)
                if fibre is root:
                    outcome.append((stop.value, None))
                    return
            except Exception as failure:  # noqa: BLE001 (it is raised again in the task that gathers)
                self._fibres.failed(fibre, failure)
                if fibre is root:
                    outcome.append((None, failure))
                    return
            else:
                self._perform(fibre, effect)

    def _wake_until(self) -> bool:
        met = [(fibre, condition) for fibre, condition in self._until if condition()]
        for entry in met:
            self._until.remove(entry)
            self._fibres.resume(entry[0])
        return bool(met)

    def _perform(self, fibre: Fibre, effect: Effect[Any]) -> None:
        match effect:
            case Http() | Download():
                self._pending.append((fibre, effect))
                self._dispatch()
            case Sleep(seconds):
                if self._stopping:
                    self._fibres.resume(fibre, None)
                else:
                    self._set_timer(seconds, fibre)
            case Now():
                self._fibres.resume(fibre, time.monotonic())
            case Stopping():
                self._fibres.resume(fibre, self._stopping)
            case Until(condition):
                self._until.append((fibre, condition))
            case Append(record, wait):
                self._append(fibre, record, wait=wait)
            case Progress(done, total, what):
                if self._progress is not None:
                    self._progress(done, total, what)
                self._fibres.resume(fibre, None)
            case Gather(tasks, limit):
                self._fibres.gather(fibre, tasks, limit)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _set_timer(self, seconds: float, what: Fibre | int) -> None:
        self._sequence += 1
        heapq.heappush(self._timers, (time.monotonic() + max(seconds, 0), self._sequence, what))

    # Exchanges

    def _dispatch(self) -> None:
        while self._pending and len(self._exchanges) < self._parallelism:
            fibre, effect = self._pending.popleft()
            if fibre.closed:
                continue
            if self._stopping and isinstance(effect, Http) and effect.writes:
                self._fibres.resume(fibre, HttpFault(Stage.NOT_SENT, "the run was interrupted"))
                continue
            self._sequence += 1
            number = self._sequence
            self._exchanges[number] = fibre
            if isinstance(effect, Http):  # a download may take any time: the transport watches it
                self._set_timer(effect.deadline + _GRACE, number)
            self._workers.begin(number, effect, len(self._exchanges))

    def _answered(self, number: int, result: HttpReply | HttpFault) -> None:
        fibre = self._exchanges.pop(number, None)
        if fibre is None:
            self._workers.loose()  # given up earlier
        else:
            self._fibres.resume(fibre, result)
        self._dispatch()

    def _given_up(self, number: int) -> None:
        fibre = self._exchanges.pop(number, None)
        if fibre is not None:
            self._workers.stuck()
            self._fibres.resume(fibre, HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline"))
            self._dispatch()

    # Waiting

    def _append(self, fibre: Fibre, record: Mapping[str, Any], *, wait: bool) -> None:
        if self._unwritten is not None:
            self._fibres.throw(fibre, self._unwritten)
            self._unwritten = None
            return
        self._appends.append((fibre if wait else None, record))
        if not wait:
            self._fibres.resume(fibre)

    def _flush(self) -> bool:
        if not self._appends:
            return False
        waiting, self._appends = self._appends, []
        error: Exception | None = None
        try:
            if self.journal is not None:
                self.journal.append([record for _, record in waiting])
        except Exception as failure:  # noqa: BLE001 (raised in every task that waits for its record)
            error = failure
        for fibre, _ in waiting:
            if fibre is not None:
                self._fibres.throw(fibre, error)
            elif error is not None:
                self._unwritten = error
        return True

    def _collect(self) -> bool:
        """Take in the answers that are there already; returns whether there was any."""
        found = False
        while not self._workers.idle:
            self._take(self._workers.wait(None))
            found = True
        return found

    def _take(self, answer: tuple[int, Result] | None) -> None:
        if answer is None:
            self._wake_sleepers()
        else:
            self._answered(*answer)

    def _wait(self) -> None:
        timeout = None
        if self._timers:
            timeout = max(self._timers[0][0] - time.monotonic(), 0)
        elif not self._exchanges:
            raise RuntimeError("every task waits for another")
        if self._exchanges:
            self._use_the_time()
        with suppress(Empty):
            self._take(self._workers.wait(timeout))
        self._fire_timers()

    def _use_the_time(self) -> None:
        left = iter(self.meanwhile)
        self.meanwhile = left
        while self._workers.idle and (piece := next(left, None)) is not None:
            piece()

    def _fire_timers(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            what = heapq.heappop(self._timers)[2]
            if isinstance(what, Fibre):
                self._fibres.resume(what, None)
            else:
                self._given_up(what)

    def _wake_sleepers(self) -> None:
        keep = [entry for entry in self._timers if not isinstance(entry[2], Fibre)]
        for entry in self._timers:
            if isinstance(entry[2], Fibre):
                self._fibres.resume(entry[2], None)
        heapq.heapify(keep)
        self._timers = keep
