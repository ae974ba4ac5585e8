"""`lvstate emulator`: serves the emulator over HTTP on loopback."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import click

from lvstate.cli.options import PositiveNumber, global_options, option
from lvstate.errors import Exit, UsageError


@click.command(name="emulator")
@option("--host", default="127.0.0.1", metavar="HOST", help="Where to listen [default: 127.0.0.1].")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8420,
    metavar="PORT",
    help="0 takes a free one [default: 8420].",
)
@option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the tenant in this file [default: in memory].",
)
@option(
    "--seed",
    type=click.Choice(["vendor-examples", "empty"]),
    default="empty",
    help="What a new tenant holds [default: empty].",
)
@option("--latency", type=PositiveNumber(zero=True), default=0.0, metavar="MS", help="Delay every answer.")
@option(
    "--rate",
    type=PositiveNumber(),
    metavar="N",
    help="Requests a second, then 429 with Retry-After.",
)
@option(
    "--log",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append a line of JSON for every request.",
)
@global_options
def command(  # noqa: PLR0917 (click passes options by name)
    host: str,
    port: int,
    data: Path | None,
    seed: str,
    latency: float,
    rate: float | None,
    log: Path | None,
    **_: Any,
) -> int:
    """Serve a local stand-in of LiveVox's Contact and Account APIs; the first line is its URL.

    Access token, client and password are `emulator`, `EMULATOR` and `emulator`; the users are
    `sysadmin`, `superuser`, `manager`, `ituser` and `agent`.
    """
    from lvstate.emulator import EmulatorError, create_app, serve

    try:
        app = create_app(data=data, seed=seed, log=log, latency_ms=latency, rate=rate)
    except EmulatorError as error:
        raise UsageError(str(error), hint="name another file with --data") from error
    try:
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
    finally:
        app.close()
    return Exit.OK
