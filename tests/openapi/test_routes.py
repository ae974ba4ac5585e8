"""The description and the emulator's route table say the same, read from either side."""

from __future__ import annotations

import pytest

from lvstate.emulator.http.operations import Operation
from lvstate.emulator.http.routes import all_routes
from tests.openapi.description import NOT_SERVED, Described, bare, operations

ROUTES = all_routes().operations
SERVED = [operation for operation in operations() if operation.id not in NOT_SERVED]


def described(route: Operation) -> Described | None:
    """The operation of a route: one of the same verb at one of its paths."""
    paths = {bare(path) for path in route.paths}
    return next((o for o in operations() if o.verb == route.verb and bare(o.path) in paths), None)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_is_described(route: Operation) -> None:
    operation = described(route)
    assert operation is not None, f"{route.verb} {route.paths} is in no part of schemas/openapi"
    assert route.name in operation.methods
    assert {role.value for role in route.roles or ()} == set(operation.node["x-roles"])


@pytest.mark.parametrize("operation", SERVED, ids=lambda operation: operation.id)
def test_an_operation_is_served_at_every_spelling_of_its_path(operation: Described) -> None:
    routes = [route for route in ROUTES if described(route) == operation]
    assert {route.name for route in routes} == set(operation.methods)
    assert all(operation.spellings <= set(map(bare, route.paths)) for route in routes)


def test_what_is_not_served_yet_is_known() -> None:
    """An operation that gets a route leaves `NOT_SERVED`, which must be empty one day."""
    with_route = {operation.id for route in ROUTES if (operation := described(route))}
    assert {operation.id for operation in operations()} - with_route == NOT_SERVED
