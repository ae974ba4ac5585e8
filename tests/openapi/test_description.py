"""The description by itself: valid, current, complete, with examples that its own schemas allow."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from lvstate.manifests import openapi, schema_named, schema_names
from lvstate.manifests.schema import OPENAPI, schema_folder
from tests.openapi.description import (
    Described,
    answers,
    closed,
    complete,
    description,
    faults,
    followed,
    of_method,
    operations,
)

EACH = [pytest.param(operation, id=operation.id) for operation in operations()]

# Methods of the two vendor pages, by section.
METHODS = {
    "Contact": 12,
    "Contact Groups": 4,
    "Contact Notes": 2,
    "Custom Field": 3,
    "Account": 8,
    "Link / Unlink": 3,
    "Account Classifications": 5,
    "Account Types": 5,
    "Session": 3,
}


def test_it_is_valid_openapi_3_1() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(description()).iter_errors()] == []
    assert description()["openapi"].startswith("3.1.")


def test_the_published_description_is_what_is_composed_of_its_parts() -> None:
    """`make schemas` writes it anew."""
    assert (schema_folder() / OPENAPI).read_text("utf-8") == openapi.render(openapi.compose())


@pytest.mark.parametrize("part", openapi.parts(), ids=lambda path: path.stem)
def test_no_part_says_a_thing_twice(part: Path) -> None:
    assert list(_keys_given_twice(yaml.compose(part.read_text("utf-8")))) == []


def test_two_parts_that_define_the_same_thing_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openapi").mkdir()
    for name in ("root", "one", "two"):
        (tmp_path / "openapi" / f"{name}.yaml").write_text("paths: {/one: {}}\n")
    monkeypatch.setattr(openapi, "schema_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="/one is in two parts"):
        openapi.compose()


def test_every_method_of_the_pages_has_one_operation() -> None:
    counted = Counter(tag for each in operations() for tag in each.node["tags"] for _ in each.methods)
    assert dict(counted) == METHODS
    assert {tag["name"] for tag in description()["tags"]} == set(METHODS)
    names = [method for each in operations() for method in each.methods]
    assert len(names) == len(set(names)) == 45


@pytest.mark.parametrize("operation", EACH)
def test_an_operation_says_what_it_does_and_where_that_is_known_from(operation: Described) -> None:
    for key in ("summary", "description", "x-source", "x-methods", "tags"):
        assert operation.node[key], key
    assert operation.node["x-source"].partition(":")[0] in {"Contact API", "Account API", "Session API"}
    assert set(operation.node["x-roles"]) <= {"Sysadmin", "Superuser", "Manager", "IT User"}
    assert bool(operation.node["x-roles"]) == ("security" not in operation.node)


@pytest.mark.parametrize("operation", EACH)
def test_an_operation_describes_the_refusals_that_its_form_makes_possible(operation: Described) -> None:
    statuses = set(map(int, operation.node["responses"]))
    needs_session = "security" not in operation.node
    assert (needs_session, needs_session or operation.id == "login") == (403 in statuses, 401 in statuses)
    has_input = "requestBody" in operation.node or any(each["in"] == "query" for each in operation.parameters)
    assert has_input == (400 in statuses)
    assert any(status < 300 for status in statuses)
    assert 429 in statuses


@pytest.mark.parametrize("operation", EACH)
def test_the_examples_of_an_operation_fit_their_schemas(operation: Described) -> None:
    contents = [content for _, _, content in answers(operation)]
    if body := followed(operation.node.get("requestBody", {})):
        contents += body["content"].values()
    for content in (*contents, *(each for each in operation.parameters if each["in"] == "path")):
        assert content["examples"], content
        for name, example in content["examples"].items():
            assert faults(complete(content["schema"]), example["value"]) == [], name


def test_lvstate_prints_it_by_name_and_not_among_the_json_schemas() -> None:
    assert schema_named("openapi") == description()
    assert "openapi" not in schema_names()


def test_the_command_line_prints_it() -> None:
    command = [sys.executable, "-m", "lvstate", "schema", "openapi"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout
    assert json.loads(printed) == description()


@pytest.mark.parametrize("place", [(), ("contacts", 0), ("primaryAccountContact",), ("shippingAddress",)])
def test_a_closed_schema_refuses_a_key_that_is_not_described(place: tuple[str | int, ...]) -> None:
    """What the tests of answers rest on: through `allOf`, arrays and references alike."""
    (content,) = (content for status, _, content in answers(of_method("Read Account")) if status == 200)
    answer = copy.deepcopy(content["examples"]["account"]["value"])
    schema = closed(content["schema"])
    assert faults(schema, answer) == []
    spot: Any = answer
    for step in place:
        spot = spot[step]
    spot["nickname"] = "x"
    assert any("('nickname' was unexpected)" in fault for fault in faults(schema, answer))
    assert faults(complete(content["schema"]), answer) == []


def _keys_given_twice(node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        given = Counter(key.value for key, _ in node.value)
        yield from (key for key, times in given.items() if times > 1)
        for _, value in node.value:
            yield from _keys_given_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _keys_given_twice(value)
