"""Whole listings of calls that a user spelled: rows of any kind, all of them or an error.

The same rules as in `listing`: pages after the first start one row early and must agree on it, the
value of `next` is never followed, only its presence counts (REFERENCE 3; user contract, section 9).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from lvstate.errors import ServiceError
from lvstate.wire.calls import Paged
from lvstate.wire.messages import ShapeError, describe, member, optional

Ask = Callable[[int, int], Awaitable[Any]]
"""(offset, count) -> the document of that page."""

_RESTARTS = 5
_MOST_PAGES = 100_000
_IDENTITIES = ("id", "account")
"""What tells rows apart: contacts have their account, everything else has an id (REFERENCE 4.0.5)."""


class _Shifted(Exception):
    """The listing changed while it was read."""


async def all_rows(paged: Paged, ask: Ask) -> list[str]:
    """Return every row from the first offset on, each as one line of JSON, in the service's order.

    Raises ServiceError when a page does not have the documented shape, when the service repeats
    itself, or when the list keeps changing; whatever `ask` raises passes through.
    """
    for _ in range(_RESTARTS + 1):
        try:
            return await _pages(paged, ask)
        except _Shifted:
            continue
        except ShapeError as error:
            raise ServiceError(f"the pages do not have the documented shape: {error}") from error
    raise ServiceError(
        "the list changes while it is read, or its pages do not follow each other",
        hint="somebody else may be making or removing objects right now; try again later",
    )


async def _pages(paged: Paged, ask: Ask) -> list[str]:
    lines: list[str] = []
    seen: set[str] = set()
    overlap = 1 if paged.count > 1 else 0
    last: str | None = None
    for _ in range(_MOST_PAGES):
        again = overlap if lines else 0
        document = await ask(paged.offset + len(lines) - again, paged.count)
        rows, more = _page(paged, document)
        if again and (not rows or _identity(rows[0]) != last):
            raise _Shifted
        new = rows[again:]
        for row in new:
            last = _identity(row)
            if last in seen:
                raise _Shifted
            seen.add(last)
            lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        if len(rows) < paged.count and not more:
            return lines
        if not new and more:
            raise _Shifted  # it says that more follow, and brings nothing new
        if not new:
            return lines
    raise ServiceError("the list does not end")


def _page(paged: Paged, document: Any) -> tuple[list[Any], bool]:
    if not isinstance(document, dict):
        raise ShapeError(f"a page should be an object, not {describe(document)}")
    more = bool(optional(document, "a page", "next"))
    keys = {key.lower() for key in paged.keys}
    if paged.optional and not more and not any(key.lower() in keys for key in document):
        return [], False
    rows = member(document, "a page", *paged.keys)
    if rows is None and paged.optional:
        return [], more
    if not isinstance(rows, list):
        raise ShapeError(f"the rows should be an array, not {describe(rows)}")
    return rows, more


def _identity(row: Any) -> str:
    if isinstance(row, dict):
        for key in _IDENTITIES:
            if row.get(key) is not None:
                return f"{key} {row[key]}"
    return json.dumps(row, sort_keys=True)
