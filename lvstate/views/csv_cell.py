"""The grammar of a table for spreadsheets: rows as RFC 4180 has them, and cells that are never formulas."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from lvstate.views.terminal import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA = re.compile(
    r"(^|;)(?=\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"  # `;`: a cell's end where decimals have a comma
)


def cell(text: str) -> str:
    """Return text as a cell that shows it, with `'` before what a spreadsheet would compute."""
    return escape(_FORMULA.sub(r"\1'", text))


def table(rows: Iterable[Sequence[str | int | None]]) -> str:
    """Write rows; texts pass through `cell`, numbers stay numbers, None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return written.getvalue()
