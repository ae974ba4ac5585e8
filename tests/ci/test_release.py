"""What is released: the same bytes wherever it is built, and everything in it that `init` writes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BUILT_FROM = ["lvstate", "schemas", "examples", ".github", ".ci", "docs", "requirements"]

pytestmark = pytest.mark.skipif(
    not (ROOT / "lvstate").is_dir(),
    reason="there is no checkout to build from: these tests run against a wheel",
)


def _built(folder: Path, umask: int, **variables: str) -> dict[str, str]:
    """Build sdist and wheel from a copy of the checkout; return their digests."""
    tree = folder / "tree"
    for name in _BUILT_FROM:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if (
            path.is_file()
            and path.suffix in {".toml", ".md", ""}
            and not path.name.startswith((".git", ".cov"))
        ):
            shutil.copyfile(path, tree / path.name)
    for path in [tree, *tree.rglob("*")]:
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod((0o777 if executable else 0o666) & ~umask)
        os.utime(path, (umask * 1_000_000, umask * 1_000_000))
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", tree],
        env={**{k: v for k, v in os.environ.items() if not k.startswith("LVSTATE_")}, **variables},
        capture_output=True,
        text=True,
        umask=umask,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, str]]:
    """Two builds that have nothing in common but the source."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("another-place")
    return (
        first / "dist",
        _built(first, 0o022, TZ="UTC", PYTHONHASHSEED="1"),
        _built(second, 0o077, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C"),
    )


def test_two_builds_in_different_places_are_equal_byte_for_byte(
    twice: tuple[Path, dict[str, str], dict[str, str]],
) -> None:
    _, first, second = twice

    assert len(first) == 2
    assert first == second


def test_the_wheel_carries_the_published_pipelines_as_they_are(
    twice: tuple[Path, dict[str, str], dict[str, str]],
) -> None:
    (path,) = twice[0].glob("*.whl")
    wheel = zipfile.ZipFile(path)
    homes = {
        "lvstate/ci/github/": ROOT / "examples" / "github",
        "lvstate/ci/gitlab/": ROOT / "examples" / "gitlab",
        "lvstate/ci/action/": ROOT / ".github" / "actions" / "lvstate",
    }

    for inside, folder in homes.items():
        held = {n.removeprefix(inside): wheel.read(n) for n in wheel.namelist() if n.startswith(inside)}
        assert held == {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
