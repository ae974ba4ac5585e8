"""`lvstate drift`: the manifests against live, with an exit code to hang an alarm on."""

from __future__ import annotations

from typing import Any

import click

from lvstate.cli.formats import DRIFT, renderers
from lvstate.cli.options import globals_of, option, rendering_options
from lvstate.cli.output import Output
from lvstate.cli.planning import exit_code, make, make_at
from lvstate.errors import Exit


@click.command(name="drift")
@option("--base", metavar="REF", help="Take the manifests at this Git ref instead of those on disk.")
@rendering_options(DRIFT)
@click.pass_context
def command(ctx: click.Context, /, base: str | None, **_: Any) -> int:
    """Compare the manifests with live: exits with 2 on drift; writes nothing to the tenant.

    Objects that no manifest declares are drift only where the project file says `unlisted: {KIND: drift}`.
    """
    chosen = globals_of(ctx)
    output = Output(chosen, DRIFT)
    shown = make(chosen, output) if base is None else make_at(chosen, base)
    output.emit(renderers(DRIFT, shown))
    return exit_code(shown.plan, Exit.DIFFERENCES if shown.plan.drifted else Exit.OK)
