"""The real world behind the effects: threads for HTTP, the clock, the journal on disk, the lock."""

from lvstate.driver.loop import Driver
from lvstate.driver.workers import Transport

__all__ = ["Driver", "Transport"]
