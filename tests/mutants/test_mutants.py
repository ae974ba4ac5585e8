"""Every planted bug still has its place: `make mutants` plants them all and demands that each is noticed."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import ROOT, place
from tests.mutants.mutants import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_has_its_place_and_is_python(mutant: Mutant) -> None:
    text = place(ROOT / "lvstate", mutant).read_text(encoding="utf-8")
    ast.parse(text.replace(mutant.old, mutant.new))
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_no_bug_is_planted_under_two_names() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
