"""A driver that owns the clock: it steps client coroutines, answers HTTP from a function, and never waits."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lvstate.effects import (
    Effect,
    Http,
    HttpFault,
    HttpReply,
    HttpRequest,
    Now,
    Sleep,
    Stopping,
    Task,
    Until,
)

T = TypeVar("T")

Answer = HttpReply | HttpFault


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that went out, and when."""

    at: float
    request: HttpRequest
    deadline: float

    @property
    def body(self) -> Any:
        """The JSON body."""
        return None if self.request.body is None else json.loads(self.request.body)

    @property
    def line(self) -> str:
        """Method and path as on the wire."""
        return f"{self.request.method} {self.request.path}"


class VirtualTime:
    """Runs tasks side by side in the order in which they become ready; only Sleep moves the clock."""

    def __init__(self, answer: Callable[[HttpRequest], Answer], *, latency: float = 0.0) -> None:
        self.now = 0.0
        self.stopping = False
        self.sent: list[Sent] = []
        self.slept: list[float] = []
        self._answer = answer
        self.latency = latency
        self._sequence = 0
        self._events: list[tuple[float, int, int, Any]] = []
        self._sleepers: dict[int, int] = {}
        self._until: list[tuple[int, Callable[[], bool]]] = []
        self._stop_at: float | None = None
        self._tasks: list[Task[Any]] = []
        self._outcomes: dict[int, Any] = {}

    def stop_at(self, moment: float) -> None:
        """Have the run asked to stop at this moment; whoever sleeps then wakes."""
        self._stop_at = moment

    def run(self, task: Task[T]) -> T:
        """Run one task; return its result or raise its error."""
        (outcome,) = self.outcomes(task)
        if isinstance(outcome, BaseException):
            raise outcome
        result: T = outcome
        return result

    def outcomes(self, *tasks: Task[Any]) -> Sequence[Any]:
        """Run tasks side by side; return results, and errors in the place of results."""
        self._tasks, self._outcomes = list(tasks), {}
        for number in range(len(tasks)):
            self._at(self.now, number, None)
        while len(self._outcomes) < len(tasks):
            self._wake()
            if not self._events:
                raise RuntimeError("every task waits for another")
            moment, sequence, number, value = heapq.heappop(self._events)
            if self._stop_at is not None and moment >= self._stop_at and not self.stopping:
                self.now = self._stop_at
                self._at(moment, number, value, sequence)
                self._stop()
                continue
            self.now = max(self.now, moment)
            self._sleepers.pop(sequence, None)
            self._step(number, value)
        return [self._outcomes[number] for number in range(len(tasks))]

    def _step(self, number: int, value: Any) -> None:
        try:
            effect = self._tasks[number].send(value)
        except StopIteration as stop:
            self._outcomes[number] = stop.value
        except Exception as error:  # noqa: BLE001 (it is the outcome)
            self._outcomes[number] = error
        else:
            self._perform(number, effect)

    def _perform(self, number: int, effect: Effect[Any]) -> None:
        match effect:
            case Http(request, deadline):
                self.sent.append(Sent(self.now, request, deadline))
                self._at(self.now + self.latency, number, self._answer(request))
            case Sleep(seconds):
                self.slept.append(seconds)
                if self.stopping:
                    self._at(self.now, number, None)
                else:
                    self._sleepers[self._at(self.now + seconds, number, None)] = number
            case Now():
                self._at(self.now, number, self.now)
            case Stopping():
                self._at(self.now, number, self.stopping)
            case Until(condition):
                self._until.append((number, condition))
            case _:
                raise AssertionError(f"the client has no business with {effect!r}")

    def _wake(self) -> None:
        for entry in [entry for entry in self._until if entry[1]()]:
            self._until.remove(entry)
            self._at(self.now, entry[0], None)

    def _stop(self) -> None:
        self.stopping = True
        woken, self._sleepers = self._sleepers, {}
        self._events = [event for event in self._events if event[1] not in woken]
        heapq.heapify(self._events)
        for number in woken.values():
            self._at(self.now, number, None)

    def _at(self, moment: float, number: int, value: Any, sequence: int | None = None) -> int:
        if sequence is None:
            self._sequence += 1
            sequence = self._sequence
        heapq.heappush(self._events, (moment, sequence, number, value))
        return sequence
