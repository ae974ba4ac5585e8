"""`lvstate emulator`: serves the emulator over HTTP on loopback; below it, load and dump of its data file."""

from __future__ import annotations

import gc
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lvstate.cli.documents import read_document
from lvstate.cli.options import FORMATS, PositiveNumber, global_options, globals_of, option, rendering_options
from lvstate.cli.output import Output
from lvstate.errors import Exit, UsageError

if TYPE_CHECKING:
    from lvstate.emulator.laboratory import Laboratory

MOST_TOLD = 5  # of the violations of a document

FILE = click.Path(path_type=Path, dir_okay=False)
DOCUMENT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


class Counts(click.ParamType[dict[str, int]]):
    """How many objects of which kind: `contacts=1000,accounts=100`."""

    name = "counts"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        """Refuse what is no list of name=number."""
        if isinstance(value, dict):
            return value
        counts: dict[str, int] = {}
        for part in str(value).split(","):
            found = re.fullmatch(r"\s*([a-z_]+)=([0-9]{1,8})\s*", part, re.ASCII)
            if found is None:
                self.fail(f"{part!r} is not of the form name=number", param, ctx)
            if found[1] in counts:
                self.fail(f"{found[1]} is given twice", param, ctx)
            counts[found[1]] = int(found[2])
        return counts


@click.group(name="emulator", invoke_without_command=True)
@option("--host", default="127.0.0.1", metavar="HOST", help="Where to listen [default: 127.0.0.1].")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8420,
    metavar="PORT",
    help="0 takes a free one [default: 8420].",
)
@option("--data", type=FILE, metavar="FILE", help="Keep the tenant in this file [default: in memory].")
@option(
    "--seed",
    type=click.Choice(["vendor-examples", "empty"]),
    default="empty",
    help="What a new tenant holds [default: empty].",
)
@option(
    "--generate",
    type=Counts(),
    metavar="KIND=N,...",
    help="So many objects more for a new tenant, such as accounts=1000.",
)
@option(
    "--seed-number",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Which objects are generated: equal numbers, equal tenants [default: 0].",
)
@option("--latency", type=PositiveNumber(zero=True), default=0.0, metavar="MS", help="Delay every answer.")
@option(
    "--rate",
    type=PositiveNumber(),
    metavar="N",
    help="Requests a second, then 429 with Retry-After.",
)
@option(
    "--session-lifetime",
    type=PositiveNumber(),
    default=7200.0,
    metavar="SECONDS",
    help="How long an unused session lives [default: 7200].",
)
@option("--faults", type=DOCUMENT, metavar="FILE", help="Let happen what this script of faults says.")
@option("--control", is_flag=True, help="Open /_emulator/: faults, requests, sessions and data over HTTP.")
@option("--log", type=FILE, metavar="FILE", help="Append a line of JSON for every request.")
@option("--strict-paths", is_flag=True, help="Only the paths of the Method lines, not of the examples.")
@option(
    "--account-list-key",
    type=click.Choice(["listAccount", "listAccounts"]),
    default="listAccount",
    help="The key of account lists: of the examples or of the tables [default: listAccount].",
)
@option("--bulk-update-message", is_flag=True, help="Bulk Update Contact answers 200 and its message.")
@option("--overwrite-accounts", is_flag=True, help="Bulk upload overwrites accounts of the same number.")
@rendering_options(FORMATS, without=frozenset(("--rate",)))  # its own is a limit to others
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> int:
    """Serve a local stand-in of LiveVox's Contact and Account APIs; the first line is its URL.

    Access token, client and password are `emulator`, `EMULATOR` and `emulator`; the users are
    `sysadmin`, `superuser`, `manager`, `ituser` and `agent`. A browser shows the tenant at the URL.
    """
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    from lvstate.emulator import create_app

    with _told_as_usage(options["data"]):
        app = create_app(
            data=options["data"],
            seed=options["seed"],
            log=_opened(options["log"]),
            latency_ms=options["latency"],
            rate=options["rate"],
            laboratory=_laboratory(options),
            strict_paths=options["strict_paths"],
            account_list_key=options["account_list_key"],
            bulk_update_message=options["bulk_update_message"],
            overwrite_accounts=options["overwrite_accounts"],
        )
    gc.set_threshold(50_000)  # it lives longer than other commands, and throws away what it answers
    with app:
        _serve(app, options["host"], options["port"])
    return Exit.OK


