"""What plan and drift share: making a plan, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.cli.base import with_base
from lvstate.cli.formats import Shown
from lvstate.cli.options import Globals
from lvstate.cli.output import Output, folder_in_repository
from lvstate.cli.target import Way, connect, limits_of, open_project, open_project_at, selection_of
from lvstate.errors import Exit, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.change import Plan
    from lvstate.model.project import Project


def make(chosen: Globals, output: Output, base: str | None = None, allow_create: Sequence[str] = ()) -> Shown:
    """Read project and live state and plan, with a client that cannot write."""
    selection = selection_of(chosen)
    way = Way(chosen)
    project = open_project(chosen, found=way.begin)
    output.warn(project.warnings)
    project = with_base(project, base, allow_create)
    connection = way.connect(project.root, project.environment)
    from lvstate import reconcile

    rooms = _NEEDED_TO_SHOW.get(chosen.format, ())
    return _shown(project, reconcile.plan(project, connection, selection, limits_of(chosen), rooms))


_NEEDED_TO_SHOW = {"text": ("lvstate.views.text_plan",), "json": ("lvstate.views.json",)}


def make_offline(chosen: Globals, output: Output, base: str, allow_create: Sequence[str]) -> Shown:
    """Plan the difference of the manifests alone: no tenant, no credentials."""
    selection = selection_of(chosen)
    project = open_project(chosen)
    output.warn(project.warnings)
    from lvstate.engine.offline import offline_plan

    return _shown(project, offline_plan(with_base(project, base, allow_create), selection))


def make_at(chosen: Globals, base: str) -> Shown:
    """Read the project at a Git ref, and live state, and plan: every difference is drift."""
    selection = selection_of(chosen)
    project, commit = open_project_at(chosen, base)
    connection = connect(chosen, project.root, project.environment)
    from lvstate import reconcile
    from lvstate.engine.threeway import as_drift

    return _shown(
        project, as_drift(reconcile.plan(project, connection, selection, limits_of(chosen)), commit)
    )


def _shown(project: Project, plan: Plan) -> Shown:
    return Shown(plan, folder_in_repository(project.root), (*project.declared, *project.removals))


def exit_code(plan: Plan, difference: Exit) -> Exit:
    """Blocked items win over differences."""
    return worst([difference, Exit.BLOCKED if plan.blocked else Exit.OK])
