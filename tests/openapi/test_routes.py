"""The description and the emulator's route table say the same, read from either side."""

from __future__ import annotations

import pytest

from lvstate.emulator.http.operations import Operation
from lvstate.emulator.http.routes import all_routes
from tests.openapi.description import NOT_SERVED, Described, bare, operations

TABLE = all_routes()


def described(route: Operation) -> Described | None:
    """The operation of a route: one of the same verb at one of its paths."""
    paths = {bare(path) for path in route.paths}
    return next((o for o in operations() if o.verb == route.verb and bare(o.path) in paths), None)


@pytest.mark.parametrize("route", TABLE.operations, ids=lambda route: route.name)
def test_a_route_is_described(route: Operation) -> None:
    operation = described(route)
    assert operation is not None, f"{route.verb} {route.paths} is in no part of schemas/openapi"
    assert route.name in operation.methods
    assert {role.value for role in route.roles or ()} == set(operation.node["x-roles"])


def test_the_same_request_lines_are_served_and_described() -> None:
    served = {(verb, bare(path)) for path, verbs in TABLE._by_path.items() for verb in verbs}
    lines = {
        line for operation in operations() if operation.id not in NOT_SERVED for line in operation.requests
    }
    assert served == lines


def test_what_is_not_served_yet_is_known() -> None:
    """An operation whose methods all have a route leaves `NOT_SERVED`, which must be empty one day."""
    names = {route.name for route in TABLE.operations}
    assert {operation.id for operation in operations() if not set(operation.methods) <= names} == NOT_SERVED
