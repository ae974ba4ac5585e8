"""Tells a failure in the format that was asked for, whether or not the options could be read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lvstate.errors import LvstateError, UsageError

_SECRET = ("_ACCESS_TOKEN", "_PASSWORD", "_SESSION_ID")
"""Ends of names whose values are compared with nothing."""

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


def told_with_its_variable(error: UsageError) -> UsageError:
    """Name the variable that a refused value comes from: the message speaks of the option it stands in for."""
    said = set(re.findall(r"[^\s'\"]+", error.message))
    names = [
        name
        for name, value in sorted(os.environ.items())
        if name.startswith("LVSTATE_") and not name.endswith(_SECRET) and value in said
    ]
    if names and not any(name in error.message for name in names):
        error.hint = "; ".join(filter(None, [error.hint, f"it is the value of {' and '.join(names)}"]))
    return error


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
