"""A project at a Git ref: read without a checkout, strictly, and without a trace in the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvstate.errors import InvalidInput, UsageError
from lvstate.manifests import commit_files, load_baseline, load_project, load_project_at
from lvstate.manifests.text import MAX_BYTES
from lvstate.model.problem import Problem
from lvstate.model.project import Baseline, Project
from tests.manifests.git import Clone, repository
from tests.manifests.memory import lines

FILE = """\
version: 1
environments:
  here: {url: "emulator:", manifests: [over/]}
  plain: {url: "emulator:"}
"""
GROUPS = "version: 1\ncontact_groups: {a: A, b: B}\n"
OVERLAY = "version: 1\ncontact_groups: {a: A here}\n"
PROJECT: dict[str, str | bytes] = {"lvstate.yaml": FILE, "manifests/a.yaml": GROUPS, "over/a.yaml": OVERLAY}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = repository(tmp_path / "clone")
    made.commit(PROJECT)
    return made


def base(root: Path, ref: str = "main", environment: str = "here") -> Baseline:
    return load_baseline(root, environment, ref)


def declared(project: Project) -> dict[str, str]:
    return {d.address: str(d.fields["name"]) for d in project.declared}


def test_the_project_is_read_as_it_was_with_its_overlays(clone: Clone) -> None:
    then = clone.git("rev-parse", "HEAD")
    clone.commit({"manifests/a.yaml": "version: 1\ncontact_groups: {c: C}\n", "over/a.yaml": "version: 1\n"})
    clone.write({"lvstate.yaml": "nonsense", "manifests/a.yaml": "nonsense"})

    found = base(clone.root, "HEAD~1")

    assert declared(found.project) == {"a": "A here", "b": "B"}
    assert (found.commit.ref, found.commit.id) == ("HEAD~1", then)
    assert declared(base(clone.root, "HEAD~1", "plain").project) == {"a": "A", "b": "B"}


def test_a_commit_is_read_as_the_same_files_on_disk_are(clone: Clone) -> None:
    names = {"manifests/deep/er/b.yml": "version: 1\ncustom_fields: {COL1: One}\n"}
    clone.commit({**names, "manifests/not.txt": "x", "manifests/.hidden.yaml": "x"})

    assert base(clone.root).project == load_project(clone.root, "here")


@pytest.mark.parametrize("name", ["tagged", "light", "a/branch", "main~0", "@"])
def test_tags_branches_and_revisions_name_a_commit(clone: Clone, name: str) -> None:
    clone.git("tag", "--annotate", "tagged", "--message", "x")
    clone.git("tag", "light")
    clone.git("branch", "a/branch")

    assert base(clone.root, name).commit.id == clone.git("rev-parse", "main")
    assert base(clone.root, clone.git("rev-parse", "main")).commit.ref == clone.git("rev-parse", "main")


def test_a_project_in_a_folder_of_the_repository_is_read_from_there(tmp_path: Path) -> None:
    made = repository(tmp_path / "clone")
    made.commit({"lvstate.yaml": "not this one"})
    inside = {f"config/live vox/{name}": text for name, text in PROJECT.items()}
    made.commit(inside)

    assert declared(base(made.root / "config" / "live vox").project) == {"a": "A here", "b": "B"}


def test_a_project_or_an_environment_that_did_not_exist_was_empty(clone: Clone) -> None:
    clone.commit({"other/lvstate.yaml": FILE})
    assert base(clone.root / "other", "HEAD~1").project.declared == ()
    assert base(clone.root, "HEAD", "later").project.declared == ()


def test_reading_leaves_no_trace_and_runs_nothing_that_the_repository_configures(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = clone.root.parent / "trap"
    ran = clone.root.parent / "ran"
    trap.write_text(f"#!/bin/sh\ntouch {ran}\n")
    trap.chmod(0o755)
    clone.commit({".gitattributes": "*.yaml diff=trap filter=trap\n"})
    for key in ("core.fsmonitor", "core.pager", "diff.trap.textconv", "filter.trap.smudge", "alias.ls-tree"):
        clone.git("config", key, str(trap) if "alias" not in key else f"!{trap}")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_TRACE", str(clone.root.parent / "trace"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    before = {path: path.stat().st_mtime_ns for path in clone.root.rglob("*")}

    assert declared(base(clone.root).project) == {"a": "A here", "b": "B"}

    assert {path: path.stat().st_mtime_ns for path in clone.root.rglob("*")} == before
    assert not ran.exists()
    assert not (clone.root.parent / "trace").exists()


# --- refs that mean nothing ------------------------------------------------------------------------


def refused(root: Path, ref: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        base(root, ref)
    assert caught.value.exit_code == 64
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("nope", "there is no commit"),
        ("0" * 40, "there is no commit"),
        ("HEAD~99", "there is no commit"),
        ("HEAD@{99}", "there is no commit"),
        ("-x", "there is no commit"),
        ("--all", "there is no commit"),
        ("--output=/tmp/x", "there is no commit"),
        ("HEAD:lvstate.yaml", "is a blob, not a commit"),
        ("HEAD:manifests", "is a tree, not a commit"),
        ("blob", "is a blob, not a commit"),
        ("main..main", "is a range"),
        ("main...main", "is a range"),
        ("^main", "is a range"),
        ("main^!", "is a range"),
        (":lvstate.yaml", "is a blob"),
        ("", "is no Git ref"),
        (" ", "is no Git ref"),
        ("a\nb", "is no Git ref"),
        ("a\0b", "is no Git ref"),
        ("\x1b[2J", "is no Git ref"),
        ("\ud800", "is no Git ref"),
        ("x" * 5000, "is no Git ref"),
        ("main main", "there is no commit"),
        ("$(touch x)", "there is no commit"),
    ],
)
def test_what_is_no_commit_is_refused_and_why_is_said(clone: Clone, ref: str, said: str) -> None:
    clone.git("tag", "blob", clone.git("rev-parse", "HEAD:lvstate.yaml"))
    assert said in refused(clone.root, ref).message


def test_in_a_shallow_clone_the_hint_is_to_fetch_more(clone: Clone, tmp_path: Path) -> None:
    old = clone.git("rev-parse", "HEAD")
    clone.commit({"x": "y"})
    shallow = Clone(tmp_path / "shallow")
    clone.git("clone", "--quiet", "--depth", "1", f"file://{clone.root}", str(shallow.root))

    assert "fetch-depth: 0" in str(refused(shallow.root, old).hint)
    assert "fetch-depth: 0" not in str(refused(clone.root, "f" * 40).hint)


def test_in_a_clone_without_files_the_base_cannot_be_read_and_nothing_is_fetched(
    clone: Clone, tmp_path: Path
) -> None:
    clone.git("config", "uploadpack.allowFilter", "true")
    partial = Clone(tmp_path / "partial")
    clone.git(
        "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{clone.root}", str(partial.root)
    )

    with pytest.raises(InvalidInput) as caught:
        base(partial.root)

    assert "partial" in str(caught.value.problems)


def test_outside_a_repository_that_is_said(tmp_path: Path) -> None:
    assert "is not inside a Git repository" in refused(tmp_path, "main").message


def test_without_git_that_is_said(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone.root))
    found = refused(clone.root, "main")
    assert "git cannot be run" in found.message
    assert "Git 2.30" in str(found.hint)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_told_in_gits_words_with_what_to_do(clone: Clone) -> None:
    for path in (clone.root, clone.root / ".git"):
        os.chown(path, 12345, 12345)
    found = refused(clone.root, "main")
    assert "dubious ownership" in found.message
    assert "\n" not in found.message
    assert "safe.directory" in str(found.hint)


def test_a_folder_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        base(tmp_path / "none")


# --- what a commit may hold ------------------------------------------------------------------------


def broken(root: Path, ref: str = "main") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        base(root, ref)
    assert caught.value.exit_code == 3
    first = caught.value.problems[0]
    assert isinstance(first, Problem)
    assert f"broken at the base, {ref} (" in first.message
    return lines(caught.value.problems[1:])


def test_manifests_that_are_broken_at_the_base_are_told_with_ref_file_and_line(clone: Clone) -> None:
    clone.commit({"manifests/a.yaml": "version: 1\ncontact_groups:\n  a: {nmae: x}\n"})
    clone.write({"manifests/a.yaml": GROUPS})

    assert broken(clone.root) == [
        "main:manifests/a.yaml:3:3 missing-key",
        "main:manifests/a.yaml:3:7 unknown-key",
    ]


def link(clone: Clone, name: str, target: str) -> None:
    path = clone.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize(
    ("name", "target", "code"),
    [
        ("manifests/l.yaml", "/etc/hostname", "outside-project"),
        ("manifests/l.yaml", "../../../secret.yaml", "outside-project"),
        ("manifests/l.yaml", "nothing.yaml", "not-a-file"),
        ("manifests/l.yaml", "l.yaml", "not-a-file"),
        ("manifests/l.yaml", "a.yaml/b", "not-a-file"),
        ("manifests/folder", "../over", "linked-folder"),
        ("manifests/away", "..", "linked-folder"),
    ],
)
def test_links_are_judged_as_on_disk(clone: Clone, name: str, target: str, code: str) -> None:
    link(clone, name, target)
    clone.commit()
    assert broken(clone.root) == [f"main:lvstate.yaml:1:1 {code}"]


def test_a_link_to_a_file_inside_is_read(clone: Clone) -> None:
    link(clone, "manifests/b.yaml", "../shelf/here/../b.yaml")
    link(clone, "shelf", "real")
    clone.commit({"real/b.yaml": "version: 1\ncontact_groups: {c: C}\n", "real/here/x": ""})
    assert declared(base(clone.root).project) == {"a": "A here", "b": "B", "c": "C"}


def test_a_link_out_of_the_projects_folder_is_outside_although_it_stays_in_the_repository(
    tmp_path: Path,
) -> None:
    made = repository(tmp_path / "clone")
    link(made, "p/manifests/l.yaml", "../../shared.yaml")
    made.commit({"shared.yaml": GROUPS, **{f"p/{name}": text for name, text in PROJECT.items()}})
    assert broken(made.root / "p") == ["main:lvstate.yaml:1:1 outside-project"]


@pytest.mark.parametrize("name", ["manifests/sub", "manifests/sub.yaml"])
def test_a_submodule_among_the_manifests_is_refused(clone: Clone, name: str) -> None:
    head = clone.git("rev-parse", "HEAD")
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{head},{name}")
    clone.git("commit", "--quiet", "--message", "Change")
    assert broken(clone.root) == ["main:lvstate.yaml:1:1 submodule"]


def test_a_project_file_that_is_a_folder_or_a_link_away_is_refused(clone: Clone) -> None:
    (clone.root / "lvstate.yaml").unlink()
    link(clone, "lvstate.yaml", "/etc/hostname")
    clone.commit()
    assert broken(clone.root) == ["- no-project"]


def test_a_file_that_is_too_large_is_refused_and_the_others_are_read(clone: Clone) -> None:
    clone.commit({"manifests/0.yaml": b"#" * (MAX_BYTES + 5), "manifests/z.yaml": "version: 1\nnope: 1\n"})
    assert broken(clone.root) == [
        "main:manifests/0.yaml:1:1 file-too-large",
        "main:manifests/z.yaml:2:1 unknown-key",
    ]


def test_a_file_of_exactly_the_largest_size_is_read(clone: Clone) -> None:
    text = b"version: 1\n#"
    clone.commit({"manifests/0.yaml": text + b"#" * (MAX_BYTES - len(text))})
    assert declared(base(clone.root).project) == {"a": "A here", "b": "B"}


def test_names_that_are_no_text_are_refused_as_on_disk(clone: Clone) -> None:
    (clone.root / os.fsdecode(b"manifests/\xff\x1b.yaml")).write_text(GROUPS)
    clone.commit()
    assert broken(clone.root) == ["main:lvstate.yaml:1:1 bad-file-name"]


def test_a_commit_that_unfolds_into_too_many_paths_is_refused(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_files, "MAX_PATHS", 50)
    clone.commit({f"manifests/{n // 10}/{n % 10}.txt": "" for n in range(100)})
    with pytest.raises(InvalidInput, match="more than 50 paths"):
        base(clone.root)


# --- drift ---------------------------------------------------------------------------------------


def test_the_whole_project_at_a_ref_is_what_drift_compares(clone: Clone) -> None:
    (clone.root / "lvstate.yaml").unlink()
    found, commit = load_project_at(clone.root, "main", "here")
    assert declared(found) == {"a": "A here", "b": "B"}
    assert (found.root, commit.ref) == (clone.root, "main")


def test_drift_needs_the_project_and_the_environment_at_the_ref(clone: Clone) -> None:
    clone.commit({"other/lvstate.yaml": FILE})
    with pytest.raises(InvalidInput):
        load_project_at(clone.root / "other", "HEAD~1")
    with pytest.raises(UsageError, match="there is no environment"):
        load_project_at(clone.root, "main", "later")
