"""`lvstate validate`: checks the project file and all manifests, offline."""

from __future__ import annotations

from typing import Any

import click

from lvstate.cli.options import global_options, globals_of
from lvstate.cli.output import Output
from lvstate.errors import Exit


@click.command(name="validate", short_help="Check manifests and project file, offline.")
@global_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Check manifests and project file, offline.

    Without --env every environment of the project is checked.
    """
    chosen = globals_of(ctx)
    output = Output(chosen)
    from lvstate.manifests import check_project
    from lvstate.model.problem import Severity
    from lvstate.views import json, text

    problems = check_project(chosen.chdir, chosen.env)
    output.emit(
        {
            "text": lambda style: text.problems(problems, style),
            "json": lambda _: json.validation(problems),
        }
    )
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return Exit.INVALID if broken else Exit.OK
