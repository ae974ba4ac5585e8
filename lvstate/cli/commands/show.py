"""`lvstate show`: renders a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lvstate.cli.formats import PLAN, Shown, renderers
from lvstate.cli.options import globals_of, rendering_options
from lvstate.cli.output import Output, folder_in_repository
from lvstate.cli.planfile import read_plan
from lvstate.errors import Exit


@click.command(name="show")
@click.argument("plan", type=click.Path(path_type=Path))
@rendering_options(PLAN)
@click.pass_context
def command(ctx: click.Context, /, plan: Path, **_: Any) -> int:
    """Render a saved plan; needs no tenant and no project."""
    chosen = globals_of(ctx)
    output = Output(chosen, PLAN)
    shown = Shown(read_plan(plan), folder_in_repository(chosen.chdir))
    output.emit(renderers(PLAN, shown))
    return Exit.OK
