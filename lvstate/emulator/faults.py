"""Scripted faults: rules that pick requests by name, path and occurrence, and say what befalls them.

A rule counts the requests it matches, each rule for itself; from that count alone (and from the script's
seed, for `probability`) it follows whether the rule strikes, so a script does the same in every run. Rules
apply in their order: delays, expiries and slowness add up, the first other effect ends the list.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any


class Moment(Enum):
    """When a fault happens: instead of carrying the request out, or once that is done and committed."""

    BEFORE = "before"
    AFTER = "after"


class Effect(Enum):
    """What befalls a request."""

    STATUS = "status"
    """Another answer: `status`, `body`, `headers`."""
    HTML = "html"
    """200 (or `status`) with a page of HTML, as a gateway on the way may send."""
    DROP = "drop"
    """The connection is reset; with `bytes`, so far into the body of the answer."""
    TRUNCATE = "truncate"
    """The connection ends in order after `bytes` of the body, short of its Content-Length."""
    GARBAGE = "garbage"
    """The answer's body is no JSON."""
    CONTENT_TYPE = "content-type"
    """The answer claims to be of `content_type`."""
    DELAY = "delay"
    """`seconds` pass."""
    DRIP = "drip"
    """The body comes at `bytes_per_second`."""
    EXPIRE_SESSION = "expire-session"
    """The session of the request ends."""

    @property
    def adds_up(self) -> bool:
        """Whether further rules still apply behind it."""
        return self in (Effect.DELAY, Effect.DRIP, Effect.EXPIRE_SESSION)


@dataclass(frozen=True)
class Occasion:
    """Which of the requests that match are struck: the nth, the first n, every nth, by chance, or all."""

    nth: int | None = None
    first: int | None = None
    every: int | None = None
    probability: float | None = None

    def strikes(self, occurrence: int, chance: str) -> bool:
        """Whether the occurrence, counted from 1, is struck; `chance` seeds the dice."""
        if self.nth is not None:
            return occurrence == self.nth
        if self.first is not None:
            return occurrence <= self.first
        if self.every is not None:
            return occurrence % self.every == 0
        if self.probability is not None:
            # Each occurrence has dice of its own, so that no order of threads can change a throw.
            return random.Random(f"{chance}/{occurrence}").random() < self.probability  # noqa: S311
        return True


@dataclass(frozen=True)
class Rule:
    """Which requests, which of them, and what happens; what is None matches everything."""

    effect: Effect
    moment: Moment = Moment.BEFORE
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    occasion: Occasion = Occasion()
    name: str | None = None
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    bytes: int | None = None
    bytes_per_second: float = 0.0
    content_type: str = "text/plain"

    def matches(self, operation: str | None, method: str, path: str) -> bool:
        """Whether a request is one of the rule's; the path is a glob in which `*` also covers slashes."""
        return (
            (self.operation is None or self.operation == operation)
            and (self.method is None or self.method == method)
            and (self.path is None or fnmatchcase(path, self.path))
        )


@dataclass(frozen=True)
class Script:
    """The rules in their order; `document` is the JSON they were read from."""

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    document: Mapping[str, Any] = field(default_factory=lambda: {"format_version": "1.0", "rules": []})


@dataclass
class Count:
    """What became of one rule so far."""

    matched: int = 0
    struck: int = 0


class Faults:
    """A script under way: counts what it sees; safe for any number of threads."""

    def __init__(self, script: Script | None = None) -> None:
        self._lock = threading.Lock()
        self.replace(script or Script())

    def replace(self, script: Script) -> None:
        """Begin another script, with all its counts at zero."""
        with self._lock:
            self._script = script
            self._counts = [Count() for _ in script.rules]

    @property
    def script(self) -> Script:
        """The script under way."""
        return self._script

    def counts(self) -> list[Count]:
        """How often each rule matched and struck, in their order."""
        with self._lock:
            return [Count(count.matched, count.struck) for count in self._counts]

    def strike(self, operation: str | None, method: str, path: str) -> tuple[Rule, ...]:
        """Count a request and return the rules that befall it, in their order."""
        struck: list[Rule] = []
        if not self._script.rules:
            return ()
        with self._lock:
            ended = False
            for position, (rule, count) in enumerate(zip(self._script.rules, self._counts, strict=True)):
                if not rule.matches(operation, method, path):
                    continue
                count.matched += 1
                if ended or not rule.occasion.strikes(count.matched, f"{self._script.seed}/{position}"):
                    continue
                count.struck += 1
                struck.append(rule)
                ended = not rule.effect.adds_up
        return tuple(struck)
