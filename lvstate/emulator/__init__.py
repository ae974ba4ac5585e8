"""A local stand-in for the LiveVox Contact, Account and Session APIs, read from the vendor's pages alone.

    backend/    what the tenant holds and allows; knows no HTTP
    http/       the REST skin: routes, roles, bodies, refusals; holds no state
    storage     SQLite below both
    seeds/      what a new tenant starts with

    with create_app(seed="vendor-examples") as app, serve(app, port=0) as server:
        print(server.url)

It shares no code with the rest of lvstate, so that a misreading in one is caught by the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lvstate.emulator.errors import EmulatorError, UnknownSeed, UnusableDataFile
from lvstate.emulator.readings import DEFAULT_READINGS, Readings

if TYPE_CHECKING:
    from lvstate.emulator.app import EmulatorApp
    from lvstate.emulator.http.server import Server

__all__ = [
    "EmulatorError",
    "Readings",
    "UnknownSeed",
    "UnusableDataFile",
    "create_app",
    "serve",
]


def create_app(
    *,
    data: Path | None = None,
    seed: str = "empty",
    log: Path | None = None,
    latency_ms: float = 0,
    rate: float | None = None,
    clock: Callable[[], float] = time.time,
    readings: Readings = DEFAULT_READINGS,
) -> EmulatorApp:
    """Open (or make) a tenant and return it as a WSGI application with `close()`.

    `data` is the SQLite file, `None` keeps everything in memory. `seed` (`empty` or `vendor-examples`) is
    planted only where no tenant lives yet. `log` receives one JSON line a request. `latency_ms` delays every
    answer, `rate` is the number of requests a second above which the answer is 429. `clock` gives seconds
    since the epoch and rules stamps, sessions and the rate. `readings` choose between answers that the
    vendor's pages contradict each other about.

    Raises UnknownSeed, UnusableDataFile; OSError when the log cannot be opened; ValueError for a
    negative latency or a rate that is not above zero.
    """
    from lvstate.emulator.app import EmulatorApp

    return EmulatorApp(
        data=data, seed=seed, log=log, latency_ms=latency_ms, rate=rate, clock=clock, readings=readings
    )


def serve(app: EmulatorApp, host: str = "127.0.0.1", port: int = 8420) -> Server:
    """Bind the application to an address; the server returned answers once `serve_forever()` runs.

    Port 0 takes a free one; `url` says which. As a context manager the server answers from a thread of its
    own. Raises OSError when the address cannot be bound. The application stays open after `shutdown()`: its
    maker closes it.
    """
    from lvstate.emulator.http.server import Server

    return Server(app, host, port)
