"""What a shell offers after --env, --format and --write: names from the project file and from the command's own help."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from lvstate.errors import LvstateError


def offered(option: click.Option, ctx: click.Context, incomplete: str) -> list[CompletionItem] | None:
    """Return the values that may follow an option; None where click knows better."""
    match option.name:
        case "env":
            names = _environments(ctx)
        case "format":
            names = _formats(ctx.command)
        case "write":
            names = [f"{name}=" for name in _formats(ctx.command)]
        case _:
            return None
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _environments(ctx: click.Context) -> list[str]:
    from lvstate.manifests import DiskFiles
    from lvstate.manifests.project import read_project

    try:
        return sorted(read_project(DiskFiles(_folder(ctx))).targets)
    except (LvstateError, OSError):
        return []


def _formats(command: click.Command) -> list[str]:
    """Return the formats that the command's help names; before a command is known, those that all have."""
    told = next(
        (getattr(param, "help", None) or "" for param in command.params if param.name == "format"), ""
    )
    if isinstance(command, click.Group) or (match := re.search(r": ([\w, ]+) \[default", told)) is None:
        return ["text", "json"]
    return re.split(r", | or ", match[1])


def _folder(ctx: click.Context) -> Path:
    """Return the folder that -C names, before or after the command."""
    at: click.Context | None = ctx
    while at is not None:
        given = at.params.get("chdir")
        if given not in (None, "."):
            return Path(given)
        at = at.parent
    return Path()
