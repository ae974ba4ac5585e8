"""What a person at a terminal sees: the question, the progress, Ctrl-C."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.stage import Project, Tenant

GROUPS = "version: 1\ncontact_groups:\n" + "".join(f"  group-{n}: Group {n}\n" for n in range(30))


class Terminal:
    """The command on a pseudo-terminal, typed at and read from."""

    def __init__(self, project: Project, *arguments: str) -> None:
        self._mine, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lvstate", *arguments],
            cwd=project.root,
            env={**project.variables(), "TERM": "xterm"},
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until the text appears."""
        give_up = time.monotonic() + 30
        while text not in self.seen:
            assert time.monotonic() < give_up, self.seen
            if select.select([self._mine], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self._mine, 65536).decode()
                except OSError:
                    break
        assert text in self.seen, self.seen

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._mine, text.encode())

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """Press Ctrl-C until it is heard: the first may come before anybody listens."""
        for _ in range(4):
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                continue
            return

    def end(self) -> tuple[int, str]:
        """Wait for the end; return exit code and stdout."""
        assert self.process.stdout is not None
        try:
            printed, _ = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        out, code = printed.decode(), self.process.returncode
        while select.select([self._mine], [], [], 0)[0]:
            try:
                self.seen += os.read(self._mine, 65536).decode()
            except OSError:
                break
        os.close(self._mine)
        self.process.stdout.close()
        return code, out


@pytest.fixture
def slow_tenant(start_tenant: Callable[..., Tenant]) -> Tenant:
    return start_tenant("empty", latency_ms=50)


def test_apply_shows_the_plan_and_asks(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Early Stage\n")
    terminal = Terminal(project, "apply")
    terminal.wait_for("Apply this? [y/N]")
    assert "contact_group/early" in terminal.seen
    terminal.type("y\n")

    code, out = terminal.end()

    assert code == 0
    assert "1 done" in out
    assert tenant.writes() == ["POST /contact/contactGroups"]


@pytest.mark.parametrize(("keys", "code"), [("n\n", 1), ("\n", 1), ("\x03", 130)])
def test_no_or_ctrl_c_at_the_question_writes_nothing(
    project: Project, tenant: Tenant, keys: str, code: int
) -> None:
    project.url = tenant.url
    project.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Early Stage\n")
    terminal = Terminal(project, "apply")
    terminal.wait_for("Apply this? [y/N]")
    if keys == "\x03":
        terminal.interrupt()
    else:
        terminal.type(keys)

    ended, _ = terminal.end()

    assert ended == code
    assert "Traceback" not in terminal.seen
    assert tenant.writes() == []


def test_an_edit_while_the_question_stands_makes_it_stale(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Early Stage\n")
    terminal = Terminal(project, "apply")
    terminal.wait_for("Apply this? [y/N]")
    tenant.call("POST", "/contact/contactGroups", {"name": "Early Stage"})
    terminal.type("y\n")

    code, _ = terminal.end()

    assert code == 5
    assert tenant.writes() == []


def test_progress_is_shown_on_a_terminal_and_wiped(project: Project, slow_tenant: Tenant) -> None:
    project.url = slow_tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    terminal = Terminal(project, "apply", "--yes", "--parallelism", "4")
    terminal.wait_for("/30 ")

    code, out = terminal.end()

    assert code == 0
    assert "30 done" in out
    assert terminal.seen.rstrip(" ").endswith("\r")


def test_ctrl_c_finishes_what_is_under_way_and_reports(project: Project, slow_tenant: Tenant) -> None:
    project.url = slow_tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    terminal = Terminal(project, "apply", "--yes", "--parallelism", "2")
    terminal.wait_for("/30 ")
    terminal.process.send_signal(signal.SIGINT)

    code, out = terminal.end()

    done = int(re.search(r"(\d+) done", out)[1])  # type: ignore[index]
    assert code == 130
    assert 0 < done < 30
    assert f"{30 - done} skipped" in out
    assert len(slow_tenant.writes()) == done
    names = [g["name"] for g in slow_tenant.everything()["groups"]["contactGroup"]]
    assert len(names) == len(set(names)) == done


def test_sigterm_ends_likewise_with_its_own_code(project: Project, slow_tenant: Tenant) -> None:
    project.url = slow_tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    terminal = Terminal(project, "apply", "--yes", "--parallelism", "2")
    terminal.wait_for("/30 ")
    terminal.process.send_signal(signal.SIGTERM)

    code, out = terminal.end()

    assert code == 143
    assert "skipped" in out


def test_a_second_ctrl_c_stops_at_once_and_the_next_run_converges(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    tenant = start_tenant("empty", latency_ms=400)
    project.url = tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    terminal = Terminal(project, "apply", "--yes", "--parallelism", "2")
    give_up = time.monotonic() + 30
    while not tenant.writes() and time.monotonic() < give_up:
        time.sleep(0.02)
    terminal.process.send_signal(signal.SIGINT)
    terminal.wait_for("stopping")
    terminal.process.send_signal(signal.SIGINT)
    code, _ = terminal.end()

    again = project.run("apply", "--yes", "--parallelism", "16", "--format", "json", "--settle", "1")

    assert code == 130
    assert again.document["converged"] is True
    names = [g["name"] for g in tenant.everything()["groups"]["contactGroup"]]
    assert sorted(names) == sorted(f"Group {n}" for n in range(30))


def test_a_journal_of_the_run_stays_behind_for_its_owner_only(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Early Stage\n")
    project.run("apply", "--yes")

    (journal,) = (project.root / ".lvstate" / "runs").iterdir()

    text = Path(journal).read_text(encoding="utf-8")
    assert journal.stat().st_mode & 0o077 == 0
    assert [line.split('"event":"')[1].split('"')[0] for line in text.splitlines()] == [
        "start",
        "seen",
        "intent",
        "outcome",
        "end",
    ]


def test_a_second_apply_meets_the_lock_and_names_its_holder(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    tenant = start_tenant("empty", latency_ms=1000)
    project.url = tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    holder = Terminal(project, "apply", "--yes", "--parallelism", "1")
    holder.wait_for("/30 ")

    refused = project.run("apply", "--yes")
    holder.process.kill()
    holder.end()

    assert refused.code == 7
    assert str(holder.process.pid) in refused.err


def test_an_apply_can_wait_for_the_lock(project: Project, slow_tenant: Tenant) -> None:
    project.url = slow_tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    holder = Terminal(project, "apply", "--yes", "--parallelism", "1")
    holder.wait_for("/30 ")

    waited = project.run("apply", "--yes", "--lock-timeout", "60")

    assert holder.end()[0] == 0
    assert waited.code == 0
    assert len(slow_tenant.everything()["groups"]["contactGroup"]) == 30


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_waiting_for_the_lock_can_be_given_up(
    project: Project, start_tenant: Callable[..., Tenant], number: signal.Signals, code: int
) -> None:
    tenant = start_tenant("empty", latency_ms=1000)
    project.url = tenant.url
    project.write("manifests/groups.yaml", GROUPS)
    holder = Terminal(project, "apply", "--yes", "--parallelism", "1")
    holder.wait_for("/30 ")
    waiting = Terminal(project, "apply", "--yes", "--lock-timeout", "600")
    waiting.wait_for("waiting for the tenant's lock")
    waiting.interrupt(number)

    ended, _ = waiting.end()
    holder.process.kill()
    holder.end()

    assert ended == code
