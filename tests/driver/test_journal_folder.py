"""Journals are read as far as they are as written, and nothing else in the workspace is taken for one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvstate.driver import journal_folder
from lvstate.driver.journal import JournalFile
from lvstate.driver.journal_folder import RUNS, past_runs
from lvstate.errors import LvstateError
from lvstate.model.history import History, PastRun, Verdict
from lvstate.model.report import Status
from lvstate.model.tenant import Tenant

START = {"event": "start", "url": "https://api.na4.livevox.com", "client": "ACME", "environment": "test"}
INTENT = {"event": "intent", "change": "contact_group/a:create", "name": "A", "fields": []}
BLESSING = {"event": "intent", "change": "contact_group/a:bless"}
OUTCOME = {"event": "outcome", "change": "contact_group/a:create", "status": "done", "live_id": 4}


def write(project: Path, run: str = "20261121T080000Z-00000001", *records: dict[str, Any]) -> Path:
    """Write a journal as an apply does."""
    journal = JournalFile(project / RUNS / f"{run}.jsonl")
    for record in records or (START, INTENT, OUTCOME, {"event": "end", "converged": True}):
        journal.append([record])
    journal.close()
    return journal.path


def only(history: History) -> PastRun:
    (run,) = history.runs
    return run


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path)

    run = only(past_runs(tmp_path))

    assert (run.tenant, run.environment) == (Tenant("https://api.na4.livevox.com", "ACME"), "test")
    step = run.steps["contact_group/a:create"]
    assert (step.kind, step.address, step.action, step.name) == ("contact_group", "a", "create", "A")
    assert (step.status, step.live_id, step.tries, step.open) == (Status.DONE, 4, 1, False)
    assert run.start is not None
    assert run.end is not None
    assert run.fault is None


def test_a_project_without_runs_has_no_history(tmp_path: Path) -> None:
    assert past_runs(tmp_path) == History()
    assert past_runs(tmp_path / "nowhere") == History()


def test_an_intent_without_an_outcome_is_open(tmp_path: Path) -> None:
    write(tmp_path, "1", START, INTENT)
    assert [step.change for _, step in past_runs(tmp_path).open_steps()] == ["contact_group/a:create"]


def test_an_outcome_that_is_not_known_is_open_until_another_run_resolves_it(tmp_path: Path) -> None:
    write(tmp_path, "1", START, INTENT, {**OUTCOME, "status": "unknown"})
    assert len(list(past_runs(tmp_path).open_steps())) == 1
    found = {"event": "resolved", "run": "1", "change": INTENT["change"], "verdict": "not-done"}
    write(tmp_path, "2", START, {**found, "evidence": "it is not there"})

    history = past_runs(tmp_path)

    assert list(history.open_steps()) == []
    resolution = history.runs[0].steps["contact_group/a:create"].resolution
    assert resolution is not None
    assert (resolution.run_id, resolution.verdict, resolution.evidence) == (
        "2",
        Verdict.NOT_DONE,
        "it is not there",
    )


def _torn(data: bytes) -> bytes:
    return data[:-20]


def _edited(data: bytes) -> bytes:
    return data.replace(b'"live_id":4', b'"live_id":5')


def _left_out(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:1] + lines[2:])


def _swapped(data: bytes) -> bytes:
    first, second, third, end = data.splitlines(keepends=True)
    return first + third + second + end


def _without_a_sum(data: bytes) -> bytes:
    return data + b'{"event":"outcome","change":"contact_group/a:create","status":"failed"}\n'


def _continued(data: bytes) -> bytes:
    return data + b"\0\xff\n"


@pytest.mark.parametrize(
    ("spoil", "number"),
    [(_torn, 4), (_edited, 3), (_left_out, 2), (_swapped, 2), (_without_a_sum, 5), (_continued, 5)],
)
def test_a_line_that_is_not_as_it_was_written_ends_what_is_read_and_is_told(
    spoil: Callable[[bytes], bytes], number: int, tmp_path: Path
) -> None:
    path = write(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))

    run = only(past_runs(tmp_path))

    assert f"line {number} is not as it was written" in (run.fault or "")
    assert run.count(Status.DONE) == (number > 3)


def test_every_prefix_of_a_journal_is_read_or_cut(tmp_path: Path) -> None:
    path = write(tmp_path)
    whole = path.read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        run = only(past_runs(tmp_path))
        assert (run.fault is None) == (whole[length - 1 : length] == b"\n")


def test_a_journal_from_before_there_were_sums_is_read(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(
        '{"time":"2026-11-21T08:00:00+00:00","event":"start","url":"emulator:","client":null}\n'
        '{"time":"2026-11-21T08:00:01+00:00","event":"intent","change":"contact_group/a:create","name":"A"}\n'
    )

    run = only(past_runs(tmp_path))

    assert (run.fault, run.tenant, len(run.left_open)) == (None, Tenant("emulator:", None), 1)


def test_events_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "1", START, {"event": "blessed", "by": ["nobody"]}, BLESSING, INTENT, OUTCOME)
    run = only(past_runs(tmp_path))
    assert run.fault is None
    assert run.steps.keys() == {"contact_group/a:create"}
    assert run.count(Status.DONE) == 1


def test_an_empty_file_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path).write_bytes(b"")
    assert past_runs(tmp_path) == History()


def _link(path: Path) -> None:
    elsewhere = path.parents[2] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("replace", "why"),
    [
        (_link, "it is a symbolic link"),
        (_pipe, "it is not a regular file"),
        (_folder, "it is not a regular file"),
        (lambda path: path.chmod(0o620), "others may write to it"),
        (lambda path: path.chmod(0o602), "others may write to it"),
    ],
    ids=["link", "pipe", "folder", "group", "world"],
)
def test_what_is_no_journal_of_ours_is_not_read_but_named(
    replace: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    replace(write(tmp_path, "1"))

    history = past_runs(tmp_path)

    assert history.runs == ()
    assert [(unread.name, unread.reason) for unread in history.unread] == [("1.jsonl", why)]


def test_a_file_of_somebody_else_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    me = os.geteuid()
    monkeypatch.setattr("os.geteuid", lambda: me + 1)
    assert [unread.reason for unread in past_runs(tmp_path).unread] == ["it belongs to somebody else"]


@pytest.mark.parametrize("linked", [".lvstate", ".lvstate/runs"])
def test_a_folder_that_is_a_link_is_neither_read_nor_written(linked: str, tmp_path: Path) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    write(project_made(project))
    (project / linked).rename(elsewhere)
    (project / linked).symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))

    history = past_runs(project)

    assert history.runs == ()
    assert [unread.reason for unread in history.unread] == [f"{linked} is a symbolic link"]
    with pytest.raises(LvstateError, match="is a symbolic link"):
        write(project, "2")
    assert sorted(elsewhere.rglob("*")) == before


def project_made(project: Path) -> Path:
    project.mkdir()
    return project


def test_files_of_other_names_are_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    for name in ("notes.txt", ".jsonl", "-.jsonl", "a b.jsonl", "x" * 120 + ".jsonl"):
        (path.parent / name).write_text("not ours")
    assert len(past_runs(tmp_path).runs) == 1
    assert past_runs(tmp_path).unread == ()


def test_only_the_newest_runs_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write(tmp_path, f"2026112{number}T080000Z-00000000")
    monkeypatch.setattr(journal_folder, "MOST_RUNS", 2)
    ids = [run.id for run in past_runs(tmp_path).runs]
    assert ids == ["20261123T080000Z-00000000", "20261124T080000Z-00000000"]


def test_no_more_is_read_than_memory_is_meant_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = write(tmp_path, "1").stat().st_size
    write(tmp_path, "2")
    monkeypatch.setattr(journal_folder, "MOST_BYTES", size + 5)
    history = past_runs(tmp_path)
    assert [run.id for run in history.runs] == ["2"]
    assert [unread.name for unread in history.unread] == ["1.jsonl"]
