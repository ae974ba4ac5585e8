"""Bad input, case by case: the exit code, the code of the problem, its place, and not one request."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.input import commands, manifests, projects
from tests.input.case import CLASSES, Case
from tests.input.existing import cases as existing_cases
from tests.input.judging import build, environment, judge, told
from tests.secrets.decoy import Decoy

CASES = [*manifests.cases(), *projects.cases(), *commands.cases(), *existing_cases()]
SAMPLE = CASES[:: max(1, len(CASES) // 20)]
"""These are run by processes of their own as well."""


@pytest.fixture(scope="module")
def decoy() -> Iterator[Decoy]:
    with Decoy() as listening:
        yield listening


def _each(cases: list[Case]) -> list[object]:
    return [pytest.param(case, id=re.sub(r"[^ -~]|[\\[\]]", "_", case.id)) for case in cases]


def test_there_are_cases_of_every_class_and_hundreds_of_them() -> None:
    groups = Counter(case.group for case in CASES)

    assert len(CASES) >= 300
    assert set(groups) == set(CLASSES)
    assert min(groups.values()) >= 5
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", _each(CASES))
def test_bad_input_is_told_with_its_code_and_place_before_any_request(
    case: Case, decoy: Decoy, tmp_path: Path
) -> None:
    root = tmp_path / "project"
    build(case, root, decoy.url)
    heard = decoy.spoken_to

    if not case.places:
        judged = judge(case, root, tuple(case.arguments))
        assert case.about in " ".join(judged.err.split()), judged
        assert re.search(r"^\W*error: .{10,}$", judged.err, re.MULTILINE), judged
        assert judged.out == ""
    else:
        judged = judge(case, root, (*(case.arguments or ("plan",)), "--format", "json"))
        problems = judged.document.get("error", judged.document)["problems"]
        if not case.arguments and not case.places[0].endswith("no-project"):
            checked = judge(case, root, ("validate", "--format", "json"))
            assert checked.code == case.exit, checked
            problems = checked.document["problems"]
        assert sorted(told(problems)) == sorted(case.places), judged
        assert case.about in str(problems)
    assert judged.code == case.exit, judged
    assert "Traceback" not in judged.out + judged.err
    assert decoy.spoken_to == heard


def test_messages_say_what_is_wrong_where_and_what_to_do(tmp_path: Path) -> None:
    """The first case of each code, and every eighth of those without one, as people read them."""
    shown: dict[str, Case] = {}
    for number, case in enumerate(case for case in CASES if len(case.places) <= 1):
        place = case.places[0] if case.places else f"{number:04}"
        if case.places or number % 8 == 0:
            shown.setdefault(place.rpartition(" ")[2], case)
    pieces = []
    for number, case in enumerate(shown.values()):
        root = tmp_path / str(number) / "project"
        build(case, root, "https://api.livevox.com")
        told = judge(case, root, tuple(case.arguments or ("plan",))).err
        said = "\n".join(
            line if len(line) < 200 else f"{line[:120]} (and so on)" for line in told.splitlines()
        )
        pieces.append(f"=== {case.id}\n{escape(said)}\n")
    golden = Path(__file__).with_name("messages.txt")
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text("\n".join(pieces), "utf-8")
    assert golden.read_text("utf-8") == "\n".join(pieces)


def escape(text: str) -> str:
    return "\n".join(
        line.encode("unicode_escape").decode() if not line.isprintable() else line
        for line in text.split("\n")
    )


@pytest.mark.parametrize("case", _each(SAMPLE))
def test_the_same_holds_for_a_process_of_its_own(case: Case, decoy: Decoy, tmp_path: Path) -> None:
    root = tmp_path / "project"
    build(case, root, decoy.url)
    heard = decoy.spoken_to

    done = subprocess.run(
        [sys.executable, "-m", "lvstate", *(case.arguments or ("plan",))],
        cwd=root,
        env=environment(case, root),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )

    assert done.returncode == case.exit, done
    assert b"Traceback" not in done.stderr
    assert b"error: " in done.stdout + done.stderr
    assert decoy.spoken_to == heard
