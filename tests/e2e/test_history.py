"""After a run that broke off, the next one says what became of it; `history` tells what every run did."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lvstate.model.journal_line import FIRST, written
from tests.e2e.stage import Project, Ran, Tenant

ONE = "version: 1\ncontact_groups:\n  one: One\n"


def journals(project: Project) -> list[Path]:
    """The journals, oldest first."""
    return sorted(
        (project.root / ".lvstate" / "runs").glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns
    )


def killed_after(path: Path, event: str, *, other: tuple[str, str] = ("", ""), **changed: Any) -> None:
    """Leave of a journal what is on disk when the process dies right behind an event.

    `changed` fields, such as the time, are put into every record; `other` is a text and what replaces it.
    """
    kept, before = [], FIRST
    for line in path.read_text(encoding="utf-8").splitlines():
        read = json.loads(line.replace(*other) if other[0] else line)
        record = {key: value for key, value in read.items() if key != "sum"} | changed
        text, before = written(record, before)
        kept.append(text + b"\n")
        if record["event"] == event:
            break
    path.write_bytes(b"".join(kept))


@pytest.fixture
def served(project: Project, start_tenant: Callable[..., Tenant]) -> Tenant:
    """An empty tenant, and a project that declares one group."""
    tenant = start_tenant(seed="empty")
    project.url = tenant.url
    project.write("manifests/all.yaml", ONE)
    return tenant


def apply(project: Project, *more: str) -> Ran:
    return project.run("apply", "--yes", "--format", "json", *more)


def open_ones(ran: Ran) -> list[tuple[str, str]]:
    return [(w["address"], w["message"]) for w in ran.document["warnings"] if w["code"] == "left-open"]


def test_a_create_that_landed_before_the_kill_is_told_until_an_apply_has_told_it(
    project: Project, served: Tenant
) -> None:
    assert apply(project).code == 0
    (journal,) = journals(project)
    killed_after(journal, "intent", time="2026-11-20T08:00:00.000+00:00")
    run = journal.stem

    plan = project.run("plan", "--format", "json")

    assert plan.code == 0
    how = f"run {run} did not live to tell how this ended, or has not ended yet"
    assert open_ones(plan) == [
        (
            "contact_group/one:create",
            f"{how}; it was done: contact group 1 has this name and did not live before",
        )
    ]
    assert project.run("plan", "--format", "json").out == plan.out
    assert len(journals(project)) == 1
    assert "left-open" in project.run("drift").out

    told = apply(project)
    assert (told.code, told.document["outcomes"]) == (0, [])
    assert open_ones(project.run("plan", "--format", "json")) == []
    assert len(served.writes()) == 1
    shown = project.run("history", run).out
    assert f"a later run found that it was done ({told.document['run_id']})" in shown


def test_a_create_that_never_landed_is_told_and_made(project: Project, served: Tenant) -> None:
    project.write("manifests/all.yaml", ONE.replace("One", "Two"))
    assert apply(project).code == 0
    (journal,) = journals(project)
    killed_after(journal, "intent", time="2026-11-20T08:00:00.000+00:00", other=("Two", "One"))
    project.write("manifests/all.yaml", "version: 1\ncontact_groups:\n  one: One\n  two: Two\n")
    served.call("PUT", "/contact/contactGroups/1", {"name": "Somebody's own"})

    ran = project.run("apply", "--yes")

    assert ran.code == 0
    assert "Earlier runs" in ran.out
    assert "it was not done" in " ".join(ran.out.split())
    names = sorted(row["name"] for row in served.everything()["groups"]["contactGroup"])
    assert names == ["One", "Somebody's own", "Two"]


def test_an_apply_waits_until_what_was_left_without_an_answer_can_land_no_more(
    project: Project, served: Tenant
) -> None:
    assert apply(project).code == 0
    (journal,) = journals(project)
    killed_after(journal, "intent")
    began = json.loads(journal.read_bytes().splitlines()[-1])["time"]

    ran = apply(project, "--settle", "4")

    assert ran.code == 0
    assert ran.err.startswith(f"waiting for what run {journal.stem} left without an answer")
    ended = json.loads(journals(project)[-1].read_bytes().splitlines()[0])["time"]
    assert _seconds(ended) - _seconds(began) >= 4
    assert "waiting" not in apply(project, "--settle", "4").err
    assert served.writes() == ["POST /contact/contactGroups"]


def test_the_wait_can_be_ended_with_ctrl_c(project: Project, served: Tenant) -> None:
    assert apply(project).code == 0
    killed_after(journals(project)[0], "intent", time="2999-01-01T00:00:00+00:00")
    command = [sys.executable, "-m", "lvstate", "apply", "--yes", "--settle", "100"]
    with subprocess.Popen(
        command, cwd=project.root, env=project.variables(), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert b"it may land for 100 s more" in process.stderr.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert "left-open" in project.run("plan").out, "nothing was found out, so it is told again"


def _seconds(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def test_a_group_that_was_renamed_by_hand_is_not_made_a_second_time(project: Project, served: Tenant) -> None:
    assert apply(project).code == 0
    served.call("PUT", "/contact/contactGroups/1", {"name": "By Hand"})

    plan = project.run("plan", "--format", "json")
    refused = apply(project)

    assert (plan.code, refused.code) == (4, 4)
    (blocked,) = plan.document["blocked"]
    assert (blocked["code"], blocked["live_ids"]) == ("renamed-live", [1])
    project.write("manifests/all.yaml", "version: 1\ncontact_groups:\n  one: {name: One, id: 1}\n")
    assert apply(project).code == 0
    assert served.writes() == ["POST /contact/contactGroups", "PUT /contact/contactGroups/1"]


@pytest.mark.parametrize("spoil", [b"", b"\0" * 100, b'{"event":"start"}\n' * 3, b"[" * 100_000])
def test_a_spoilt_journal_is_at_most_a_warning(spoil: bytes, project: Project, served: Tenant) -> None:
    assert apply(project).code == 0
    journals(project)[0].write_bytes(spoil)

    plan = project.run("plan", "--format", "json")

    assert (plan.code, plan.document["changes"]) == (0, [])
    assert {w["code"] for w in plan.document["warnings"]} <= {"journal-cut"}
    assert project.run("history").code == 0
    assert apply(project).code == 0
    assert project.run("plan", "--format", "json").document["warnings"] == []


def test_a_journal_folder_that_is_a_link_stops_an_apply_before_it_writes(
    project: Project, served: Tenant, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.root / ".lvstate").symlink_to(tmp_path / "elsewhere")

    ran = apply(project)

    assert ran.code == 1
    assert ".lvstate is a symbolic link" in ran.document["error"]["message"]
    assert served.writes() == []
    assert list((tmp_path / "elsewhere").iterdir()) == []


# --- history -----------------------------------------------------------------------------------


@pytest.fixture
def two_runs(project: Project, served: Tenant) -> list[str]:
    """A create, and a rename that CI ran; returns their ids."""
    ids = [apply(project).document["run_id"]]
    project.write(
        "manifests/all.yaml", "version: 1\ncontact_groups:\n  one: {name: Uno, previous_names: [One]}\n"
    )
    project.environment["GITHUB_ACTOR"] = "octocat"
    time.sleep(0.01)
    ids.append(apply(project).document["run_id"])
    return ids


def test_history_lists_runs_newest_first_without_tenant_or_credentials(
    project: Project, two_runs: list[str]
) -> None:
    nothing = dict.fromkeys(("LVSTATE_ACCESS_TOKEN", "LVSTATE_PASSWORD", "LVSTATE_CLIENT"), "")

    listed = project.run("history", LVSTATE_URL="https://127.0.0.1:9", **nothing)
    document = project.run("history", "--format", "json").document

    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines() if line[0] != " "] == two_runs[::-1]
    assert "octocat through " in listed.out
    assert [run["run_id"] for run in document["runs"]] == two_runs[::-1]
    assert document["runs"][0]["by"]["actor"] == "octocat"
    assert [run["summary"]["done"] for run in document["runs"]] == [1, 1]


def test_history_shows_a_run_with_before_and_after(project: Project, two_runs: list[str]) -> None:
    shown = project.run("history", two_runs[1])

    assert '~ done  contact_group/one  "Uno"  (id 1)\n      name: "One" -> "Uno"\n' in shown.out
    assert "At its end live equalled the manifests." in shown.out
    assert project.run("history", two_runs[1][:-2]).out == shown.out


def test_history_is_described_by_its_schema(project: Project, two_runs: list[str]) -> None:
    schema = json.loads(project.run("schema", "history").out)
    for arguments in ((), (two_runs[0],), (two_runs[1],)):
        document = project.run("history", *arguments, "--format", "json").document
        jsonschema.Draft202012Validator(schema).validate(document)


def test_a_run_that_does_not_exist_is_a_usage_error_that_names_the_nearest(
    project: Project, two_runs: list[str]
) -> None:
    wrong = two_runs[1][:-1] + "?"
    ran = project.run("history", wrong)
    assert ran.code == 64
    assert f"the nearest is {two_runs[1]}" in ran.err
    both = project.run("history", "2")
    assert both.code == 64
    assert "2 runs begin with '2'" in both.err


def test_history_of_a_project_that_never_applied_is_empty(project: Project) -> None:
    assert project.run("history").out == "No run has left a journal here.\n"
    assert project.run("history", "x").code == 64


def test_history_outside_a_project_says_so(project: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert project.run("history", "-C", str(tmp_path / "empty")).code == 3


def test_no_credential_is_in_a_journal(project: Project, two_runs: list[str]) -> None:
    project.environment.update(LVSTATE_USERNAME="superuser")
    project.write("manifests/all.yaml", ONE)
    assert apply(project).code == 0
    text = b"".join(path.read_bytes() for path in journals(project))
    assert b"superuser" not in text
    assert not re.search(rb"LVSTATE_|LV-|[sS]ession|password", text)
