"""Formats that other programs show to people: github, sarif, junit, csv; golden files and their promises."""

from __future__ import annotations

import ast
import csv as reader
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import lvstate
from lvstate.errors import AuthError, InvalidInput
from lvstate.model.problem import Problem, Severity, Source
from lvstate.model.resource import Declared
from lvstate.views import csv, github, junit, rules, sarif
from tests.gates.sarif_schema import SARIF
from tests.replacing import replace
from tests.views.examples import BOA, COL1, EARLY, empty_plan, full_plan, problems, three_way_plan

DECLARED = (
    Declared("contact_group", "same", {"name": "Same"}, Source("manifests/groups.yaml", 20, 3)),
    Declared("contact_group", "tmp-1", {"name": "Left out"}, Source("manifests/groups.yaml", 21, 3)),
)

SHOWN: dict[str, Callable[[], str]] = {
    "plan-full.github": lambda: github.plan(full_plan(), "infra"),
    "plan-three-way.github": lambda: github.plan(three_way_plan()),
    "drift-full.github": lambda: github.plan(full_plan(), drift=True),
    "problems.github": lambda: github.validation(problems()),
    "problems.sarif": lambda: sarif.validation(problems(), "infra").replace(lvstate.__version__, "VERSION"),
    "drift-full.junit": lambda: junit.drift(full_plan(), DECLARED),
    "plan-full.csv": lambda: csv.plan(full_plan()),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_format_is_written_to_the_letter(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, SHOWN[name]())


def test_annotations_begin_with_the_verdict_and_then_the_gravest() -> None:
    lines = github.plan(replace(full_plan(), changes=(EARLY, BOA, COL1))).splitlines()

    assert "title=lvstate plan::" in lines[0]
    levels = [line.partition(" ")[0] for line in lines[1:]]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)


def test_an_empty_plan_is_one_notice() -> None:
    assert github.plan(empty_plan()) == (
        "::notice title=lvstate plan::production (ACME at https://api.na4.livevox.com): "
        "no changes. Live matches the manifests.\n"
    )


def test_a_failed_run_is_an_error_in_github_sarif_and_junit() -> None:
    error = AuthError("no credentials", hint="set LVSTATE_ACCESS_TOKEN")

    assert github.error(error) == (
        "::error title=lvstate%3A auth::no credentials%0Ahint: set LVSTATE_ACCESS_TOKEN\n"
    )
    log = json.loads(sarif.error(error))
    SARIF.validate(log)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert log["runs"][0]["results"] == []
    case = ET.fromstring(junit.error(error)).find("testsuite/testcase/error")  # noqa: S314
    assert case is not None
    assert case.attrib == {"type": "auth", "message": "no credentials"}


def test_problems_of_a_failed_run_stand_where_they_are() -> None:
    error = InvalidInput("invalid", problems=problems())

    assert github.error(error) == github.validation(problems())
    assert sarif.error(error) == sarif.validation(problems())
    tree = ET.fromstring(junit.error(error))  # noqa: S314
    assert tree.get("errors") == str(len(problems()))


def test_a_sarif_log_is_valid_and_every_result_has_a_rule_with_help() -> None:
    log = json.loads(sarif.validation(problems()))

    SARIF.validate(log)
    run = log["runs"][0]
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]


def test_a_sarif_fingerprint_survives_a_shift_of_lines_and_tells_twins_apart() -> None:
    one = Problem(Severity.ERROR, "tab", "m", None, Source("a.yaml", 3, 1), "\tname: x")
    moved = replace(one, source=Source("a.yaml", 9, 1))

    def prints(*found: Problem) -> list[str]:
        log = json.loads(sarif.validation(found))
        return [r["partialFingerprints"]["lvstateProblem/v1"] for r in log["runs"][0]["results"]]

    assert prints(one) == prints(moved)
    assert len(set(prints(one, moved))) == 2


def test_file_names_become_relative_uris_below_the_repository() -> None:
    problem = Problem(Severity.ERROR, "tab", "m", None, Source("a b/:%20?#\u00e9.yaml", 1, 1))
    log = json.loads(sarif.validation([problem], "infra"))

    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "infra/a%20b/%3A%2520%3F%23%C3%A9.yaml"


def test_every_code_of_a_problem_is_explained() -> None:
    tells = {
        "Fault",
        "Problem",
        "Refused",
        "Violation",
        "_fault",
        "_stop",
        "complain",
        "error",
        "error_at",
        "warn",
    }
    given: list[ast.expr] = []
    for path in Path(lvstate.__file__).parent.glob("manifests/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in tells:
                    given += [*node.args, *(keyword.value for keyword in node.keywords)]
                case ast.Assign(
                    targets=[ast.Tuple(elts=[ast.Name(id="code"), *_])], value=ast.Tuple(elts=told)
                ):
                    given.append(told[0])
                case _:
                    pass
    texts = [v.value for v in given if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    codes = {text for text in texts if re.fullmatch(r"[a-z]+(-[a-z]+)*", text)}

    assert len(codes) > 40
    assert codes - rules.explained() == set()


def test_a_drift_report_has_one_case_an_address_that_was_compared() -> None:
    suite = ET.fromstring(junit.drift(full_plan(), DECLARED)).find("testsuite")  # noqa: S314
    assert suite is not None
    cases = {f"{case.get('classname')}/{case.get('name')}": [e.tag for e in case] for case in suite}

    assert cases["contact_group/same"] == []
    assert cases["contact_group/client-boa"] == ["failure"]
    assert cases["contact_group/client-twins"] == ["error"]
    assert cases["account_type/#188"] == ["failure"]
    assert "contact_group/tmp-1" not in cases  # excluded from the run
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
        str(len(cases)),
        str(sum("failure" in tags for tags in cases.values())),
        str(sum("error" in tags for tags in cases.values())),
    )


def test_a_table_has_one_row_a_changed_field() -> None:
    rows = list(reader.DictReader(io.StringIO(csv.plan(full_plan()), newline="")))

    assert [(row["action"], row["address"], row["field"]) for row in rows[:4]] == [
        ("create", "early-stage", "name"),
        ("update", "client-boa", "name"),
        ("update", "COL1", "label"),
        ("update", "COL1", "data_type"),
    ]
    assert rows[1]["before"] == "Client Bank of America"
    assert rows[1]["after"] == "Client BOA"
    assert (rows[1]["file"], rows[1]["line"], rows[1]["live_id"]) == ("manifests/groups.yaml", "5", "2201")
