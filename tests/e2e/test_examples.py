"""Every example is planned, applied and planned again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.stage import Project, Tenant

EXAMPLES = Path(__file__).parents[2] / "examples"


def _copy(name: str, tmp_path: Path) -> Project:
    shutil.copytree(EXAMPLES / name, tmp_path / name)
    return Project(tmp_path / name)


def test_the_quickstart_converges_on_the_embedded_emulator(tmp_path: Path) -> None:
    project = _copy("quickstart", tmp_path)

    valid = project.run("validate")
    plan = project.run("plan", "--format", "json")
    applied = project.run("apply", "--yes", "--format", "json")
    again = project.run("plan", "--detailed-exitcode", "--format", "json")

    assert valid.code == 0, valid.out
    assert {c["kind"] for c in plan.document["changes"]} == {
        "contact_group",
        "custom_field",
        "account_classification",
        "account_type",
    }
    assert applied.document["converged"] is True
    assert again.code == 0
    assert again.document["changes"] == []


def test_a_tenant_is_adopted_without_a_write(tmp_path: Path, tenant: Tenant) -> None:
    project = _copy("adopt-a-tenant", tmp_path)
    project.url = tenant.url
    before = tenant.everything()

    exported = project.run("export", "--out", "manifests")
    plan = project.run("plan", "--detailed-exitcode")
    applied = project.run("apply", "--yes")
    again = project.run("drift")

    assert exported.code == 0, exported.err
    assert plan.code == 0, plan.out + plan.err
    assert (applied.code, again.code) == (0, 0)
    assert tenant.writes() == []
    assert tenant.everything() == before


def test_a_new_project_is_valid_and_plans_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path)

    made = project.run("init")
    valid = project.run("validate")
    plan = project.run("plan", "--detailed-exitcode")

    assert made.code == 0
    assert valid.code == 0, valid.out
    assert plan.code == 0, plan.out + plan.err
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == ".lvstate/\n"


def test_a_project_made_from_live_plans_nothing(tmp_path: Path, tenant: Tenant) -> None:
    project = Project(tmp_path, url=tenant.url)

    made = project.run("init", "--from-live", "-e", "staging")
    plan = project.run("plan", "--detailed-exitcode")

    assert made.code == 0, made.err
    assert plan.code == 0, plan.out + plan.err
    assert plan.out.startswith("staging (EMULATOR at http://127.0.0.1")


@pytest.mark.parametrize("taken", ["lvstate.yaml", "manifests/tenant.yaml"])
def test_init_overwrites_nothing(tmp_path: Path, taken: str) -> None:
    project = Project(tmp_path)
    project.write(taken, "mine\n")

    ran = project.run("init")

    assert ran.code == 64
    assert taken in ran.err
    assert (tmp_path / taken).read_text(encoding="utf-8") == "mine\n"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [Path(taken).name]
