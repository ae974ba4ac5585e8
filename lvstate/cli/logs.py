"""What is logged, and how: to stderr, a record a line, inert whoever wrote it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvstate.cli.options import Globals

_USUAL = "warning"
"""The level at which nothing of lvstate has anything to log but the emulator."""


def start_logging(chosen: Globals, *, always: bool = False) -> None:
    """Log what was asked for; at the usual level only `always`, for most commands then need no logging at all."""
    if chosen.log_level == _USUAL and not chosen.quiet and not always:
        return
    import logging

    from lvstate.views.terminal import escape

    class Inert(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return "\n".join(escape(line) for line in super().format(record).split("\n"))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Inert("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(
        handlers=[handler],
        level=logging.ERROR if chosen.quiet else getattr(logging, chosen.log_level.upper()),
    )
