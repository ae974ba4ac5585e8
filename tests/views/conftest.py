"""Golden files: what a view shows, compared to the letter; `UPDATE_GOLDEN=1` makes them anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with the golden file of a name."""

    def compare(name: str, shown: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.write_bytes(shown.encode())
        assert shown == path.read_bytes().decode()

    return compare
