"""A service that answers logins by itself and everything else from a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lvstate.client.credentials import Credentials
from lvstate.client.secrets import Secret
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Stage
from tests.client.virtual_time import Answer, Sent, VirtualTime

TOKEN = "access-token-of-acme"
PASSWORD = "correct horse battery"
CREDENTIALS = Credentials("ACME", "ann", Secret(PASSWORD), Secret(TOKEN))

RESET = HttpFault(Stage.MAYBE_SENT, "the connection broke before the answer was complete")
TIMEOUT = HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline")
REFUSED = HttpFault(Stage.NOT_SENT, "connection refused")
UNTRUSTED = HttpFault(Stage.MISCONFIGURED, "the TLS connection failed: its certificate is not trusted")


def reply(status: int, document: Any = None, headers: Mapping[str, str] | None = None) -> HttpReply:
    """Answer with JSON, or with nothing at all where there is no document."""
    body = b"" if document is None else json.dumps(document).encode()
    return HttpReply(status, {"content-type": "application/json", **(headers or {})}, body)


def html(status: int) -> HttpReply:
    """Answer like a gateway that knows nothing of the API."""
    return HttpReply(status, {"content-type": "text/html; charset=utf-8"}, b"<html><p>hello</p></html>")


class ScriptedService:
    """Gives out sessions `session-1`, `session-2`, ... and then `answers`, one per request, in order.

    A request beyond the script fails the test. `logins` replaces the answers to logins.
    """

    def __init__(self, *answers: Answer, logins: list[Answer] | None = None) -> None:
        self._answers = list(answers)
        self._logins = logins
        self._given_out = 0
        self.time = VirtualTime(self._answer)

    @property
    def logins(self) -> list[Sent]:
        """The logins that came in."""
        return [sent for sent in self.time.sent if sent.request.path == "/session/login"]

    @property
    def calls(self) -> list[Sent]:
        """Everything else that came in."""
        return [sent for sent in self.time.sent if sent.request.path != "/session/login"]

    @property
    def lines(self) -> list[str]:
        """Everything else, as method and path."""
        return [sent.line for sent in self.calls]

    @property
    def unused(self) -> int:
        """How many scripted answers nobody asked for."""
        return len(self._answers)

    def _answer(self, request: HttpRequest) -> Answer:
        if request.path == "/session/login":
            return self._login()
        if not self._answers:
            raise AssertionError(f"a request too many: {request.method} {request.path}")
        return self._answers.pop(0)

    def _login(self) -> Answer:
        if self._logins is not None:
            if not self._logins:
                raise AssertionError("a login too many")
            return self._logins.pop(0)
        self._given_out += 1
        return reply(200, {"sessionId": f"session-{self._given_out}", "clientId": 4711, "userId": 12})
