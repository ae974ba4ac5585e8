"""What is logged, and how: to stderr, a record a line, inert whoever wrote it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvstate.cli.options import Globals

_TALKATIVE = ("info", "debug")
"""The levels at which more than the emulator, of its own faults, has anything to log."""


def start_logging(chosen: Globals, *, always: bool = False) -> None:
    """Log what was asked for; where nobody has anything to say only `always`, for then logging is not loaded."""
    if not always and (chosen.quiet or chosen.log_level not in _TALKATIVE):
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
