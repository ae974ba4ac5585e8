"""`lvstate history`: the runs that wrote to a tenant from this project, and one of them in full."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from lvstate.cli.options import global_options, globals_of
from lvstate.cli.output import Output
from lvstate.errors import Exit, InvalidInput, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lvstate.model.history import PastRun


@click.command(name="history")
@click.argument("run", required=False)
@global_options
@click.pass_context
def command(ctx: click.Context, /, run: str | None, **_: Any) -> int:
    """List the applies that wrote from this project, newest first, or show one RUN change by change.

    RUN is the id of a run or the beginning of one. --env lists those of one environment only. It reads
    the journals in .lvstate/runs; it needs no tenant, no network and no credentials.
    """
    chosen = globals_of(ctx)
    output = Output(chosen)
    _demand_project(chosen.chdir)
    from lvstate import reconcile
    from lvstate.views import json, text

    history = reconcile.history(chosen.chdir)
    runs = [one for one in reversed(history.runs) if chosen.env in (None, one.environment)]
    if run is None:
        unread = history.unread
        output.emit(
            {
                "text": lambda style: text.runs(runs, unread, style),
                "json": lambda _: json.runs(runs, unread),
            }
        )
    else:
        found = _named(run, runs)
        output.emit({"text": lambda style: text.run(found, style), "json": lambda _: json.run(found)})
    return Exit.OK


def _demand_project(folder: Path) -> None:
    from lvstate.manifests.scaffold import PROJECT_FILE

    if not os.path.lexists(folder / PROJECT_FILE):
        raise InvalidInput(
            f"there is no {PROJECT_FILE} here", hint="use -C DIR; lvstate history lists the runs of a project"
        )


def _named(name: str, runs: Sequence[PastRun]) -> PastRun:
    """Find a run by its id or the beginning of one; raises UsageError that names the nearest."""
    found = [run for run in runs if run.id == name] or [run for run in runs if run.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(run.id for run in found[:5])
        raise UsageError(f"{len(found)} runs begin with {name!r}", hint=f"give more of it: {listed}")
    close = get_close_matches(name, [run.id for run in runs], 1, 0.0)
    hint = (
        f"the nearest is {close[0]}; lvstate history lists them"
        if close
        else "no run has left a journal here"
    )
    raise UsageError(f"there is no run {name!r}", hint=hint)
