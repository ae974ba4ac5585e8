"""`lvstate doctor`: is everything in place, one line each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from lvstate.cli.options import Globals, global_options, globals_of
from lvstate.cli.output import Output
from lvstate.cli.target import EMULATOR_URL, connect, open_environment

if TYPE_CHECKING:
    from pathlib import Path

    from lvstate.client.credentials import Credentials
    from lvstate.driver import Transport
    from lvstate.model.project import Environment


@click.command(name="doctor")
@global_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Check credentials, tenant, role, reachability and clock; writes nothing to the tenant.

    Exits with 0 when nothing failed, 8 for credentials and permission, 1 for the network, 3 or 64
    for the configuration. A check that depends on a failed one is skipped.
    """
    chosen = globals_of(ctx)
    output = Output(chosen)
    from lvstate.diagnosis import diagnose
    from lvstate.views import json, text

    diagnosis = diagnose(
        lambda: open_environment(chosen),
        lambda root, environment: _embedded(chosen, root, environment),
        os.environ,
        timeout=chosen.timeout,
        deadline=chosen.deadline,
    )
    output.emit(
        {
            "text": lambda style: text.diagnosis(diagnosis, style),
            "json": lambda _: json.diagnosis(diagnosis),
        }
    )
    return diagnosis.exit_code


def _embedded(chosen: Globals, root: Path, environment: Environment) -> tuple[Transport, Credentials] | None:
    if environment.url != EMULATOR_URL:
        return None
    connection = connect(chosen, root, environment)
    return connection.transport, connection.credentials
