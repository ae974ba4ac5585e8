"""What the pure code asks the outside world to do: HTTP, time, disk, concurrency.

Client and engine are coroutines that await effects; a driver performs them. Nothing here
depends on an event loop: a driver steps a coroutine with `send`, so a simulator that owns the
clock, the network and the disk can take the place of the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")

Task = Coroutine["Effect[Any]", Any, T]
"""A coroutine that awaits nothing but effects."""


class Effect(Generic[T]):
    """A request to the driver; awaiting it gives the driver's answer."""

    __slots__ = ()

    def __await__(self) -> Generator[Effect[Any], Any, T]:
        """Hand this effect to the driver and return what it sends back."""
        answer: T = yield self
        return answer


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request relative to the tenant's origin; `path` is percent-encoded and holds the query."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
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


@dataclass(frozen=True, slots=True)
class HttpFault:
    """Why there is no answer, in words without secrets."""

    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class Http(Effect["HttpReply | HttpFault"]):
    """Send a request once and return the answer or the fault; never raises, never retries."""

    request: HttpRequest = field(repr=False)
    deadline: float
    """Seconds for the whole exchange, from connecting to the last byte."""
    writes: bool = False
    """Whether it changes the tenant: such a request is not sent any more once the run is asked to stop."""


class Sink(Protocol):
    """Where an answer goes that is too large for memory."""

    def start(self) -> None:
        """Begin anew: what came before was an answer that broke off."""

    def take(self, piece: bytes) -> bool:
        """Keep a piece; False when no more is wanted. Never raises."""


@dataclass(frozen=True, slots=True)
class Download(Effect["HttpReply | HttpFault"]):
    """Send a request once and hand the body of a 200 to a sink as it is on the wire, still compressed.

    The reply has an empty body then; every other answer comes whole. Never raises, never retries.
    """

    request: HttpRequest = field(repr=False)
    into: Sink = field(repr=False)
    patience: float
    """Seconds without a byte after which the answer is given up; the whole may take any time."""


@dataclass(frozen=True, slots=True)
class Sleep(Effect[None]):
    """Wait; returns early when the run is asked to stop."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now(Effect[float]):
    """Seconds of a clock that never runs backwards."""


@dataclass(frozen=True, slots=True)
class Stopping(Effect[bool]):
    """Whether the run was asked to stop: nothing new is to be started."""


@dataclass(frozen=True, slots=True)
class Until(Effect[None]):
    """Wait until other tasks have made a condition true; it is looked at whenever all of them wait."""

    condition: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Append(Effect[None]):
    """Put a record into the run's journal and return once it is on disk."""

    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress(Effect[None]):
    """Tell whoever watches how far the run is."""

    done: int
    total: int
    what: str


@dataclass(frozen=True, slots=True)
class Gather(Effect["list[T]"], Generic[T]):
    """Run tasks side by side, at most `limit` at once, and return their results in order.

    The first error closes the tasks that still run and is raised in the one that gathers.
    """

    tasks: Sequence[Task[T]]
    limit: int
