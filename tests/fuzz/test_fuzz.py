"""The same few thousand inputs every time; `make fuzz` makes others, without end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lvstate.errors import InvalidInput, UsageError
from lvstate.manifests import check_project
from lvstate.model.problem import Problem, Severity, Source
from tests.fuzz import oracle
from tests.fuzz.inputs import Maker
from tests.fuzz.oracle import ROLES, Unsound, Watch, judge_manifest, judge_plan
from tests.input.commands import PLAN
from tests.manifests.memory import ROOT, MemoryFiles


@pytest.mark.parametrize("role", ROLES)
def test_no_file_of_a_project_is_dealt_with_badly(role: str) -> None:
    maker, watch, valid = Maker(4), Watch(), 0

    for _ in range(400):
        data = maker.manifest()
        try:
            valid += judge_manifest(data, role, watch)
        except (InvalidInput, UsageError):
            continue
        except Exception as error:
            raise AssertionError(f"{role}: {data!r}") from error

    assert valid > 0 or role == "lvstate.yaml"
    assert watch.slowest < 1


def test_no_plan_file_is_dealt_with_badly(tmp_path: Path) -> None:
    maker, watch, valid = Maker(5), Watch(), 0

    for _ in range(800):
        valid += judge_plan(maker.plan(PLAN), tmp_path, watch)

    assert valid > 0


def test_the_judge_tells_a_place_beyond_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Problem(Severity.ERROR, "tab", "wrong", source=Source("manifests/x.yaml", 7, 1))
    monkeypatch.setattr(oracle, "check_project", lambda *_, **__: (wrong,))

    with pytest.raises(Unsound, match="beyond the last line"):
        judge_manifest(b"version: 1\n", "manifests/x.yaml", Watch())


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 40 + "b.yaml", "**/" * 30 + "b.yaml", "[a-z]*" * 30 + "b", "?*" * 60 + "b"],
)
def test_no_glob_takes_long(pattern: str) -> None:
    project = f"version: 1\nenvironments: {{here: {{url: 'emulator:'}}}}\nmanifests: ['{pattern}']\n"
    files: dict[str, str | bytes] = {"lvstate.yaml": project, f"{'a' * 200}.yaml": "version: 1\n"}
    files["/".join("a" * 40) + "/a.yaml"] = "version: 1\n"

    started = time.process_time()
    problems = check_project(ROOT, files=MemoryFiles(files))

    assert [problem.code for problem in problems] == ["no-manifest"]
    assert time.process_time() - started < 1
