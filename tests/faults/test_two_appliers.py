"""Two applies at once: on one machine the lock keeps them apart, on two only the tenant does, which is less.

Where a test needs an instant, it holds a write at the emulator's door until the other command has done its part.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.scene import Scene, twins
from tests.faults.two_machines import APPLY, Machine, two_machines
from tests.faults.warm import Command, Warm

PATIENCE = 30.0
ONE_GROUP = "contact_groups:\n  fresh: Fresh\n"


@contextmanager
def held(scene: Scene, number: int = 1) -> Iterator[threading.Event]:
    """Hold the write of a number at the door; the event says that it has come."""
    came, go = threading.Event(), threading.Event()

    def hold(arrived: int) -> bool:
        if arrived == number:
            came.set()
            assert go.wait(PATIENCE)
        return True

    scene.emulator.arrived = hold
    try:
        yield came
    finally:
        go.set()


def begun(machine: Machine, came: threading.Event) -> Command:
    """Start an apply and wait until its write is held."""
    command = machine.start(*APPLY)
    assert came.wait(PATIENCE)
    return command


def test_on_one_machine_the_second_exits_7_and_names_the_first(tmp_path: Path, warm: Warm) -> None:
    with Scene(tmp_path, warm, "version: 1\n") as scene:
        machine, _ = two_machines(scene)
        machine.declare(ONE_GROUP)
        with held(scene) as came:
            first = begun(machine, came)
            second = machine.run(*APPLY)
        assert second.code == 7
        assert f"process {first.pid}, since 20" in second.document["error"]["message"]
        assert first.wait().code == 0
        assert len(scene.writes) == 1


def test_on_one_machine_the_second_can_wait_and_then_has_nothing_to_do(tmp_path: Path, warm: Warm) -> None:
    with Scene(tmp_path, warm, "version: 1\n") as scene:
        machine, _ = two_machines(scene)
        machine.declare(ONE_GROUP)
        with held(scene) as came:
            first = begun(machine, came)
            second = machine.start(*APPLY, "--lock-timeout", "30")
        ended = second.wait()
        assert (first.wait().code, ended.code, ended.document["outcomes"]) == (0, 0, [])
        assert len(scene.writes) == 1


def test_a_killed_apply_leaves_no_lock_behind(tmp_path: Path, warm: Warm) -> None:
    with Scene(tmp_path, warm, "version: 1\n") as scene:
        machine, _ = two_machines(scene)
        machine.declare("contact_groups:\n  old: {name: New, previous_names: [Old]}\n")
        with held(scene) as came:
            first = begun(machine, came)
            first.kill()
            first.wait()
        scene.emulator.quiet()
        assert machine.run(*APPLY).code == 0


def test_on_two_machines_a_name_can_be_made_twice_and_the_next_run_says_so(
    tmp_path: Path, warm: Warm
) -> None:
    """What cannot be promised: both saw that the name is free, and the service takes both."""
    with Scene(tmp_path, warm, "version: 1\n") as scene:
        first, second = two_machines(scene)
        for machine in (first, second):
            machine.declare(ONE_GROUP)
        with held(scene) as came:
            early = begun(first, came)
            late = second.run(*APPLY)
        ended = early.wait()
        assert twins(scene.everything()) == ["contact_group Fresh"]
        assert late.code == 0, "it was alone with the name while it ran"
        assert ended.code == 6, "whoever ends last reads back two objects of the name, and has not converged"
        assert ended.document["converged"] is False
        for machine in (first, second):
            told = machine.run("plan", "--format", "json")
            assert told.code == 4
            (blocked,) = told.document["blocked"]
            assert blocked["code"] == "ambiguous-name"
            assert len(blocked["live_ids"]) == 2


def test_on_two_machines_an_approved_plan_is_refused_once_the_other_has_written(
    tmp_path: Path, warm: Warm
) -> None:
    with Scene(tmp_path, warm, "version: 1\n") as scene:
        first, second = two_machines(scene)
        for machine, name in ((first, "Of the first"), (second, "Of the second")):
            machine.declare(f"contact_groups:\n  old: {{name: {name}, id: 2}}\n")
            assert machine.run("plan", "--out", "plan.json").code == 0
        assert first.run("apply", "plan.json", *APPLY[2:]).code == 0
        assert second.run("apply", "plan.json", *APPLY[2:]).code == 5
        assert scene.everything()["contact_group"][2]["name"] == "Of the first"


def test_on_two_machines_updates_and_deletes_stop_at_what_the_other_has_moved(
    tmp_path: Path, warm: Warm
) -> None:
    """The other writes after this one has read live for its plan, and before it reads each object again."""
    for wanted in (
        "account_types:\n  a: {name: Of the second, id: 12}\n",
        "removed:\n  account_types:\n    a: {id: 12}\n",
    ):
        folder = tmp_path / str(len(wanted))
        with Scene(folder, warm, "version: 1\n") as scene:
            first, second = two_machines(scene)
            first.declare("account_types:\n  a: {name: Of the first, id: 12}\n")
            second.declare(ONE_GROUP + wanted)
            with held(scene) as came:
                late = second.start(*APPLY, "--parallelism", "1")
                assert came.wait(PATIENCE)
                assert first.run(*APPLY).code == 0
            ended = late.wait()
            assert ended.code == 6
            assert [o["status"] for o in ended.document["outcomes"]] == ["done", "stale"]
            assert scene.everything()["account_type"][12]["name"] == "Of the first"
