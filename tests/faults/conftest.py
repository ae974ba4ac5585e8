"""Processes that are warm."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.faults.warm import Warm


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """Runs commands without Python's start."""
    with Warm(tmp_path_factory.mktemp("warm")) as running:
        yield running


if "FAULTS" not in os.environ:  # minutes long: `make fault-test` asks for them
    collect_ignore_glob = ["test_*.py"]
