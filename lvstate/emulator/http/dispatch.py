"""The way of a request, and the order of its refusals: 429, 401, 404 path, 405, 403, 400 body, 404 object.

The last two are the handler's: it reads the whole input before it asks for an object.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from werkzeug.wrappers import Response

from lvstate.emulator.backend import Backend
from lvstate.emulator.backend.refusals import Refusal
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.faults import Rule
from lvstate.emulator.http.operations import Call, Operation
from lvstate.emulator.http.refusals import Refused, refused
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.http.routes import Route, Routes
from lvstate.emulator.http.throttle import Throttle
from lvstate.emulator.settings import Settings

SESSION_HEADER = "LV-Session"

logger = logging.getLogger("lvstate.emulator")
logger.addHandler(logging.NullHandler())


@dataclass
class Exchange:
    """A request, who sent it to which operation, the answer, and the scripted faults that befell it."""

    request: EmulatorRequest
    response: Response
    operation: Operation | None = None
    user: User | None = None
    faults: tuple[Rule, ...] = ()


class Dispatcher:
    """Answers requests from a backend; safe for any number of threads."""

    def __init__(self, backend: Backend, routes: Routes, throttle: Throttle, settings: Settings) -> None:
        self._backend = backend
        self._routes = routes
        self._throttle = throttle
        self._settings = settings

    def operation_of(self, request: EmulatorRequest) -> Operation | None:
        """What a request asks for, whether or not it will be allowed to."""
        route = self._routes.find(request.routing_path())
        if route is None or request.verb not in route.operations:
            return None
        try:
            return _meant(route, request)
        except Refused:  # a body too large to tell: it is refused under any name
            return route.operations[request.verb][-1]

    def answer(self, request: EmulatorRequest) -> Exchange:
        """Answer one request; never raises."""
        exchange = Exchange(request, Response())
        try:
            exchange.response = self._answer(exchange)
        except Refused as refusal:
            exchange.response = refusal.response()
        except Refusal as refusal:
            exchange.response = refused(refusal).response()
        except Exception:
            # A fault of the emulator itself: told to whoever listens to the log, never to the client.
            logger.exception("%s %s failed", request.verb, exchange.operation and exchange.operation.name)
            exchange.response = Refused(500, "The emulator failed; its log says why.").response()
        return exchange

    def _answer(self, exchange: Exchange) -> Response:
        self._throttle.admit()
        request = exchange.request
        route = self._routes.find(request.routing_path())
        if route is None or not route.is_open:
            exchange.user = self._backend.sessions.use(request.headers.get(SESSION_HEADER))
        if route is None:
            raise Refused(404, "No method of the API has this path.")
        exchange.operation = operation = _meant(route, request)
        if operation.roles is not None and (
            exchange.user is None or exchange.user.role not in operation.roles
        ):
            raise Refused(403, f"{operation.name} is not allowed for this user.")
        call = Call(self._backend, request, route.segments, exchange.user, self._settings)
        response = operation.handler(call)
        exchange.user = call.user
        return response


def _meant(route: Route, request: EmulatorRequest) -> Operation:
    operations = route.operations.get(request.verb)
    if operations is None:
        allowed = ", ".join(sorted(route.operations))
        raise Refused(405, f"This path answers {allowed}.", headers={"Allow": allowed})
    claims = (each for each in operations[:-1] if each.is_meant is not None and each.is_meant(request))
    return next(claims, operations[-1])
