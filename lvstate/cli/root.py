"""The `lvstate` command itself: global options, and subcommands that are imported when they run."""

from __future__ import annotations

from importlib import import_module

import click

from lvstate import __version__
from lvstate.cli.options import any_format_options, remember_globals
from lvstate.errors import UsageError

COMMANDS = {
    "init": "Make a project, empty or from what is live.",
    "validate": "Check manifests and project file, offline.",
    "plan": "Show what an apply would do.",
    "show": "Render a saved plan.",
    "apply": "Carry out a saved plan, or plan, ask and apply.",
    "drift": "Compare manifests with live; exit code 2 on drift.",
    "history": "List the applies of this project, or show one.",
    "export": "Print the tenant as manifests.",
    "api": "Make any call of the vendor's APIs, authenticated.",
    "doctor": "Check credentials, tenant, role, network and clock.",
    "emulator": "Serve a local stand-in of LiveVox's APIs.",
    "schema": "Print the JSON Schemas, or the OpenAPI description.",
}
"""What each command does, in the order in which people meet them: to list them none is imported."""


class LazyGroup(click.Group):
    """Finds commands as modules of `lvstate.cli.commands`, each with a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which people meet them."""
        del ctx
        return [*COMMANDS]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

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
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"lvstate.cli.commands.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
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
