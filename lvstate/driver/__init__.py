"""The real world behind the effects: threads for HTTP, the clock, the journal on disk, the lock."""

from lvstate.driver.loop import Driver, Transport

__all__ = ["Driver", "Transport"]
