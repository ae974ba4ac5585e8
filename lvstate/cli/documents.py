"""Reads the JSON documents that the command line is given, strictly, and tells what is wrong as a usage error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from lvstate.errors import UsageError

HINT = "a JSON document in UTF-8 is needed; lvstate schema NAME describes it"


def read_document(file: Path) -> Any:
    """Return what a JSON file holds, `-` being stdin; raises UsageError with line and column."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", hint=HINT) from error
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        place = f"{file}:{error.lineno}:{error.colno}"
        raise UsageError(f"{place}: not valid JSON: {error.msg}", hint=HINT) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8", hint=HINT) from error
    except RecursionError as error:
        raise UsageError(f"{file}: nested too deeply", hint=HINT) from error
    except ValueError as error:
        raise UsageError(f"{file}: not valid JSON: {error}", hint=HINT) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is given twice")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
