"""Renders what was measured as Markdown: every figure a median, with the least and the most beside it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import groupby

from goals import Goal
from scenarios import Result

REMARKS = """\
What is not the same work:

- octoDNS and Terraform plan without a network: the first between two YAML files, the second against its own state file. lvstate and
  the script ask the service and pay its round trips. octoDNS reads twice as much YAML, and its records hold more than a name.
- The plain script validates nothing, guards nothing, compares names only, keeps no journal and reads nothing back.
- Terraform's apply keeps a graph and writes its state after each resource; each of its creates is a process, a curl.
- Ansible starts a module for every create. It is what people use, not an engine of this kind.
- Memory is the most that one process held; what is less than the benchmark itself held when it began that process (34 to 48 MiB)
  does not show.
- lvstate logs in, lists before it writes, journals every write to disk before and after it, and lists again at the end. With
  the session open (`LVSTATE_SESSION_ID`) it asks just what the script asks.
- A round trip is what a bare socket takes, measured right after each run; behind the stroke, with as many at once as the run had.
"""


def rendered(results: Sequence[Result], goals: Sequence[Goal], machine: Sequence[str]) -> str:
    """One page: goals, then a table for each scenario."""
    parts = ["# Benchmarks\n", "Made by `make bench`, which anyone can run. " + "; ".join(machine) + ".\n"]
    parts.append(
        "Contenders took turns, run by run. Figures are medians (least to most); ratios are medians of the"
        " ratios of neighbouring runs.\n"
    )
    parts.append(
        "![Time of a plan against the number of objects](images/plan-time.svg)\n"
        "![Memory of a plan against the number of objects](images/plan-memory.svg)\n"
    )
    if goals:
        parts += ["## Goals\n", _goals(goals)]
    ordered = sorted(results, key=lambda each: each.scenario)
    for scenario, group in groupby(ordered, key=lambda each: each.scenario):
        parts += [f"## {scenario[0].upper()}{scenario[1:]}\n", _table(list(group))]
    return "\n".join([*parts, REMARKS])


def _goals(goals: Sequence[Goal]) -> str:
    lines = ["| ratio | measured | goal | |", "|---|---|---|---|"]
    lines += [
        f"| {goal.what} | {goal.ratio:.3g} | {goal.limit:g} | {'reached' if goal.reached else '**missed**'} |"
        for goal in goals
    ]
    return "\n".join(lines) + "\n"


def _table(results: Sequence[Result]) -> str:
    lines = [
        "| objects | | wall, s | processor, s | memory, MiB | requests | at once | round trip, ms | runs |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in sorted(results, key=lambda each: each.size):
        last = each.runs[-1]
        asked = str(last.requests) if last.calls else ""
        trip = " / ".join(
            f"{statistics.median(trips) * 1000:.1f}"
            for trips in (each.round_trips, each.loaded_trips)
            if trips and asked
        )
        lines.append(
            f"| {each.size or ''} | {each.name} | {_span(each, 'wall', 3)} | {_span(each, 'cpu', 3)}"
            f" | {each.median('memory'):.0f} | {asked} | {last.most_at_once or ''} | {trip} | {len(each.runs)} |"
        )
    return "\n".join(lines) + "\n"


def _span(each: Result, what: str, digits: int) -> str:
    least, most = each.span(what)
    return f"{each.median(what):.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"
