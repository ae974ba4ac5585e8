"""Table 2.2 of the fault model, end to end: a fault, an apply, and what became of tenant and exit code.

The cells are in matrix.yaml. `create` runs `python -m lvstate`; the others are processes of their own as well,
forked from one that is warm. All of them use real sockets.

Rows of 2.2 that are not a fault of one exchange, or that a tenant this small cannot show, are covered elsewhere:

- 1, DNS failure and a connect timeout: tests/client/test_transport.py and
  test_broken_exchanges.py (no loopback address can do that)
- 11, 13, a listing that is forbidden or not there: here, `403` and `404` x list
- 36, page shift: tests/client/test_listing.py (it takes more than 1000 objects), over HTTP tests/e2e/test_converges.py
- 37, the other kinds of `next`: tests/client/test_listing.py
- 39, a stale read of others' writes: cannot be told from a fresh one; the window is narrowed by the read before each
  write (tests/engine), and what remains is in the README
- 42, a name that lives twice: tests/e2e/test_trouble.py (blocked) and tests/engine
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.gate import Gate, Target, cut, host_of
from tests.faults.matrix import OPERATIONS, Fault, Played, cells, expected, play, render, table
from tests.faults.scene import QUICK, Scene, twins
from tests.faults.warm import Warm

XFAIL: dict[str, str] = {}
"""Cells that show a bug, and which."""


class Player:
    """Plays the cells of one line side by side: most of their time is waiting."""

    def __init__(self, wanted: set[str], folder: Path, warm: Warm, pool: ThreadPoolExecutor) -> None:
        self._wanted, self._folder, self._warm, self._pool = wanted, folder, warm, pool
        self._under_way: dict[str, Future[Played]] = {}

    def played(self, fault: Fault, operation: str) -> Played:
        """What came of a cell; begins the others of its line that somebody will ask for."""
        for each in (operation, *OPERATIONS):
            name = _id(fault, each)
            if name in self._wanted and name not in self._under_way:
                folder = self._folder / name
                self._under_way[name] = self._pool.submit(play, fault, each, folder, self._warm)
        return self._under_way[_id(fault, operation)].result()


@pytest.fixture(scope="module")
def player(
    request: pytest.FixtureRequest, warm: Warm, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Player]:
    wanted = {item.callspec.id for item in request.session.items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(len(OPERATIONS)) as pool:
        yield Player(wanted, tmp_path_factory.mktemp("cells"), warm, pool)


def _id(fault: Fault, operation: str) -> str:
    return f"{fault.id}-{operation}"


def _parameters() -> Iterator[object]:
    for fault, operation in cells():
        name = _id(fault, operation)
        marks = [pytest.mark.xfail(strict=True, reason=XFAIL[name])] if name in XFAIL else []
        yield pytest.param(fault, operation, id=name, marks=marks)


@pytest.mark.parametrize(("fault", "operation"), list(_parameters()))
def test_a_fault_ends_as_the_table_says(fault: Fault, operation: str, player: Player) -> None:
    cell = expected(fault.cells[operation])

    played = player.played(fault, operation)

    assert played.struck > 0, "the fault never struck"
    assert played.text == cell, played.ran.out
    assert played.twins == []
    assert played.strangers == []


def test_a_name_that_the_service_cuts_is_made_once(warm: Warm, tmp_path: Path) -> None:
    """Row 40 for ever: what is stored is never what was declared, so every plan sees something to create."""
    manifest = 'version: 1\ncontact_groups:\n  long: "Fresh and very long"\n'
    with Scene(tmp_path, warm, manifest) as scene:
        target = Target("POST", "/contact/contactGroups", None)
        with Gate(host_of(scene.server_url), target, cut) as gate:
            scene.project.url = gate.url
            codes = [scene.start("apply", "--yes", *QUICK).wait().code for _ in range(3)]

            assert 0 not in codes
            assert twins(scene.everything()) == []


def test_no_cell_is_empty() -> None:
    for fault in table():
        for cell in fault.cells.values():
            assert cell.startswith("n/a: ") or expected(cell)


def test_every_row_of_the_fault_model_is_here_or_named() -> None:
    elsewhere = {11, 36, 39, 42}
    assert {fault.row for fault in table()} | elsewhere == set(range(1, 43))


def test_the_page_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "faults.md"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        page.write_text(render(), "utf-8")
    assert page.read_text("utf-8") == render()


def test_every_xfail_is_a_cell() -> None:
    assert set(XFAIL) <= {_id(fault, operation) for fault, operation in cells()}
