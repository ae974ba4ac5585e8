"""kill -9 at every write of an apply of 30, and at instants that nobody chose.

After each: no name twice, nothing changed that was not declared, every change that was left open is explained by the
next plan, and at most two further runs until one has nothing to do. What a kill cannot take back is a request that is already with the service: it may land after the process has
died. Before the next run the emulator is therefore waited for until it is quiet; a user waits a minute.

KILL_INSTANTS sets the number of random instants (20; `make kill-test` takes 200), KILL_SEED which ones.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import TENANT, Scene, group, twins
from tests.faults.warm import Command, Warm

WRITES = 30
INSTANTS = int(os.environ.get("KILL_INSTANTS", "20"))
SEED = int(os.environ.get("KILL_SEED", "4"))

# 12 creates of groups; 4 of types and 2 of classifications, each with a level of its own and so two writes;
# 2 renames; 1 PUT of three slots; 3 deletes: 30 writes.
LIVE = {
    **TENANT,
    "contact_groups": [group(1, "Keep"), group(2, "Old"), group(3, "Somebody's own"), group(4, "Older")],
    "account_types": [
        *TENANT["account_types"],
        *({"id": 20 + n, "name": f"Type {n} to go", "level": 3 + n} for n in range(3)),
    ],
}
MANIFEST = "\n".join(
    [
        "version: 1",
        "contact_groups:",
        "  keep: Keep",
        "  old: {name: New, previous_names: [Old]}",
        "  older: {name: Newer, previous_names: [Older]}",
        *(f"  g{n}: Group {n}" for n in range(12)),
        "custom_fields:",
        *(f"  COL{n}: {{label: Label {n}, data_type: STRING}}" for n in (2, 3, 4)),
        "account_types:",
        "  hospital: Hospital",
        *(f"  t{n}: {{name: Type {n}, level: {30 + n}}}" for n in range(4)),
        "account_classifications:",
        "  gold: Gold",
        *(f"  c{n}: {{name: Class {n}, level: {30 + n}}}" for n in range(2)),
        "removed:",
        "  account_types:",
        *(f"    gone{n}: {{name: Type {n} to go}}" for n in range(3)),
        "",
    ]
)
APPLY = ("apply", "--yes", "--format", "json", "--settle", "1", "--timeout", "10", "--deadline", "5")

Undisturbed = tuple[dict[str, Any], float]


def names(everything: dict[str, dict[Any, dict[str, Any]]]) -> dict[str, Any]:
    """What a tenant holds, but for ids and stamps, which no plan can choose."""
    return {
        kind: sorted(
            [row.get("name", row.get("label")), row.get("level"), row.get("slot"), row.get("data_type")]
            for row in rows.values()
        )
        for kind, rows in everything.items()
    }


@pytest.fixture(scope="module")
def undisturbed(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What the tenant holds after an apply that nothing disturbs, and how long that takes."""
    with Scene(tmp_path_factory.mktemp("undisturbed"), warm, MANIFEST, LIVE) as scene:
        started = time.monotonic()
        ran = scene.start(*APPLY).wait()
        lasted = time.monotonic() - started
        assert ran.code == 0, ran.out + ran.err
        assert len(scene.writes) == WRITES
        assert scene.runs_to_rest()[0] == 1
        return names(scene.everything()), lasted


class Killer:
    """Kills the command at a moment of its k-th write, from inside the service."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.struck = 0
        self.command: Command | None = None

    def at(self, number: int) -> bool:
        """Kill if this is the write, and wait until the process is gone; True where it is."""
        if self.struck or self.command is None:
            return False
        self.struck = number
        self.command.kill()
        return True


@pytest.mark.parametrize("moment", ["before it is carried out", "before it is answered", "after its answer"])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_a_kill_at_a_write_leaves_nothing_twice_and_two_runs_finish(
    number: int, moment: str, warm: Warm, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    with Scene(tmp_path, warm, MANIFEST, LIVE) as scene:
        killer = Killer(scene)

        def at_the_write(which: int) -> bool:
            return which == number and killer.at(which)

        hooks: dict[str, Callable[[], None]] = {
            # Lost with its process: the half that lands is the next moment.
            "before it is carried out": lambda: setattr(
                scene.emulator, "arrived", lambda which: not at_the_write(which)
            ),
            "before it is answered": lambda: setattr(scene.emulator, "committed", at_the_write),
            "after its answer": lambda: setattr(scene.emulator, "answered", at_the_write),
        }
        hooks[moment]()
        killer.command = command = scene.start(*APPLY)
        ran = command.wait()
        assert killer.struck == number
        assert ran.code in ((-9,) if number < WRITES or moment != "after its answer" else (-9, 0))

        _finish(scene, undisturbed)


def test_a_kill_at_any_instant_leaves_nothing_twice_and_two_runs_finish(
    instant: int, warm: Warm, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    dice = random.Random(f"{SEED}/{instant}")  # noqa: S311
    with Scene(tmp_path, warm, MANIFEST, LIVE, latency_ms=2) as scene:
        process = subprocess.Popen(
            [sys.executable, "-m", "lvstate", *APPLY, "--parallelism", str(dice.choice([1, 2, 8]))],
            cwd=scene.project.root,
            env=scene.project.variables(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # The first request ends the start of Python, which is no part of an apply.
        end = time.monotonic() + 30
        while not scene.emulator.seen and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(dice.random() * 0.5)
        process.kill()
        process.wait(20)

        _finish(scene, undisturbed)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many instants as asked for."""
    if "instant" in metafunc.fixturenames:
        metafunc.parametrize("instant", range(INSTANTS))


def _assert_explained(scene: Scene) -> None:
    """The next plan tells of each change that the killed run began and did not end, once and truly."""
    begun: dict[str, str] = {}
    for journal in (scene.project.root / ".lvstate" / "runs").glob("*.jsonl"):
        for line in journal.read_text("utf-8").splitlines(keepends=True):
            record = json.loads(line) if line.endswith("\n") else {}  # what was being written is not there
            if record.get("event") == "intent":
                begun[record["change"]] = record["name"]
            elif record.get("event") == "outcome":
                del begun[record["change"]]
    plan = scene.start("plan", "--format", "json").wait().document
    told = {w["address"]: w["message"] for w in plan["warnings"] if w["code"] == "left-open"}
    assert told.keys() == begun.keys()
    assert len(told) == sum(w["code"] == "left-open" for w in plan["warnings"])
    still_to_do = {change["id"] for change in plan["changes"]}
    for change, message in told.items():
        assert ("it was not done" in message) == (change in still_to_do), message
    if path := os.environ.get("KILL_LOG"):
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"left_open": len(told)}) + "\n")


def _finish(scene: Scene, undisturbed: Undisturbed) -> None:
    scene.heal()
    at_death = scene.everything()
    assert twins(at_death) == []
    _assert_explained(scene)
    runs, ran = scene.runs_to_rest()
    after = scene.everything()
    assert runs <= 2, [json.dumps(r.document) for r in ran]
    assert twins(after) == []
    assert names(after) == undisturbed[0]
    if path := os.environ.get("KILL_LOG"):
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"runs": runs, "writes_at_death": len(scene.writes)}) + "\n")
