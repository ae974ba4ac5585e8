"""The composite action, step by step as GitHub runs it, against the emulator and a stub of GitHub's API."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.ci.composite import outputs_of
from tests.ci.conftest import ACTION, SECRETS, Runner
from tests.ci.github import BOT
from tests.e2e.stage import Tenant

PLAN = {"mode": "plan", "environment": "test", "base": "HEAD^1", "comment": "true"}
DRIFT = {"mode": "drift", "environment": "test", "issue": "true"}
HOSTILE = [
    """$(touch pwned)`touch pwned`"; touch pwned; '; touch pwned; ${{ github.token }}""",
    "a\nfingerprint=forged\n::set-output name=fingerprint::forged",
    "--help",
]
OURS = re.compile(r"::(stop-commands::\w+|\w{32}::|(error|warning|notice) title=)")


def _obeyed(log: str) -> list[str]:
    """Return the workflow commands of a log that a runner would obey."""
    found, token = [], None
    for line in log.splitlines():
        if token is not None:
            token = None if line.strip() == f"::{token}::" else token
        elif match := re.match(r"\s*::stop-commands::(\w+)$", line):
            token = match[1]
        elif line.lstrip().startswith("::") or "##[" in line:
            found.append(line)
    assert token is None, "workflow commands were left off"
    return found


def test_a_plan_says_what_it_found_in_outputs_summary_and_one_comment(runner: Runner) -> None:
    job = runner.action.use(SECRETS, **PLAN)

    assert job.code == 0, job.log
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", job.outputs["fingerprint"])
    assert (job.outputs["exit-code"], job.outputs["changes"], job.outputs["blocked"]) == ("0", "1", "0")
    assert json.loads(job.outputs["summary"])["create"] == 1
    assert "Early Stage" in job.summary
    (comment,) = runner.github.comments
    assert comment["body"].startswith("<!-- lvstate plan ")
    assert "Early Stage" in comment["body"]
    assert "--base=HEAD^1" in runner.calls[-1]["arguments"]


def test_the_comment_is_edited_in_place(runner: Runner) -> None:
    runner.action.use(SECRETS, **PLAN)
    runner.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  late: Late Stage\n")

    runner.action.use(SECRETS, **PLAN)

    (comment,) = runner.github.comments
    assert "Late Stage" in comment["body"]
    assert "Early Stage" not in comment["body"]
    assert runner.github.writes == ["POST issues/7/comments", "PATCH issues/comments/100"]


def test_every_environment_has_a_comment_of_its_own(runner: Runner) -> None:
    runner.action.use(SECRETS, **PLAN)
    runner.action.use(SECRETS, **{**PLAN, "environment": ""})

    assert len(runner.github.comments) == 2


def test_a_comment_that_someone_else_marked_is_left_alone(runner: Runner) -> None:
    runner.action.use(SECRETS, **PLAN)
    marker = runner.github.comments[0]["body"].partition("\n")[0]
    forged = {"id": 1, "user": {"login": "mallory"}, "body": f"{marker}\nlooks good, merge it"}
    runner.github.set(comments=[forged])

    runner.action.use(SECRETS, **PLAN)

    assert runner.github.comments[0] == forged
    assert runner.github.comments[1]["user"]["login"] == BOT


def test_a_pull_request_from_a_fork_is_planned_offline_and_not_commented_on(runner: Runner) -> None:
    runner.github.set(refuse="gh: Resource not accessible by integration (HTTP 403)")

    job = runner.action.use(dict.fromkeys(SECRETS, ""), **PLAN, offline="auto")

    assert job.code == 0, job.log
    assert "--offline" in runner.calls[-1]["arguments"]
    assert "LVSTATE_PASSWORD" not in runner.calls[-1]["variables"]
    assert runner.github.comments == []
    assert "::notice title=lvstate::This token may not comment" in job.log


def test_credentials_make_a_plan_of_the_tenant(runner: Runner) -> None:
    runner.action.use(SECRETS, **PLAN, offline="auto")

    assert "--offline" not in runner.calls[-1]["arguments"]


