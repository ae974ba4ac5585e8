"""Carries scripted faults out: what an API does on a bad day, with or without having done what it was asked.

With a socket (`environ["lvstate.connection"]`, see `server`) a dropped connection is reset on the wire, and a
truncated one ends in order. Called in process, both raise ConnectionDropped: from the call, or from the body
once some of it was delivered.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from lvstate.emulator.backend.sessions import Sessions
from lvstate.emulator.errors import ConnectionDropped
from lvstate.emulator.faults import Effect, Faults, Moment, Rule
from lvstate.emulator.http.answers import json_answer
from lvstate.emulator.http.dispatch import SESSION_HEADER, Dispatcher, Exchange
from lvstate.emulator.http.requests import EmulatorRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONNECTION = "lvstate.connection"
GARBAGE = b'{"id": 12, "name": "garb\xff'
PAGE = (
    "<!doctype html>\n<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>\n"
)
DRIPS_A_SECOND = 10

_NO_LINGER = struct.pack("ii", 1, 0)  # closing then resets the connection instead of ending it


@dataclass(frozen=True)
class Injector:
    """Stands before a dispatcher and lets a script interfere; safe for any number of threads."""

    dispatcher: Dispatcher
    faults: Faults
    sessions: Sessions
    sleep: Callable[[float], None] = time.sleep

    def answer(self, request: EmulatorRequest) -> Exchange:
        """Answer a request as far as the script lets it be answered; never raises."""
        operation = self.dispatcher.operation_of(request)
        rules = self.faults.strike(operation.name if operation else None, request.verb, request.path)
        if not rules:
            return self.dispatcher.answer(request)
        for rule in rules:
            if rule.moment is Moment.BEFORE:
                self._pass_time(rule, request)
        if rules[-1].moment is Moment.BEFORE and not rules[-1].effect.adds_up:
            exchange = Exchange(request, Response(), operation)
        else:
            exchange = self.dispatcher.answer(request)
        exchange.faults = rules
        for rule in rules:
            if rule.moment is Moment.AFTER:
                self._pass_time(rule, request)
        exchange.response = _altered(exchange.response, rules[-1])
        return exchange

    def deliver(
        self, exchange: Exchange, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Send the answer, or as much of it as is to arrive. Raises ConnectionDropped."""
        rules = exchange.faults
        if not rules:
            return exchange.response(environ, start_response)
        last = rules[-1]
        if last.effect is Effect.DROP and last.bytes is None:
            _reset(environ)
            raise ConnectionDropped(committed=last.moment is Moment.AFTER)
        body: Iterator[bytes] = iter(exchange.response(environ, start_response))
        for rule in rules:
            if rule.effect is Effect.DRIP:
                body = self._dripping(body, rule.bytes_per_second)
        if last.bytes is not None:
            body = _cut(body, last.bytes, environ, reset=last.effect is Effect.DROP)
        return body

    def _pass_time(self, rule: Rule, request: EmulatorRequest) -> None:
        if rule.effect is Effect.DELAY:
            self.sleep(rule.seconds)
        elif rule.effect is Effect.EXPIRE_SESSION and (session := request.headers.get(SESSION_HEADER)):
            self.sessions.expire(session)

    def _dripping(self, body: Iterator[bytes], bytes_per_second: float) -> Iterator[bytes]:
        size = max(1, int(bytes_per_second / DRIPS_A_SECOND))
        for chunk in body:
            for start in range(0, len(chunk), size):
                drop = chunk[start : start + size]
                self.sleep(len(drop) / bytes_per_second)
                yield drop


def _altered(response: Response, rule: Rule) -> Response:
    match rule.effect:
        case Effect.STATUS:
            if isinstance(rule.body, str):
                changed = Response(rule.body, rule.status, content_type="text/plain; charset=utf-8")
            elif rule.body is None and rule.status == 204:
                changed = Response(status=204)
            else:
                body = (
                    {"code": rule.status, "message": "A scripted fault."} if rule.body is None else rule.body
                )
                changed = json_answer(body, rule.status)
        case Effect.HTML:
            text = rule.body if isinstance(rule.body, str) else PAGE
            changed = Response(text, rule.status, content_type="text/html; charset=utf-8")
        case Effect.GARBAGE:
            status = 200 if response.status_code == 204 else response.status_code  # a 204 has no body
            changed = Response(GARBAGE, status, content_type="application/json")
        case Effect.CONTENT_TYPE:
            response.headers["Content-Type"] = rule.content_type
            return response
        case _:
            return response
    response.close()
    changed.headers.update(rule.headers)
    return changed


def _cut(body: Iterator[bytes], limit: int, environ: WSGIEnvironment, *, reset: bool) -> Iterator[bytes]:
    """At most `limit` bytes, and never all of them; then the end of the connection."""
    sent = 0
    held = b""  # the last byte waits until there is another, so that the answer is short in any case
    for chunk in body:
        data = held + chunk
        if len(data) > limit - sent:
            if limit > sent:
                yield data[: limit - sent]
            sent = limit
            break
        if len(data) > 1:
            yield data[:-1]
            sent += len(data) - 1
        held = data[-1:]
    if reset:
        _reset(environ)
    raise ConnectionDropped(committed=True, received=sent)


def _reset(environ: WSGIEnvironment) -> None:
    connection: socket.socket | None = environ.get(CONNECTION)
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            connection.close()
