"""A file that is written piece by piece and appears whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

_GZIP = b"\x1f\x8b"


class Spool:
    """Takes an answer as it comes; `keep` puts it into its place. A sink of `effects.Download`.

    The draft is made at once, so that a folder that cannot be written to is known before anything is
    sent. Raises OSError from the constructor and from `keep`.
    """

    def __init__(self, path: Path) -> None:
        self.size = 0
        self.compressed = False
        self.started = False
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        self._file = os.fdopen(handle, "wb")
        self._error: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        finally:
            self._draft.unlink(missing_ok=True)

    def start(self) -> None:
        """Begin anew."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0
        self.started = True

    def take(self, piece: bytes) -> bool:
        """Write a piece; False when the disk would not have it, which `keep` then raises."""
        try:
            self._file.write(piece)
        except OSError as error:
            self._error = error
            return False
        if not self.size:
            self.compressed = piece.startswith(_GZIP)
        self.size += len(piece)
        return True

    def check(self) -> None:
        """Raise what the disk had against a piece."""
        if self._error is not None:
            raise OSError(self._error.errno, self._error.strerror, str(self._path))

    def keep(self) -> None:
        """Put the file into its place, over one that is there."""
        self.check()
        self._file.close()
        self._draft.replace(self._path)
