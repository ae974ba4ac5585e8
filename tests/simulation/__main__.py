"""Lives through many histories, in several processes, and tells what they covered and what was found.

    python -m tests.simulation --seeds 0:20000 --jobs 2
    python -m tests.simulation --seeds 42:43          # one history again

Exit 1 when an invariant was violated, 2 when a long run has a hole: a fault that never met an operation it can meet,
or an event of `SOMETIMES` that never happened.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool

from tests.simulation.history import SOMETIMES, History, live
from tests.simulation.weather import ANY, BEYOND, FAULTS, WRITES

LONG = 5000
"""From how many histories on holes in the coverage are an error."""


def holes(met: Counter[tuple[str, str]], events: Counter[str]) -> Iterator[str]:
    """Say which fault never met which operation, and what never happened."""
    for fault, operations in [*((name, where) for name, (where, _) in FAULTS.items()), (BEYOND, WRITES)]:
        yield from (f"{fault!r} never met {each}" for each in operations if not met[fault, each])
    yield from (f"never seen: {event}" for event in SOMETIMES if not events[event])


def table(met: Counter[tuple[str, str]]) -> str:
    """Faults by operations, as Markdown; a dash where a fault cannot meet an operation."""
    lines = [f"| fault | {' | '.join(ANY)} |", "|---|" + "--:|" * len(ANY)]
    for fault in ["none", *FAULTS, BEYOND]:
        where = ANY if fault == "none" else WRITES if fault == BEYOND else FAULTS[fault][0]
        cells = [str(met[fault, each]) if each in where else "-" for each in ANY]
        lines.append(f"| {fault} | {' | '.join(cells)} |")
    return "\n".join(lines)


def say(text: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Bind the arguments, live, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", allow_abbrev=False)
    parser.add_argument("--seeds", default="0:1000", metavar="FROM:TO")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--until-found", action="store_true", help="stop at the first violation")
    options = parser.parse_args()
    first, last = (int(part) for part in options.seeds.split(":"))
    began = time.monotonic()
    met: Counter[tuple[str, str]] = Counter()
    events: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    found: list[str] = []
    with Pool(options.jobs) as pool:
        histories: Iterator[History] = (
            pool.imap(live, range(first, last), chunksize=20)
            if options.jobs > 1
            else map(live, range(first, last))
        )
        for number, history in enumerate(histories, 1):
            met += history.met
            events += history.events
            totals += Counter(runs=history.runs, requests=history.requests, writes=history.writes)
            found += [f"seed {history.seed}: {what}" for what in history.found]
            if found and options.until_found:
                say(f"found after {number} histories: {found[0]}")
                return 1
    took = time.monotonic() - began
    say(f"{last - first} histories (seeds {first} to {last - 1}), {took:.0f} s: {len(found)} violations")
    say(", ".join(f"{number} {what}" for what, number in totals.items()))
    say("\n" + table(met) + "\n")
    for event in SOMETIMES:
        say(f"{events[event]:8} {event}")
    say("\n".join(found[:50]))
    if found:
        return 1
    gaps = list(holes(met, events)) if last - first >= LONG else []
    say("\n".join(gaps))
    return 2 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
