"""`lvstate plan`: reads live, shows what an apply would do, saves it when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lvstate.cli.formats import PLAN, renderers
from lvstate.cli.options import globals_of, option, rendering_options
from lvstate.cli.output import Output, write_file
from lvstate.cli.planning import exit_code, make
from lvstate.errors import Exit


@click.command(name="plan", short_help="Show what an apply would do.")
@option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Save the plan for `apply FILE`.")
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@rendering_options(PLAN)
@click.pass_context
def command(ctx: click.Context, /, out: Path | None, detailed_exitcode: bool, **_: Any) -> int:
    """Read live state and show the plan; writes nothing to the tenant.

    Exits with 0 also when there are changes, unless --detailed-exitcode; with 4 when any is blocked.
    """
    chosen = globals_of(ctx)
    output = Output(chosen, PLAN)
    shown = make(chosen, output)
    if out is not None:
        from lvstate.views import json

        write_file(out, json.plan(shown.plan), mode=0o600)
    output.emit(renderers(PLAN, shown))
    changed = detailed_exitcode and shown.plan.changes
    return exit_code(shown.plan, Exit.DIFFERENCES if changed else Exit.OK)
