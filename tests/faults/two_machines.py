"""Measures what two applies on two machines do to one tenant: `make two-appliers`.

Two machines share no lock, so each command has a state folder of its own. Real processes, real sockets, the emulator
with a latency. The second apply begins some milliseconds after the first; the table says how often that left two
objects of one name, how often an update of the first was overwritten unseen, and what the commands said.

    python -m tests.faults.two_machines [--rounds N] [--latency MS] [--lags 0,50,...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.stage import Project, Ran
from tests.faults.scene import PROJECT_FILE, Scene, group, twins
from tests.faults.warm import Command, Warm

APPLY = ("apply", "--yes", "--format", "json", "--settle", "2", "--timeout", "10")
CREATES = 5


class Machine:
    """A checkout and a state folder of its own: what another machine shares with this one is the tenant only."""

    def __init__(self, folder: Path, url: str, warm: Warm) -> None:
        self.project = Project(folder, url)
        self.project.write("lvstate.yaml", PROJECT_FILE)
        self._warm = warm

    def declare(self, manifest: str) -> None:
        """Write the one manifest."""
        self.project.write("manifests/all.yaml", f"version: 1\n{manifest}")

    def start(self, *arguments: str) -> Command:
        """Start a command."""
        environment = {k: v for k, v in self.project.variables().items() if not k.startswith("COV_")}
        return self._warm.start(self.project.root, environment, arguments)

    def run(self, *arguments: str) -> Ran:
        """Run a command to its end."""
        return self.start(*arguments).wait()


def two_machines(scene: Scene) -> tuple[Machine, Machine]:
    """Two machines before one tenant."""
    first, second = (
        Machine(scene.folder / name, scene.server_url, scene.warm) for name in ("first", "second")
    )
    return first, second


@dataclass
class Tally:
    """What came of the rounds of one lag."""

    rounds: int = 0
    seconds: list[float] = field(default_factory=list)
    """How long the second apply of each round took to make its groups."""
    twins: int = 0
    rounds_with_twins: int = 0
    told_at_once: int = 0
    """Rounds with twins in which at least one of the two commands did not exit 0."""
    told_by_next: int = 0
    """Rounds with twins in which the next plan exits 4."""
    overwritten: int = 0
    """Rounds in which both updates were sent."""
    overwritten_told: int = 0
    """Of these, how many in which the first noticed by reading back: it did not exit 0."""
    refused: int = 0
    """Rounds in which one of the two was stopped: its plan, or the object, had moved."""
    codes: Counter[tuple[int, int]] = field(default_factory=Counter)


def create_round(
    scene: Scene, machines: tuple[Machine, Machine], number: int, lag: float, tally: Tally
) -> None:
    """Both make the same names."""
    names = [f"Round {number} group {each}" for each in range(CREATES)]
    for machine in machines:
        machine.declare("contact_groups:\n" + "".join(f"  g{i}: {name}\n" for i, name in enumerate(names)))
    first = machines[0].start(*APPLY)
    time.sleep(lag)
    began = time.monotonic()
    second = machines[1].start(*APPLY)
    codes = first.wait().code, second.wait().code
    tally.seconds.append(time.monotonic() - began)
    found = [twin for twin in twins(scene.everything()) if f"Round {number} " in twin]
    tally.codes[codes] += 1
    tally.twins += len(found)
    if found:
        tally.rounds_with_twins += 1
        tally.told_at_once += any(codes)
        tally.told_by_next += machines[0].run("plan", "--format", "json").code == 4


def update_round(
    scene: Scene, machines: tuple[Machine, Machine], number: int, lag: float, tally: Tally
) -> None:
    """Both carry out an approved plan that renames the same object, to names of their own."""
    before = scene.everything()["contact_group"][2]["name"]
    for machine, name in zip(machines, ("first", "second"), strict=True):
        machine.declare(f"contact_groups:\n  g: {{name: Round {number} of {name}, id: 2}}\n")
        planned = machine.run("plan", "--out", "plan.json")
        assert planned.code == 0, planned
    first = machines[0].start("apply", "plan.json", *APPLY[2:])
    time.sleep(lag)
    second = machines[1].start("apply", "plan.json", *APPLY[2:])
    ended = first.wait(), second.wait()
    assert scene.everything()["contact_group"][2]["name"] != before
    stale = any(each.code == 5 or '"stale":1' in each.out.replace(" ", "") for each in ended)
    sent = sum(seen.method == "PUT" for seen in scene.emulator.seen)
    assert (sent, stale) in ((2, False), (1, True)), ended
    tally.refused += stale
    tally.overwritten += sent == 2
    tally.overwritten_told += sent == 2 and any(each.code for each in ended)


def measure(lags: Sequence[float], rounds: int, latency: float) -> dict[float, Tally]:
    """Play `rounds` rounds of creates and of updates for each lag, in milliseconds."""
    tallies = {lag: Tally() for lag in lags}
    number = 0
    with tempfile.TemporaryDirectory() as folder, Warm(_made(Path(folder, "warm"))) as warm:
        for lag, tally in tallies.items():
            with Scene(
                _made(Path(folder, f"lag-{lag:g}")), warm, "version: 1\n", latency_ms=latency
            ) as scene:
                machines = two_machines(scene)
                for _ in range(rounds):
                    number += 1
                    tally.rounds += 1
                    create_round(scene, machines, number, lag / 1000, tally)
                    scene.emulator.seen.clear()
                    update_round(scene, machines, number, lag / 1000, tally)
            sys.stderr.write(f"{lag:g} ms: {tally}\n")
    return tallies


def window(latency: float, updates: int = 40) -> list[float]:
    """Return, per update, the milliseconds between the answer to its last read and the arrival of its write."""
    tenant = {"contact_groups": [group(number, f"Old {number}") for number in range(1, updates + 1)]}
    with (
        tempfile.TemporaryDirectory() as folder,
        Warm(_made(Path(folder, "warm"))) as warm,
        Scene(Path(folder), warm, "version: 1\n", tenant=tenant, latency_ms=latency) as scene,
    ):
        first, _ = two_machines(scene)
        entries = (f"  g{n}: {{name: New {n}, id: {n}}}\n" for n in range(1, updates + 1))
        first.declare("contact_groups:\n" + "".join(entries))
        assert first.run(*APPLY).code == 0
        read = {seen.path: seen.went for seen in scene.emulator.seen if seen.method == "GET"}
        return sorted(1000 * (s.came - read[s.path]) for s in scene.writes)


def table(tallies: dict[float, Tally]) -> str:
    """The tallies as Markdown."""
    heads = (
        "the second begins after",
        "names made twice",
        "rounds with any",
        "told by one of the two",
        "told by the next plan",
        "updates overwritten",
        "told by one of the two",
        "stopped as stale",
    )
    lines = [f"| {' | '.join(heads)} |", "|" + "--:|" * len(heads)]
    for lag, t in tallies.items():
        cells = (
            f"{lag:g} ms",
            f"{t.twins} of {t.rounds * CREATES}",
            f"{t.rounds_with_twins} of {t.rounds}",
            f"{t.told_at_once} of {t.rounds_with_twins}",
            f"{t.told_by_next} of {t.rounds_with_twins}",
            f"{t.overwritten} of {t.rounds}",
            f"{t.overwritten_told} of {t.overwritten}",
            f"{t.refused} of {t.rounds}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    """Bind the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.two_machines", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--latency", type=float, default=30.0, metavar="MS")
    parser.add_argument("--lags", default="0,20,50,100,200,500,1000", metavar="MS,MS,...")
    options = parser.parse_args()
    lags = [float(lag) for lag in options.lags.split(",")]
    began = time.monotonic()
    gaps = window(options.latency)
    tallies = measure(lags, options.rounds, options.latency)
    sys.stdout.write(f"{table(tallies)}\n\n{options.rounds} rounds a lag, latency {options.latency:g} ms, ")
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    durations = sorted(second for tally in tallies.values() for second in tally.seconds)
    sys.stdout.write(f"the second apply took {durations[len(durations) // 2]:.2f} s (median)\n")
    middle, last = gaps[len(gaps) // 2], gaps[-1]
    sys.stdout.write(
        f"from the last read of an object to its write: median {middle:.0f} ms, longest {last:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
