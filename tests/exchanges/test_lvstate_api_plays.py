"""The golden exchanges through `lvstate api`: each is sent as documented, and the answer printed as it came.

Every file of this folder is played, in process: what the emulator plays is answered by the emulator,
the rest by the documented answer itself.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from lvstate.cli import run, target
from lvstate.cli.embedded import EmbeddedTransport
from lvstate.client.credentials import Credentials
from lvstate.client.secrets import Secret
from lvstate.driver import Transport
from lvstate.effects import HttpFault, HttpReply, HttpRequest
from lvstate.emulator import create_app
from lvstate.model.tenant import Tenant
from lvstate.reconcile import Connection
from tests.emulator.caller import Caller
from tests.emulator.test_golden_exchanges import matches, send

FOLDER = Path(__file__).parent
SESSION = "11111111-1111-4111-8111-111111111111"


@dataclass
class Script:
    """A transport that knows one answer."""

    response: dict[str, Any]

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply:
        """Answer as documented."""
        del request, deadline
        body = self.response.get("body")
        payload = b"" if body is None else json.dumps(body).encode()
        headers = {name.lower(): value for name, value in self.response.get("headers", {}).items()}
        return HttpReply(self.response["status"], headers, payload)


@dataclass
class Recorder:
    """A transport that remembers what went through it."""

    inner: Transport
    asked: list[HttpRequest] = field(default_factory=list)
    answers: list[HttpReply | HttpFault] = field(default_factory=list)

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Pass on."""
        self.asked.append(request)
        self.answers.append(self.inner.perform(request, deadline))
        return self.answers[-1]


def exchanges() -> list[Any]:
    return [
        pytest.param(exchange, id=f"{file.stem}: {exchange['name']}")
        for file in sorted(FOLDER.glob("*.json"))
        for exchange in json.loads(file.read_text(encoding="utf-8"))["exchanges"]
    ]


def why_not(exchange: dict[str, Any]) -> str | None:
    """Say why a user of `lvstate api` could not have sent this."""
    request = exchange["request"]
    headers = {name.lower(): value for name, value in request.get("headers", {}).items()}
    if exchange.get("as", "sysadmin") is None or "lv-session" in headers:
        return "it is sent in no session, or one of its own"
    if headers.get("lv-access", "emulator") != "emulator" or request.get("raw") is not None:
        return "it carries another token, or what is not JSON"
    if request["path"] == "/session/login" and "lv-access" not in headers:
        return "it carries no token"
    return None


@contextmanager
def stage(exchange: dict[str, Any]) -> Iterator[tuple[Transport, str]]:
    """Open what answers, and a session there."""
    if "emulator" not in exchange.get("players", ["emulator"]):
        yield Script(exchange["response"]), SESSION
        return
    with create_app(seed=exchange.get("seed", "vendor-examples")) as app:
        app.plant(exchange.get("given", {}))
        caller = Caller(app, exchange.get("as", "sysadmin"))
        for request in exchange.get("setup", []):
            assert send(caller, request).status < 300, request
        assert caller.session is not None
        yield EmbeddedTransport(app), caller.session


@pytest.mark.parametrize("exchange", exchanges())
def test_a_user_can_play_it(
    exchange: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    if reason := why_not(exchange):
        pytest.skip(reason)
    request, response = exchange["request"], exchange["response"]
    for name in ("LVSTATE_URL", "LVSTATE_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LVSTATE_URL", "emulator:")
    with stage(exchange) as (transport, session):
        recorder = Recorder(transport)
        who = Credentials("EMULATOR", None, None, Secret("emulator"), Secret(session))
        connection = Connection(Tenant("emulator:", "EMULATOR"), "golden", recorder, who)
        monkeypatch.setattr(target, "_embedded", lambda root: connection)
        path = request["path"].replace("{session}", session)
        query = f"?{urlencode(request['query'])}" if request.get("query") else ""
        given = []
        if request.get("body") is not None:
            (tmp_path / "body.json").write_text(json.dumps(request["body"]), encoding="utf-8")
            given = ["--input", str(tmp_path / "body.json")]

        packed = request.get("headers", {}).get("Accept-Encoding") == "gzip"
        if packed:
            given += ["--gzip", "--quiet", "--output", str(tmp_path / "answer.gz")]

        code = run(["api", "-C", str(tmp_path), request["method"], path + query, *given])

    asked, answered = recorder.asked[0], recorder.answers[-1]
    assert isinstance(answered, HttpReply)
    _sent_as_documented(asked, request, path)
    assert answered.status == response["status"]
    printed = (tmp_path / "answer.gz").read_bytes() if packed else capfdbinary.readouterr().out
    assert printed == answered.body
    assert code == _exit_code(response)
    if "text" in response:
        text = gzip.decompress(printed) if printed.startswith(b"\x1f\x8b") else printed
        assert packed is (text is not printed)
        lines = text.decode().split("\r\n")
        rest = iter(lines)
        assert lines[0] == response["text"][0]
        assert all(line in rest for line in response["text"])
    elif response.get("body") is None:
        assert printed == b""
    else:
        assert matches(exchange["match"], response["body"], json.loads(printed))


def _sent_as_documented(asked: HttpRequest, documented: dict[str, Any], path: str) -> None:
    sent_path, _, query = asked.path.partition("?")
    assert (asked.method, sent_path) == (documented["method"], path)
    assert dict(parse_qsl(query)) == documented.get("query", {})
    assert (json.loads(asked.body) if asked.body else None) == documented.get("body")
    sent = {name.lower(): value for name, value in asked.headers.items()}
    for name, value in documented.get("headers", {}).items():
        assert sent[name.lower()] == value, name


def _exit_code(response: dict[str, Any]) -> int:
    """CONTRACT 5: a refusal is 8 for permission and 1 otherwise; a 202 with a code is a refusal."""
    if response["status"] in (401, 403):
        return 8
    body = response.get("body")
    refused = response["status"] == 202 and isinstance(body, dict) and "code" in body
    return 1 if refused or response["status"] >= 400 else 0
