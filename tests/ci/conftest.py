"""A repository on a runner: the composite action, a stub `gh`, and a project that plans against the emulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ci.composite import Action
from tests.ci.github import Repository
from tests.e2e.conftest import PROJECT_FILE, start_tenant, tenant
from tests.e2e.stage import Tenant

__all__ = ["start_tenant", "tenant"]

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "lvstate"
SECRETS = {
    "LVSTATE_ACCESS_TOKEN": "emulator",
    "LVSTATE_CLIENT": "EMULATOR",
    "LVSTATE_USERNAME": "sysadmin",
    "LVSTATE_PASSWORD": "emulator",
}


def program(path: Path, script: Path, *, interpreter: str = sys.executable) -> Path:
    """Put a program on the path that runs one of this folder's scripts from this checkout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{interpreter}" "{script}" "$@"\n', encoding="utf-8"
    )
    path.chmod(0o755)
    return path


def commit(workspace: Path, message: str) -> None:
    """Record the checkout as it is; the first time, make it a repository."""
    who = ["-c", "user.name=tester", "-c", "user.email=tester@example.test", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message", message]):
        subprocess.run(
            ["git", *words], cwd=workspace, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        )


@dataclass
class Runner:
    """One checkout on a runner, its repository at GitHub, and what lvstate was asked."""

    action: Action
    github: Repository
    recorded: Path
    workspace: Path

    @property
    def calls(self) -> list[dict[str, Any]]:
        """How lvstate was called, but for `--version`."""
        lines = self.recorded.read_text(encoding="utf-8").splitlines() if self.recorded.exists() else []
        return [call for call in map(json.loads, lines) if call["arguments"] != ["--version"]]

    def write(self, name: str, text: str) -> None:
        """Put a file into the checkout."""
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def runner(tmp_path: Path, tenant: Tenant) -> Runner:
    """A checkout with a project whose tenant is served by the emulator."""
    if shutil.which("jq") is None:
        pytest.skip("the action needs jq, which GitHub's runners have, and there is none here")
    workspace, bin_, scratch = tmp_path / "work", tmp_path / "bin", tmp_path / "runner"
    for folder in (workspace, bin_, scratch):
        folder.mkdir()
    here = Path(__file__).parent
    program(bin_ / "gh", here / "github.py")
    program(bin_ / "python-of-the-action", here / "interpreter.py")
    repository = Repository(tmp_path / "github.json")
    action = Action(ACTION, workspace, scratch, f"{bin_}{os.pathsep}{os.environ['PATH']}")
    action.environment = {
        "GITHUB_STUB": str(repository.file),
        "RECORDED": str(tmp_path / "recorded.jsonl"),
        "INSTALLED": str(tmp_path / "installed.jsonl"),
        "LVSTATE_URL": tenant.url,
        "PYTHONPATH": str(ROOT) if (ROOT / "lvstate").is_dir() else "",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    action.event = {"pull_request": {"number": 7}}
    made = Runner(action, repository, tmp_path / "recorded.jsonl", workspace)
    made.write("lvstate.yaml", PROJECT_FILE)
    made.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n")
    commit(workspace, "What is there already")
    made.write("manifests/groups.yaml", "version: 1\ncontact_groups:\n  early: Early Stage\n")
    commit(workspace, "What this change adds")
    return made
