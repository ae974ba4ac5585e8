"""What a service under strain gets to see of us: few requests, none before it asked for them, and no second writes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.client.misbehaving_server import closed_port
from tests.faults.gate import Behaviour, Gate, Target, host_of, maintenance_begins, outage_begins
from tests.faults.scene import Scene
from tests.faults.test_kill import LIVE, MANIFEST, WRITES
from tests.faults.warm import Warm

EVERYTHING = ("apply", "--yes", "--format", "json", "--settle", "1", "--timeout", "5", "--parallelism", "8")
BUDGET = 20
LOGIN_AND_LISTINGS = 5
"""What a run that nothing disturbs sends before its first write: a login and four listings."""


def always(status: int, path: str = "*", method: str | None = None, **more: Any) -> dict[str, Any]:
    """A rule that strikes every such request."""
    rule = {"effect": "status", "status": status, "path": path, **more}
    return rule if method is None else {**rule, "method": method}


def undisturbed(warm: Warm, folder: Path) -> int:
    """How many requests an apply takes that nothing disturbs."""
    with Scene(folder, warm, MANIFEST, LIVE) as scene:
        assert scene.start(*EVERYTHING).wait().code == 0
        return len(scene.emulator.seen)


def told(figure: str) -> None:
    """Note a figure where somebody asks for it."""
    if path := os.environ.get("FAULT_LOG"):
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(figure + "\n")


def test_a_refused_connection_ends_a_run_with_a_login_that_was_tried_four_times(
    warm: Warm, tmp_path: Path
) -> None:
    with Scene(tmp_path, warm, MANIFEST, LIVE) as scene:
        scene.project.url = f"http://127.0.0.1:{closed_port()}"
        ran = scene.start(*EVERYTHING).wait()

        assert ran.code == 1
        assert ran.document["error"]["kind"] == "network"
        assert scene.emulator.seen == []


@pytest.mark.parametrize("behaviour", [outage_begins, maintenance_begins], ids=["refused", "503"])
def test_a_total_outage_that_begins_with_the_writes_costs_at_most_20_requests(
    behaviour: Behaviour, warm: Warm, tmp_path: Path
) -> None:
    clean = undisturbed(warm, tmp_path / "clean")
    with Scene(tmp_path, warm, MANIFEST, LIVE) as scene:
        target = Target("POST", "/contact/contactGroups")
        with Gate(host_of(scene.server_url), target, behaviour) as gate:
            scene.project.url = gate.url
            ran = scene.start(*EVERYTHING, "--log-level", "debug").wait()
            tried = ran.err.count(": no answer") + ran.err.count(": 503")
            whole = tried + len(re.findall(r": (?!503)[1-5][0-9][0-9]$", ran.err, re.MULTILINE))
            told(f"{behaviour.__name__}: clean {clean}, tried {whole}, of these in vain {tried}")
            gate.behave()
            scene.heal()
            runs = scene.runs_to_rest()[0]

        assert ran.code == 6
        assert runs <= 2
        assert tried > 0, "the log does not show what was tried"
        assert whole <= clean + BUDGET
        skipped = [o for o in ran.document["outcomes"] if o["status"] == "skipped"]
        assert any("the service stopped answering; " in o["error"] for o in skipped)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([always(503)], 1),
        ([always(503, path="/[ac]*")], 1),
        ([always(500, path="/[ac]*")], 1),
        ([{"effect": "drop", "path": "/[ac]*"}], 1),
    ],
    ids=["503-everywhere", "503-after-login", "500-after-login", "reset-after-login"],
)
def test_an_outage_from_the_start_costs_at_most_20_requests(
    script: list[dict[str, Any]], code: int, warm: Warm, tmp_path: Path
) -> None:
    with Scene(tmp_path, warm, MANIFEST, LIVE, script=script) as scene:
        ran = scene.start(*EVERYTHING, "--deadline", "30").wait()

        assert ran.code == code
        told(f"outage from the start ({script[0]}): {len(scene.emulator.seen)} requests")
        assert len(scene.emulator.seen) <= LOGIN_AND_LISTINGS + BUDGET
        assert scene.writes == []
        scene.heal()
        assert scene.runs_to_rest()[0] <= 2


@pytest.mark.parametrize(
    ("path", "method"),
    [("/session/login", None), ("/contact/contactGroups", "GET"), ("/contact/contactGroups", "POST")],
    ids=["login", "listing", "write"],
)
def test_nothing_is_asked_before_retry_after_ends(
    path: str, method: str | None, warm: Warm, tmp_path: Path
) -> None:
    """By the service's own clock: from the first 429 on, nobody asks anything, until a second is over."""
    rule = always(429, path=path, method=method, headers={"Retry-After": "1"}, first=2)
    with Scene(tmp_path, warm, MANIFEST, LIVE, script=[rule]) as scene:
        ran = scene.start(*EVERYTHING, "--parallelism", "4").wait()

        assert ran.code == 0, json.dumps(ran.document)
        _assert_patience(scene, 429, 1.0)
        assert sum(s.status != 429 for s in scene.writes) == WRITES
        assert scene.runs_to_rest()[0] == 1


def test_a_429_everywhere_is_waited_for_until_the_deadline_and_no_longer(warm: Warm, tmp_path: Path) -> None:
    script = [always(429, headers={"Retry-After": "1"})]
    with Scene(tmp_path, warm, MANIFEST, LIVE, script=script) as scene:
        ran = scene.start(*EVERYTHING, "--deadline", "3").wait()

        assert ran.code == 1
        assert "patience" in ran.document["error"]["message"]
        assert len(scene.emulator.seen) <= 4
        _assert_patience(scene, 429, 1.0)
        scene.heal()
        assert scene.runs_to_rest()[0] <= 2


def test_a_503_that_names_a_time_is_left_alone_until_then(warm: Warm, tmp_path: Path) -> None:
    rule = always(503, path="/account/types", method="GET", headers={"Retry-After": "1"}, first=1)
    with Scene(tmp_path, warm, MANIFEST, LIVE, script=[rule]) as scene:
        ran = scene.start(*EVERYTHING, "--parallelism", "4").wait()

        assert ran.code == 0
        _assert_patience(scene, 503, 1.0)


def test_a_second_apply_sends_no_write(warm: Warm, tmp_path: Path) -> None:
    with Scene(tmp_path, warm, MANIFEST, LIVE) as scene:
        assert scene.start(*EVERYTHING).wait().code == 0
        assert len(scene.writes) == WRITES
        again = scene.start(*EVERYTHING).wait()

        assert (again.code, again.document["outcomes"]) == (0, [])
        assert len(scene.writes) == WRITES


def _assert_patience(scene: Scene, status: int, seconds: float) -> None:
    """Between an answer that asks for patience and its end nothing may come but what was under way by then."""
    busy = [seen for seen in scene.emulator.seen if seen.status == status]
    assert busy
    for asked in busy:
        under_way = 0.15  # what had left us before the answer came
        too_early = [
            f"{s.method} {s.path} after {s.came - asked.went:.3f} s"
            for s in scene.emulator.seen
            if asked.went + under_way < s.came < asked.went + seconds - 0.005
        ]
        assert too_early == []
