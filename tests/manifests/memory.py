"""A project that lives in a dictionary of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lvstate.manifests import FileKind, check_project, load_project
from lvstate.model.problem import Problem, Severity
from lvstate.model.project import Project

PROJECT = "version: 1\nenvironments: {here: {url: 'emulator:'}}\n"
ROOT = Path("project")


class MemoryFiles:
    """Files by path, as a Git commit would give them."""

    def __init__(self, contents: Mapping[str, str | bytes]) -> None:
        self._contents = {
            path: content.encode() if isinstance(content, str) else content
            for path, content in contents.items()
        }

    def kind(self, path: str) -> FileKind:
        if path in self._contents:
            return FileKind.FILE
        return FileKind.FOLDER if path == "." or self.names(path) else FileKind.NOTHING

    def names(self, folder: str) -> Sequence[str]:
        prefix = "" if folder == "." else f"{folder}/"
        return sorted(
            {path[len(prefix) :].split("/")[0] for path in self._contents if path.startswith(prefix)}
        )

    def read(self, path: str) -> bytes:
        return self._contents[path]


def load(contents: Mapping[str, str | bytes], environment: str | None = None) -> Project:
    return load_project(ROOT, environment, files=MemoryFiles({"lvstate.yaml": PROJECT, **contents}))


def check(contents: Mapping[str, str | bytes], environment: str | None = None) -> tuple[Problem, ...]:
    return check_project(ROOT, environment, files=MemoryFiles({"lvstate.yaml": PROJECT, **contents}))


def load_manifest(text: str | bytes) -> Project:
    return load({"manifests/a.yaml": text})


def lines(problems: Sequence[object]) -> list[str]:
    """Problems as test cases write them: `file:line:column code`, warnings in brackets."""
    written = []
    for problem in problems:
        assert isinstance(problem, Problem)
        code = problem.code if problem.severity is Severity.ERROR else f"[{problem.code}]"
        written.append(f"{problem.source or '-'} {code}")
    return written
