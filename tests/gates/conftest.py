"""Judges assert outside test modules; their failures are told in full too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.gates.judges", "tests.gates.markup_judges")
