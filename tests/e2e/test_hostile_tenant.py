"""A tenant full of hostile names behind the real command: every format stays what its parser expects."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import yaml

from tests.e2e.stage import Project, Tenant
from tests.gates import judges
from tests.gates.payloads import PAYLOADS
from tests.gates.reading import command_of, foreign_commands, raw_controls, times_shown

# What a manifest can pin and the service can send as JSON: everything but lone surrogates.
NAMES = [p for p in PAYLOADS if len(p) <= 100 and not any("\ud800" <= char <= "\udfff" for char in p)]


def test_hundreds_of_hostile_objects_are_inert_in_every_format(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    groups = [{"id": number, "name": name} for number, name in enumerate(NAMES, 1000)]
    by = {"createdBy": "a", "modifiedBy": "a", "createdAt": 0, "modifiedAt": 0}
    project.url = start_tenant("empty", plant={"contact_groups": [{**group, **by} for group in groups]}).url
    pins = "".join(
        f"  g{group['id']}: {{name: Mended {group['id']}, id: {group['id']}}}\n" for group in groups
    )
    project.write("manifests/all.yaml", f"version: 1\ncontact_groups:\n{pins}")
    forms = ("json", "github", "csv", "junit", "text")

    drift = project.run("drift", *(f"--write={form}=out.{form}" for form in forms))
    export = project.run("export")

    assert (drift.code, drift.err, export.code, export.err) == (2, "", 0, "")
    out = {form: (project.root / f"out.{form}").read_bytes().decode() for form in forms}
    judges.on_a_terminal(out["text"])
    assert drift.out == out["text"]
    for form in forms:
        assert raw_controls(out[form].replace("\r\n", "\n")) == set(), form
        assert foreign_commands(out[form], ours=form == "github") == [], form
    before = {c["live_id"]: c["fields"][0]["before"] for c in json.loads(out["json"])["changes"]}
    assert before == {group["id"]: group["name"] for group in groups}
    commands = [command_of(line) for line in out["github"].splitlines()]
    assert len(commands) == len(groups) + 1
    assert {command.name for command in commands if command} == {"warning"}
    rows = list(csv.DictReader(io.StringIO(out["csv"], newline="")))
    assert [row["live_id"] for row in rows] == [str(group["id"]) for group in groups]
    suite = ET.fromstring(out["junit"]).find("testsuite")  # noqa: S314
    assert suite is not None
    assert [case.get("name") for case in suite] == [f"g{group['id']}" for group in groups]
    exported = {entry["id"]: entry["name"] for entry in yaml.safe_load(export.out)["contact_groups"].values()}
    left_out = export.out.count("# left out: ")
    assert len(exported) + left_out == len(groups)
    assert exported == {n: before[n].replace("${var.", "$${var.") for n in exported}
    unseen = [name for name in NAMES if not times_shown(drift.out, name)]
    assert unseen == []