def test_a_comment_that_fails_for_another_reason_fails_the_job(runner: Runner) -> None:
    runner.github.set(refuse="gh: Server Error (HTTP 502)")

    job = runner.action.use(SECRETS, **PLAN)

    assert job.code == 1
    assert "::error title=lvstate::The comment could not be written" in job.log


def test_invalid_manifests_fail_the_job_after_the_comment_says_so(runner: Runner) -> None:
    runner.action.use(SECRETS, **PLAN)
    runner.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: {nmae: Early Stage}\n")

    job = runner.action.use(SECRETS, **PLAN)

    assert job.code == 3
    (comment,) = runner.github.comments
    assert "exit code 3" in comment["body"]
    assert "nmae" in job.log
    assert job.outputs["fingerprint"] == ""


def test_an_apply_of_the_approved_fingerprint_writes_and_a_second_plan_is_empty(
    runner: Runner, tenant: Tenant
) -> None:
    plan = runner.action.use(SECRETS, **PLAN)

    applied = runner.action.use(SECRETS, mode="apply", environment="test", expect=plan.outputs["fingerprint"])
    again = runner.action.use(SECRETS, **PLAN)

    assert applied.code == 0, applied.log
    assert tenant.writes() == ["POST /contact/contactGroups"]
    assert "1 done" in applied.summary
    assert again.outputs["changes"] == "0"
    assert [path.suffix for path in (runner.workspace / ".lvstate" / "runs").glob("*.jsonl")] == [".jsonl"]


def test_a_stale_approval_writes_nothing_and_says_what_to_do(runner: Runner, tenant: Tenant) -> None:
    plan = runner.action.use(SECRETS, **PLAN)
    runner.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Something Else\n")

    job = runner.action.use(SECRETS, mode="apply", environment="test", expect=plan.outputs["fingerprint"])

    assert job.code == 5
    assert tenant.writes() == []
    assert "Re-run all jobs" in job.log


def test_an_apply_without_a_fingerprint_is_refused_before_lvstate_runs(runner: Runner) -> None:
    job = runner.action.use(SECRETS, mode="apply", environment="test")

    assert job.code == 64
    assert "`expect`" in job.log
    assert runner.calls == []


@pytest.mark.parametrize("mode", ["", "destroy", "plan --out x", "$(touch pwned)"])
def test_an_unknown_mode_is_refused(runner: Runner, mode: str) -> None:
    job = runner.action.use(SECRETS, mode=mode)

    assert job.code == 64
    assert runner.calls == []
    assert not list(runner.workspace.glob("pwned"))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["environment", "base", "project", "allow_create", "expect"])
def test_hostile_inputs_are_words_and_nothing_else(runner: Runner, name: str, text: str) -> None:
    given = {**PLAN, name: text}
    if name == "expect":
        given = {"mode": "apply", "environment": "test", "expect": text}

    job = runner.action.use(SECRETS, **given)

    assert not list(runner.action.scratch.parent.rglob("pwned"))
    assert "forged" not in job.outputs["fingerprint"]
    assert [line for line in _obeyed(job.log) if not OURS.match(line)] == []
    assert runner.github.load()["calls"] == [] or len(runner.github.comments) == 1


def test_names_full_of_commands_and_markup_stay_inert(runner: Runner, tenant: Tenant) -> None:
    names = [
        "::error::pwned",
        "##[error]pwned",
        "</pre><img src=x onerror=alert(1)>",
        "a::stop-commands::x",
        "$(touch pwned)",
    ]
    entries = "".join(f"  g{number}: {json.dumps(name)}\n" for number, name in enumerate(names))
    runner.write("manifests/groups.yaml", f"version: 1\ncontact_groups:\n{entries}")

    plan = runner.action.use(SECRETS, **PLAN)
    applied = runner.action.use(SECRETS, mode="apply", environment="test", expect=plan.outputs["fingerprint"])

    assert (plan.code, applied.code) == (0, 0), plan.log + applied.log
    assert len(tenant.writes()) == len(names)
    assert [line for line in _obeyed(plan.log + applied.log) if not OURS.match(line)] == []
    assert "<img" not in applied.summary
    assert not list(runner.action.scratch.parent.rglob("pwned"))


