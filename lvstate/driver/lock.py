"""One apply per tenant and machine: a lock that the system releases when its process dies."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lvstate.errors import LockedError
from lvstate.model.tenant import Tenant

_POLL = 0.1


@contextmanager
def tenant_lock(
    tenant: Tenant, scope: str, *, wait: float = 0, told: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the tenant's lock; waits up to `wait` seconds, then raises LockedError naming the holder.

    `told` is called once, with who holds it, when there is something to wait for.

    `scope` is what two applies must share to exclude each other. The file lies outside the
    project, so that two checkouts of it do.
    """
    path = _lock_folder() / f"{_key(scope)}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot_lock(path, error) from error
    try:
        try:
            _acquire(handle, tenant, wait, told)
        except OSError as error:  # a file system that knows no locks
            raise _cannot_lock(path, error) from error
        holder = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _acquire(handle: int, tenant: Tenant, wait: float, told: Callable[[str], None] | None) -> None:
    give_up = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                raise LockedError(
                    f"another apply holds the lock of {tenant}: {_holder(handle)}",
                    hint="wait for it to end, or give --lock-timeout SECONDS to wait here",
                ) from None
            if told is not None:
                told(_holder(handle))
                told = None
            time.sleep(_POLL)
        else:
            return


def _cannot_lock(path: Path, error: OSError) -> LockedError:
    return LockedError(
        f"the lock {path} cannot be taken: {error.strerror or error}",
        hint="set XDG_STATE_HOME to a folder on a local disk that this user may write to",
    )


def _holder(handle: int) -> str:
    try:
        known = json.loads(os.pread(handle, 4096, 0))
        return f"process {int(known['pid'])}, since {str(known['since'])[:32]}"
    except (ValueError, KeyError, TypeError):
        return "its process did not say which it is"


def _key(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:32]


def _lock_folder() -> Path:
    folders = [Path(tempfile.gettempdir()) / f"lvstate-{os.getuid()}"]
    # expanduser leaves the ~ where a container runs as a number without a home; Path.home would raise.
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    if not home.startswith("~"):
        folders.insert(0, Path(home) / "lvstate" / "locks")
    for folder in folders:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid() and not folder.is_symlink():
            return folder
    raise LockedError(
        "no folder for the tenant's lock can be made",
        hint="set XDG_STATE_HOME to a folder that this user may write to",
    )
