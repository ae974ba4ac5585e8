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
from typing import TYPE_CHECKING, Unpack

from lvstate.emulator.errors import (
    ConnectionDropped,
    EmulatorError,
    UnknownSeed,
    UnusableDataFile,
    UnusableDocument,
)
from lvstate.emulator.settings import Settings, SettingValues

if TYPE_CHECKING:
    from lvstate.emulator.app import EmulatorApp
    from lvstate.emulator.http.server import Server
    from lvstate.emulator.laboratory import Laboratory

__all__ = [
    "ConnectionDropped",
    "EmulatorError",
    "UnknownSeed",
    "UnusableDataFile",
    "UnusableDocument",
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
    laboratory: Laboratory | None = None,
    **settings: Unpack[SettingValues],
) -> EmulatorApp:
    """Open (or make) a tenant and return it as a WSGI application with `close()`.

    `data` is the SQLite file, `None` keeps everything in memory. `seed` (`empty` or `vendor-examples`) is
    planted only where no tenant lives yet. `log` receives one JSON line a request. `latency_ms` delays every
    answer, `rate` is the number of requests a second above which the answer is 429. `clock` gives seconds
    since the epoch and rules stamps, sessions and the rate. `laboratory` holds faults, control over HTTP, the
    lifetime of sessions and what is to be generated. `settings` choose between two readings of the vendor's
    pages; `lvstate.emulator.settings.Settings` tells them.

    Raises UnknownSeed, UnusableDataFile; EmulatorError for what cannot be generated; OSError when the log
    cannot be opened; ValueError for a negative latency, a rate that is not above zero or a setting that does
    not exist. A call of the application raises ConnectionDropped where a scripted fault says so.
    """
    from lvstate.emulator.app import EmulatorApp
    from lvstate.emulator.laboratory import Laboratory

    return EmulatorApp(
        data=data,
        seed=seed,
        log=log,
        latency_ms=latency_ms,
        rate=rate,
        clock=clock,
        laboratory=laboratory or Laboratory(),
        settings=Settings(**settings),
    )


def serve(app: EmulatorApp, host: str = "127.0.0.1", port: int = 8420) -> Server:
    """Bind the application to an address; the server returned answers once `serve_forever()` runs.

    Port 0 takes a free one; `url` says which. As a context manager the server answers from a thread of its
    own. Raises OSError when the address cannot be bound. The application stays open after `shutdown()`: its
    maker closes it.
    """
    from lvstate.emulator.http.server import Server

    return Server(app, host, port)
