"""Formats as the command offers them: refused where they make no sense, written in one run, told of failures."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.stage import Project, Tenant
from tests.gates.sarif_schema import SARIF

MANIFEST = """\
version: 1
contact_groups:
  early: Early Stage 1-30
account_types:
  dental: Dental 77
"""
OFFERED = {
    "validate": "text, json, github, sarif",
    "plan": "text, json, markdown, html, github, csv",
    "show": "text, json, markdown, html, github, csv",
    "drift": "text, json, markdown, html, github, csv, junit",
    "apply": "text, json, markdown, html",
    "export": "text, json",
}


@pytest.mark.parametrize("command", OFFERED)
def test_a_format_that_a_command_does_not_offer_is_refused_with_what_it_offers(
    project: Project, command: str
) -> None:
    plan = ["plan.json"] if command == "show" else []
    for asked in (("--format", "yaml"), ("--write", "yaml=out.yaml")):
        ran = project.run(command, *plan, *asked)

        assert (ran.code, ran.out) == (64, "")
        assert f"choose one of {OFFERED[command]}" in ran.err

    *others, last = OFFERED[command].split(", ")
    assert f"{', '.join(others)} or {last}" in " ".join(project.run(command, "--help").out.split())


def test_one_drift_run_writes_every_format(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    forms = {"json": "d.json", "github": "d.txt", "csv": "d.csv", "junit": "d.xml", "text": "d.md"}

    ran = project.run(
        "drift", "--format", "junit", *(f"--write={form}={file}" for form, file in forms.items())
    )

    assert (ran.code, ran.err) == (2, "")
    written = {form: (project.root / file).read_bytes().decode() for form, file in forms.items()}
    assert written["junit"] == ran.out
    suite = ET.fromstring(ran.out).find("testsuite")  # noqa: S314
    assert suite is not None
    assert [case.get("name") for case in suite] == ["early", "dental"]
    assert [change["address"] for change in json.loads(written["json"])["changes"]] == ["early", "dental"]
    rows = list(csv.DictReader(io.StringIO(written["csv"], newline="")))
    assert [row["address"] for row in rows] == ["early", "dental"]
    assert "::warning file=manifests/all.yaml,line=3,col=3" in written["github"]
    assert written["text"].startswith("test (EMULATOR at ")


def test_a_broken_project_is_told_in_the_format_that_ci_waits_for(project: Project) -> None:
    project.write("manifests/all.yaml", "version: 1\ncontact_group: {}\n")

    checked = project.run("validate", "--format", "sarif", "--write", "github=a.txt")
    SARIF.validate(checked.document)
    results = checked.document["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["unknown-key"]
    assert (checked.code, checked.err) == (3, "")
    annotation = (project.root / "a.txt").read_text(encoding="utf-8")
    assert annotation.startswith("::error file=manifests/all.yaml,line=2,col=1,title=unknown-key::")

    drift = project.run("drift", "--format", "junit", "--write", "json=e.json", "--write", "github=e.txt")
    assert drift.code == 3
    assert "unknown-key" in drift.err
    case = ET.fromstring(drift.out).find("testsuite/testcase/error")  # noqa: S314
    assert case is not None
    assert case.get("type") == "unknown-key"
    assert json.loads((project.root / "e.json").read_text(encoding="utf-8"))["error"]["kind"] == "invalid"
    assert (project.root / "e.txt").read_text(encoding="utf-8") == annotation

    plan = project.run("plan", "--format", "github")
    assert (plan.code, plan.out, plan.err) == (3, annotation, "")


def test_a_refused_login_is_an_annotation(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    ran = project.run("plan", "--format", "github", LVSTATE_PASSWORD="wrong")

    assert (ran.code, ran.err) == (8, "")
    assert ran.out.startswith("::error title=lvstate%3A auth::")


def test_places_are_those_of_the_repository(project: Project) -> None:
    (project.root / ".git").mkdir()
    project.write("infra/lvstate.yaml", (project.root / "lvstate.yaml").read_text(encoding="utf-8"))
    project.write("infra/manifests/all.yaml", "version: 1\ncontact_group: {}\n")

    assert "::error file=infra/manifests/all.yaml,line=2" in (
        project.run("-C", "infra", "validate", "--format", "github").out
    )
    log = project.run("-C", "infra", "validate", "--format", "sarif").document
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "infra/manifests/all.yaml"


def test_a_file_that_cannot_be_written_is_refused_before_any_request(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    before = len(tenant.requests())

    for asked, told in (
        (("--write", "json=nowhere/plan.json"), "there is no folder nowhere"),
        (("--write", "json=manifests"), "it is a folder"),
        (("--write", "json=a", "--write", "csv=a"), "names a twice"),
        (("--write", f"json={'x' * 300}"), "File name too long"),
        (("--write", "json"), "takes FORMAT=FILE"),
    ):
        ran = project.run("plan", *asked)
        assert (ran.code, ran.out) == (64, "")
        assert told in ran.err
    assert len(tenant.requests()) == before


def test_a_file_that_fails_at_the_end_keeps_the_document_on_stdout(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    ran = project.run("plan", "--format", "json", "--write", f"csv={'x' * 250}", "--write", "json=plan.json")

    assert ran.code == 1
    assert "cannot be written: File name too long" in ran.err
    assert ran.document["summary"]["create"] == 2
    assert (project.root / "plan.json").read_text(encoding="utf-8") == ran.out
