"""What scripts rely on: one JSON document that its schema describes, and equal bytes for equal inputs."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema
import pytest

from tests.e2e.stage import Project, Ran, Tenant
from tests.e2e.test_converges import MANIFEST


def _valid(project: Project, ran: Ran, schema: str) -> None:
    printed = project.run("schema", schema)
    assert printed.code == 0
    jsonschema.Draft202012Validator(json.loads(printed.out)).validate(ran.document)


def test_every_document_is_described_by_the_schema_that_lvstate_prints(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    _valid(project, project.run("validate", "--format", "json"), "validation")
    _valid(project, project.run("plan", "--format", "json", "--out", "plan.json"), "plan")
    _valid(project, project.run("show", "plan.json", "--format", "json"), "plan")
    _valid(project, project.run("drift", "--format", "json"), "plan")
    _valid(project, project.run("apply", "plan.json", "--format", "json"), "report")
    _valid(project, project.run("export", "--format", "json"), "export")
    _valid(project, project.run("init", "-C", "new", "--format", "json"), "init")
    _valid(project, project.run("plan", "-e", "nowhere", "--format", "json"), "error")
    project.write("manifests/all.yaml", "version: 1\nnonsense: {}\n")
    _valid(project, project.run("validate", "--format", "json"), "validation")
    _valid(project, project.run("plan", "--format", "json"), "error")


def test_a_saved_plan_is_what_format_json_prints(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    printed = project.run("plan", "--format", "json", "--out", "plan.json", "--write", "json=again.json")

    assert (project.root / "plan.json").read_text(encoding="utf-8") == printed.out
    assert (project.root / "again.json").read_text(encoding="utf-8") == printed.out
    assert project.run("show", "plan.json", "--format", "json").out == printed.out
    assert (project.root / "plan.json").stat().st_mode & 0o077 == 0


def test_equal_inputs_give_byte_equal_plans_under_ten_hash_seeds(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    plans = {
        project.run("plan", "--format", "json", PYTHONHASHSEED=str(seed), TZ=zone, LC_ALL=locale).out
        for seed, (zone, locale) in enumerate([("UTC", "C"), ("Asia/Tokyo", "C.UTF-8")] * 5)
    }

    assert len(plans) == 1


SECTIONS = MANIFEST.removeprefix("version: 1\n\n").split("\n\n")


def test_the_order_in_which_files_are_named_does_not_matter(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    project.url = start_tenant().url
    names = [f"manifests/{letter}.yaml" for letter in "dacbe"]
    for name, section in zip(names, SECTIONS, strict=True):
        project.write(name, f"version: 1\n{section}\n")
    text = (project.root / "lvstate.yaml").read_text(encoding="utf-8")
    plans = set()
    for order in (names, names[::-1], sorted(names)):
        project.write("lvstate.yaml", text.replace("[manifests/]", json.dumps(order)))
        plans.add(project.run("plan", "--format", "json").out)

    assert len(plans) == 1


def test_splitting_and_renaming_files_changes_positions_only(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    whole = project.run("plan", "--format", "json").document
    (project.root / "manifests/all.yaml").unlink()
    for number, section in enumerate(SECTIONS):
        project.write(f"manifests/part-{number}.yaml", f"version: 1\n{section}\n")

    split = project.run("plan", "--format", "json").document

    assert split["fingerprint"] == whole["fingerprint"]
    for document in (split, whole):
        for change in document["changes"]:
            del change["source"]
    assert split["changes"] == whole["changes"]


@pytest.mark.parametrize("parallelism", ["1", "3", "64"])
def test_parallelism_does_not_show_in_the_plan(project: Project, tenant: Tenant, parallelism: str) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)

    plan = project.run("plan", "--format", "json", "--parallelism", parallelism)

    assert plan.out == project.run("plan", "--format", "json").out
