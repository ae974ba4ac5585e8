"""Tells a failure in the format that was asked for, whether or not the options could be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lvstate.errors import LvstateError

if TYPE_CHECKING:
    from lvstate.cli.output import Output


def report_failure(arguments: Sequence[str], error: LvstateError, opened: Sequence[Output] = ()) -> int:
    """Print an error in the formats that the command's output was opened for; return its exit code.

    Where the options could not even be read, it is a document on stdout with `--format json`, else text
    on stderr.
    """
    if opened:
        told = opened[-1].emit_error(error)
    else:
        told = _asked_format(arguments) == "json"
        if told:
            from lvstate.views import json

            sys.stdout.write(json.error(error))
            sys.stdout.flush()
    if not told:
        from lvstate.cli.output import style_for
        from lvstate.views import text

        sys.stderr.write(text.error(error, style_for(sys.stderr, no_color="--no-color" in arguments)))
        sys.stderr.flush()
    return error.exit_code


def _asked_format(arguments: Sequence[str]) -> str | None:
    """Find `--format` among arguments that may not parse."""
    found = os.environ.get("LVSTATE_FORMAT")
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--format" and position + 1 < len(arguments):
            found = arguments[position + 1]
        elif argument.startswith("--format="):
            found = argument.partition("=")[2]
    return found
