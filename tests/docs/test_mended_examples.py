"""docs/emulator.md lists the vendor's examples that are not played as printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXCHANGES = ROOT / "tests" / "exchanges"
SECTION = "## Examples that had to be mended"


@pytest.fixture
def named() -> set[str]:
    _, _, behind = (ROOT / "docs" / "emulator.md").read_text("utf-8").partition(SECTION)
    return set(re.findall(r"`([a-z-]+\.json)`", behind.partition("\n## ")[0]))


def test_every_file_it_names_exists(named: set[str]) -> None:
    assert named
    assert named <= {path.name for path in EXCHANGES.glob("*.json")}


def test_no_exchange_is_mended_in_silence(named: set[str]) -> None:
    """The words with which a reading says that something of the example was left out or put in."""
    mended = re.compile(r"mended|valid JSON|\.\.\.|[Bb]lanks? in|[Pp]laceholder|HTTP does not allow")
    readings = {
        path.name: json.loads(path.read_text("utf-8"))["reading"] for path in EXCHANGES.glob("*.json")
    }
    assert {name for name, reading in readings.items() if mended.search(reading)} <= named
