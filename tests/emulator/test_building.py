"""The emulator is a building of its own: it imports nothing of lvstate but itself, and nothing heavy too early."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import lvstate.emulator
from lvstate.emulator.http.operations import Operation
from lvstate.emulator.http.routes import Routes, all_routes

PACKAGE = Path(lvstate.emulator.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
THIRD_PARTIES = ("werkzeug", "cheroot", "_typeshed")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_imports_only_the_emulator_its_two_libraries_and_the_standard_library(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            ours = name == "lvstate.emulator" or name.startswith("lvstate.emulator.")
            root = name.partition(".")[0]
            assert ours or root in sys.stdlib_module_names or root in THIRD_PARTIES, name


@pytest.mark.parametrize("module", sorted((PACKAGE / "backend").glob("*.py")), ids=lambda module: module.name)
def test_the_backend_knows_no_http(module: Path) -> None:
    assert "emulator.http" not in module.read_text()
    assert "werkzeug" not in module.read_text()


def test_the_package_is_imported_without_werkzeug_cheroot_or_sqlite() -> None:
    code = (
        "import sys; before = {*sys.modules}; import lvstate.emulator; "
        "print({'werkzeug', 'cheroot', 'sqlite3'} & ({*sys.modules} - before))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, cwd=PACKAGE.parents[1], text=True) == "set()\n"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation.name for operation in all_routes().operations]
    assert len(names) == len(set(names)) == 45


def test_one_verb_at_one_path_cannot_be_declared_twice() -> None:
    one, other = (
        Operation(name, "GET", ("/same",), None, lambda _: None)  # type: ignore[arg-type,return-value]
        for name in ("one", "other")
    )
    with pytest.raises(ValueError, match="GET /same is declared twice"):
        Routes([one, other])
    with pytest.raises(ValueError, match="GET /same is declared twice"):
        Routes([replace(one, is_meant=lambda _: True), other])


def test_two_operations_that_are_told_apart_share_a_verb_at_a_path() -> None:
    one, other = (
        Operation(name, "GET", ("/same",), None, lambda _: None, is_meant=lambda _: True)  # type: ignore[arg-type,return-value]
        for name in ("one", "other")
    )
    route = Routes([one, other]).find("/same")
    assert route is not None
    assert route.operations["GET"] == [one, other]
