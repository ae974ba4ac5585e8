"""The journal of a run on disk."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lvstate.driver.journal import JournalFile
from lvstate.errors import LvstateError


@contextmanager
def opened(path: Path) -> Iterator[JournalFile]:
    journal = JournalFile(path)
    try:
        yield journal
    finally:
        journal.close()


def lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".lvstate" / "runs" / "run.jsonl"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    previous = os.umask(request.param)
    yield
    os.umask(previous)


@pytest.mark.usefixtures("umask")
def test_a_journal_is_private_to_its_owner_under_any_umask(path: Path) -> None:
    with opened(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_records_are_lines_with_the_time_of_their_writing(path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with opened(path) as journal:
        journal.append([{"event": "sending", "id": "a"}, {"event": "answered", "id": "a"}])
        journal.append([{"event": "end"}])
    found = lines(path)
    assert [line["event"] for line in found] == ["sending", "answered", "end"]
    assert [next(iter(line)) for line in found] == ["time"] * 3
    assert all(before <= datetime.fromisoformat(line["time"]) <= datetime.now(UTC) for line in found)


def test_records_are_on_disk_when_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system flushes each write before it returns: no test can pull the plug, so the flag is looked at."""
    flushing: list[bool] = []
    write = os.write

    def watched(file: int, data: bytes) -> int:
        flushing.append(bool(fcntl.fcntl(file, fcntl.F_GETFL) & os.O_DSYNC))
        return write(file, data)

    with opened(path) as journal:
        monkeypatch.setattr("os.write", watched)
        for number in range(3):
            journal.append([{"n": number}])
            assert [line["n"] for line in lines(path)] == list(range(number + 1))
    assert flushing == [True] * 3


def test_the_name_of_a_new_journal_is_on_disk_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[bool] = []
    monkeypatch.setattr("os.fsync", lambda file: flushed.append(stat.S_ISDIR(os.fstat(file).st_mode)))
    with opened(path):
        assert flushed == [True]


def test_what_the_system_takes_in_small_pieces_is_written_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with opened(path) as journal:
        monkeypatch.setattr("os.write", lambda file, data: write(file, data[:7]))
        journal.append([{"event": "x" * 100}, {"event": "y"}])
        monkeypatch.undo()
    assert [line["event"] for line in lines(path)] == ["x" * 100, "y"]


@pytest.mark.parametrize("text", ["a\nb", "\u2028", "\ud800", 'x"}\n{"event":"forged"}', "ü", "\0"])
def test_no_text_breaks_out_of_its_line(path: Path, text: str) -> None:
    with opened(path) as journal:
        journal.append([{"name": text}])
    (line,) = lines(path)
    assert line["name"] == text


def test_a_file_that_is_there_already_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("precious\n")
    with pytest.raises(LvstateError, match="cannot be written: File exists"):
        JournalFile(path)
    assert path.read_text() == "precious\n"


@pytest.mark.parametrize("dangling", [True, False])
def test_a_symlink_in_its_place_is_not_followed(path: Path, tmp_path: Path, dangling: bool) -> None:
    target = tmp_path / "target"
    if not dangling:
        target.write_text("precious\n")
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    with pytest.raises(LvstateError, match="cannot be written"):
        JournalFile(path)
    assert target.exists() != dangling
    assert dangling or target.read_text() == "precious\n"


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(path: Path) -> None:
    path.parent.parent.parent.joinpath(".lvstate").write_text("a file in the way")
    with pytest.raises(LvstateError, match=r"the journal .*run\.jsonl cannot be written: ") as error:
        JournalFile(path)
    assert "make room or fix the permissions" in (error.value.hint or "")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o500)
    with pytest.raises(LvstateError, match="Permission denied"):
        JournalFile(path)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Have the system refuse to make files larger than this, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_no_half_line_behind(path: Path) -> None:
    with opened(path) as journal:
        journal.append([{"n": 1}])
        with (
            largest_file(path.stat().st_size + 20),
            pytest.raises(LvstateError, match="cannot be written") as error,
        ):
            journal.append([{"n": 2, "text": "x" * 100}])
        assert "make room" in (error.value.hint or "")
        journal.append([{"n": 3}])
    assert [line["n"] for line in lines(path)] == [1, 3]


def test_a_journal_that_was_closed_takes_no_more(path: Path) -> None:
    with opened(path) as journal:
        journal.append([{"n": 1}])
    with pytest.raises(LvstateError, match="cannot be written"):
        journal.append([{"n": 2}])
    assert [line["n"] for line in lines(path)] == [1]
