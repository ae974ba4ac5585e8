"""What a command must not wait for: it imports what it uses, when it uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lvstate.cli import commands
from lvstate.cli.root import COMMANDS

ROOMS = ["client", "driver", "emulator", "engine", "kinds", "manifests", "reconcile", "views"]
HEAVY = ["requests", "jsonschema", "deepdiff", "yaml", "werkzeug", "cheroot", "sqlite3", "logging"]
BESIDE_CLICK = ["dataclasses", "pathlib", "pkgutil", "importlib.metadata", "subprocess", "difflib"]
APPLYING = ["engine.applier", "engine.creating", "driver.journal", "driver.lock", "driver.provenance"]
FAULTY = ["jsonschema", "deepdiff", "lvstate.manifests.readings", "difflib"]

REPORT = """
import sys; before = {*sys.modules}
from lvstate.cli import run
code = run(sys.argv[1:])
print("LOADED", *sorted({*sys.modules} - before))
sys.exit(code)
"""


def loaded(*arguments: str, folder: Path | None = None, env: dict[str, str] | None = None) -> set[str]:
    """Run a command to its good end; returns the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_a_glance_loads_no_room_and_no_library_but_click(arguments: list[str]) -> None:
    found = loaded(*arguments)
    assert "click" in found
    assert found & {*HEAVY, *BESIDE_CLICK, *(f"lvstate.{room}" for room in ROOMS)} == set()
    assert not any(name.startswith("lvstate.cli.commands.") for name in found)


def test_every_command_is_listed_without_being_imported() -> None:
    files = {path.stem for folder in commands.__path__ for path in Path(folder).glob("[!_]*.py")}
    assert files == set(COMMANDS)


def test_validate_of_what_is_valid_loads_neither_network_nor_jsonschema(project: Path) -> None:
    found = loaded("validate", folder=project)
    assert "yaml" in found
    assert (
        found & {"requests", "urllib3", "lvstate.client", "lvstate.engine", "lvstate.emulator", *FAULTY}
        == set()
    )


def test_a_plan_in_sync_loads_nothing_that_only_an_apply_or_a_difference_needs(project: Path) -> None:
    from tests.speed.test_calls import Watched

    with Watched(project, groups=1) as tenant:
        tenant.project.write("manifests/all.yaml", "version: 1\ncontact_groups: {g: G1}\n")
        found = loaded("plan", folder=project, env=tenant.project.variables())
        found |= loaded("plan", "--quiet", folder=project, env=tenant.project.variables())
    assert "lvstate.engine.planner" in found
    unneeded = {
        *("requests", "urllib3", "logging", "dataclasses"),
        *(f"lvstate.{room}" for room in APPLYING),
        *("lvstate.emulator", "lvstate.client.calls", "lvstate.engine.explaining", "lvstate.views.text"),
    }
    assert found & {*unneeded, *FAULTY} == set()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "lvstate.yaml").write_text(
        'version: 1\nmanifests: [manifests/]\nenvironments: {test: {url: "emulator:"}}\n', "utf-8"
    )
    (tmp_path / "manifests/all.yaml").write_text("version: 1\ncontact_groups: {a: A}\n", "utf-8")
    return tmp_path
