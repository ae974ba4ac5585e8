"""Completion in a real bash: the script that `_LVSTATE_COMPLETE=bash_source lvstate` prints, asked as a shell asks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lvstate.cli.root import root

BASH = shutil.which("bash")
ROOT = Path(__file__).parents[2]
PROJECT = """\
version: 1
manifests: [manifests/]
environments:
  emulator: {url: "emulator:"}
  production: {url: "https://api.na4.livevox.com", client: ACME}
  preview: {url: "https://api.na4.livevox.com", client: ACME}
"""


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder with a project, and `lvstate` on the path."""
    if BASH is None:
        pytest.skip("there is no bash here")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "lvstate"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lvstate "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "lvstate.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def _offered(shell: Path, *words: str, folder: str = "project") -> tuple[list[str], str]:
    script = """
        eval "$(_LVSTATE_COMPLETE=bash_source lvstate)"
        complete -p lvstate >/dev/null
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _lvstate_completion lvstate
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert BASH is not None
    done = subprocess.run(
        [BASH, "--norc", "-c", script, "bash", "lvstate", *words],
        cwd=shell / folder,
        env={
            **{name: value for name, value in os.environ.items() if "LVSTATE" not in name},
            "PATH": f"{shell / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT) if (ROOT / "lvstate").is_dir() else "",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split(), done.stderr


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["pl"], ["plan"]),
        (["d"], ["drift", "doctor"]),
        (["--no-c"], ["--no-color"]),
        (["plan", "--detailed"], ["--detailed-exitcode"]),
        (["plan", "--env", ""], ["emulator", "preview", "production"]),
        (["-e", "prod"], ["production"]),
        (["apply", "--env", "x"], []),
        (["plan", "--log-level", "w"], ["warning"]),
        (["validate", "--format", "js"], ["json"]),
        (["plan", "--write", "te"], ["text="]),
        (["init", "--ci", ""], ["github", "gitlab"]),
    ],
)
def test_a_real_bash_offers(shell: Path, words: list[str], offered: list[str]) -> None:
    found, said = _offered(shell, *words)

    assert found == offered
    assert said == ""


def test_environments_come_from_the_project_that_is_named(shell: Path) -> None:
    assert _offered(shell, "-C", "project", "plan", "--env", "pre", folder=".")[0] == ["preview"]


@pytest.mark.parametrize("content", [None, "version: [", "\x00", "environments: 7\n"])
def test_without_a_readable_project_nothing_is_offered_and_nothing_said(
    shell: Path, content: str | None
) -> None:
    file = shell / "project" / "lvstate.yaml"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")

    assert _offered(shell, "plan", "--env", "") == ([], "")


def test_behind_an_unknown_command_nothing_is_said(shell: Path) -> None:
    assert _offered(shell, "plna", "--e")[1] == ""


@pytest.mark.parametrize("name", ["plan", "show", "apply", "drift", "validate", "export", "doctor", "init"])
def test_the_formats_offered_are_those_that_the_command_takes(name: str, tmp_path: Path) -> None:
    given = ["x.json"] if name == "show" else ["--yes"] if name == "apply" else []
    refused = subprocess.run(
        [sys.executable, "-m", "lvstate", name, *given, "--format", "nonsense"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT) if (ROOT / "lvstate").is_dir() else ""},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = re.search(r"choose one of ([\w, ]+)", refused.stderr)
    assert taken is not None, refused.stderr
    command = root.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    (option,) = [param for param in command.params if param.name == "format"]

    offered = option.shell_complete(command.make_context(name, [], resilient_parsing=True), "")

    assert [item.value for item in offered] == taken[1].split(", ")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell: Path, name: str) -> None:
    done = subprocess.run(
        [shell / "bin" / "lvstate"],
        env={"_LVSTATE_COMPLETE": f"{name}_source", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "_LVSTATE_COMPLETE" in done.stdout
