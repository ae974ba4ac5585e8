"""A record of a journal as a line, whose sum also covers the line before it.

So a line that was torn, edited, left out or moved is noticed where the file is read. It is no signature:
whoever may write the file can make it anew. Journals from before there were sums are read as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

_SUM = re.compile(rb',"sum":"([0-9a-f]{16})"\}\Z')
FIRST = ""
"""What stands in for the sum before the first line."""

Record = Mapping[str, Any]

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True)


class NotAsWritten(ValueError):
    """A line is not what lvstate wrote at this place."""


def written(record: Record, before: str) -> tuple[bytes, str]:
    """Return a record, which is not empty, as a line without its end, and the sum for the next one."""
    body = _ENCODER.encode(record).encode("ascii")
    own = _sum(body, before)
    return b'%s,"sum":"%s"}' % (body[:-1], own.encode("ascii")), own


def read(line: bytes, before: str) -> tuple[Record, str]:
    """Return the record of a line without its end, and the sum for the next one; raises NotAsWritten."""
    found = _SUM.search(line)
    if found is None and before != FIRST:
        raise NotAsWritten("it has no sum")
    own = found[1].decode("ascii") if found else FIRST
    if found and _sum(line[: found.start()] + b"}", before) != own:
        raise NotAsWritten("its sum is not right")
    try:
        record = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotAsWritten("it is no JSON") from None
    if not isinstance(record, dict):
        raise NotAsWritten("it is no record")
    return record, own


def _sum(body: bytes, before: str) -> str:
    return hashlib.sha256(before.encode("ascii") + body).hexdigest()[:16]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
