"""`lvstate api`: one call of the vendor's APIs, authenticated, its answer as it came."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lvstate.cli.asking import can_ask
from lvstate.cli.logs import start_logging
from lvstate.cli.options import FORMATS, Globals, global_options, globals_of, one_of, option
from lvstate.cli.output import style_for
from lvstate.cli.target import connect, limits_of, open_environment
from lvstate.errors import Exit, LvstateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.client.calls import Answer
    from lvstate.reconcile import Connection, Limits
    from lvstate.wire.calls import Call
    from lvstate.wire.fields import Field

_ORDER = "lvstate.fields"


class _Ordered(click.Command):
    """Remembers in which order -f and -F were given: together they may build one array."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse once more for the order alone."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = [each.name for each in order if each.name in ("raw_field", "field")]
        return super().parse_args(ctx, args)


@click.command(name="api", cls=_Ordered)
@click.argument("method")
@click.argument("path")
@option("-f", "--raw-field", metavar="KEY=TEXT", multiple=True, help="A field that is text.")
@option(
    "-F",
    "--field",
    metavar="KEY=VALUE",
    multiple=True,
    help="A field that is true, false, null or an integer where it looks so; @FILE is the file's text.",
)
@option("--input", "source", metavar="FILE", envvar="LVSTATE_INPUT", help="Send this JSON; - is stdin.")
@option("--paginate", is_flag=True, help="Read all pages and print their rows as one array.")
@option("--jsonl", is_flag=True, help="With --paginate: one row a line, as JSON Lines.")
@option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the answer to a file, of any size, as it is on the wire.",
)
@option("--gzip", is_flag=True, help="With --output: ask for a compressed answer.")
@option(
    "--yes", is_flag=True, help="Do not ask before a write to a tenant; needed where nobody can be asked."
)
@global_options
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 (click passes options by name)
    ctx: click.Context,
    /,
    method: str,
    path: str,
    raw_field: tuple[str, ...],
    field: tuple[str, ...],
    source: str | None,
    paginate: bool,
    jsonl: bool,
    output: Path | None,
    gzip: bool,
    yes: bool,
    **_: Any,
) -> int:
    """Make any call of the Contact, Account and Session APIs, logged in as the environment says.

    PATH is relative to the environment's url and may hold a query. Fields make a JSON object, or
    query parameters for GET and beside --input; nested ones are spelled person[lastName]=x,
    phone[][ordinal]=1 and tags[]=x. The answer goes to stdout as it came, indented on a terminal.

    Everything but GET, the two searches, Bulk Contact Download and the login counts as a write: it
    is sent once, and to a tenant, not to an emulator on this machine, only after a question or with
    --yes. Exits with 6 when a write may have been carried out and no answer says so.
    """
    chosen = globals_of(ctx)
    _check(chosen, paginate=paginate, jsonl=jsonl, output=output, gzip=gzip)
    start_logging(chosen)
    from lvstate.client.calls import spelled

    body = None if source is None else _bytes_of(source)
    call = spelled(method, path, _in_order(ctx, raw_field, field), body, read=_text_of, gzip=gzip)
    if paginate:
        call.paged  # noqa: B018 (refuses what does not come in pages before anything is sent)
    root, environment = open_environment(chosen)
    from lvstate.client.origin import stays_here

    agreed = yes or not call.writes or stays_here(environment.url)
    if not agreed and (source == "-" or not can_ask(chosen)):
        raise UsageError(
            f"{call.shown} is a write, and there is nobody to ask",
            hint="give --yes to send it",
        )
    connection = connect(chosen, root, environment)
    if not agreed and not click.confirm(f"Send {call.shown} to {connection.tenant}?", err=True):
        raise LvstateError("not sent")
    limits = limits_of(chosen)
    try:
        if paginate:
            return _print_rows(connection, call, limits, output, jsonl=jsonl)
        return _print(chosen, _answered(chosen, connection, call, limits, output), output)
    except KeyboardInterrupt:
        if call.writes:
            sys.stderr.write("\nthe request was under way and may have been carried out\n")
        raise


def _check(chosen: Globals, *, paginate: bool, jsonl: bool, output: Path | None, gzip: bool) -> None:
    one_of(chosen.format, FORMATS, "the format")
    if chosen.write:
        raise UsageError("api does not know --write", hint="--output FILE writes the answer to a file")
    if jsonl and not paginate:
        raise UsageError("--jsonl needs --paginate")
    if gzip and (output is None or paginate):
        raise UsageError("--gzip needs --output FILE, and does not go with --paginate")


def _in_order(ctx: click.Context, raw: Sequence[str], typed: Sequence[str]) -> list[Field]:
    """Return the fields as given on the command line; what variables add comes last."""
    from lvstate.wire.fields import Field

    left = {"raw_field": [Field(text) for text in raw], "field": [Field(text, typed=True) for text in typed]}
    found = [left[name].pop(0) for name in ctx.meta.get(_ORDER, ()) if left[name]]
    return found + left["raw_field"] + left["field"]


def _bytes_of(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from error


def _text_of(source: str) -> str:
    try:
        return _bytes_of(source).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is not UTF-8 text") from error


def _answered(
    chosen: Globals, connection: Connection, call: Call, limits: Limits, output: Path | None
) -> Answer:
    from lvstate import reconcile

    if output is None:
        return reconcile.call(connection, call, limits)
    from lvstate.driver.spool import Spool

    with Spool(output) as spool:
        # A read of any size goes straight to disk; the answer to a write is small and must be looked at.
        answer = reconcile.call(connection, call, limits, None if call.writes else spool)
        spool.check()
        if answer.error is None:
            if not spool.started:
                spool.take(answer.body)
            spool.keep()
            if not chosen.quiet:
                form = ", gzip" if spool.compressed else ""
                sys.stderr.write(f"wrote {output} ({spool.size} bytes{form})\n")
        return answer


def _print(chosen: Globals, answer: Answer, output: Path | None) -> int:
    """Print what the service sent; a refusal too, and what it means on stderr."""
    if answer.error is None:
        if output is None:
            _put(answer.body)
        return Exit.OK
    if not answer.body or (chosen.format == "json" and not _is_json(answer.body)):
        raise answer.error
    from lvstate.views import text

    _put(answer.body)
    sys.stderr.write(text.error(answer.error, style_for(sys.stderr, no_color=chosen.no_color)))
    return answer.error.exit_code


def _print_rows(
    connection: Connection, call: Call, limits: Limits, output: Path | None, *, jsonl: bool
) -> int:
    from lvstate import reconcile

    lines = reconcile.rows(connection, call, limits)
    array = "[" + ",\n ".join(lines) + "]\n"
    whole = "".join(f"{line}\n" for line in lines) if jsonl else array
    if output is None:
        _put(whole.encode(), as_lines=jsonl)
    else:
        from lvstate.driver.spool import Spool

        with Spool(output) as spool:
            spool.take(whole.encode())
            spool.keep()
    return Exit.OK


def _put(body: bytes, *, as_lines: bool = False) -> None:
    if not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    from lvstate.views import text

    shown = text.answer(body, indented=not as_lines)
    if shown is None:
        raise UsageError("the answer is not text", hint="--output FILE writes it to a file")
    sys.stdout.write(shown)
    sys.stdout.flush()


def _is_json(body: bytes) -> bool:
    from lvstate.client.documents import NotJson, parse

    try:
        parse(body)
    except NotJson:
        return False
    return True
