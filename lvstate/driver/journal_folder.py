"""The folder of a project's journals, opened so that nothing in the workspace can put another in its place."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lvstate.model.history import History, PastRun, Unread
from lvstate.model.journal_records import read_journal

RUNS = Path(".lvstate/runs")
"""Where journals lie, relative to the project."""
SUFFIX = ".jsonl"

MOST_RUNS = 500
"""How many runs are read, the newest first."""
MOST_BYTES = 64 << 20
"""How much of them is read, all in all."""

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # without waiting for a FIFO's other end
_SHARED = stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def opened_folder(project: Path, *, make: bool = False) -> Iterator[int]:
    """Open `.lvstate/runs` without following a link at either step; raises OSError that names the culprit.

    The project's own folder may be reached through links: whoever runs lvstate there chose that.
    """
    folder = os.open(project, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for number, name in enumerate(RUNS.parts, 1):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=folder)
            try:
                inner = os.open(name, _FOLDER, dir_fd=folder)
            except OSError as error:
                if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    link = Path(*RUNS.parts[:number])
                    raise OSError(error.errno, f"{link} is a symbolic link") from None
                raise
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def past_runs(project: Path) -> History:
    """Read what earlier applies left in a project; never raises, what cannot be read is named instead."""
    runs: dict[str, PastRun] = {}
    unread: list[Unread] = []
    try:
        with opened_folder(project) as folder:
            with os.scandir(folder) as entries:
                names = sorted((e.name for e in entries if e.name.endswith(SUFFIX)), reverse=True)
            left = MOST_BYTES
            for name in names[:MOST_RUNS]:
                if left <= 0:
                    break
                found, size = _read(folder, name, left)
                left -= size
                if isinstance(found, Unread):
                    unread.append(found)
                elif found is not None:
                    runs[found.id] = found
    except FileNotFoundError:
        pass
    except OSError as error:
        unread.append(Unread(str(RUNS), error.strerror or str(error)))
    return History.of(runs, unread)


def _read(folder: int, name: str, most: int) -> tuple[PastRun | Unread | None, int]:
    """Read one journal of at most so many bytes; returns how many it took, too."""
    run_id = name.removesuffix(SUFFIX)
    if not _RUN_ID.match(run_id):
        return None, 0
    try:
        file = os.open(name, _FILE, dir_fd=folder)
        try:
            why = _foreign(os.fstat(file))
            if why is not None:
                return Unread(name, why, run_id), 0
            data = _read_all(file, most + 1)
        finally:
            os.close(file)
    except OSError as error:
        why = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror or str(error)
        return Unread(name, why, run_id), 0
    if len(data) > most:
        return Unread(name, f"with it, more than {MOST_BYTES >> 20} MiB would be read", run_id), len(data)
    return read_journal(run_id, data), len(data)


def _foreign(status: os.stat_result) -> str | None:
    """Say why a file that was opened is none that an apply of this user wrote."""
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    if status.st_uid != os.geteuid():
        return "it belongs to somebody else"
    if status.st_mode & _SHARED:
        return "others may write to it"
    return None


def _read_all(file: int, most: int) -> bytes:
    pieces: list[bytes] = []
    while most > 0 and (piece := os.read(file, min(most, 1 << 20))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)
