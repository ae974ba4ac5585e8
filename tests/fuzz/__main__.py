"""`make fuzz`: inputs without end, until FUZZ_SECONDS are over; FUZZ_SEED makes the same ones again."""

# ruff: noqa: T201 (it prints what it found)

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.inputs import Maker
from tests.fuzz.oracle import MOST_SECONDS, ROLES, Watch, clean, judge_manifest, judge_plan
from tests.input.commands import PLAN


def main() -> int:
    """Judge inputs and print what came of them; 1 when any was not dealt with as it must be."""
    seconds = float(os.environ.get("FUZZ_SECONDS", "60"))
    seed = int(os.environ.get("FUZZ_SEED", str(time.time_ns() % 10**9)))
    most = int(os.environ.get("FUZZ_INPUTS", "0"))
    print(f"seed {seed}, {seconds:g} seconds", flush=True)
    maker, watch, counts = Maker(seed), Watch(), Counter[str]()
    end = time.monotonic() + seconds
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end and not (most and counts.total() >= most):
            number = counts.total()
            role = ("plan.json", *ROLES)[number % 4]
            data = maker.plan(PLAN) if role == "plan.json" else maker.manifest()
            before, watch.slowest = watch.slowest, 0.0
            try:
                valid = (
                    judge_plan(data, Path(folder), watch)
                    if role == "plan.json"
                    else judge_manifest(data, role, watch)
                )
                counts[f"{role}, {'valid' if valid else 'invalid'}"] += 1
                if watch.slowest > MOST_SECONDS:
                    raise AssertionError(f"took {watch.slowest:.2f} s")
            except Exception as error:  # noqa: BLE001 (whatever it is, it is what we are looking for)
                counts[f"{role}, {'refused' if clean(error) else 'CRASHED'}"] += 1
                if not clean(error):
                    frames = traceback.extract_tb(error.__traceback__)[-1]
                    found.setdefault(
                        f"{type(error).__name__}: {str(error)[:150]} ({frames.name}:{frames.lineno}) [{role}]",
                        data,
                    )
            watch.slowest = max(before, watch.slowest)
    for name, count in sorted(counts.items()):
        print(f"{count:9,}  {name}")
    print(
        f"{counts.total():9,}  inputs, slowest {watch.slowest * 1000:.0f} ms, memory grew by {watch.grown >> 20} MiB at most"
    )
    for what, data in found.items():
        print(f"\n{what}\n  {data[:2000]!r}")
    print(f"\n{len(found)} kinds of crashes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