def test_drift_opens_one_issue_keeps_it_and_closes_it(runner: Runner) -> None:
    first = runner.action.use(SECRETS, **DRIFT)
    second = runner.action.use(SECRETS, **DRIFT)
    assert [issue["state"] for issue in runner.github.issues] == ["open"]
    runner.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n")
    third = runner.action.use(SECRETS, **DRIFT)
    fourth = runner.action.use(SECRETS, **DRIFT)

    assert [job.code for job in (first, second, third, fourth)] == [0, 0, 0, 0]
    assert first.outputs["exit-code"] == "2"
    (issue,) = runner.github.issues
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert "Early Stage" in issue["body"]
    assert issue["title"] == "LiveVox has drifted from the manifests: test"
    assert issue["labels"] == ["lvstate-drift"]
    assert runner.github.writes == [
        "POST issues",
        "PATCH issues/1",
        "POST issues/1/comments",
        "PATCH issues/1",
    ]


def test_drift_after_a_closed_issue_opens_a_new_one(runner: Runner) -> None:
    runner.action.use(SECRETS, **DRIFT)
    issues = runner.github.issues
    issues[0]["state"] = "closed"
    runner.github.set(issues=issues)

    runner.action.use(SECRETS, **DRIFT)

    assert [issue["state"] for issue in runner.github.issues] == ["closed", "open"]


def test_of_two_issues_the_older_stays(runner: Runner) -> None:
    runner.action.use(SECRETS, **DRIFT)
    (issue,) = runner.github.issues
    runner.github.set(issues=[issue, {**issue, "number": 2, "comments": []}])

    runner.action.use(SECRETS, **DRIFT)

    assert [(issue["number"], issue["state"]) for issue in runner.github.issues] == [
        (1, "open"),
        (2, "closed"),
    ]


def test_an_issue_that_someone_else_marked_is_left_alone(runner: Runner) -> None:
    runner.action.use(SECRETS, **DRIFT)
    (issue,) = runner.github.issues
    forged = {**issue, "user": {"login": "mallory"}}
    runner.github.set(issues=[forged])

    runner.action.use(SECRETS, **DRIFT)

    assert runner.github.issues[0] == forged
    assert len(runner.github.issues) == 2


def test_a_tenant_that_does_not_answer_fails_the_job_and_leaves_the_issue(runner: Runner) -> None:
    runner.action.use(SECRETS, **DRIFT)
    before = runner.github.issues

    job = runner.action.use({**SECRETS, "LVSTATE_PASSWORD": "wrong"}, **DRIFT)

    assert job.code == 8
    assert runner.github.issues == before


def test_issues_that_cannot_be_listed_are_not_taken_for_none(runner: Runner) -> None:
    runner.github.file.write_text("no JSON", encoding="utf-8")

    job = runner.action.use(SECRETS, **DRIFT)

    assert job.code != 0
    assert runner.github.file.read_text(encoding="utf-8") == "no JSON"


def test_drift_without_an_issue_fails_the_job(runner: Runner) -> None:
    job = runner.action.use(SECRETS, mode="drift", environment="test")

    assert job.code == 2
    assert runner.github.load()["calls"] == []


def test_a_plan_compares_with_the_last_deployment_that_ended_well(runner: Runner) -> None:
    runner.github.set(
        deployments=[
            {"id": 3, "sha": "c" * 40, "state": "failure"},
            {"id": 2, "sha": "b" * 40, "state": "success"},
            {"id": 1, "sha": "a" * 40, "state": "inactive"},
        ]
    )

    runner.action.use(SECRETS, mode="plan", base="main", base_deployed="production")

    assert f"--base={'b' * 40}" in runner.calls[-1]["arguments"]


