"""What must hold of any input whatever: a clean answer, at a place that exists, in little time and memory."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from lvstate.cli.planfile import read_plan
from lvstate.errors import InvalidInput, LvstateError, UsageError
from lvstate.manifests import check_project
from lvstate.model.document import plan_document
from lvstate.views import json, text
from lvstate.views.terminal import Style
from tests.manifests.memory import ROOT, MemoryFiles

PROJECT = (
    b"version: 1\ndefault_environment: here\nvariables: {region: {default: East}, r: {default: 3}}\n"
    b"environments: {here: {url: 'emulator:', manifests: [over/]}, there: {url: 'emulator:'}}\n"
)
BASE = b"version: 1\ncontact_groups: {a: A, b: {name: B, id: 2}}\ncustom_fields: {COL1: One}\n"
ROLES = ("manifests/x.yaml", "over/x.yaml", "lvstate.yaml")
MOST_SECONDS = 0.25
MOST_MEMORY = 64 << 20
_PLAIN = Style(colour=False, width=80)


class Unsound(AssertionError):
    """An input was not dealt with as it must be."""


@dataclass
class Watch:
    """Measures each input; seconds are those of the processor, so that a busy machine does not count."""

    slowest: float = 0.0
    grown: int = 0

    def __enter__(self) -> None:
        self._memory = _memory()
        self._started = time.process_time()

    def __exit__(self, kind: object, *_: object) -> None:
        took, grown = time.process_time() - self._started, _memory() - self._memory
        self.slowest, self.grown = max(self.slowest, took), max(self.grown, grown)
        if kind is None and grown > MOST_MEMORY:
            raise Unsound(f"took {grown >> 20} MiB")


def judge_manifest(data: bytes, role: str, watch: Watch) -> bool:
    """Check a project that holds the input in a role; returns whether it was valid."""
    files: dict[str, str | bytes] = {
        "lvstate.yaml": PROJECT,
        "manifests/base.yaml": BASE,
        "over/empty.yaml": b"version: 1\n",
        role: data,
    }
    with watch:
        problems = check_project(ROOT, files=MemoryFiles(files))
    for problem in problems:
        if not problem.message or "\n" in problem.message or len(problem.message) > 600:
            raise Unsound(f"the message {problem.message!r}")
        if problem.source is None:
            if problem.code not in ("no-project", "more-problems"):
                raise Unsound(f"{problem.code} has no place")
            continue
        content = files.get(problem.source.file)
        if content is None:
            raise Unsound(f"{problem.source} is no file")
        whole = (
            (content.encode() if isinstance(content, str) else content)
            .decode("utf-8", "replace")
            .removeprefix("\ufeff")
        )
        lines = whole.split("\n")
        if not (1 <= problem.source.line <= len(lines)):
            raise Unsound(f"{problem.source} ({problem.code}) is beyond the last line")
        if not (1 <= problem.source.column <= len(lines[problem.source.line - 1]) + 1):
            raise Unsound(f"{problem.source} ({problem.code}) is beyond the line")
    shown = text.problems(problems, _PLAIN) + json.validation(problems)
    if any(category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in set(shown) - {"\n"}):
        raise Unsound("what is shown would steer a terminal")
    return not any(problem.severity.value == "error" for problem in problems)


def judge_plan(data: bytes, folder: Path, watch: Watch) -> bool:
    """Read a plan file that holds the input; returns whether it was a plan."""
    path = folder / "plan.json"
    path.write_bytes(data)
    plan: Any = None
    with watch, suppress(InvalidInput):
        plan = read_plan(path)
    if plan is not None:
        text.plan(plan, _PLAIN)
        json.plan(plan)
        if plan_document(plan)["fingerprint"] != plan.fingerprint:
            raise Unsound("the plan reads back as another")
    return plan is not None


def clean(error: BaseException) -> bool:
    """Whether an error is an answer: a usage error or invalid input, which end with 64 and 3."""
    return isinstance(error, LvstateError) and isinstance(error, UsageError | InvalidInput)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
