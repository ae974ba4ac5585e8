"""What `--help` and `--version` must not wait for."""

from __future__ import annotations

import subprocess
import sys

import pytest

ROOMS = ["client", "driver", "emulator", "engine", "kinds", "manifests", "reconcile", "views"]
HEAVY = ["requests", "jsonschema", "deepdiff", "yaml", "werkzeug", "cheroot", "sqlite3", "logging"]


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_a_glance_loads_no_room_and_no_library_but_click(arguments: list[str]) -> None:
    code = (
        "import sys; before = {*sys.modules}\n"
        "from lvstate.cli import run\n"
        "run(sys.argv[1:])\n"
        "print(*sorted({*sys.modules} - before), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )

    loaded = set(done.stderr.split())

    assert "click" in loaded
    assert loaded & {*HEAVY, *(f"lvstate.{room}" for room in ROOMS)} == set()
