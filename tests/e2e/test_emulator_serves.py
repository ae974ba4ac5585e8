"""`lvstate emulator` as people start it: a process of its own, its URL on the first line."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.stage import Project
from tests.e2e.test_converges import MANIFEST


@contextmanager
def served(project: Project, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `lvstate emulator`; yields the process and its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lvstate", "emulator", "--port", "0", *arguments],
        cwd=project.root,
        env=project.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def test_a_tenant_served_by_the_command_converges_and_its_log_shows_it(project: Project) -> None:
    project.write("manifests/all.yaml", MANIFEST)
    with served(project, "--seed", "vendor-examples", "--log", "requests.jsonl") as (_, url):
        project.url = url
        applied = project.run("apply", "--yes", "--format", "json")
        log = project.root / "requests.jsonl"
        first = len(log.read_text(encoding="utf-8").splitlines())
        again = project.run("apply", "--yes", "--format", "json")
        later = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()][first:]

    assert applied.document["converged"] is True
    assert again.document["outcomes"] == []
    assert {r["method"] for r in later if r["path"] != "/session/login"} == {"GET"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(project: Project, number: signal.Signals) -> None:
    with served(project) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")


def test_a_data_file_keeps_the_tenant_between_two_runs(project: Project) -> None:
    project.write("manifests/all.yaml", "version: 1\ncontact_groups: {early: Early Stage}\n")
    for number in range(2):
        with served(project, "--data", "tenant.db") as (_, url):
            project.url = url
            ran = project.run("apply", "--yes", "--format", "json")
            assert len(ran.document["outcomes"]) == 1 - number


def test_a_port_that_is_taken_is_a_usage_error(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        ran = project.run("emulator", "--port", str(taken.getsockname()[1]))

    assert ran.code == 64
    assert "--port 0" in ran.err


def test_a_data_file_of_another_program_is_refused_and_left_alone(project: Project) -> None:
    path = project.write("notes.txt", "not a database\n")

    ran = project.run("emulator", "--port", "0", "--data", "notes.txt")

    assert ran.code == 64
    assert "notes.txt" in ran.err
    assert path.read_text(encoding="utf-8") == "not a database\n"
