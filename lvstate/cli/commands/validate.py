"""`lvstate validate`: checks the project file and all manifests, offline."""

from __future__ import annotations

from typing import Any

import click

from lvstate.cli.formats import VALIDATION, Checked, renderers
from lvstate.cli.options import globals_of, rendering_options
from lvstate.cli.output import Output, folder_in_repository
from lvstate.errors import Exit


@click.command(name="validate")
@rendering_options(VALIDATION)
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Check manifests and project file, offline.

    Without --env every environment of the project is checked.
    """
    chosen = globals_of(ctx)
    output = Output(chosen, VALIDATION)
    from lvstate.manifests import check_project
    from lvstate.model.problem import Severity

    problems = check_project(chosen.chdir, chosen.env)
    output.emit(renderers(VALIDATION, Checked(problems, folder_in_repository(chosen.chdir))))
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return Exit.INVALID if broken else Exit.OK
