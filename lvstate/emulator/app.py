"""The emulator as one WSGI application: storage below, backend above it, the HTTP skin around both."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lvstate.emulator import backend, seeds
from lvstate.emulator.clock import Clock
from lvstate.emulator.http.dispatch import Dispatcher
from lvstate.emulator.http.request_log import RequestLog
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.http.routes import all_routes
from lvstate.emulator.http.throttle import Throttle
from lvstate.emulator.readings import Readings
from lvstate.emulator.seeds import SeedDocument
from lvstate.emulator.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class EmulatorApp:
    """A WSGI callable over one tenant; `lvstate.emulator.create_app` tells its options and errors."""

    def __init__(
        self,
        *,
        data: Path | None,
        seed: str,
        log: Path | None,
        latency_ms: float,
        rate: float | None,
        clock: Clock,
        readings: Readings,
    ) -> None:
        document = seeds.document(seed)
        if latency_ms < 0:
            raise ValueError("the latency must not be negative")
        self._latency = latency_ms / 1000
        throttle = None if rate is None else Throttle(rate, clock)
        self._log = None if log is None else RequestLog(log, clock)
        try:
            self._storage = Storage(data, backend.TABLES)
        except BaseException:
            if self._log is not None:
                self._log.close()
            raise
        seeds.plant_new_tenant(self._storage, seed, document)
        tenant = backend.open_backend(self._storage, clock)
        self._dispatcher = Dispatcher(tenant, all_routes(), throttle, readings)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        if self._latency:
            time.sleep(self._latency)
        exchange = self._dispatcher.answer(EmulatorRequest(environ))
        if self._log is not None:
            self._log.write(exchange, (time.perf_counter() - started) * 1000)
        return exchange.response(environ, start_response)

    def plant(self, document: SeedDocument) -> None:
        """Add whole objects with their ids, all or none; for tests that need what no request can make."""
        with self._storage.write() as db:
            seeds.plant(db, document)

    def close(self) -> None:
        """Give back the data file and the log; safe to call twice."""
        self._storage.close()
        if self._log is not None:
            self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
