"""`lvstate show`: renders a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lvstate.cli.options import global_options, globals_of
from lvstate.cli.output import Output
from lvstate.cli.planfile import read_plan
from lvstate.cli.planning import emit_plan
from lvstate.errors import Exit


@click.command(name="show", short_help="Render a saved plan.")
@click.argument("plan", type=click.Path(path_type=Path))
@global_options
@click.pass_context
def command(ctx: click.Context, /, plan: Path, **_: Any) -> int:
    """Render a saved plan; needs no tenant and no project."""
    output = Output(globals_of(ctx))
    emit_plan(output, read_plan(plan))
    return Exit.OK
