"""Real Git repositories for tests: nobody's configuration, a neutral author, fixed times."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_WHO = {"NAME": "lvstate tests", "EMAIL": "tests@example.invalid", "DATE": "2026-01-02T03:04:05+00:00"}
ENVIRONMENT = {
    **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Clone:
    """A repository in a folder."""

    root: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=ENVIRONMENT, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: dict[str, str | bytes] | None = None) -> str:
        """Commit everything there is, and these files; returns the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")


def repository(root: Path) -> Clone:
    """Make an empty repository."""
    root.mkdir(parents=True, exist_ok=True)
    made = Clone(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made
