"""The journal of a run on disk: JSON Lines, private to its owner, flushed before `append` returns."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lvstate.driver.journal_folder import RUNS, opened_folder
from lvstate.errors import LvstateError
from lvstate.model.journal_line import FIRST, written

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_DSYNC
"""A write returns once its data are on disk, as after an fsync, which would be one more wait for each."""


class JournalFile:
    """One new file per run, `PROJECT/.lvstate/runs/RUN.jsonl`, opened for appending only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sum = FIRST
        self._end = 0
        try:
            with opened_folder(path.parents[len(RUNS.parts)], make=True) as folder:
                self._file = os.open(path.name, _FLAGS, 0o600, dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            raise _cannot_write(path, error) from error

    def append(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Write the records with the time of writing and return once they are on disk."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        lines, last = [], self._sum
        for record in records:
            line, last = written({"time": now, **record}, last)
            lines.append(line + b"\n")
        data = b"".join(lines)
        try:
            left = data
            try:
                while left:
                    left = left[os.write(self._file, left) :]
            except OSError:
                os.ftruncate(self._file, self._end)  # half a line would spoil the next one
                raise
            self._sum = last
            self._end += len(data)
        except OSError as error:
            raise _cannot_write(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _cannot_write(path: Path, error: OSError) -> LvstateError:
    return LvstateError(
        f"the journal {path} cannot be written: {error.strerror or error}",
        hint="an apply writes nothing to a tenant that it cannot journal first; make room or fix the permissions",
    )
