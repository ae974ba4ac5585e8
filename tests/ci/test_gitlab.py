"""The GitLab example: its jobs' own lines in a shell, against the emulator and a stub of GitLab's API."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.conftest import ROOT, SECRETS, commit, program
from tests.e2e.conftest import PROJECT_FILE
from tests.e2e.stage import Tenant

EXAMPLE = ROOT / "examples" / "gitlab"


@dataclass
class GitLab:
    """One project at GitLab: notes of merge request 7, and issues."""

    url: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Do what one call asks for."""
        if method != "GET":
            self.calls.append(f"{method} {path}")
        me = {"username": "project_1_bot"}
        match method, path.removeprefix("/projects/1/").split("/"):
            case "GET", ["", "user"]:
                return me
            case "GET", ["merge_requests", "7", "notes"]:
                return self.notes
            case "POST", ["merge_requests", "7", "notes"]:
                self.notes.append({"id": 100 + len(self.notes), "author": me, **body})
            case "PUT", ["merge_requests", "7", "notes", number]:
                next(row for row in self.notes if row["id"] == int(number)).update(body)
            case "GET", ["issues"]:
                return [row for row in self.issues if row["state"] == "opened"]
            case "POST", ["issues"]:
                self.issues.append({"iid": 1 + len(self.issues), "author": me, "state": "opened", **body})
            case "PUT", ["issues", number]:
                row = next(row for row in self.issues if row["iid"] == int(number))
                row.update(body, state="closed" if body.get("state_event") == "close" else row["state"])
            case _:
                raise AssertionError((method, path))
        return {}


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    """The stub, served on loopback."""
    made = GitLab()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            assert self.headers["PRIVATE-TOKEN"] == "glpat-stub"
            length = int(self.headers["Content-Length"] or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            answer = json.dumps(made.answer(self.command, self.path.partition("?")[0], body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 (http.server finds them by these names)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class Pipeline:
    """A checkout on a GitLab runner."""

    workspace: Path
    environment: dict[str, str]

    def job(
        self, name: str, secrets: dict[str, str] = SECRETS, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one job's script as GitLab does: every line in one shell that stops at the first failure."""
        jobs = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text(encoding="utf-8"))
        named = {"CI_JOB_NAME": name, "CI_ENVIRONMENT_NAME": jobs[name]["environment"]["name"]}
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(jobs[name]["script"])],
            cwd=self.workspace,
            env={**self.environment, **named, **secrets, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def groups(self, entries: str) -> None:
        """Declare contact groups."""
        text = f"version: 1\ncontact_groups:\n{entries}"
        (self.workspace / "manifests" / "groups.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def pipeline(tmp_path: Path, tenant: Tenant, gitlab: GitLab) -> Pipeline:
    """A project whose environment production is served by the emulator."""
    workspace = tmp_path / "work"
    (workspace / "manifests").mkdir(parents=True)
    (workspace / ".gitlab").mkdir()
    project = PROJECT_FILE.replace("test", "production")
    (workspace / "lvstate.yaml").write_text(project, encoding="utf-8")
    script = (EXAMPLE / "lvstate_note.py").read_text(encoding="utf-8")
    (workspace / ".gitlab" / "lvstate_note.py").write_text(script, encoding="utf-8")
    program(tmp_path / "bin" / "lvstate", Path(__file__).with_name("recorder.py"))
    (tmp_path / "bin" / "python").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8"
    )
    (tmp_path / "bin" / "python").chmod(0o755)
    made = Pipeline(
        workspace,
        {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "CI_API_V4_URL": gitlab.url,
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD^1",
            "CI_JOB_URL": "https://gitlab.test/acme/livevox/-/jobs/5",
            "GITLAB_TOKEN": "glpat-stub",
            "LVSTATE_URL": tenant.url,
            "RECORDED": str(tmp_path / "recorded.jsonl"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
        },
    )
    made.groups("")
    commit(workspace, "What is there already")
    made.groups("  early: Early Stage\n")
    commit(workspace, "What this change adds")
    return made


def test_a_merge_request_gets_one_note_that_is_edited(pipeline: Pipeline, gitlab: GitLab) -> None:
    first = pipeline.job("plan")
    pipeline.groups("  late: Late Stage\n")
    second = pipeline.job("plan")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    (note,) = gitlab.notes
    assert note["body"].startswith("<!-- lvstate plan production-read -->\n")
    assert "Late Stage" in note["body"]
    assert gitlab.calls == [
        "POST /projects/1/merge_requests/7/notes",
        "PUT /projects/1/merge_requests/7/notes/100",
    ]


def test_a_note_that_someone_else_marked_is_left_alone(pipeline: Pipeline, gitlab: GitLab) -> None:
    forged = {
        "id": 1,
        "author": {"username": "mallory"},
        "body": "<!-- lvstate plan production-read -->\nmerge it",
    }
    gitlab.notes = [dict(forged)]

    pipeline.job("plan")

    assert gitlab.notes[0] == forged
    assert len(gitlab.notes) == 2


def test_without_credentials_the_manifests_alone_are_compared(pipeline: Pipeline, gitlab: GitLab) -> None:
    done = pipeline.job("plan", secrets={}, GITLAB_TOKEN="")

    call = json.loads(Path(pipeline.environment["RECORDED"]).read_text(encoding="utf-8").splitlines()[-1])
    assert done.returncode == 0, done.stderr
    assert "--offline" in call["arguments"]
    assert gitlab.calls == []


def test_a_failed_plan_says_so_in_the_note_and_fails(pipeline: Pipeline, gitlab: GitLab) -> None:
    pipeline.groups("  early: {nmae: Early}\n")

    done = pipeline.job("plan")

    assert done.returncode == 3
    assert "exit code 3" in gitlab.notes[0]["body"]


def test_what_was_planned_is_applied_and_nothing_else(pipeline: Pipeline, tenant: Tenant) -> None:
    planned = pipeline.job("plan-to-apply")
    variables = (pipeline.workspace / "plan.env").read_text(encoding="utf-8")
    match = re.fullmatch(r"FINGERPRINT=(sha256:[0-9a-f]{64})\n", variables)
    assert match is not None, planned.stderr
    pipeline.groups("  early: Something Else\n")
    stale = pipeline.job("apply", FINGERPRINT=match[1])
    assert tenant.writes() == []
    pipeline.groups("  early: Early Stage\n")
    applied = pipeline.job("apply", FINGERPRINT=match[1])

    assert (stale.returncode, applied.returncode) == (5, 0), applied.stderr
    assert tenant.writes() == ["POST /contact/contactGroups"]


def test_an_apply_without_a_fingerprint_is_refused(pipeline: Pipeline, tenant: Tenant) -> None:
    assert pipeline.job("apply", FINGERPRINT="").returncode == 64
    assert tenant.writes() == []


def test_drift_opens_one_issue_keeps_it_and_closes_it(pipeline: Pipeline, gitlab: GitLab) -> None:
    codes = [pipeline.job("drift").returncode, pipeline.job("drift").returncode]
    assert [row["state"] for row in gitlab.issues] == ["opened"]
    codes.append(pipeline.job("drift", LVSTATE_PASSWORD="wrong").returncode)
    assert [row["state"] for row in gitlab.issues] == ["opened"]
    pipeline.groups("")
    codes.append(pipeline.job("drift").returncode)

    assert codes == [0, 0, 8, 0]
    assert [row["state"] for row in gitlab.issues] == ["closed"]
    assert gitlab.issues[0]["title"] == "LiveVox has drifted from the manifests: production-read"
