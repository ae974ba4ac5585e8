"""One apply per tenant and machine, with real processes."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from lvstate.driver.lock import tenant_lock
from lvstate.errors import Exit, LockedError
from lvstate.model.tenant import Tenant

TENANT = Tenant("https://api.livevox.com", "ACME")
SCOPE = "https://api.livevox.com\nACME"

HOLDER = """
import sys
from lvstate.driver.lock import tenant_lock
from lvstate.model.tenant import Tenant

with tenant_lock(Tenant("https://api.livevox.com", "ACME"), sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the locks of each test apart."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "state" / "lvstate" / "locks"


@contextmanager
def another_process(scope: str = SCOPE) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold the lock until its stdin ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, scope],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def lock_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def take(wait: float = 0) -> None:
    with tenant_lock(TENANT, SCOPE, wait=wait):
        pass


def test_a_second_process_is_refused_and_told_who_holds_the_lock() -> None:
    with another_process() as holder:
        with pytest.raises(LockedError) as locked:
            take()
        assert f"process {holder.pid}, since 20" in locked.value.message
        assert "ACME at https://api.livevox.com" in locked.value.message
        assert "--lock-timeout" in (locked.value.hint or "")
        assert locked.value.exit_code is Exit.LOCKED


def test_a_holder_that_is_killed_leaves_no_lock_behind() -> None:
    with another_process() as holder:
        holder.kill()
        holder.wait(10)
        take()


def test_a_holder_that_ends_leaves_no_lock_behind() -> None:
    with another_process() as holder:
        holder.communicate("", timeout=10)
        take()


def test_who_waits_gets_the_lock_when_it_is_free() -> None:
    with another_process() as holder:
        assert holder.stdin is not None
        timer = Timer(0.15, holder.stdin.close)
        timer.start()
        started = time.monotonic()
        take(wait=10)
        assert 0.1 < time.monotonic() - started < 8
        timer.join()
        holder.stdin = None


def test_who_waits_too_long_is_refused_after_that_time() -> None:
    with another_process():
        started = time.monotonic()
        with pytest.raises(LockedError):
            take(wait=0.25)
        assert 0.25 <= time.monotonic() - started < 3


def test_who_has_to_wait_is_told_once_for_whom() -> None:
    told: list[str] = []
    with tenant_lock(TENANT, SCOPE, wait=10, told=told.append):
        assert told == [], "nobody is told when there is nothing to wait for"
        with pytest.raises(LockedError), tenant_lock(TENANT, SCOPE, wait=0.25, told=told.append):
            pass
    assert len(told) == 1
    assert f"process {os.getpid()}, since 20" in told[0]


def test_two_tenants_do_not_exclude_each_other() -> None:
    with another_process("another tenant"):
        take()


def test_one_process_excludes_itself_too() -> None:
    with tenant_lock(TENANT, SCOPE):
        with pytest.raises(LockedError, match=f"process {os.getpid()},"):
            take()
        with tenant_lock(TENANT, "another tenant"):
            pass


def test_the_lock_is_free_after_an_error_inside_it() -> None:
    with pytest.raises(ZeroDivisionError), tenant_lock(TENANT, SCOPE):
        raise ZeroDivisionError
    take()


def test_who_held_the_lock_before_is_not_named_for_who_holds_it_now(folder: Path) -> None:
    take()
    lock_file(folder).write_text('{"pid": 1, "since": "long ago"}' + " " * 500)
    with tenant_lock(TENANT, SCOPE):
        assert json.loads(lock_file(folder).read_text())["pid"] == os.getpid()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "null", '{"pid": 7}', '{"pid": "x", "since": 1}', "{", "\xff"]
)
def test_a_holder_that_did_not_say_who_it_is_excludes_all_the_same(folder: Path, content: str) -> None:
    with tenant_lock(TENANT, SCOPE):
        lock_file(folder).write_bytes(content.encode("latin-1"))
        with pytest.raises(LockedError, match="its process did not say which it is"):
            take()


def test_what_the_lock_file_says_does_not_flood_the_message(folder: Path) -> None:
    with tenant_lock(TENANT, SCOPE):
        lock_file(folder).write_text(json.dumps({"pid": 7, "since": "x" * 1000}))
        with pytest.raises(LockedError) as locked:
            take()
        assert len(locked.value.message) < 200


def test_lock_and_folder_are_private_under_any_umask(folder: Path) -> None:
    previous = os.umask(0)
    try:
        with tenant_lock(TENANT, SCOPE):
            assert stat.S_IMODE(lock_file(folder).stat().st_mode) == 0o600
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(previous)


def test_the_name_of_the_lock_does_not_show_the_tenant(folder: Path) -> None:
    with tenant_lock(TENANT, SCOPE):
        assert "acme" not in lock_file(folder).name.lower()


def test_without_a_state_folder_in_the_environment_the_lock_lies_below_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with tenant_lock(TENANT, SCOPE):
        assert lock_file(tmp_path / "home" / ".local" / "state" / "lvstate" / "locks").is_file()


def own_temporary(tmp_path: Path) -> Path:
    return tmp_path / "temporary" / f"lvstate-{os.getuid()}"


def test_where_the_state_folder_cannot_be_made_the_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with tenant_lock(TENANT, SCOPE):
        assert lock_file(own_temporary(tmp_path)).is_file()


def test_a_user_without_a_home_uses_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)  # a container that runs under a number only
    with tenant_lock(TENANT, SCOPE):
        assert lock_file(own_temporary(tmp_path)).is_file()


def test_a_symlink_in_place_of_the_temporary_folder_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "elsewhere").mkdir()
    own_temporary(tmp_path).symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(LockedError, match="no folder for the tenant's lock") as error:
        take()
    assert "XDG_STATE_HOME" in (error.value.hint or "")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder of somebody else")
def test_a_temporary_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    own_temporary(tmp_path).mkdir()
    os.chown(own_temporary(tmp_path), 12345, 12345)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(LockedError, match="no folder for the tenant's lock"):
        take()


def test_a_file_system_without_locks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(file: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(LockedError, match="cannot be taken: No locks available") as error:
        take()
    assert "local disk" in (error.value.hint or "")


def test_a_symlink_in_place_of_the_lock_is_not_followed(folder: Path, tmp_path: Path) -> None:
    take()
    file = lock_file(folder)
    file.unlink()
    (tmp_path / "precious").write_text("precious")
    file.symlink_to(tmp_path / "precious")
    with pytest.raises(LockedError, match="cannot be taken"):
        take()
    assert (tmp_path / "precious").read_text() == "precious"
