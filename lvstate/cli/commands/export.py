"""`lvstate export`: live to manifests, on stdout or into a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lvstate.cli.options import Globals, global_options, globals_of, option
from lvstate.cli.output import Output, write_file
from lvstate.cli.target import connect, limits_of, selection_of
from lvstate.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lvstate.kinds import Kind
    from lvstate.model.project import Selection
    from lvstate.model.resource import Live


@click.command(name="export")
@option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write one file per kind into this folder; nothing that exists is overwritten.",
)
@option("--no-ids", is_flag=True, help="Pin only names that occur twice.")
@global_options
@click.pass_context
def command(ctx: click.Context, /, out: Path | None, no_ids: bool, **_: Any) -> int:
    """Print the tenant as manifests; a plan right after it is empty.

    Every object is pinned by its id, so that a rename by hand in the portal is seen as a rename.
    """
    chosen = globals_of(ctx)
    output = Output(chosen)
    selection = selection_of(chosen)
    from lvstate.manifests.writer import render, render_document
    from lvstate.views import json

    live = _read(chosen, selection)
    files = render(live, pin_ids=not no_ids, selection=selection)
    texts = {f"{section}.yaml": text for section, text in files.items()}
    if out is None:
        shown = render_document(live, pin_ids=not no_ids, selection=selection)
    else:
        _write(out, texts)
        shown = "".join(f"wrote {out / name}\n" for name in texts)
    output.emit({"text": lambda _: shown, "json": lambda _: json.export(texts)})
    return Exit.OK


def _read(chosen: Globals, selection: Selection) -> Mapping[Kind, tuple[Live, ...]]:
    """Read every kind that the selection leaves any chance."""
    from lvstate import reconcile
    from lvstate.kinds import all_kinds
    from lvstate.manifests import load_environment

    url, client = os.environ.get("LVSTATE_URL"), os.environ.get("LVSTATE_CLIENT")
    root, environment = load_environment(chosen.chdir, chosen.env, url=url, client=client)
    kinds = [kind for kind in all_kinds() if selection.touches(kind.name)]
    return reconcile.read_kinds(connect(chosen, root, environment), kinds, limits_of(chosen))


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    taken = [folder / name for name in texts if (folder / name).exists()]
    if taken:
        raise UsageError(f"{taken[0]} exists already", hint="choose another folder, or move the file away")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_file(folder / name, text)
