"""Tenants for the tests of this folder: in memory, with a clock that moves by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvstate.emulator import create_app
from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Caller


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.123

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(clock: HandClock) -> Iterator[EmulatorApp]:
    """A tenant with the vendor's examples."""
    with create_app(seed="vendor-examples", clock=clock) as app:
        yield app


@pytest.fixture
def admin(app: EmulatorApp) -> Caller:
    """The sysadmin of a tenant with the vendor's examples."""
    return Caller(app)


@pytest.fixture
def empty(clock: HandClock) -> Iterator[Caller]:
    """The sysadmin of an empty tenant."""
    with create_app(clock=clock) as app:
        yield Caller(app)
