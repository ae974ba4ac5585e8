"""From options to a project and a connection: what every command that talks to a tenant needs first."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lvstate.cli.logs import start_logging
from lvstate.cli.options import Globals
from lvstate.errors import InvalidInput, LvstateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lvstate.client.direct import DirectTransport
    from lvstate.client.proxied import ProxiedTransport
    from lvstate.model.project import Commit, Environment, Project, Selection
    from lvstate.reconcile import Connection, Limits

EMULATOR_URL = "emulator:"
EMULATOR_DATA = Path(".lvstate/emulator.db")


def open_project(chosen: Globals, found: Callable[[Environment], object] = lambda _: None) -> Project:
    """Read the project for the environment asked for; `found` is told which before any manifest is read."""
    from lvstate.manifests import load_project

    return load_project(
        chosen.chdir,
        chosen.env,
        url=os.environ.get("LVSTATE_URL"),
        client=os.environ.get("LVSTATE_CLIENT"),
        found=found,
    )


def open_project_at(chosen: Globals, ref: str) -> tuple[Project, Commit]:
    """Read the project at a Git ref for the environment asked for."""
    from lvstate.manifests import load_project_at

    url, client = os.environ.get("LVSTATE_URL"), os.environ.get("LVSTATE_CLIENT")
    return load_project_at(chosen.chdir, ref, chosen.env, url=url, client=client)


def open_environment(chosen: Globals) -> tuple[Path, Environment]:
    """Find the environment asked for: in the project file, or in LVSTATE_URL where there is no such file."""
    from lvstate.manifests import load_environment
    from lvstate.manifests.scaffold import PROJECT_FILE
    from lvstate.model.project import Environment

    url, client = os.environ.get("LVSTATE_URL"), os.environ.get("LVSTATE_CLIENT")
    project = chosen.chdir / PROJECT_FILE
    if url and chosen.chdir.is_dir() and not os.path.lexists(project):
        return chosen.chdir, Environment(chosen.env or "default", url, client=client)
    try:
        return load_environment(chosen.chdir, chosen.env, url=url, client=client)
    except InvalidInput as error:
        if chosen.chdir.is_dir() and not os.path.lexists(project):
            error.hint = f"set LVSTATE_URL, or use -C DIR; lvstate init makes a {PROJECT_FILE}"
            error.problems = ()
        raise


def selection_of(chosen: Globals) -> Selection:
    """Parse `--select` and `--exclude`; raises UsageError for what is no KIND/GLOB."""
    from lvstate.kinds import all_kinds
    from lvstate.model.project import Pattern, Selection

    kinds = [kind.name for kind in all_kinds()]

    def parse(text: str) -> Pattern:
        try:
            pattern = Pattern.parse(text)
        except ValueError:
            raise UsageError(
                f"{text!r} is not of the form KIND/GLOB", hint=f"for example {kinds[0]}/*"
            ) from None
        if pattern.kind not in (*kinds, "*"):
            raise UsageError(
                f"{text!r} names no kind: there is no {pattern.kind!r}",
                hint=f"the kinds are {', '.join(kinds)}",
            )
        return pattern

    return Selection(tuple(parse(t) for t in chosen.select), tuple(parse(t) for t in chosen.exclude))


def limits_of(chosen: Globals, *, settle: float = 60.0, lock_timeout: float = 0.0) -> Limits:
    """Collect how patient and how busy the run is."""
    from lvstate.reconcile import Limits

    patience = (chosen.timeout, chosen.deadline, settle, lock_timeout)
    return Limits(chosen.parallelism, *patience, rate=chosen.rate)


class Way:
    """The way to a tenant, which may be begun before anything is to be said there.

    A tenant is far away: to reach it takes about as long as to read many manifests.
    """

    def __init__(self, chosen: Globals) -> None:
        self._chosen = chosen
        self._transport: DirectTransport | ProxiedTransport | None = None

    def begin(self, environment: Environment) -> None:
        """Begin to connect; says nothing yet, and leaves what stands against it to `connect`."""
        if environment.url == EMULATOR_URL:
            return
        from lvstate.client.origin import origin_of
        from lvstate.client.transport import transport_to

        with suppress(LvstateError):
            self._transport = transport_to(origin_of(environment, os.environ))
            self._transport.connect_early()

    def connect(self, root: Path, environment: Environment) -> Connection:
        """Decide where requests go and with which credentials; sends nothing yet."""
        from lvstate.client.credentials import from_environment
        from lvstate.client.origin import origin_of
        from lvstate.model.tenant import Tenant
        from lvstate.reconcile import Connection

        if environment.url == EMULATOR_URL:
            start_logging(self._chosen, always=True)  # the emulator tells of its own faults
            return _embedded(root)
        origin = origin_of(environment, os.environ)
        credentials = from_environment(os.environ, environment)
        from lvstate.client.transport import transport_to

        tenant = Tenant(origin.url, credentials.client)
        scope = f"{origin.url}\n{credentials.client or ''}"
        return Connection(tenant, scope, self._transport or transport_to(origin), credentials)


def connect(chosen: Globals, root: Path, environment: Environment) -> Connection:
    """Decide where requests go and with which credentials; sends nothing yet."""
    return Way(chosen).connect(root, environment)


def _embedded(root: Path) -> Connection:
    from lvstate.cli.embedded import EmbeddedTransport
    from lvstate.client.credentials import EMBEDDED
    from lvstate.emulator import EmulatorError, create_app
    from lvstate.model.tenant import Tenant
    from lvstate.reconcile import Connection

    data = root / EMULATOR_DATA
    data.parent.mkdir(parents=True, exist_ok=True)
    try:
        transport = EmbeddedTransport(create_app(data=data))
    except EmulatorError as error:
        raise LvstateError(str(error), hint=f"move {EMULATOR_DATA} away to begin anew") from error
    return Connection(
        Tenant(EMULATOR_URL, EMBEDDED.client), f"{EMULATOR_URL}{data.resolve()}", transport, EMBEDDED
    )
