"""The published schemas: found, composed, and judged by quickly without being judged differently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lvstate.errors import UsageError
from lvstate.kinds import all_kinds
from lvstate.manifests import schema_named, schema_names
from lvstate.manifests.compose import compose, render
from lvstate.manifests.precheck import compile_schema
from lvstate.manifests.schema import load, schema_folder
from lvstate.manifests.violations import violations

COMPOSED = ("manifest", "overlay", "project")
KINDS = [pytest.param(kind, id=kind.name) for kind in all_kinds()]


@pytest.mark.parametrize("name", COMPOSED)
def test_the_published_schema_is_what_is_composed_from_the_kinds(name: str) -> None:
    """`make schemas` writes it anew."""
    assert (schema_folder() / f"{name}.schema.json").read_text("utf-8") == render(compose()[name])


@pytest.mark.parametrize("name", [*COMPOSED, *(f"kinds/{kind.name}" for kind in all_kinds())])
def test_a_schema_is_a_schema(name: str) -> None:
    schema = load(name)
    Draft202012Validator.check_schema(schema)

    assert schema["$id"].startswith("urn:lvstate:schema:")
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_a_kind_are_valid(kind: Any) -> None:
    schema = load(f"kinds/{kind.name}")

    assert schema["examples"]
    for example in schema["examples"]:
        assert list(Draft202012Validator(schema).iter_errors(example)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_a_kind_knows_its_fields(kind: Any) -> None:
    _, whole = load(f"kinds/{kind.name}")["anyOf"]
    more = set() if kind.slots else {"id", "previous_names"}

    assert set(whole["properties"]) == {*kind.field_names, *more}


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_kind_agree_on_addresses(kind: Any) -> None:
    section = load("manifest")["properties"][kind.section]
    tried = [
        *kind.slots,
        "COL0",
        "COL01",
        "COL101",
        "COL1000",
        "col7",
        "a",
        "a.b_c-d",
        "0",
        "A",
        "",
        "-a",
        ".a",
    ]
    tried += ["a" * 100, "a" * 101, "ä", "a b", "a/b"]
    for address in tried:
        valid = not list(Draft202012Validator(section).iter_errors({address: "Name"}))
        assert valid == kind.has_address(address), address


def test_no_item_is_judged_through_a_reference() -> None:
    assert all("$ref" not in render(schema) for schema in compose().values())


def test_schemas_are_found_by_name() -> None:
    assert {*COMPOSED} <= set(schema_names())
    assert schema_named("manifest") == load("manifest")
    with pytest.raises(UsageError, match="no schema called manifset") as caught:
        schema_named("manifset")
    assert caught.value.hint == "Did you mean manifest?"
    with pytest.raises(UsageError):
        schema_named("../pyproject")


WORDS = st.sampled_from(
    [
        "",
        " ",
        "A",
        "LIST",
        "DATE",
        "list",
        "name",
        "label",
        "level",
        "id",
        "data_type",
        "list_values",
        "a",
        "COL1",
        "previous_names",
        "reason",
        "in_use",
        "allow",
        "version",
        "contact_groups",
        "custom_fields",
        "removed",
        "COL0",
        "account_types",
        "url",
        "environments",
        "default",
        "ignore",
        "*/x",
        "account_type/x",
        "limits",
        "max_deletes",
    ]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.floats(0, 2), WORDS)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": LEAVES,
        "label": LEAVES,
        "level": LEAVES,
        "id": LEAVES,
        "data_type": LEAVES,
        "list_values": st.lists(LEAVES, max_size=3) | LEAVES,
        "previous_names": st.lists(LEAVES, max_size=3),
        "reason": LEAVES,
        "in_use": LEAVES,
        "other": LEAVES,
    },
)
SECTION = st.one_of(
    LEAVES, st.dictionaries(st.sampled_from(["a", "COL1", "COL0", "A"]), LEAVES | FIELDS, max_size=2)
)
MANIFEST = st.fixed_dictionaries(
    {},
    optional={
        "version": st.sampled_from([1, 1, 1, True, 1.0, 2]),
        **{kind.section: SECTION for kind in all_kinds()},
        "removed": st.dictionaries(
            st.sampled_from([kind.section for kind in all_kinds()]), SECTION, max_size=2
        ),
    },
)


@settings(max_examples=600)
@given(st.one_of(MANIFEST, ANYTHING))
@pytest.mark.parametrize("name", ["manifest", "overlay"])
def test_the_quick_answer_is_jsonschemas_answer(name: str, data: object) -> None:
    schema = load(name)

    assert compile_schema(schema)(data) == Draft202012Validator(schema).is_valid(data)


@settings(max_examples=200)
@given(st.one_of(st.dictionaries(WORDS, ANYTHING, max_size=4), ANYTHING))
def test_the_quick_answer_is_jsonschemas_answer_for_project_files(data: object) -> None:
    schema = load("project")

    assert compile_schema(schema)(data) == Draft202012Validator(schema).is_valid(data)


@settings(max_examples=300)
@given(MANIFEST)
def test_whatever_is_invalid_is_explained(data: object) -> None:
    schema = load("manifest")
    found = violations(schema, data)

    assert bool(found) == (not compile_schema(schema)(data))
    for violation in found:
        assert violation.message
        assert "schema" not in violation.message


def test_an_unknown_keyword_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="multipleOf"):
        compile_schema({"multipleOf": 2})


def test_schemas_are_found_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """hatch maps schemas/ to lvstate/schemas/ in the wheel."""
    from lvstate.manifests import schema

    (tmp_path / "lvstate" / "schemas").mkdir(parents=True)
    monkeypatch.setattr(schema, "__file__", str(tmp_path / "lvstate" / "manifests" / "schema.py"))

    assert schema_folder.__wrapped__() == tmp_path / "lvstate" / "schemas"
