"""The journal of a run on disk: JSON Lines, private to its owner, flushed before `append` returns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lvstate.errors import LvstateError


class JournalFile:
    """One new file per run, opened for appending only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            self._file = os.open(path, flags, 0o600)
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise _cannot_write(path, error) from error

    def append(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Write the records with the time of writing and return once they are on disk."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        lines = [json.dumps({"time": now, **record}, separators=(",", ":")) + "\n" for record in records]
        data = "".join(lines).encode()
        try:
            end = os.fstat(self._file).st_size
            try:
                while data:
                    data = data[os.write(self._file, data) :]
            except OSError:
                os.ftruncate(self._file, end)  # half a line would spoil the next one
                raise
            os.fsync(self._file)
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
