"""What plan and drift share: making a plan, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.cli.formats import Shown
from lvstate.cli.options import Globals
from lvstate.cli.output import Output, folder_in_repository
from lvstate.cli.target import connect, limits_of, open_project, selection_of
from lvstate.errors import Exit, worst

if TYPE_CHECKING:
    from lvstate.model.change import Plan


def make(chosen: Globals, output: Output) -> Shown:
    """Read project and live state and plan, with a client that cannot write."""
    selection = selection_of(chosen)
    project = open_project(chosen)
    output.warn(project.warnings)
    connection = connect(project.root, project.environment)
    from lvstate import reconcile

    plan = reconcile.plan(project, connection, selection, limits_of(chosen))
    return Shown(plan, folder_in_repository(project.root), (*project.declared, *project.removals))


def exit_code(plan: Plan, difference: Exit) -> Exit:
    """Blocked items win over differences."""
    return worst([difference, Exit.BLOCKED if plan.blocked else Exit.OK])
