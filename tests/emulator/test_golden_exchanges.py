"""The emulator answers every documented request as documented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lvstate.emulator import create_app
from tests.emulator.caller import Answer, Caller

FOLDER = Path(__file__).parent.parent / "exchanges"
FREE_IDS = ("id", "sessionId", "clientId", "userId", "logId")

# The methods that the emulator has; a later one brings its own file.
METHODS = {json.loads(file.read_text())["method"]: file for file in sorted(FOLDER.glob("*.json"))}


def played() -> list[Any]:
    return [
        pytest.param(exchange, id=f"{file.stem}: {exchange['name']}")
        for file in METHODS.values()
        for exchange in json.loads(file.read_text())["exchanges"]
        if "emulator" in exchange.get("players", ["emulator"])
    ]


@pytest.mark.parametrize("exchange", played())
def test_the_answer_is_the_documented_one(exchange: dict[str, Any]) -> None:
    with create_app(seed=exchange.get("seed", "vendor-examples")) as app:
        app.plant(exchange.get("given", {}))
        caller = Caller(app, exchange.get("as", "sysadmin"))
        for request in exchange.get("setup", []):
            assert send(caller, request).status < 300, request
        answer = send(caller, exchange["request"])
    expected = exchange["response"]
    assert answer.status == expected["status"], answer.raw
    for name, value in expected.get("headers", {}).items():
        assert answer.headers[name] == value
    if "text" in expected:
        assert lines_match(exchange["match"], expected["text"], text_of(answer))
    elif expected.get("body") is None:
        assert answer.raw == b""
    else:
        assert matches(exchange["match"], expected["body"], answer.body), answer.raw


@pytest.mark.parametrize("file", METHODS.values(), ids=lambda file: file.stem)
def test_a_file_has_the_form_that_the_readme_describes(file: Path) -> None:
    document = json.loads(file.read_text())
    assert set(document) == {"method", "source", "reading", "exchanges"}
    assert file.stem == document["method"].lower().replace(" ", "-").replace("'", "")
    for exchange in document["exchanges"]:
        known = {"name", "players", "as", "seed", "given", "setup", "request", "response", "match"}
        assert set(exchange) <= known
        assert set(exchange["request"]) <= {"method", "path", "query", "headers", "body"}
        assert set(exchange["response"]) <= {"status", "headers", "body", "text"}
        assert exchange["match"] in ("exact", "ids-free", "subset")


def test_every_operation_has_its_golden_exchanges() -> None:
    from lvstate.emulator.http.routes import all_routes

    assert sorted(operation.name for operation in all_routes().operations) == sorted(METHODS)


def test_a_documented_answer_that_differs_does_not_match() -> None:
    """The comparison itself can fail, in each of its modes."""
    assert not matches("exact", {"a": [1, 2]}, {"a": [2, 1]})
    assert not matches("exact", {"id": 1}, {"id": 2})
    assert not matches("exact", {"a": 1}, {"a": 1, "b": 1})
    assert matches("ids-free", {"id": 1}, {"id": 2})
    assert not matches("ids-free", {"id": 1}, {"id": "1"})
    assert not matches("ids-free", {"name": "a"}, {"name": "b"})
    assert matches("subset", {"a": [2]}, {"a": [1, 2], "b": 3})
    assert not matches("subset", {"a": [3]}, {"a": [1, 2]})
    assert not matches("subset", {"a": True}, {"a": 1})


def test_a_documented_text_that_differs_does_not_match() -> None:
    assert lines_match("exact", ["a", "b"], "a\r\nb\r\n")
    assert not lines_match("exact", ["a"], "a\r\nb\r\n")
    assert lines_match("subset", ["a", "c"], "a\r\nb\r\nc\r\n")
    assert not lines_match("subset", ["b"], "a\r\nb\r\n")
    assert not lines_match("subset", ["a", "c", "b"], "a\r\nb\r\nc\r\n")


def text_of(answer: Answer) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.raw) if packed else answer.raw).decode()


def lines_match(mode: str, expected: list[str], received: str) -> bool:
    lines = received.removesuffix("\r\n").split("\r\n")
    if mode == "exact":
        return lines == expected
    rest = iter(lines)  # in their order, the first at the beginning
    return lines[:1] == expected[:1] and all(line in rest for line in expected)


def send(caller: Caller, request: dict[str, Any]) -> Answer:
    path = request["path"].replace("{session}", caller.session)
    query, headers = request.get("query"), request.get("headers")
    return caller.send(request["method"], path, request.get("body"), query=query, headers=headers)


def matches(mode: str, expected: object, received: object) -> bool:
    if type(expected) is not type(received):
        return False
    if isinstance(expected, dict) and isinstance(received, dict):
        if not set(expected) <= set(received) or (mode != "subset" and len(received) > len(expected)):
            return False
        return all(
            (mode == "ids-free" and key in FREE_IDS and type(value) is type(received[key]))
            or matches(mode, value, received[key])
            for key, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(received, list):
        if mode == "subset":
            return all(any(matches(mode, one, other) for other in received) for one in expected)
        return len(expected) == len(received) and all(
            matches(mode, one, other) for one, other in zip(expected, received, strict=True)
        )
    return expected == received
