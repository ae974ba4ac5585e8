"""Every golden exchange is what the description says: its request, its answer, its content type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.openapi.description import closed, faults, find

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
    request = exchange["request"]
    operation = find(request["method"], request["path"])
    assert operation is not None
    assert method in operation.methods
    if exchange["response"]["status"] >= 400:
        return
    schema, body = operation.request_schema(), request.get("body")
    if body is None:
        assert not operation.body_is_required()
    else:
        assert schema is not None, "no body is described"
        assert faults(schema, body) == []
    known = {each["name"]: each for each in operation.parameters if each["in"] == "query"}
    query = request.get("query", {})
    assert set(query) <= set(known)
    assert {name for name, each in known.items() if each.get("required")} <= set(query)
    for name, text in query.items():
        assert faults(known[name]["schema"], int(text)) == []


@pytest.mark.parametrize(("method", "exchange"), EXCHANGES)
def test_the_answer_is_a_described_one(method: str, exchange: dict[str, Any]) -> None:
    answer = exchange["response"]
    operation = find(exchange["request"]["method"], exchange["request"]["path"])
    assert operation is not None
    said = operation.response(answer["status"])
    assert said is not None, f"{operation.id} has no {answer['status']}"
    contents, body = said.get("content", {}), answer.get("body")
    if body is None:
        return
    media = answer.get("headers", {}).get("Content-Type", "application/json").partition(";")[0]
    assert media in contents
    schema = closed(contents[media]["schema"])
    if exchange["match"] == "subset":
        schema = _any_part_of(schema)
    assert faults(schema, body) == []


def _any_part_of(schema: Any) -> Any:
    """The schema without what it demands to be there: the documented answer is shown in part."""
    if isinstance(schema, dict):
        return {
            key: _any_part_of(value) for key, value in schema.items() if key not in ("required", "minItems")
        }
    return [_any_part_of(value) for value in schema] if isinstance(schema, list) else schema
