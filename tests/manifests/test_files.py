"""What is a manifest on a real disk, and what is refused before it is opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lvstate.manifests import check_project
from lvstate.manifests.files import DiskFiles, find
from tests.manifests.memory import PROJECT, lines

MANIFEST = "version: 1\ncontact_groups: {a: A}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "manifests").mkdir(parents=True)
    (root / "lvstate.yaml").write_text(PROJECT)
    (root / "manifests" / "a.yaml").write_text(MANIFEST)
    return root


def test_a_link_out_of_the_project_is_refused(root: Path) -> None:
    (root.parent / "secret.yaml").write_text(MANIFEST)
    (root / "manifests" / "b.yaml").symlink_to(root.parent / "secret.yaml")
    (root / "manifests" / "c").symlink_to(root.parent)
    (root / "manifests" / "notes.txt").symlink_to(root.parent / "secret.yaml")

    assert lines(check_project(root)) == ["lvstate.yaml:1:1 outside-project"] * 2


def test_a_link_to_a_file_inside_is_read(root: Path) -> None:
    (root / "b.yaml").write_text("version: 1\ncontact_groups: {b: no}\n")
    (root / "manifests" / "b.yaml").symlink_to("../b.yaml")

    assert lines(check_project(root)) == ["manifests/b.yaml:2:21 ambiguous-scalar"]


def test_a_link_to_a_folder_is_refused_so_that_none_leads_in_a_circle(root: Path) -> None:
    (root / "manifests" / "again").symlink_to(".")

    assert lines(check_project(root)) == ["lvstate.yaml:1:1 linked-folder"]


@pytest.mark.parametrize("make", ["pipe", "socket", "dangling", "circle"])
def test_what_is_no_regular_file_is_refused_and_never_opened(
    root: Path, make: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "manifests")
    match make:
        case "pipe":
            os.mkfifo("b.yaml")
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind("b.yaml")
        case "dangling":
            Path("b.yaml").symlink_to("nowhere.yaml")
        case _:
            Path("b.yaml").symlink_to("b.yaml")

    assert lines(check_project(root)) == ["lvstate.yaml:1:1 not-a-file"]


def test_a_project_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lvstate.yaml").mkdir()

    assert [p.message for p in check_project(tmp_path)] == [
        "lvstate.yaml is not a regular file inside the project"
    ]


def test_a_file_that_may_not_be_read_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root reads everything, so the refusal is played."""
    original = DiskFiles.read

    def refuse(self: DiskFiles, path: str) -> bytes:
        if path == "manifests/a.yaml":
            raise PermissionError(13, "Permission denied")
        return original(self, path)

    monkeypatch.setattr(DiskFiles, "read", refuse)

    problems = check_project(root)

    assert lines(problems) == ["manifests/a.yaml:1:1 unreadable"]
    assert problems[0].message == "the file cannot be read: Permission denied"


def test_a_file_that_is_named_must_be_yaml_by_its_name(root: Path) -> None:
    (root / "manifests" / "b.json").write_text("{}")
    (root / "lvstate.yaml").write_text(PROJECT + "manifests: [manifests/a.yaml, manifests/b.json]\n")

    assert lines(check_project(root)) == ["lvstate.yaml:3:31 not-yaml"]


def test_a_name_that_cannot_be_printed_is_refused(root: Path) -> None:
    (root / "manifests" / "a\nb.yaml").write_text(MANIFEST)
    Path(os.fsdecode(os.fsencode(root / "manifests") + b"/\xff.yaml")).write_text(MANIFEST)
    problems = check_project(root)

    assert lines(problems) == ["lvstate.yaml:1:1 bad-file-name"] * 2
    assert all(problem.message.isprintable() for problem in problems)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.yaml", ["a.yaml", "b.yaml"]),
        ("?.yaml", ["a.yaml", "b.yaml"]),
        ("[ac].yaml", ["a.yaml"]),
        ("[!a].yaml", ["b.yaml"]),
        ("**/*.yaml", ["a.yaml", "b.yaml", "x/c.yaml", "x/y/d.yaml"]),
        ("x/**", ["x/c.yaml", "x/e.yml", "x/y/d.yaml"]),
        ("x/*", ["x/c.yaml", "x/e.yml", "x/y/d.yaml"]),
        ("x/*/", ["x/c.yaml", "x/e.yml", "x/y/d.yaml"]),
        ("*/y", ["x/y/d.yaml"]),
        ("x", ["x/c.yaml", "x/e.yml", "x/y/d.yaml"]),
        ("./x/y/", ["x/y/d.yaml"]),
        ("x/c.yaml", ["x/c.yaml"]),
        ("nowhere/*.yaml", []),
        ("[", []),
        ("a.yaml[", []),
    ],
)
def test_globs_stay_within_folders_unless_they_say_otherwise(
    tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    for name in (
        "a.yaml",
        "b.yaml",
        "x/c.yaml",
        "x/e.yml",
        "x/y/d.yaml",
        ".h/i.yaml",
        "x/.j.yaml",
        "lvstate.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find(DiskFiles(tmp_path), [pattern])

    assert list(found.files) == expected
    assert bool(found.faults) == (not expected)


def test_a_file_that_two_entries_name_is_read_once(root: Path) -> None:
    (root / "lvstate.yaml").write_text(PROJECT + "manifests: [manifests/, manifests/a.yaml, '**/*.yaml']\n")

    assert lines(check_project(root)) == []
