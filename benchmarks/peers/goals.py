"""The goals as ratios, and whether this run reached them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios import Result


@dataclass(frozen=True)
class Goal:
    """A ratio that must not exceed its limit."""

    what: str
    ratio: float
    limit: float

    @property
    def reached(self) -> bool:
        """Whether it does not."""
        return self.ratio <= self.limit


def judged(results: Sequence[Result], safety: Mapping[str, float]) -> list[Goal]:
    """Every goal for which this run has both sides; `safety` is in milliseconds for 100 writes."""
    found = {(each.scenario, each.size, each.name): each for each in results}
    goals = []

    def beside(scenario: str, size: int, peer: str, what: str, limit: float, name: str = "lvstate") -> None:
        ours, theirs = found.get((scenario, size, name)), found.get((scenario, size, peer))
        if ours and theirs:
            condition = name.removeprefix("lvstate")
            label = f"{scenario}{condition}, N={size:,}: {what} beside {peer}"
            goals.append(Goal(label, _paired(ours, theirs, what), limit))

    for size, peer, what, limit in (
        (100, "octoDNS", "wall", 1.0),
        (100, "Terraform", "wall", 1.0),
        (1_000, "octoDNS", "wall", 0.40),
        (1_000, "Terraform", "wall", 0.20),
        (1_000, "plain script", "cpu", 1.2),
        (10_000, "octoDNS", "wall", 0.11),
        (10_000, "Terraform", "wall", 0.045),
        (10_000, "plain script", "cpu", 0.7),
    ):
        beside("plan in sync", size, peer, what, limit)
        if what == "wall" and size < 10_000:
            beside("plan in sync", size, peer, what, limit, "lvstate, session open")
    if ours := found.get(("plan in sync", 10_000, "lvstate")):
        goals.append(Goal("plan in sync, N=10,000: peak memory in MiB", ours.median("memory"), 80))
    for small, large, limit in ((1_000, 10_000, 3), (10_000, 100_000, 11)):
        one, ten = (found.get(("plan in sync", size, "lvstate")) for size in (small, large))
        if one and ten:
            what = f"plan in sync: processor time at {large:,} beside {small:,}"
            goals.append(Goal(what, ten.median("cpu") / one.median("cpu"), limit))
    quick = "apply all new, 20 ms, 10 workers"
    beside(quick, 100, "plain script", "wall", 0.20)
    beside(quick, 100, "Terraform with curl", "wall", 0.5)
    start = found.get(("start", 0, "lvstate --version"))
    for latency in (20, 100):
        each = found.get((f"apply all new, {latency} ms, 16 workers", 1_000, "lvstate"))
        if each:
            begun = start.median("wall") if start else 0.0  # the least that any command takes
            turns = 1 + math.ceil(each.size / 16)
            for how, trips in (("alone", each.round_trips), ("with 16 under way", each.loaded_trips)):
                bound = begun + turns * statistics.median(trips)
                what = f"apply of 1,000 new, {latency} ms, 16 workers: wall beside start + {turns} round trips ({how})"
                goals.append(Goal(what, each.median("wall") / bound, 1.10))
    for name in ("lvstate --version", "lvstate --help"):
        ours, hello = found.get(("start", 0, name)), found.get(("start", 0, "click, hello"))
        if ours and hello:
            goals.append(Goal(f"{name} beside a bare click program", _paired(ours, hello, "wall"), 1.2))
    for each in results:
        if "requests a second" in each.scenario:
            rate = float(each.scenario.split()[3])
            sent = statistics.median(run.requests for run in each.runs)
            goals.append(Goal(f"{each.scenario}: wall beside n/R", each.median("wall") / (sent / rate), 1.10))
            refused = max(sum(n for call, n in run.calls.items() if " 429 " in call) for run in each.runs)
            goals.append(Goal(f"{each.scenario}: answers of 429", refused, 0))
    for what, label in (("journal", "the journal of 100 writes"), ("reads", "100 reads again")):
        if what in safety:
            goals.append(Goal(f"{label}: milliseconds of processor", safety[what], 10))
    return goals


def _paired(ours: Result, theirs: Result, what: str) -> float:
    """The median of the ratios of runs that came one after the other."""
    pairs = zip(ours.runs, theirs.runs, strict=True)
    return statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs)
