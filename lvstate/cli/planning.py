"""What plan, drift, show and apply share: making a plan, emitting it, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.cli.options import Globals
from lvstate.cli.output import Output
from lvstate.cli.target import connect, limits_of, open_project, selection_of
from lvstate.errors import Exit, worst

if TYPE_CHECKING:
    from lvstate.model.change import Plan


def make(chosen: Globals, output: Output) -> Plan:
    """Read project and live state and plan, with a client that cannot write."""
    selection = selection_of(chosen)
    project = open_project(chosen)
    output.warn(project.warnings)
    connection = connect(project.root, project.environment)
    from lvstate import reconcile

    return reconcile.plan(project, connection, selection, limits_of(chosen))


def emit_plan(output: Output, plan: Plan) -> None:
    """Show a plan in the formats asked for."""
    from lvstate.views import json, text

    output.emit({"text": lambda style: text.plan(plan, style), "json": lambda _: json.plan(plan)})


def exit_code(plan: Plan, difference: Exit) -> Exit:
    """Blocked items win over differences."""
    return worst([difference, Exit.BLOCKED if plan.blocked else Exit.OK])
