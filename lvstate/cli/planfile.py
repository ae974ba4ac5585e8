"""Reads a saved plan from disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

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
        if not path.is_file():
            raise UsageError(f"there is no plan file {path}", hint="save one with lvstate plan --out FILE")
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{path} is not a saved plan: it is larger than 64 MiB")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the plan file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not a saved plan: it is not JSON") from error
    return plan_from_document(document)
