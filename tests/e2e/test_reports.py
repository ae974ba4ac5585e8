"""The reports that people read, from the real command: of a plan, a saved plan, drift and an apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.test_converges import MANIFEST

if TYPE_CHECKING:
    from tests.e2e.stage import Project, Tenant


def test_every_command_that_shows_a_plan_or_a_report_renders_markdown_and_html(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    saved = project.run("plan", "--out", "plan.json", "--format", "markdown", "--write", "html=plan.html")
    assert saved.code == 0, saved.err
    assert saved.out.startswith("### `")
    page = (project.root / "plan.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert project.run("show", "plan.json", "--format", "markdown").out == saved.out
    assert project.run("show", "plan.json", "--format", "html").out == page
    drift = project.run("drift", "--format", "markdown")
    assert (drift.code, drift.out) == (2, saved.out)
    applied = project.run("apply", "plan.json", "--format", "markdown", "--write", "html=report.html")
    assert applied.code == 0, applied.err
    assert "**Live equals the manifests.**" in applied.out
    assert "lvstate apply" in (project.root / "report.html").read_text(encoding="utf-8")
