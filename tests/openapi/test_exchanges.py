"""Every golden exchange is what the description says: its request, its answer, its content type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.openapi.description import Node, closed, complete, faults, of_method

FOLDER = Path(__file__).parent.parent / "exchanges"
EXCHANGES = [
    pytest.param(document["method"], exchange, id=f"{file.stem}: {exchange['name']}")
    for file in sorted(FOLDER.glob("*.json"))
    for document in [json.loads(file.read_text("utf-8"))]
    for exchange in document["exchanges"]
]


@pytest.mark.parametrize(("method", "exchange"), EXCHANGES)
def test_the_request_is_a_described_one(method: str, exchange: dict[str, Any]) -> None:
    """Unless it is bad on purpose, which its answer tells."""
    request, operation = exchange["request"], of_method(method)
    assert operation.takes(request["method"], request["path"])
    if exchange["response"]["status"] >= 400:
        return
    body, schema = request.get("body"), operation.request_schema()
    if body is None:
        assert not operation.body_is_required()
    else:
        assert schema is not None, "no body is described"
        assert len(_bad(schema, body)) <= _refused_items(exchange["response"])
    known = {each["name"]: each for each in operation.parameters if each["in"] == "query"}
    query = request.get("query", {})
    assert set(query) <= set(known)
    assert {name for name, each in known.items() if each.get("required")} <= set(query)
    for name, text in query.items():
        assert faults(known[name]["schema"], int(text)) == []


@pytest.mark.parametrize(("method", "exchange"), EXCHANGES)
def test_the_answer_is_a_described_one(method: str, exchange: dict[str, Any]) -> None:
    answer, operation = exchange["response"], of_method(method)
    said = operation.response(answer["status"])
    assert said is not None, f"{operation.id} has no {answer['status']}"
    contents = said.get("content", {})
    body = "\r\n".join(answer["text"]) if "text" in answer else answer.get("body")
    if body is None:
        return
    media = answer.get("headers", {}).get("Content-Type", "application/json").partition(";")[0]
    assert media in contents
    schema = closed(contents[media]["schema"])
    if exchange["match"] == "subset":
        schema = _any_part_of(schema)
    assert faults(schema, body) == []


def _bad(schema: Node, body: object) -> list[Any]:
    """What is wrong with a body: the whole, or the items of a bare array."""
    if isinstance(body, list) and schema.get("type") == "array":
        return [item for item in body if faults(complete(schema["items"]), item)]
    return faults(schema, body)


def _refused_items(answer: Node) -> int:
    """A bulk method may answer 200 and say how many items it refused."""
    body = answer.get("body")
    return int(body.get("failCount", 0)) if isinstance(body, dict) else 0


def _any_part_of(schema: Any) -> Any:
    """The schema without what it demands to be there: the documented answer is shown in part."""
    if isinstance(schema, dict):
        return {
            key: _any_part_of(value) for key, value in schema.items() if key not in ("required", "minItems")
        }
    return [_any_part_of(value) for value in schema] if isinstance(schema, list) else schema
