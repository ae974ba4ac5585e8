"""Documents for scripts, against the published schemas and against stricter ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from lvstate.errors import AuthError, InvalidInput, NetworkError, StaleError
from lvstate.model.document import plan_document
from lvstate.views import json as views
from tests.model.plans import plans
from tests.replacing import replace
from tests.views.examples import (
    UNREAD,
    diagnosis,
    empty_plan,
    full_plan,
    mixed_report,
    offline_plan,
    past,
    pasts,
    problems,
    three_way_plan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lvstate.model.change import Plan

SCHEMAS = Path(__file__).parents[2] / "schemas"

DOCUMENTS: dict[str, tuple[str, str]] = {
    "plan": ("plan", views.plan(full_plan())),
    "plan-empty": ("plan", views.plan(empty_plan())),
    "plan-three-way": ("plan", views.plan(three_way_plan())),
    "plan-offline": ("plan", views.plan(offline_plan())),
    "report": ("report", views.report(mixed_report())),
    "report-not-read-back": ("report", views.report(replace(mixed_report(), converged=None))),
    "validation": ("validation", views.validation(problems())),
    "validation-nothing": ("validation", views.validation([])),
    "error": ("error", views.error(NetworkError("no route to api.na4.livevox.com"))),
    "error-with-hint": ("error", views.error(AuthError("refused", hint="look at the role"))),
    "error-with-places": ("error", views.error(InvalidInput("invalid", problems=problems()))),
    "export": ("export", views.export({"manifests/b.yaml": "version: 1\n", "manifests/a.yaml": ""})),
    "history": ("history", views.runs(pasts(), UNREAD)),
    "history-run": ("history", views.run(past())),
    "doctor": ("doctor", views.diagnosis(diagnosis())),
    "init": ("init", views.init(["lvstate.yaml", "manifests/groups.yaml"])),
}


def schema(name: str) -> dict[str, Any]:
    """Read a published schema."""
    read: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object inside a schema."""
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def strict(name: str) -> Draft202012Validator:
    """A schema in which a key that is not described is an error, as in a document of this very version."""
    closed = copy.deepcopy(schema(name))
    for node in objects(closed):
        node["additionalProperties"] = False
    return Draft202012Validator(closed)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_fits_its_schema_to_the_last_key(name: str) -> None:
    schema_name, written = DOCUMENTS[name]
    document = json.loads(written)
    Draft202012Validator(schema(schema_name)).validate(document)
    strict(schema_name).validate(document)
    assert next(iter(document)) == "format_version"
    assert document["format_version"] == "1.0"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_indented_ascii_with_one_newline_at_its_end(name: str) -> None:
    written = DOCUMENTS[name][1]
    assert written.isascii()
    assert written.endswith("}\n")
    assert written.startswith('{\n  "format_version"')


def required_places(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key of every object of a document."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*place, key)
            yield from required_places(value, (*place, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from required_places(value, (*place, index))


MAY_BE_ABSENT = {"selection", "in_use", "hint", "drift", "problems", "source"}
MAY_BE_ABSENT |= {"base", "allow_create", "offline", "suggestion"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_misses_every_key_that_is_taken_away(name: str) -> None:
    schema_name, written = DOCUMENTS[name]
    validator = Draft202012Validator(schema(schema_name))
    unnoticed = []
    for place in required_places(json.loads(written)):
        document = json.loads(written)
        parent = document
        for step in place[:-1]:
            parent = parent[step]
        del parent[place[-1]]
        if validator.is_valid(document):
            unnoticed.append(place)
    unnoticed = [p for p in unnoticed if p[-3:-2] != ("fields",) or p[-1] != "origin"]
    free = [p for p in unnoticed if p[-1] not in MAY_BE_ABSENT and p[0] != "manifests"]
    assert free == []


@given(plans)
@settings(max_examples=50)
def test_every_plan_fits_the_schema(plan: Plan) -> None:
    strict("plan").validate(json.loads(views.plan(plan)))


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda path: path.name)
def test_every_schema_of_a_document_is_a_schema_and_describes_every_key(path: Path) -> None:
    name = path.name.removesuffix(".schema.json")
    if name not in {schema_name for schema_name, _ in DOCUMENTS.values()}:
        return
    read = schema(name)
    Draft202012Validator.check_schema(read)
    assert read["$id"] == f"urn:lvstate:schema:{name}:1"
    assert read["title"]
    for node in objects(read):
        assert node["description"]
        assert node["additionalProperties"] is ("later minor format version" in node["description"])
        for key, described in node["properties"].items():
            assert {"description", "$ref", "const", "oneOf"} & set(described), key


def test_a_plan_of_the_wrong_shape_does_not_fit() -> None:
    document = plan_document(full_plan())
    document["changes"][0]["live_id"] = 4
    with pytest.raises(ValidationError):
        Draft202012Validator(schema("plan")).validate(document)


def test_the_report_has_the_keys_of_the_contract() -> None:
    document = json.loads(views.report(mixed_report()))
    assert list(document) == [
        "format_version",
        "plan_fingerprint",
        "run_id",
        "converged",
        "summary",
        "outcomes",
    ]
    assert document["summary"] == {"done": 2, "failed": 1, "skipped": 1, "stale": 1, "unknown": 1}
    assert document["outcomes"][0] == {
        "id": "contact_group/early-stage:create",
        "status": "done",
        "live_id": 4711,
        "error": None,
    }
    assert document["outcomes"][1]["live_id"] == 2201


def test_warnings_alone_leave_the_input_valid() -> None:
    assert json.loads(views.validation(problems()))["valid"] is False
    assert json.loads(views.validation(problems()[5:6]))["valid"] is True


def test_an_error_carries_its_exit_code() -> None:
    error = json.loads(views.error(StaleError("live moved", hint="plan again")))["error"]
    assert error == {"kind": "stale", "message": "live moved", "hint": "plan again", "exit_code": 5}


def test_an_export_is_sorted_by_path() -> None:
    assert list(json.loads(DOCUMENTS["export"][1])["manifests"]) == ["manifests/a.yaml", "manifests/b.yaml"]


def test_the_plan_document_is_its_golden_file(golden: Any) -> None:
    golden("plan-full.json.txt", DOCUMENTS["plan"][1])
