"""Whether there is somebody to ask."""

from __future__ import annotations

import sys

from lvstate.cli.options import Globals


def can_ask(chosen: Globals) -> bool:
    """Whether a question would be seen and could be answered, and stdout is not for a script."""
    return sys.stdin.isatty() and sys.stderr.isatty() and chosen.format == "text"
