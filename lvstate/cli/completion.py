"""What a shell offers after --env, --format and --write: names from the project file and from the command's own help."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from lvstate.errors import LvstateError


def environments(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Name the environments of the project file; nothing where there is none that can be read."""
    del param
    from lvstate.manifests import DiskFiles
    from lvstate.manifests.project import read_project

    try:
        names = read_project(DiskFiles(_folder(ctx))).targets
    except (LvstateError, OSError):
        return []
    return _items(sorted(names), incomplete)


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Name the formats that the command's help names."""
    return _items(_formats(ctx.command, param), incomplete)


def written_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Name the formats with the `=` that the file's name follows."""
    named = next((p for p in ctx.command.params if p.name == "format"), param)
    return _items([f"{name}=" for name in _formats(ctx.command, named)], incomplete)


def _formats(command: click.Command, param: click.Parameter) -> list[str]:
    told = getattr(param, "help", None) or ""
    if isinstance(command, click.Group) or (match := re.search(r": ([\w, ]+) \[default", told)) is None:
        return ["text", "json"]
    return re.split(r", | or ", match[1])


def _folder(ctx: click.Context) -> Path:
    """Return the folder that -C names, before or after the command."""
    at: click.Context | None = ctx
    while at is not None:
        given = at.params.get("chdir")
        if given is not None and given != Path():
            return Path(given)
        at = at.parent
    return Path()


def _items(names: list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
