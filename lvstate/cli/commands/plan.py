"""`lvstate plan`: reads live, shows what an apply would do, saves it when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lvstate.cli.base import base_options
from lvstate.cli.formats import PLAN, renderers
from lvstate.cli.options import globals_of, option, rendering_options
from lvstate.cli.output import Output, write_file
from lvstate.cli.planning import exit_code, make, make_offline
from lvstate.errors import Exit, UsageError


@click.command(name="plan")
@option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Save the plan for `apply FILE`.")
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@base_options
@option("--offline", is_flag=True, help="With --base: compare the manifests alone, without a tenant.")
@rendering_options(PLAN)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    out: Path | None,
    detailed_exitcode: bool,
    base: str | None,
    allow_create: tuple[str, ...],
    offline: bool,
    **_: Any,
) -> int:
    """Read live state and show the plan; writes nothing to the tenant.

    With --base it tells what this change does from the drift that applying would revert, and names
    what was renamed or dropped without a trace.

    Exits with 0 also when there are changes, unless --detailed-exitcode; with 4 when any is blocked.
    """
    chosen = globals_of(ctx)
    output = Output(chosen, PLAN)
    if not offline:
        shown = make(chosen, output, base, allow_create)
    elif base is None:
        raise UsageError(
            "--offline needs --base", hint="it shows the difference between two sets of manifests"
        )
    elif out is not None:
        raise UsageError(
            "an offline plan cannot be saved: it cannot be applied", hint="--write json=FILE keeps it"
        )
    else:
        shown = make_offline(chosen, output, base, allow_create)
    if out is not None:
        from lvstate.views import json

        write_file(out, json.plan(shown.plan), mode=0o600)
    output.emit(renderers(PLAN, shown))
    changed = detailed_exitcode and shown.plan.changes
    return exit_code(shown.plan, Exit.DIFFERENCES if changed else Exit.OK)
