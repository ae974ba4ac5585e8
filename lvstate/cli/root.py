"""The `lvstate` command itself: global options, and subcommands that are imported when they run."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import click

from lvstate import __version__
from lvstate.cli import commands
from lvstate.cli.options import any_format_options, remember_globals
from lvstate.errors import UsageError

_ORDER = (
    "init",
    "validate",
    "plan",
    "show",
    "apply",
    "drift",
    "history",
    "export",
    "api",
    "doctor",
    "emulator",
    "schema",
)


class LazyGroup(click.Group):
    """Finds commands as modules of `lvstate.cli.commands`, each with a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which people meet them."""
        del ctx
        found = {module.name for module in iter_modules(commands.__path__)}
        return [*(name for name in _ORDER if name in found), *sorted(found - set(_ORDER))]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is told with what was probably meant."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            close = get_close_matches(args[0], known, 1)
            hint = f"did you mean {close[0]}?" if close else "lvstate --help lists them"
            raise UsageError(f"there is no command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{commands.__name__}.{cmd_name}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lvstate", message="%(prog)s %(version)s")
@any_format_options
@click.pass_context
def root(ctx: click.Context, /, **_: object) -> None:
    """Configuration as code for LiveVox.

    Keeps contact groups, custom field labels, account classifications and account types as YAML in
    Git: a plan shows what would change, an apply does exactly that.

    Every option --foo-bar can also be given as LVSTATE_FOO_BAR. Credentials come from the
    environment only; see the README.
    """
    remember_globals(ctx)
