"""Steps the engine's coroutines under a clock, a journal and a stop switch that belong to the test."""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from lvstate.effects import Append, Effect, Gather, Now, Progress, Sleep, Stopping, Task, Until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lvstate.errors import LvstateError

T = TypeVar("T")


@dataclass(eq=False)
class _Fibre:
    task: Task[Any]
    group: _Group | None = None
    index: int = 0
    closed: bool = False


@dataclass(eq=False)
class _Group:
    parent: _Fibre
    waiting: deque[tuple[int, Task[Any]]]
    results: list[Any]
    running: list[_Fibre] = field(default_factory=list)
    unfinished: int = 0


class Stage:
    """One run of the engine: whatever it awaits is decided here, the same way for the same seed.

    `full_disk` says, record by record, which of them the journal refuses; `moments` are things that
    happen to the world at a time of the virtual clock.
    """

    def __init__(self, seed: int = 0) -> None:
        self.now = 0.0
        self.stopping = False
        self.journal: list[Mapping[str, Any]] = []
        self.progress: list[tuple[int, int, str]] = []
        self.most_at_once = 0
        self.full_disk: Callable[[Mapping[str, Any]], LvstateError | None] = lambda _: None
        self.moments: list[tuple[float, Callable[[], None]]] = []
        self._random = random.Random(seed)  # noqa: S311 (it shuffles steps)
        self._ready: list[tuple[_Fibre, Any, BaseException | None]] = []
        self._sleeping: list[tuple[float, int, _Fibre]] = []
        self._until: list[tuple[_Fibre, Callable[[], bool]]] = []
        self._number = 0
        self._unwritten: LvstateError | None = None

    def events(self, *names: str) -> list[Mapping[str, Any]]:
        """The journal's records of these events."""
        return [record for record in self.journal if record["event"] in names]

    def at(self, moment: float, happening: Callable[[], None]) -> None:
        """Let something happen to the world when the clock passes a moment."""
        self.moments.append((moment, happening))

    def run(self, task: Task[T]) -> T:
        """Run a coroutine to its end."""
        root = _Fibre(task)
        self._ready.append((root, None, None))
        while True:
            if not self._ready and not self._wake_until():
                self._pass_time()
            fibre, value, error = self._ready.pop(self._random.randrange(len(self._ready)))
            if fibre.closed:
                continue
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
                self._perform(fibre, effect)

    def _wake_until(self) -> bool:
        met = [entry for entry in self._until if entry[1]()]
        self._until = [entry for entry in self._until if entry not in met]
        self._ready += [(fibre, None, None) for fibre, _ in met]
        return bool(met)

    def _pass_time(self) -> None:
        if not self._sleeping:
            raise AssertionError("every task waits for another")
        self.now, _, fibre = heapq.heappop(self._sleeping)
        due = [happening for moment, happening in self.moments if moment <= self.now]
        self.moments = [(moment, happening) for moment, happening in self.moments if moment > self.now]
        for happening in due:
            happening()
        self._ready.append((fibre, None, None))

    def _perform(self, fibre: _Fibre, effect: Effect[Any]) -> None:
        match effect:
            case Sleep(seconds):
                self._number += 1
                wake = self.now + (0 if self.stopping else seconds)
                heapq.heappush(self._sleeping, (wake, self._number, fibre))
            case Now():
                self._ready.append((fibre, self.now, None))
            case Stopping():
                self._ready.append((fibre, self.stopping, None))
            case Until(condition):
                self._until.append((fibre, condition))
            case Append(record, wait):
                refused, self._unwritten = self._unwritten or self.full_disk(record), None
                if refused is None:
                    self.journal.append(record)
                elif not wait:
                    refused, self._unwritten = None, refused
                self._ready.append((fibre, None, refused))
            case Progress(done, total, what):
                self.progress.append((done, total, what))
                self._ready.append((fibre, None, None))
            case Gather(tasks, limit):
                self._gather(fibre, deque(enumerate(tasks)), limit)
            case _:
                raise AssertionError(f"the engine asks for {effect!r}")

    def _gather(self, parent: _Fibre, tasks: deque[tuple[int, Task[Any]]], limit: int) -> None:
        if not tasks:
            self._ready.append((parent, [], None))
            return
        group = _Group(parent, tasks, [None] * len(tasks), unfinished=len(tasks))
        for _ in range(min(limit, len(tasks))):
            self._start_next(group)
        self.most_at_once = max(self.most_at_once, len(group.running))

    def _start_next(self, group: _Group) -> None:
        if group.waiting:
            index, task = group.waiting.popleft()
            fibre = _Fibre(task, group, index)
            group.running.append(fibre)
            self._ready.append((fibre, None, None))

    def _finished(self, fibre: _Fibre, value: Any) -> None:
        group = fibre.group
        assert group is not None
        group.running.remove(fibre)
        group.results[fibre.index] = value
        group.unfinished -= 1
        if group.unfinished:
            self._start_next(group)
        else:
            self._ready.append((group.parent, group.results, None))

    def _failed(self, fibre: _Fibre, error: Exception) -> None:
        group = fibre.group
        assert group is not None
        group.running.remove(fibre)
        for other in group.running:
            other.closed = True
            other.task.close()
        for _, task in group.waiting:
            task.close()
        self._ready.append((group.parent, None, error))
