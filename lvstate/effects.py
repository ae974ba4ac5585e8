"""What the pure code asks the outside world to do: HTTP, time, disk, concurrency.

Client and engine are coroutines that await effects; a driver performs them. Nothing here
depends on an event loop: a driver steps a coroutine with `send`, so a simulator that owns the
clock, the network and the disk can take the place of the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

Task = Coroutine["Effect[Any]", Any, T]
"""A coroutine that awaits nothing but effects."""


class Effect(Generic[T]):
    """A request to the driver; awaiting it gives the driver's answer."""

    __slots__: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show the effect with its parts."""
        parts = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({', '.join(parts)})"

    def __await__(self) -> Generator[Effect[Any], Any, T]:
        """Hand this effect to the driver and return what it sends back."""
        answer: T = yield self
        return answer


class HttpRequest(NamedTuple):
    """One request relative to the tenant's origin; `path` is percent-encoded and holds the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        """Show neither headers nor body, which hold secrets."""
        return f"HttpRequest({self.method} {self.path})"


class HttpReply(NamedTuple):
    """What the service answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Stage(Enum):
    """How far a request without an answer got."""

    NOT_SENT = "not sent"
    MAYBE_SENT = "maybe sent"
    MISCONFIGURED = "misconfigured"
    """TLS or proxy trouble: not sent, and trying again will not help."""


class HttpFault(NamedTuple):
    """Why there is no answer, in words without secrets."""

    stage: Stage
    reason: str


class Http(Effect["HttpReply | HttpFault"]):
    """Send a request once and return the answer or the fault; never raises, never retries.

    `deadline` is in seconds, for the whole exchange from connecting to the last byte. `writes` says that it
    changes the tenant: such a request is not sent any more once the run is asked to stop.
    """

    __slots__ = __match_args__ = ("request", "deadline", "writes")

    def __init__(self, request: HttpRequest, deadline: float, writes: bool = False) -> None:
        self.request = request
        self.deadline = deadline
        self.writes = writes


class Sink(Protocol):
    """Where an answer goes that is too large for memory."""

    def start(self) -> None:
        """Begin anew: what came before was an answer that broke off."""

    def take(self, piece: bytes) -> bool:
        """Keep a piece; False when no more is wanted. Never raises."""


class Download(Effect["HttpReply | HttpFault"]):
    """Send a request once and hand the body of a 200 to a sink as it is on the wire, still compressed.

    The reply has an empty body then; every other answer comes whole. After `patience` seconds without a byte the
    answer is given up; the whole may take any time. Never raises, never retries.
    """

    __slots__ = __match_args__ = ("request", "into", "patience")

    def __init__(self, request: HttpRequest, into: Sink, patience: float) -> None:
        self.request = request
        self.into = into
        self.patience = patience


class Sleep(Effect[None]):
    """Wait so many seconds; returns early when the run is asked to stop."""

    __slots__ = __match_args__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Now(Effect[float]):
    """Seconds of a clock that never runs backwards."""

    __slots__ = ()


class Stopping(Effect[bool]):
    """Whether the run was asked to stop: nothing new is to be started."""

    __slots__ = ()


class Until(Effect[None]):
    """Wait until other tasks have made a condition true; it is looked at whenever all of them wait."""

    __slots__ = __match_args__ = ("condition",)

    def __init__(self, condition: Callable[[], bool]) -> None:
        self.condition = condition


class Append(Effect[None]):
    """Put a record into the run's journal and return once it is on disk.

    Without `wait` it returns at once: the record goes to disk with the next ones, before the run waits for
    anything. Where that fails, whoever appends next is told.
    """

    __slots__ = __match_args__ = ("record", "wait")

    def __init__(self, record: Mapping[str, Any], *, wait: bool = True) -> None:
        self.record = record
        self.wait = wait


class Progress(Effect[None]):
    """Tell whoever watches how far the run is: so many done of a total, and what came last."""

    __slots__ = __match_args__ = ("done", "total", "what")

    def __init__(self, done: int, total: int, what: str) -> None:
        self.done = done
        self.total = total
        self.what = what


class Gather(Effect["list[T]"], Generic[T]):
    """Run tasks side by side, at most `limit` at once, and return their results in order.

    The first error closes the tasks that still run and is raised in the one that gathers.
    """

    __slots__ = __match_args__ = ("tasks", "limit")

    def __init__(self, tasks: Sequence[Task[T]], limit: int) -> None:
        self.tasks = tasks
        self.limit = limit
