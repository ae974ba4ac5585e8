"""Places in the user's files, and what is wrong there."""

from enum import Enum
from typing import NamedTuple


class Source(NamedTuple):
    """A place in a file: path relative to the project, line and column from 1.

    A tuple, as are `Declared` and `Live`: there is one for every object, and dataclasses that are frozen take
    three times as long to make.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


class Severity(Enum):
    """Whether a problem stops the command."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """One thing wrong in the user's input: what, where, and what to do."""

    severity: Severity
    code: str
    """Stable and searchable, for example `unknown-key`."""
    message: str
    hint: str | None = None
    source: Source | None = None
    excerpt: str | None = None
    """The user's own line at `source`, for the caret."""