@pytest.mark.parametrize(("base", "given"), [("", []), ("0" * 40, []), ("main", ["--base=main"])])
def test_without_a_deployment_the_base_counts(runner: Runner, base: str, given: list[str]) -> None:
    runner.action.use(SECRETS, mode="plan", base=base, base_deployed="production")

    assert [a for a in runner.calls[-1]["arguments"] if a.startswith("--base")] == given


@pytest.mark.parametrize(
    ("install", "asked"),
    [
        ("lvstate==0.1.0", [["--only-binary", ":all:", "--", "lvstate==0.1.0"]]),
        ("ci/lvstate.txt", [["--require-hashes", "--only-binary", ":all:", "-r", "ci/lvstate.txt"]]),
        (
            "--index-url=https://evil.test",
            [["--only-binary", ":all:", "--", "--index-url=https://evil.test"]],
        ),
    ],
)
def test_what_is_named_is_installed(runner: Runner, install: str, asked: list[list[str]]) -> None:
    runner.action.use(SECRETS, mode="validate", install=install)

    notes = [
        json.loads(line) for line in Path(runner.action.environment["INSTALLED"]).read_text().splitlines()
    ]
    assert [note["asked"][-len(words) :] for note, words in zip(notes, asked, strict=True)] == asked
    assert [note["secrets"] for note in notes] == [[]]


def test_without_a_name_the_checkout_of_the_action_is_installed_from_hashes(runner: Runner) -> None:
    runner.action.use(SECRETS, mode="validate")

    notes = [
        json.loads(line) for line in Path(runner.action.environment["INSTALLED"]).read_text().splitlines()
    ]
    assert [note["asked"][-3:-1] for note in notes] == [
        ["--require-hashes", "-r"],
        ["--no-deps", "--no-build-isolation"],
    ]
    assert [note["secrets"] for note in notes] == [[], []]


def test_a_report_that_is_too_long_becomes_a_link(runner: Runner, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    report.write_text("\N{SNOWMAN}" * 65536, encoding="utf-8")
    action = runner.action

    done = subprocess.run(
        ["bash", ACTION / "comment.sh"],
        env={
            **action.environment,
            "PATH": action.path,
            "GH_TOKEN": "the-token",
            "GITHUB_REPOSITORY": "acme/livevox",
            "GITHUB_SERVER_URL": "https://github.test",
            "GITHUB_RUN_ID": "77",
            "AUTHOR": BOT,
            "PULL_REQUEST": "7",
            "MARKER": "<!-- lvstate plan x -->",
            "REPORT": str(report),
        },
        check=False,
    )

    assert done.returncode == 0
    (comment,) = runner.github.comments
    assert "https://github.test/acme/livevox/actions/runs/77" in comment["body"]


def test_an_output_ends_where_its_value_ends(runner: Runner, tmp_path: Path) -> None:
    document = json.dumps({"fingerprint": "real\nforged=1\nEOF", "changes": []})
    stub = tmp_path / "bin" / "stub"
    stub.write_text(f"#!/bin/sh\ncat <<'END'\n{document}\nEND\n", encoding="utf-8")
    stub.chmod(0o755)
    inputs = dict.fromkeys(["ENVIRONMENT", "BASE", "ALLOW_CREATE", "EXPECT"], "")
    written = tmp_path / "outputs"
    files = {"GITHUB_OUTPUT": str(written), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}

    subprocess.run(
        ["bash", ACTION / "run.sh"],
        env={
            **inputs,
            **files,
            "PATH": runner.action.path,
            "LVSTATE": str(stub),
            "MODE": "plan",
            "PROJECT": ".",
            "OFFLINE": "false",
            "RUNNER_TEMP": str(tmp_path),
        },
        check=True,
    )

    found = outputs_of(written.read_text(encoding="utf-8"))
    assert found["fingerprint"] == "real\nforged=1\nEOF"
    assert "forged" not in found
