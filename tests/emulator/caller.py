"""A caller of the emulator without a network: one signed-in user, WSGI requests, answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lvstate.emulator.app import EmulatorApp

CREDENTIALS = {"clientName": "EMULATOR", "password": "emulator"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The body as JSON; None where there is none."""
        return json.loads(self.raw) if self.raw else None


class Caller:
    """Sends requests as one user of the built-in tenant; `user=None` has no session."""

    def __init__(self, app: EmulatorApp, user: str | None = "sysadmin") -> None:
        self.app = app
        self.session: str | None = None
        if user is not None:
            body = {**CREDENTIALS, "userName": user, "agent": user == "agent"}
            answer = self.send("POST", "/session/login", body, headers={"LV-Access": "emulator"})
            assert answer.status == 200, answer
            self.session = answer.body["sessionId"]

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request; `body` travels as JSON, `raw` as it is."""
        sent = dict(headers or {})
        if self.session is not None:
            sent.setdefault("LV-Session", self.session)
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        path, _, inline = path.partition("?")
        builder = EnvironBuilder(
            path=path, method=method, query_string=query or inline or None, headers=Headers(sent), data=data
        )
        try:
            environ = builder.get_environ()
        finally:
            builder.close()
        environ["REQUEST_METHOD"] = method  # exactly as told
        chunks, status, received = run_wsgi_app(self.app, environ, buffered=True)
        return Answer(int(status.split()[0]), {**dict(received)}, b"".join(chunks))

    def get(self, path: str, **more: Any) -> Answer:
        return self.send("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> Answer:
        return self.send("POST", path, body, **more)

    def put(self, path: str, body: object = None, **more: Any) -> Answer:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.send("DELETE", path, **more)
