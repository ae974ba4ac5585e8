"""docs/coverage.md shows what the tests find; `UPDATE_GOLDEN=1` writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs import coverage_table
from tests.exchanges import test_lvstate_api_plays
from tests.openapi.description import operations

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


def test_the_page_is_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def through_the_command_line(exchange: coverage_table.Exchange) -> None:
        test_lvstate_api_plays.test_a_user_can_play_it(exchange, tmp_path, monkeypatch, capfdbinary)

    monkeypatch.setitem(coverage_table.CLIENTS, "lvstate api", through_the_command_line)
    found = coverage_table.render()
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(found, "utf-8")
    assert PAGE.read_text("utf-8") == found


def test_it_has_the_42_methods_of_the_two_pages() -> None:
    named = [method for methods in coverage_table.METHODS.values() for method in methods]
    assert len(named) == len(set(named)) == 42
    described = {m for o in operations() if "Session" not in o.node["tags"] for m in o.methods}
    assert set(named) == described


def test_an_exchange_that_fails_is_counted_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(exchange: coverage_table.Exchange) -> None:
        assert exchange["name"] != "an id that does not exist"

    monkeypatch.setitem(coverage_table.EMULATOR, "emulator", refuse)
    (row,) = coverage_table.rows(("Update Type",))
    assert (row.emulator, row.client, row.operation) == ("1 of 2", "2 of 2", "`updateAccountType`")
