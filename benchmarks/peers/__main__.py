"""Measures lvstate beside its peers, interleaved in one run, and writes tables and plots.

make bench                                     # everything; a quarter of an hour on two cores
make bench BENCH_ARGS="--rounds 3 --sizes 100,1000 --only plans"
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import scenarios
from goals import judged
from scenarios import Result
from tables import rendered

SMALL, MIDDLE, LARGE = 100, 1_000, 10_000


def main() -> None:
    """Measure what was asked for; tables go to stdout, with `--out` to a page and its plots as well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help="runs of each contender (fewer at 10,000 and above)"
    )
    parser.add_argument("--sizes", default="10,100,1000,10000,100000", help="objects, for the plans")
    parser.add_argument("--only", default="start,plans,applies,limited,safety", help="which scenarios")
    parser.add_argument("--out", type=Path, help="a folder for benchmarks.md and images/")
    asked = parser.parse_args()
    results: list[Result] = []
    names = asked.only.split(",")
    costs = scenarios.safety(0) if "safety" in names else {}
    with tempfile.TemporaryDirectory(prefix="lvstate-bench-") as folder:
        for name in names:
            results += _measure(name, Path(folder), asked.rounds, [int(n) for n in asked.sizes.split(",")])
    page = rendered(results, judged(results, costs), _machine())
    print(page)  # noqa: T201
    if asked.out is not None:
        from plots import draw

        (asked.out / "images").mkdir(parents=True, exist_ok=True)
        (asked.out / "benchmarks.md").write_text(page, "utf-8")
        draw(results, asked.out / "images")


def _measure(name: str, folder: Path, rounds: int, sizes: list[int]) -> list[Result]:
    few = max(3, rounds // 2)
    if name == "start":
        return scenarios.start_up(folder, 3 * rounds)
    if name == "plans":
        found: list[Result] = []
        for size in sizes:
            found += scenarios.plans(
                folder, size, rounds if size < LARGE else few, 20, with_ansible=size in {SMALL, MIDDLE}
            )
        return found
    if name == "applies":
        found = scenarios.applies(folder, SMALL, rounds, 20, 10, sequential=True)
        found += scenarios.ansible_apply(folder, SMALL, 20)
        for latency in (20, 100):
            found += scenarios.applies(folder, MIDDLE, few, latency, 16, sequential=False)
        return found
    if name == "limited":
        return scenarios.limited(folder, 300, few, 20, 50)
    if name == "safety":
        return []  # it has been measured first: it is no race
    raise SystemExit(f"there is no scenario {name!r}: start, plans, applies, limited, safety")


def _machine() -> list[str]:
    """What was measured, on what."""
    tools = [
        f"{name} {version(name)}" for name in ("lvstate", "octodns", "ansible-core", "requests", "click")
    ]
    if shutil.which("terraform"):
        told = subprocess.run(["terraform", "version"], capture_output=True, text=True, check=True)
        tools.append(told.stdout.splitlines()[0].replace("Terraform v", "terraform "))
    system = f"Python {platform.python_version()} on {platform.system()}"
    cores = f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the end"
    return [system, cores, ", ".join(tools)]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
