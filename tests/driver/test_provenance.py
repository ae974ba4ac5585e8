"""A journal says who applied from which commit, and nothing of the environment beyond that."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from lvstate import __version__
from lvstate.driver.provenance import origin_of_run

PATH = {"PATH": os.environ["PATH"]}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    git(tmp_path, "init", "-q")
    (tmp_path / "manifest.yaml").write_text("version: 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    environment = {**PATH, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_commit_is_told_and_whether_files_differ_from_it(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    clean = origin_of_run(repository, PATH)
    (repository / "manifest.yaml").write_text("version: 2\n")
    changed = origin_of_run(repository, PATH)
    assert [(o.commit, o.dirty) for o in (clean, changed)] == [(head, False), (head, True)]


def test_lvstates_own_folder_makes_no_commit_dirty(repository: Path) -> None:
    (repository / ".lvstate" / "runs").mkdir(parents=True)
    (repository / ".lvstate" / "runs" / "1.jsonl").write_text("{}\n")
    assert origin_of_run(repository, PATH).dirty is False


def test_a_file_that_is_not_yet_in_git_makes_the_commit_dirty(repository: Path) -> None:
    (repository / "more.yaml").write_text("version: 1\n")
    assert origin_of_run(repository, PATH).dirty is True


def test_no_program_that_the_repository_names_is_run(repository: Path) -> None:
    trap = repository.parent / f"{repository.name}-trap"
    trap.write_text(f"#!/bin/sh\ntouch {trap}.sprung\n")
    trap.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(trap))
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / hook).symlink_to(trap)

    assert origin_of_run(repository, PATH).dirty is False

    assert not Path(f"{trap}.sprung").exists()


def test_no_repository_no_commit_and_no_git_are_no_error(tmp_path: Path) -> None:
    assert origin_of_run(tmp_path, {"PATH": "/nowhere"}).commit is None
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "-q")
    origin = origin_of_run(empty, PATH)
    assert (origin.commit, origin.dirty) == (None, None)


def test_another_repository_that_the_environment_names_is_not_asked(repository: Path, tmp_path: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    assert origin_of_run(repository, {**PATH, "GIT_DIR": str(tmp_path / "x")}).commit == head


def test_version_user_and_host_are_told(tmp_path: Path) -> None:
    origin = origin_of_run(tmp_path, PATH)
    assert (origin.lvstate_version, origin.host) == (__version__, socket.gethostname())
    assert origin.user


@pytest.mark.parametrize("name", ["GITHUB_ACTOR", "GITLAB_USER_LOGIN"])
def test_whom_ci_runs_for_is_told(name: str, tmp_path: Path) -> None:
    assert origin_of_run(tmp_path, {name: "octocat"}).actor == "octocat"


def test_what_the_environment_says_is_escaped_and_limited(tmp_path: Path) -> None:
    actor = origin_of_run(tmp_path, {"GITHUB_ACTOR": "\x1b[2J" + "x" * 500}).actor
    assert actor is not None
    assert actor.startswith("\\x1b[2J")
    assert len(actor) == 100
