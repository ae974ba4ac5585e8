"""`lvstate init`: scaffolds a project, or fills it with what is live."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from lvstate.cli.options import Globals, global_options, globals_of, option
from lvstate.cli.output import Output, write_file
from lvstate.cli.target import EMULATOR_URL, connect, limits_of
from lvstate.errors import Exit, UsageError


@click.command(name="init")
@option("--from-live", is_flag=True, help="Fill the manifests with an export of the tenant.")
@option("--ci", type=click.Choice(("github", "gitlab")), help="Also write the pipeline for this system.")
@global_options
@click.pass_context
def command(ctx: click.Context, /, from_live: bool, ci: str | None, **_: Any) -> int:
    """Make a project: lvstate.yaml, a manifest, and a line in .gitignore.

    With --from-live the tenant is the one that LVSTATE_URL and the credentials name, and the
    environment is called `production` or as --env says; without LVSTATE_URL it is the emulator.
    With --ci come a plan on every change, an apply after approval and a nightly look for drift, all
    of an environment `production`. Existing files are never overwritten.
    """
    chosen = globals_of(ctx)
    output = Output(chosen)
    from lvstate.manifests.scaffold import pipeline_files

    files = {**_files(chosen, from_live=from_live), **(pipeline_files(ci) if ci else {})}
    root = chosen.chdir
    taken = [name for name in files if (root / name).exists()]
    if taken:
        raise UsageError(f"{taken[0]} exists already", hint="choose an empty folder with -C DIR")
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_file(root / name, text)
    made = [*files, *_ignore(root)]
    from lvstate.views import json
    from lvstate.views.terminal import escape

    lines = [f"wrote {escape(name)}" for name in made]
    lines.append("next: lvstate validate, then lvstate plan")
    output.emit({"text": lambda _: "\n".join(lines) + "\n", "json": lambda _: json.init(made)})
    return Exit.OK


def _files(chosen: Globals, *, from_live: bool) -> dict[str, str]:
    from lvstate.manifests.scaffold import PROJECT_FILE, STARTER, project_file, starter_manifest

    url = os.environ.get("LVSTATE_URL") if from_live else None
    if url == EMULATOR_URL:
        url = None
    name = chosen.env or ("production" if url else "emulator")
    client = os.environ.get("LVSTATE_CLIENT")
    project = project_file(name, url, client) if url else project_file()
    if not from_live:
        return {PROJECT_FILE: project, STARTER: starter_manifest()}
    from lvstate import reconcile
    from lvstate.kinds import all_kinds
    from lvstate.manifests.writer import render
    from lvstate.model.project import Environment

    connection = connect(chosen, chosen.chdir, Environment(name, url or EMULATOR_URL, client=client))
    live = reconcile.read_kinds(connection, all_kinds(), limits_of(chosen))
    files = {f"manifests/{section}.yaml": text for section, text in render(live).items()}
    return {PROJECT_FILE: project, **(files or {STARTER: starter_manifest()})}


def _ignore(root: Path) -> list[str]:
    """Keep lvstate's own state out of Git; returns the file's name when it was touched."""
    from lvstate.manifests.scaffold import IGNORE_FILE, IGNORE_LINE

    path = root / IGNORE_FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if IGNORE_LINE in lines:
        return []
    write_file(path, "\n".join([*lines, IGNORE_LINE]) + "\n")
    return [IGNORE_FILE]
