"""What is measured: contenders take turns, run by run, so that what else the machine does falls on all of them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import contenders
from contenders import Contender
from measuring import Run, round_trip, run, service

Maker = Callable[[str], Contender | None]
"""Makes a contender for a service at a URL."""


@dataclass
class Result:
    """What one contender did in one scenario."""

    scenario: str
    name: str
    size: int
    runs: list[Run] = field(default_factory=list)
    round_trips: list[float] = field(default_factory=list)
    """Alone, right after each run."""
    loaded_trips: list[float] = field(default_factory=list)
    """With as many under way as the run had."""

    def median(self, what: str) -> float:
        """The median of `wall`, `cpu` or `memory`."""
        return statistics.median(getattr(each, what) for each in self.runs)

    def span(self, what: str) -> tuple[float, float]:
        """The least and the most of it."""
        values = [getattr(each, what) for each in self.runs]
        return min(values), max(values)


def plans(folder: Path, size: int, rounds: int, latency: float, *, with_ansible: bool) -> list[Result]:
    """Plans of a tenant in sync, all over one service: nothing changes in it."""
    with service(size, latency) as url:
        lvstate = contenders.lvstate(folder, size, url)
        made = [
            lvstate,
            contenders.in_session(lvstate),
            contenders.script(folder, size, url),
            contenders.octodns(folder, size) if size <= 10_000 else None,
            contenders.terraform(folder, size) if size <= 10_000 else None,
            contenders.ansible(folder, size, url) if with_ansible else None,
        ]
        return _take_turns("plan in sync", size, rounds, [(each, url) for each in made if each is not None])


def applies(
    folder: Path, size: int, rounds: int, latency: float, parallelism: int, *, sequential: bool
) -> list[Result]:
    """Applies of all-new objects, each on a service of its own; `sequential` adds the peers."""
    makers: list[Maker] = [
        lambda url: contenders.lvstate(
            folder, size, url, "apply", "--yes", "--quiet", "--parallelism", str(parallelism)
        )
    ]
    if sequential:
        makers.append(lambda url: contenders.script(folder, size, url, apply=True))
        makers.append(lambda url: contenders.terraform_with_curl(folder, size, url))
    scenario = f"apply all new, {latency:g} ms, {parallelism} workers"
    return _each_its_own(scenario, size, rounds, makers, latency)


def ansible_apply(folder: Path, size: int, latency: float) -> list[Result]:
    """Ansible's loop, once: it takes its time."""
    maker: Maker = lambda url: contenders.ansible(folder, size, url, create=True)  # noqa: E731
    return _each_its_own(f"apply all new, {latency:g} ms", size, 1, [maker], latency)


def limited(folder: Path, size: int, rounds: int, latency: float, rate: float) -> list[Result]:
    """An apply against a service that takes so many requests a second."""
    makers: list[Maker] = [
        lambda url: contenders.lvstate(
            folder, size, url, "apply", "--yes", "--quiet", "--parallelism", "16", "--rate", f"{rate:g}"
        )
    ]
    return _each_its_own(f"apply all new, {rate:g} requests a second", size, rounds, makers, latency, rate)


def safety(latency: float) -> dict[str, float]:
    """Milliseconds of processor for the records of 100 writes, and for reading 100 objects again."""
    with service(100, latency) as url:
        command = [sys.executable, str(Path(__file__).with_name("safety.py")), url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def start_up(folder: Path, rounds: int) -> list[Result]:
    """`--help` and `--version`, beside a click program that says hello and a Python that does nothing."""
    hello = folder / "hello.py"
    hello.write_text(
        "import click\n\n@click.command()\n@click.version_option('1')\ndef hello():\n    click.echo('hello')\n\nhello()\n",
        "utf-8",
    )
    lvstate = str(contenders.BIN / "lvstate")
    made = [
        Contender("click, hello", [sys.executable, str(hello)], folder, asks=False),
        Contender("lvstate --version", [lvstate, "--version"], folder, asks=False),
        Contender("lvstate --help", [lvstate, "--help"], folder, asks=False),
        Contender(
            "octodns-sync --help", [str(contenders.BIN / "octodns-sync"), "--help"], folder, asks=False
        ),
        Contender("python -c pass", [sys.executable, "-c", "pass"], folder, asks=False),
    ]
    return _take_turns("start", 0, rounds, [(each, "") for each in made])


def _take_turns(scenario: str, size: int, rounds: int, made: Sequence[tuple[Contender, str]]) -> list[Result]:
    results = [Result(scenario, each.name, size) for each, _ in made]
    for number in range(rounds + 1):  # the first is a warm-up
        for (each, url), result in zip(made, results, strict=True):
            done = _run(each, url)
            if number:
                result.runs.append(done)
                if url:
                    result.round_trips.append(round_trip(url))
    return results


def _each_its_own(
    scenario: str, size: int, rounds: int, makers: Sequence[Maker], latency: float, rate: float = 0
) -> list[Result]:
    results: dict[str, Result] = {}
    for _ in range(rounds):
        for make in makers:
            with service(0, latency, rate) as url:
                if (each := make(url)) is None:
                    continue
                result = results.setdefault(each.name, Result(scenario, each.name, size))
                done = _run(each, url)
                if not rate:
                    result.round_trips.append(round_trip(url))
                    result.loaded_trips.append(round_trip(url, done.most_at_once))
                made = sum(n for call, n in done.calls.items() if call.startswith("POST 201"))
                if made != size:
                    raise SystemExit(f"{each.name} made {made} of {size}:\n{done.output}")
                result.runs.append(done)
    return [*results.values()]


def _run(each: Contender, url: str) -> Run:
    done = run(each.command, each.folder, each.env, url if each.asks and url else None)
    if done.code != 0:
        raise SystemExit(f"{each.name} ended with {done.code}:\n{done.output}")
    return done
