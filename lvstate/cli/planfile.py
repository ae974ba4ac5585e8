"""Reads a saved plan from disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from lvstate.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from lvstate.model.change import Plan

_LARGEST = 64 * 1024 * 1024


def read_plan(path: Path) -> Plan:
    """Read a plan that `plan --out` wrote.

    Raises UsageError when there is no such file, InvalidInput when it is no plan or of a future version.
    """
    from lvstate.model.document import plan_from_document

    try:
        if not path.exists():
            raise UsageError(f"there is no plan file {path}", hint="save one with lvstate plan --out FILE")
        if not path.is_file():
            raise InvalidInput(f"{path} is not a saved plan: it is not a regular file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise InvalidInput(f"{path} is not a saved plan: it is larger than 64 MiB")
        document = json.loads(data, object_pairs_hook=_unique, parse_constant=_refuse)
    except OSError as error:
        raise UsageError(f"the plan file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not a saved plan: it is not JSON") from error
    return plan_from_document(document)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):  # readers differ in which of them counts
        raise ValueError("a key stands twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
