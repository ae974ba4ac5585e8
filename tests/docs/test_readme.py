"""The README says what the program says: its console blocks are run, in order, on the quickstart.

`UPDATE_GOLDEN=1` writes the blocks anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.manifests.git import repository

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _run(command: str, project: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LVSTATE_")}
    program, *arguments = command.split()
    beside = Path(sys.executable).with_name(program)
    done = subprocess.run(
        [beside if beside.exists() else program, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def _without_run(text: str) -> str:
    """Runs differ in their ids only, and the commit in what the quickstart holds."""
    text = re.sub(r"\bmain \([0-9a-f]{7}\)", "main (8d1f0c4)", text)
    return re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{8}", "20261121T080000Z-1f0c9a52", text)


def test_console_blocks_show_what_the_commands_print(tmp_path: Path) -> None:
    project = tmp_path / "quickstart"
    shutil.copytree(ROOT / "examples" / "quickstart", project)
    repository(project).commit()
    text = README.read_text(encoding="utf-8")

    def played(block: re.Match[str]) -> str:
        commands = [line for line in block[1].splitlines() if line.startswith("$ ")]
        shown = "".join(f"{line}\n{_without_run(_run(line[2:], project))}" for line in commands)
        return f"```console\n{shown}```"

    expected = _BLOCK.sub(played, text)
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(expected, encoding="utf-8")

    assert README.read_text(encoding="utf-8") == expected


def test_every_command_is_named_in_the_readme() -> None:
    from lvstate.cli.root import root

    text = README.read_text(encoding="utf-8")

    assert [name for name in root.list_commands(None) if not re.search(rf"\b{name}\b", text)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 8, 64, 130, 143])
def test_every_exit_code_is_in_the_table(code: int) -> None:
    table = re.findall(r"^\| ([\d, ]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert str(code) in ", ".join(table).split(", ")
