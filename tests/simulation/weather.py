"""What can go wrong with one exchange: which faults there are, and which of them a history has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from lvstate.effects import HttpFault, HttpReply, Stage
from tests.simulation.service import Operation, reply

TIMEOUT = 30.0
SETTLE = 60.0


@dataclass(frozen=True)
class Fate:
    """What becomes of a request: when it is carried out, if ever, and what its sender sees and when.

    `sees` turns the honest answer, None where there is none yet, into what arrives. `surely` says that
    the sender may take it for not carried out. `lag` is by how much a read sees the past.
    """

    name: str
    carried_out: float | None
    answered: float
    sees: Callable[[HttpReply | None], HttpReply | HttpFault]
    surely: bool = False
    lag: float = 0.0
    wait: float = 0.0
    """Seconds for which the service asks everybody to stay away."""
    expires: bool = False
    """Whether all sessions end right before it."""


def _honest(answer: HttpReply | None) -> HttpReply:
    assert answer is not None
    return answer


CLEAR = Fate("none", 0.05, 0.1, _honest)


def _instead(status: int, document: object = None, **headers: str) -> Callable[[HttpReply | None], HttpReply]:
    return lambda _: reply(
        status, document or {"code": 1, "message": f"no, canary-token: {status}"}, **headers
    )


def _fault(stage: Stage, reason: str) -> Callable[[HttpReply | None], HttpFault]:
    return lambda _: HttpFault(stage, reason)


def _page(_: HttpReply | None) -> HttpReply:
    return HttpReply(200, {"content-type": "text/html"}, b"<html>please log in</html>")


def _cut(answer: HttpReply | None) -> HttpReply:
    if answer is None or len(answer.body) < 2:
        return _honest(answer)
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def _without_id(answer: HttpReply | None) -> HttpReply:
    if answer is None or not 200 <= answer.status < 300:
        return _honest(answer)
    return answer._replace(body=b"{}")


def _late(random: Random, beyond: float) -> float:
    """When a request that nobody waits for any more takes effect."""
    return random.uniform(beyond, 500.0) if beyond > SETTLE else random.uniform(0.5, beyond)


_LOST = _fault(Stage.MAYBE_SENT, "the connection broke")
_SLOW = _fault(Stage.MAYBE_SENT, "no answer before the deadline")

ANY = ["list", "read", "count", "login", "create", "update", "delete"]
READS = ANY[:4]
WRITES = ANY[4:]

Make = Callable[[Random], Fate]

FAULTS: dict[str, tuple[list[str], Make]] = {
    "refused connection": (
        ANY,
        lambda _: Fate("", None, 0.05, _fault(Stage.NOT_SENT, "connection refused"), surely=True),
    ),
    "reset before": (ANY, lambda _: Fate("", None, 0.1, _LOST)),
    "reset after": (ANY, lambda _: Fate("", 0.05, 0.1, _LOST)),
    "timeout, never": (ANY, lambda _: Fate("", None, TIMEOUT, _SLOW)),
    "timeout, done": (ANY, lambda _: Fate("", 0.05, TIMEOUT, _SLOW)),
    "timeout, late": (WRITES, lambda r: Fate("", _late(r, 58), TIMEOUT, _SLOW)),
    "gateway 504, late": (WRITES, lambda r: Fate("", _late(r, 20), 10.0, _instead(504))),
    "status 400": (WRITES, lambda _: Fate("", None, 0.1, _instead(400), surely=True)),
    "status 403": (ANY, lambda _: Fate("", None, 0.1, _instead(403), surely=True)),
    "status 404, no code": (
        [*READS[:3], *WRITES],
        lambda _: Fate("", None, 0.1, _instead(404, {"message": "?"}), surely=True),
    ),
    "status 408": (ANY, lambda r: Fate("", r.choice([None, 0.05]), 0.1, _instead(408))),
    "status 409": (WRITES, lambda _: Fate("", None, 0.1, _instead(409), surely=True)),
    "status 429": (ANY, lambda _: Fate("", None, 0.1, _instead(429), surely=True)),
    "status 429, wait": (
        ANY,
        lambda _: Fate("", None, 0.1, _instead(429, **{"retry-after": "7"}), surely=True, wait=7),
    ),
    "status 500 before": (ANY, lambda _: Fate("", None, 0.1, _instead(500))),
    "status 500 after": (ANY, lambda _: Fate("", 0.05, 0.1, _instead(500))),
    "status 503, wait": (
        ANY,
        lambda r: Fate("", r.choice([None, 0.05]), 0.1, _instead(503, **{"retry-after": "3"}), wait=3),
    ),
    "redirect": (ANY, lambda _: Fate("", None, 0.1, _instead(302, location="https://elsewhere.example/"))),
    "page instead": (ANY, lambda r: Fate("", r.choice([None, 0.05]), 0.1, _page)),
    "answer cut": (ANY, lambda _: Fate("", 0.05, 0.1, _cut)),
    "no id": (["create"], lambda _: Fate("", 0.05, 0.1, _without_id)),
    "session ended": (
        [*READS[:3], *WRITES],
        lambda _: Fate("", 0.05, 0.1, _honest, surely=True, expires=True),
    ),
    "stale read": (["list", "read"], lambda r: Fate("", 0.05, 0.1, _honest, lag=r.uniform(0.5, 10))),
    "slow": (ANY, lambda r: Fate("", r.uniform(0.1, 5), 6.0, _honest)),
}

BEYOND = "timeout, beyond the window"
"""A request that takes effect later than anybody can wait: only in histories that break assumption A2."""


class Weather:
    """The faults of one history: some kinds of them, at one rate, until they stop."""

    def __init__(self, random: Random, kinds: frozenset[str], rate: float) -> None:
        self.random = random
        self.kinds = kinds
        self.rate = rate

    def fate(self, asked: Operation) -> Fate:
        """Decide what becomes of a request."""
        rate = min(3 * self.rate, 0.6) if asked.writes else self.rate  # there are few of them
        if not self.kinds or self.random.random() >= rate:
            return CLEAR
        fitting = sorted(name for name in self.kinds if asked.verb in _where(name))
        if not fitting:
            return CLEAR
        name = self.random.choice(fitting)
        if name == BEYOND:
            return Fate(name, _late(self.random, SETTLE * 2), TIMEOUT, _SLOW)
        return replace(FAULTS[name][1](self.random), name=name)

    def clear(self) -> None:
        """End all faults."""
        self.kinds = frozenset()


def _where(name: str) -> list[str]:
    return WRITES if name == BEYOND else FAULTS[name][0]


def mentions_canary(*values: object) -> bool:
    """Whether any text, in any depth, repeats a credential of the simulation."""
    return "canary" in json.dumps(values, default=str)
