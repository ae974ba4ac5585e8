"""Schemathesis against the emulator: whatever is sent, the answer is one that the description allows."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.wrappers import Response

from lvstate.emulator import create_app
from lvstate.emulator.backend import tenant
from tests.emulator.caller import Caller
from tests.openapi.description import (
    NOT_SERVED,
    Described,
    Node,
    closed,
    description,
    operations,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 25  # for each of them; all must fit into a minute on two cores


# What the description allows, and what it does not, where an operation has any input.
TRIALS = [
    pytest.param(operation, mode, id=f"{operation.id}-{mode.value}")
    for operation in operations()
    if operation.id not in NOT_SERVED
    for mode in GenerationMode
    if mode.is_positive or operation.parameters or operation.request_schema()
]


def strict() -> Node:
    """The description for this test: answers closed, and in paths what the examples name, for other ids are unknown."""
    document = copy.deepcopy(description())
    for operation in operations(document):
        operation.node["responses"] = {
            status: _closed(operation, status) for status in operation.node["responses"]
        }
        operation.node["parameters"] = [_tried(parameter) for parameter in operation.parameters]
        operation.node.pop("security", None)  # credentials are given, never generated
    for item in document["paths"].values():
        item.pop("parameters", None)
    del document["security"], document["components"]["securitySchemes"]
    return document


def _closed(operation: Described, status: str) -> Node:
    response = copy.deepcopy(operation.response(int(status)) or {})
    for content in response.get("content", {}).values():
        content["schema"] = closed(content["schema"])
    return response


def _tried(parameter: Node) -> Node:
    if parameter["in"] != "path":
        return parameter
    return {**parameter, "schema": {"enum": [example["value"] for example in parameter["examples"].values()]}}


SCHEMA = schemathesis.openapi.from_dict(strict())


@pytest.mark.parametrize(("described", "mode"), TRIALS)
def test_every_answer_is_a_described_one(described: Described, mode: GenerationMode) -> None:
    """No 5xx, no undescribed status, content type, key or type: for what the description allows and for what it does not.

    With strict paths: otherwise an array sent to Create Account is Create Multiple Accounts, as in the vendor's example.
    """
    operation = SCHEMA.find_operation_by_id(described.id)
    with create_app(seed="vendor-examples", strict_paths=True) as app:
        headers = {"LV-Session": str(Caller(app).session), "LV-Access": tenant.ACCESS_TOKEN}

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered_as_described(case: schemathesis.Case[Any]) -> None:
            case.validate_response(case.call(app=app, headers=headers), checks=CHECKS)

        answered_as_described()


@pytest.mark.parametrize(
    ("status", "media", "body"),
    [
        pytest.param(500, "application/json", b'{"code":500,"message":""}', id="a 5xx"),
        pytest.param(
            418, "application/json", b'{"code":418,"message":""}', id="a status that is not described"
        ),
        pytest.param(200, "text/plain", b'{"id":2200,"name":"x"}', id="another content type"),
        pytest.param(200, "application/json", b'{"id":"2200","name":"x"}', id="another type"),
        pytest.param(200, "application/json", b'{"id":2200}', id="a key too few"),
        pytest.param(200, "application/json", b'{"id":2200,"name":"x","level":1}', id="a key too many"),
    ],
)
def test_an_answer_outside_the_description_is_noticed(status: int, media: str, body: bytes) -> None:
    case = SCHEMA.find_operation_by_id("readContactGroup").Case(path_parameters={"id": 2200})
    app = Response(body, status, content_type=media)
    with pytest.raises(FailureGroup):
        case.validate_response(case.call(app=app), checks=CHECKS)
