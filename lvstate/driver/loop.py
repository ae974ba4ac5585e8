"""Steps coroutines in one thread and performs their effects; only HTTP leaves that thread.

Because every line of client and engine runs in the thread that called `run`, their state needs no
locks. Records that several tasks want on disk at the same moment are flushed together.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar, runtime_checkable

from lvstate.effects import (
    Append,
    Download,
    Effect,
    Gather,
    Http,
    HttpFault,
    HttpReply,
    HttpRequest,
    Now,
    Progress,
    Sink,
    Sleep,
    Stage,
    Stopping,
    Task,
    Until,
)

T = TypeVar("T")

_GRACE = 0.25
"""Seconds that a transport may overrun its own deadline before the exchange is given up."""


class Transport(Protocol):
    """Sends one request and brings one answer; called from several threads at once."""

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Perform a whole exchange within `deadline` seconds; never raises, never retries."""


@runtime_checkable
class Downloader(Protocol):
    """What a transport can do besides, when it need not keep answers in memory."""

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Send a request and hand the body of a 200 on piece by piece; never raises, never retries."""


class Journal(Protocol):
    """Keeps records on disk."""

    def append(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Return when all records are on disk."""


@dataclass(slots=True, eq=False)
class _Group:
    """The tasks of one `Gather`."""

    parent: _Fibre
    waiting: deque[tuple[int, Task[Any]]]
    results: list[Any]
    unfinished: int
    running: set[_Fibre] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class _Fibre:
    """A coroutine that is under way, and the group it answers to."""

    task: Task[Any]
    group: _Group | None = None
    index: int = 0
    children: _Group | None = None
    closed: bool = False


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
        self._transport = transport
        self._parallelism = parallelism
        self._progress = progress
        self._stopping = False
        self._ready: deque[tuple[_Fibre, Any, BaseException | None]] = deque()
        self._until: list[tuple[_Fibre, Callable[[], bool]]] = []
        self._appends: list[tuple[_Fibre, Mapping[str, Any]]] = []
        self._timers: list[tuple[float, int, _Fibre | int]] = []
        self._sequence = 0
        self._pending: deque[tuple[_Fibre, Http | Download]] = deque()
        self._exchanges: dict[int, _Fibre] = {}
        self._jobs: SimpleQueue[tuple[int, Http | Download] | None] = SimpleQueue()
        self._results: SimpleQueue[tuple[int, HttpReply | HttpFault] | None] = SimpleQueue()
        self._threads = 0
        """Workers that are not stuck."""
        self._started = 0

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    def stop(self) -> None:
        """Ask the run to start nothing new; may be called from a signal handler."""
        self._stopping = True
        self._results.put(None)

    def run(self, task: Task[T]) -> T:
        """Run a coroutine to its end and return its result, or raise its error."""
        outcome: list[tuple[Any, BaseException | None]] = []
        root = _Fibre(task)
        self._ready.append((root, None, None))
        try:
            while not outcome:
                self._run_ready(root, outcome)
                if outcome:
                    break
                if not self._flush():
                    self._wait()
        finally:
            self._close(root)
        result, error = outcome[0]
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Let the worker threads go, those that are stuck as soon as they come loose."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _run_ready(self, root: _Fibre, outcome: list[tuple[Any, BaseException | None]]) -> None:
        while self._ready or self._wake_until():
            fibre, value, error = self._ready.popleft()
            if fibre.closed:
                continue
            try:
                effect = fibre.task.throw(error) if error is not None else fibre.task.send(value)
            except StopIteration as stop:
                self._finished(fibre, stop.value)
                if fibre is root:
                    outcome.append((stop.value, None))
                    return
            except Exception as failure:  # noqa: BLE001 (it is raised again in the task that gathers)
                self._failed(fibre, failure)
                if fibre is root:
                    outcome.append((None, failure))
                    return
            else:
                self._perform(fibre, effect)

    def _wake_until(self) -> bool:
        met = [(fibre, condition) for fibre, condition in self._until if condition()]
        for entry in met:
            self._until.remove(entry)
            self._ready.append((entry[0], None, None))
        return bool(met)

    def _perform(self, fibre: _Fibre, effect: Effect[Any]) -> None:
        match effect:
            case Http() | Download():
                self._pending.append((fibre, effect))
                self._dispatch()
            case Sleep(seconds):
                if self._stopping:
                    self._resume(fibre, None)
                else:
                    self._set_timer(seconds, fibre)
            case Now():
                self._resume(fibre, time.monotonic())
            case Stopping():
                self._resume(fibre, self._stopping)
            case Until(condition):
                self._until.append((fibre, condition))
            case Append(record):
                self._appends.append((fibre, record))
            case Progress(done, total, what):
                if self._progress is not None:
                    self._progress(done, total, what)
                self._resume(fibre, None)
            case Gather(tasks, limit):
                self._gather(fibre, tasks, limit)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _resume(self, fibre: _Fibre, value: Any) -> None:
        self._ready.append((fibre, value, None))

    def _set_timer(self, seconds: float, what: _Fibre | int) -> None:
        self._sequence += 1
        heapq.heappush(self._timers, (time.monotonic() + max(seconds, 0), self._sequence, what))

    # Exchanges

    def _dispatch(self) -> None:
        while self._pending and len(self._exchanges) < self._parallelism:
            fibre, effect = self._pending.popleft()
            if fibre.closed:
                continue
            if self._stopping and isinstance(effect, Http) and effect.writes:
                self._resume(fibre, HttpFault(Stage.NOT_SENT, "the run was interrupted"))
                continue
            self._sequence += 1
            number = self._sequence
            self._exchanges[number] = fibre
            if isinstance(effect, Http):  # a download may take any time: the transport watches it
                self._set_timer(effect.deadline + _GRACE, number)
            if self._threads < len(self._exchanges):
                self._threads += 1
                self._started += 1
                Thread(target=self._work, name=f"lvstate-http-{self._started}", daemon=True).start()
            self._jobs.put((number, effect))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            number, effect = job
            if isinstance(effect, Http):
                self._results.put((number, self._transport.perform(effect.request, effect.deadline)))
            else:
                self._results.put((number, self._download(effect)))

    def _download(self, effect: Download) -> HttpReply | HttpFault:
        """Let the transport stream, or stream for it; an error must not be lost: no timer would tell of it."""
        request, into, patience = effect.request, effect.into, effect.patience
        try:
            if isinstance(self._transport, Downloader):
                return self._transport.download(request, into, patience)
            result = self._transport.perform(request, patience)
            if isinstance(result, HttpFault) or result.status != HTTPStatus.OK:
                return result
            into.start()
            into.take(result.body)
        except Exception as error:  # noqa: BLE001 (whatever it is, somebody waits for it)
            return HttpFault(Stage.MAYBE_SENT, f"the download failed ({type(error).__name__})")
        return HttpReply(result.status, result.headers, b"")

    def _answered(self, number: int, result: HttpReply | HttpFault) -> None:
        fibre = self._exchanges.pop(number, None)
        if fibre is None:
            self._threads += 1  # given up earlier; its thread is free again
        else:
            self._resume(fibre, result)
        self._dispatch()

    def _given_up(self, number: int) -> None:
        fibre = self._exchanges.pop(number, None)
        if fibre is not None:
            self._threads -= 1  # that thread is stuck; another may take its place
            self._resume(fibre, HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline"))
            self._dispatch()

    # Waiting

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
            self._ready.append((fibre, None, error))
        return True

    def _wait(self) -> None:
        timeout = None
        if self._timers:
            timeout = max(self._timers[0][0] - time.monotonic(), 0)
        elif not self._exchanges:
            raise RuntimeError("every task waits for another")
        try:
            answer = self._results.get(timeout=timeout)
            if answer is None:
                self._wake_sleepers()
            else:
                self._answered(*answer)
        except Empty:
            pass
        self._fire_timers()

    def _fire_timers(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            what = heapq.heappop(self._timers)[2]
            if isinstance(what, _Fibre):
                self._resume(what, None)
            else:
                self._given_up(what)

    def _wake_sleepers(self) -> None:
        keep = [entry for entry in self._timers if not isinstance(entry[2], _Fibre)]
        for entry in self._timers:
            if isinstance(entry[2], _Fibre):
                self._resume(entry[2], None)
        heapq.heapify(keep)
        self._timers = keep

    # Groups

    def _gather(self, parent: _Fibre, tasks: Sequence[Task[Any]], limit: int) -> None:
        if not tasks:
            self._resume(parent, [])
            return
        group = _Group(parent, deque(enumerate(tasks)), [None] * len(tasks), len(tasks))
        parent.children = group
        for _ in range(min(max(limit, 1), len(tasks))):
            self._start_next(group)

    def _start_next(self, group: _Group) -> None:
        if group.waiting:
            index, task = group.waiting.popleft()
            fibre = _Fibre(task, group, index)
            group.running.add(fibre)
            self._resume(fibre, None)

    def _finished(self, fibre: _Fibre, value: Any) -> None:
        fibre.closed = True
        group = fibre.group
        if group is None:
            return
        group.running.discard(fibre)
        group.results[fibre.index] = value
        group.unfinished -= 1
        if group.unfinished == 0:
            group.parent.children = None
            self._resume(group.parent, group.results)
        else:
            self._start_next(group)

    def _failed(self, fibre: _Fibre, error: BaseException) -> None:
        fibre.closed = True
        group = fibre.group
        if group is None:
            return
        group.running.discard(fibre)
        group.parent.children = None
        self._close_group(group)
        self._ready.append((group.parent, None, error))

    def _close(self, fibre: _Fibre) -> None:
        fibre.closed = True
        if fibre.children is not None:
            self._close_group(fibre.children)
        fibre.task.close()

    def _close_group(self, group: _Group) -> None:
        for other in list(group.running):
            self._close(other)
        for _, task in group.waiting:
            task.close()
        group.running.clear()
        group.waiting.clear()
