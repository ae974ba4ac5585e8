"""What holds for all tests: properties are judged by what they find, not by how busy the machine is."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# Judges assert outside test modules; their failures are told in full too.
pytest.register_assert_rewrite("tests.gates.judges", "tests.gates.markup_judges")
settings.register_profile("lvstate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lvstate")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell began the tests in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # commands that are tested must not inherit that
