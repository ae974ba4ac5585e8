"""The golden exchanges against the client: it sends the documented request and understands the answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from lvstate.client.credentials import Credentials
from lvstate.client.remote import Writer
from lvstate.client.secrets import Secret
from lvstate.client.session import WritingSession
from lvstate.driver import Driver
from lvstate.effects import HttpReply, HttpRequest
from lvstate.errors import AuthError
from lvstate.kinds import all_kinds
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Cause, Done, NotDone
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, LiveId
from lvstate.wire.messages import Read

FOLDER = Path(__file__).parent
SECRET = Secret("emulator")
OPEN = Credentials(None, None, None, None, Secret("11111111-1111-1111-1111-111111111111"))


@dataclass
class Script:
    """A transport that knows one answer and keeps what it was asked."""

    status: int
    body: Any
    asked: list[HttpRequest] = field(default_factory=list)

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply:
        """Answer as documented."""
        del deadline
        self.asked.append(request)
        body = b"" if self.body is None else json.dumps(self.body).encode()
        return HttpReply(self.status, {"content-type": "application/json"}, body)


def exchanges() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        found += [
            pytest.param(exchange, id=f"{file.stem}: {exchange['name']}")
            for exchange in json.loads(file.read_text(encoding="utf-8"))["exchanges"]
            if "client" in exchange.get("players", ["client"])
        ]
    return found


@pytest.mark.parametrize("exchange", exchanges())
def test_the_client_sends_what_is_documented_and_understands_the_answer(exchange: dict[str, Any]) -> None:
    script = Script(exchange["response"]["status"], exchange["response"].get("body"))
    driver = Driver(script)
    try:
        _play(exchange["request"], exchange["response"], driver)
    finally:
        driver.close()

    asked, documented = script.asked[0], exchange["request"]
    path, _, query = asked.path.partition("?")
    assert asked.method == documented["method"]
    assert path == documented["path"]
    assert dict(parse_qsl(query)) == documented.get("query", {})
    assert _native(json.loads(asked.body) if asked.body else None) == _native(documented.get("body"))
    sent = {name.lower(): value for name, value in asked.headers.items()}
    for name, value in documented.get("headers", {}).items():
        assert sent[name.lower()] == value


def _play(request: dict[str, Any], response: dict[str, Any], driver: Driver) -> None:
    """Make the client send this request and check what it makes of the answer."""
    method, path = request["method"], request["path"]
    body: Any = request.get("body")
    if path == "/session/login":
        _log_in(request, response, driver)
        return
    writer = Writer(WritingSession(OPEN))
    status = response["status"]
    document: Any = response.get("body")
    if path.endswith("/search"):
        ((key, live_id),) = body["search"].items()
        kind = next(k for k in all_kinds() if k.consumers and k.consumers.search_key == key)
        rows = document["listAccount"]
        assert driver.run(writer.usage(kind, live_id)) == Usage(len(rows))
        return
    kind, live_id = _meant(path)
    match method:
        case "POST":
            assert driver.run(writer.create(kind, _fields(kind, body))) == Done(document["id"])
        case "PUT":
            rows = body["customFields"] if kind.slots else [body]
            changes = [(row.get("field", live_id), _fields(kind, row)) for row in rows]
            _written(driver.run(writer.update(kind, changes)), status)
        case "DELETE":
            assert live_id is not None
            _written(driver.run(writer.delete(kind, live_id)), status)
        case "GET" if live_id is None:
            query = request.get("query", {})
            shape = kind.shape

            async def listed() -> Any:
                ask = shape.list(int(query.get("offset", 0)), int(query.get("count", 0)))
                assert isinstance(ask, Read)
                return shape.page(kind.name, await writer._session.read(ask))

            page = driver.run(listed())
            rows = (
                document
                if isinstance(document, list)
                else next(v for v in document.values() if isinstance(v, list))
            )
            assert [(o.id, dict(o.fields)) for o in page.objects] == [_live(kind, row) for row in rows]
            assert page.more is (isinstance(document, dict) and bool(document.get("next")))
        case _:
            assert live_id is not None
            live = driver.run(writer.read(kind, live_id))
            assert (None if status == 404 else _live(kind, document)) == (
                live and (live.id, dict(live.fields))
            )


def _log_in(request: dict[str, Any], response: dict[str, Any], driver: Driver) -> None:
    body = request["body"]
    token = Secret(request["headers"]["LV-Access"])
    credentials = Credentials(body["clientName"], body["userName"], Secret(body["password"]), token)
    session = WritingSession(credentials)

    async def log_in() -> str:
        return (await session._logins.session_id()).reveal()

    if response["status"] == 200:
        assert driver.run(log_in()) == response["body"]["sessionId"]
    else:
        with pytest.raises(AuthError):
            driver.run(log_in())


def _written(attempt: object, status: int) -> None:
    if status == 204:
        assert attempt == Done()
    else:
        assert isinstance(attempt, NotDone)
        assert attempt.cause is Cause.GONE


def _meant(path: str) -> tuple[Kind, Any]:
    """Find the kind and the id that a documented path is about."""
    for kind in all_kinds():
        listing = kind.shape.list(0, 1).path
        if path == listing:
            return kind, None
        stem = re.escape(kind.shape.read("{id}").path.removesuffix("%7Bid%7D"))
        other = re.escape(f"{listing.removesuffix('s')}/")
        if found := re.fullmatch(f"(?:{stem}|{other}|{re.escape(listing)}/)([^/]+)", path):
            live_id: LiveId = found[1] if kind.slots else int(found[1])
            return kind, live_id
    raise AssertionError(path)


def _fields(kind: Kind, row: dict[str, Any]) -> Fields:
    return {f.name: value for f in kind.shape.fields if (value := f.decode(row.get(f.wire))) is not None}


def _live(kind: Kind, row: dict[str, Any]) -> tuple[LiveId, Fields]:
    return (row["field"] if kind.slots else row["id"]), _fields(kind, row)


def _native(value: Any) -> Any:
    """Numbers may be written as text in the pages; the client sends numbers (REFERENCE 5.3, no. 31)."""
    match value:
        case dict():
            return {
                key: _native(item) for key, item in value.items() if not (key == "agent" and item is False)
            }
        case list():
            return [_native(item) for item in value]
        case str() if value.isdigit():
            return int(value)
        case _:
            return value
