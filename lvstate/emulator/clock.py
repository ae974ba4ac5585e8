"""Time as the vendor writes it: milliseconds since the epoch."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since the epoch, as `time.time` gives them."""


def milliseconds(clock: Clock) -> int:
    """Now, with real milliseconds, as accounts are stamped."""
    return int(clock() * 1000)


def whole_seconds(clock: Clock) -> int:
    """Now, in milliseconds that end in 000, as contacts and contact groups are stamped."""
    return int(clock()) * 1000
