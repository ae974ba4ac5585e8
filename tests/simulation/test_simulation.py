"""Whatever goes wrong in whatever order, the invariants of an apply hold; `make simulate` lives many more histories."""

from __future__ import annotations

import os

import pytest

from tests.simulation.history import live

HISTORIES = 150
FIRST = int(os.environ.get("SIMULATION_SEED", "0"))


@pytest.mark.parametrize("part", range(6))
def test_no_history_violates_an_invariant(part: int) -> None:
    size = HISTORIES // 6
    for seed in range(FIRST + part * size, FIRST + (part + 1) * size):
        assert live(seed).found == (), f"python -m tests.simulation --seeds {seed}:{seed + 1}"


def test_a_history_repeats_itself() -> None:
    assert [live(seed) for seed in range(5)] == [live(seed) for seed in range(5)]
