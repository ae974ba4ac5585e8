"""Runs a case through the command line and says what came of it."""

from __future__ import annotations

import json
import os
import re
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from lvstate.cli import run
from tests.input.case import PROJECT, Case, Content

CREDENTIALS = {
    "LVSTATE_ACCESS_TOKEN": "canary-token-0123456789",
    "LVSTATE_CLIENT": "CANARY",
    "LVSTATE_USERNAME": "ann",
    "LVSTATE_PASSWORD": "canary-password-0123456789",
}


@dataclass(frozen=True)
class Judged:
    """What the command made of a case."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The document on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def error(self) -> dict[str, Any]:
        """The error document."""
        found: dict[str, Any] = self.document["error"]
        return found


def build(case: Case, root: Path, url: str) -> None:
    """Write a case's project."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in {"lvstate.yaml": PROJECT, **case.files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content, url)


def put(path: Path, content: Content, url: str) -> None:
    """Write one file, or make what stands in its place."""
    if isinstance(content, str):
        content = content.replace("'URL'", f"'{url}'").encode("utf-8")
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)


def environment(case: Case, root: Path) -> dict[str, str]:
    """The variables that a case runs with."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"LVSTATE_|.*_proxy\Z|NO_COLOR", name, re.IGNORECASE)
    }
    state = {"XDG_STATE_HOME": str(root.parent / "state"), "HOME": str(root.parent / "home")}
    return {**kept, **CREDENTIALS, **state, **case.variables}


def judge(case: Case, root: Path, arguments: tuple[str, ...]) -> Judged:
    """Run one command in this process, as `lvstate` would."""
    out, err = StringIO(), StringIO()
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment(case, root), clear=True))
        stack.enter_context(chdir(root))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        code = run(arguments)
    return Judged(code, out.getvalue(), err.getvalue())


def told(problems: list[dict[str, Any]]) -> list[str]:
    """Problems as cases write them."""
    lines = []
    for problem in problems:
        place = f"{problem['file']}:{problem['line']}:{problem['column']}" if problem["file"] else "-"
        code = problem["code"]
        lines.append(f"{place} {code if problem['severity'] == 'error' else f'[{code}]'}")
    return lines
