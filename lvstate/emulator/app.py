"""The emulator as one WSGI application: storage below, backend above it, the HTTP skin around both."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lvstate.emulator import backend, generator, seeds
from lvstate.emulator.clock import Clock
from lvstate.emulator.faults import Faults
from lvstate.emulator.http.conditions import Conditions
from lvstate.emulator.http.control import Control
from lvstate.emulator.http.dispatch import Dispatcher
from lvstate.emulator.http.fault_injection import Injector
from lvstate.emulator.http.reception import Reception
from lvstate.emulator.http.request_log import RequestHistory, RequestLog, line_of
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.http.routes import all_routes
from lvstate.emulator.http.throttle import Throttle
from lvstate.emulator.laboratory import Laboratory
from lvstate.emulator.seeds import SeedDocument
from lvstate.emulator.settings import Settings
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
        laboratory: Laboratory,
        settings: Settings,
    ) -> None:
        document = seeds.document(seed)
        generator.with_companions(
            laboratory.generate
        )  # what it cannot make is refused before anything is made
        if latency_ms < 0:
            raise ValueError("the latency must not be negative")
        throttle = Throttle(rate, clock)
        self._clock = clock
        self._log = None if log is None else RequestLog(log)
        try:
            self._storage = Storage(data, backend.TABLES)
        except BaseException:
            if self._log is not None:
                self._log.close()
            raise
        seeds.plant_new_tenant(
            self._storage, seed, document, generator.generate(laboratory.generate, laboratory.seed_number)
        )
        parts = backend.open_backend(self._storage, clock)
        parts.sessions.lifetime_ms = int(laboratory.session_lifetime * 1000)
        faults = Faults(laboratory.faults)
        routes = all_routes(strict=settings.strict_paths)
        self._injector = Injector(Dispatcher(parts, routes, throttle, settings), faults, parts.sessions)
        self._conditions = Conditions(latency_ms, throttle, parts.sessions)
        self._history = RequestHistory()
        control = Control(faults, self._conditions, self._history, parts.sessions, self._storage)
        self._reception = Reception(
            self._storage, self._history, self._conditions, control if laboratory.control else None
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionDropped where a scripted fault says so."""
        request = EmulatorRequest(environ)
        received = self._reception.answer(request)
        if received is not None:
            return received(environ, start_response)
        started = time.perf_counter()
        if self._conditions.latency_ms:
            time.sleep(self._conditions.latency_ms / 1000)
        exchange = self._injector.answer(request)
        line = line_of(exchange, (time.perf_counter() - started) * 1000, self._clock)
        self._history.note(line)
        if self._log is not None:
            self._log.write(line)
        return self._injector.deliver(exchange, environ, start_response)

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
