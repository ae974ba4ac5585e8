"""`lvstate init --ci` writes the published pipelines, and there is one truth of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Project

ROOT = Path(__file__).parents[2]
GITHUB = {
    ".github/workflows": ROOT / "examples" / "github",
    ".github/actions/lvstate": ROOT / ".github" / "actions" / "lvstate",
}


def _published(folder: Path, target: str) -> dict[str, bytes]:
    return {f"{target}/{p.name}": p.read_bytes() for p in folder.iterdir() if p.suffix in {".yml", ".sh"}}


def test_init_writes_githubs_pipeline_as_it_is_published(tmp_path: Path) -> None:
    made = Project(tmp_path).run("init", "--ci", "github")

    expected: dict[str, bytes] = {}
    for target, folder in GITHUB.items():
        expected |= _published(folder, target)
    written = {
        p.relative_to(tmp_path).as_posix(): p.read_bytes()
        for p in (tmp_path / ".github").rglob("*")
        if p.is_file()
    }
    assert made.code == 0, made.err
    assert written == expected
    assert all(f"wrote {name}\n" in made.out for name in expected)


def test_init_writes_gitlabs_pipeline_as_it_is_published(tmp_path: Path) -> None:
    made = Project(tmp_path).run("init", "--ci", "gitlab")

    folder = ROOT / "examples" / "gitlab"
    assert made.code == 0, made.err
    assert (tmp_path / ".gitlab-ci.yml").read_bytes() == (folder / ".gitlab-ci.yml").read_bytes()
    assert (tmp_path / ".gitlab" / "lvstate_note.py").read_bytes() == (
        folder / "lvstate_note.py"
    ).read_bytes()
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("ci", "taken"), [("github", ".github/workflows/lvstate-plan.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_a_pipeline_that_is_there_is_not_overwritten(tmp_path: Path, ci: str, taken: str) -> None:
    project = Project(tmp_path)
    project.write(taken, "mine\n")

    ran = project.run("init", "--ci", ci)

    assert ran.code == 64
    assert taken in ran.err
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / taken]


def test_an_unknown_system_is_told_what_there_is(tmp_path: Path) -> None:
    ran = Project(tmp_path).run("init", "--ci", "jenkins")

    assert ran.code == 64
    assert "'github', 'gitlab'" in ran.err
    assert list(tmp_path.iterdir()) == []