@command.command(name="load")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@option("--data", type=FILE, metavar="FILE", help="The data file; made where there is none.")
@global_options
@click.pass_context
def load(ctx: click.Context, /, document: Path, data: Path | None, **_: Any) -> int:
    """Add the objects of a tenant document to a data file, all or none.

    It is the way to what no method of the API makes, such as contact notes. `lvstate schema
    emulator-tenant` describes the document, `-` reads it from stdin.
    """
    output = Output(globals_of(ctx))
    data = _data_of(ctx, data)
    from lvstate.emulator import tenant_file
    from lvstate.views import json

    with _told_as_usage(document, schema="emulator-tenant"):
        counts = tenant_file.load(data, read_document(document))
    told = ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"
    output.emit({"text": lambda _: f"loaded {told}\n", "json": lambda _: json.loaded(counts)})
    return Exit.OK


@command.command(name="dump")
@option("--data", type=FILE, metavar="FILE", help="The data file.")
@global_options
@click.pass_context
def dump(ctx: click.Context, /, data: Path | None, **_: Any) -> int:
    """Print the tenant of a data file as a JSON document that `load` takes."""
    output = Output(globals_of(ctx))
    data = _data_of(ctx, data)
    from lvstate.emulator import tenant_file

    with _told_as_usage(data):
        text = "".join(tenant_file.dump(data))
    output.emit({"text": lambda _: text, "json": lambda _: text})
    return Exit.OK


def _laboratory(options: dict[str, Any]) -> Laboratory:
    from lvstate.emulator import fault_documents
    from lvstate.emulator.faults import Script
    from lvstate.emulator.laboratory import Laboratory

    script = Script()
    if options["faults"] is not None:
        with _told_as_usage(options["faults"], schema="emulator-faults"):
            script = fault_documents.read(read_document(options["faults"]))
    return Laboratory(
        faults=script,
        control=options["control"],
        session_lifetime=options["session_lifetime"],
        generate=options["generate"] or {},
        seed_number=options["seed_number"],
    )


def _serve(app: Any, host: str, port: int) -> None:
    from lvstate.emulator import serve

    try:
        server = serve(app, host=host, port=port)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror}", hint="--port 0 takes a free port"
        ) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.shutdown())
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    server.serve_forever()


def _data_of(ctx: click.Context, data: Path | None) -> Path:
    before = ctx.parent.params.get("data") if ctx.parent is not None else None
    found: Path | None = data or before
    if found is None:
        raise UsageError("--data is missing", hint="--data FILE names the data file")
    return found


def _opened(log: Path | None) -> Path | None:
    """Make sure that a log can be written before anything else happens."""
    if log is not None:
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.open("ab").close()
        except OSError as error:
            raise UsageError(
                f"cannot write {log}: {error.strerror}", hint="--log takes a file that can be written"
            ) from error
    return log


@contextmanager
def _told_as_usage(file: Path | None, schema: str | None = None) -> Iterator[None]:
    """Turn what the emulator cannot use into a usage error."""
    from lvstate.emulator import EmulatorError, UnusableDataFile, UnusableDocument

    try:
        yield
    except UnusableDocument as error:
        told = [str(violation) for violation in error.violations[:MOST_TOLD]]
        more = len(error.violations) - len(told)
        told += [f"and {more} more"] if more else []
        raise UsageError(
            f"{file}: {'; '.join(told)}", hint=f"lvstate schema {schema} describes the document"
        ) from error
    except UnusableDataFile as error:
        raise UsageError(str(error), hint="--data takes a data file of the emulator") from error
    except EmulatorError as error:
        raise UsageError(str(error), hint="lvstate emulator --help") from error
