"""Cases as files: single manifests, overlays and project files below tests/schemas, whole projects below cases/."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lvstate.manifests import check_project, load_project, schema_named
from lvstate.manifests.reader import read
from tests.manifests.memory import PROJECT, check, lines

HERE = Path(__file__).parent
SINGLE = HERE.parent / "schemas"
EXPECTED = re.compile(rb"^# expect: (.+)$", re.MULTILINE)

OVERLAID = {
    "lvstate.yaml": "version: 1\n"
    "environments: {here: {url: 'emulator:', manifests: [over/]}}\n"
    "variables: {region: {default: East}}\n",
    "manifests/base.yaml": "version: 1\ncontact_groups:\n  base: Base\ncustom_fields:\n  COL1: One\n",
}


def around(path: Path) -> tuple[str, dict[str, str | bytes]]:
    """Build the project that a single file is judged in."""
    data = path.read_bytes()
    match path.name.partition("-")[0]:
        case "manifest":
            return "manifests/a.yaml", {"lvstate.yaml": PROJECT, "manifests/a.yaml": data}
        case "overlay":
            return "over/a.yaml", {**OVERLAID, "over/a.yaml": data}
        case _:
            return "lvstate.yaml", {
                "lvstate.yaml": data,
                "manifests/a.yaml": "version: 1\ncontact_groups: {a: A}\n",
            }


def single(folder: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted((SINGLE / folder).glob("*.yaml"))]


@pytest.mark.parametrize("path", single("invalid"))
def test_every_fault_of_a_file_is_told_at_its_place(path: Path) -> None:
    name, contents = around(path)
    expected = [f"{name}:{match.decode()}" for match in EXPECTED.findall(path.read_bytes())]

    assert expected
    assert lines(check(contents)) == expected


@pytest.mark.parametrize("path", single("invalid"))
def test_every_fault_says_what_is_wrong_on_the_users_own_line(path: Path) -> None:
    _, contents = around(path)
    for problem in check(contents):
        assert problem.source is not None
        assert problem.excerpt is not None
        assert problem.source.column <= len(problem.excerpt) + 1
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code)
        assert problem.message
        assert "\n" not in problem.message
        assert len(problem.message) < 250


@pytest.mark.parametrize("path", single("invalid"))
def test_both_parsers_find_the_same_faults(path: Path) -> None:
    data = path.read_bytes()

    assert read("a.yaml", data, pure=True).problems == read("a.yaml", data).problems


@pytest.mark.parametrize("path", single("valid"))
def test_a_valid_file_is_accepted_without_a_word(path: Path) -> None:
    _, contents = around(path)
    quiet = [line for line in lines(check(contents)) if "[nothing-declared]" not in line]

    assert quiet == []


@pytest.mark.parametrize("path", single("valid"))
def test_what_the_loader_accepts_the_published_schema_accepts(path: Path) -> None:
    document = read("a.yaml", path.read_bytes())
    assert document.root is not None
    schema = schema_named(path.name.partition("-")[0])

    assert [error.message for error in Draft202012Validator(schema).iter_errors(document.root.value)] == []


@pytest.mark.parametrize("case", [pytest.param(p, id=p.name) for p in sorted((HERE / "cases").iterdir())])
def test_a_project_has_exactly_these_problems(case: Path) -> None:
    expected = (case / "expected.txt").read_text("utf-8").splitlines()

    assert lines(check_project(case)) == expected


def test_an_overlay_below_the_base_is_not_read_as_base() -> None:
    case = HERE / "cases" / "overlay-below-base"
    dev, prod = (load_project(case, name) for name in ("dev", "prod"))

    assert [(d.address, d.fields["name"], d.source.file) for d in dev.declared] == [
        ("x", "A dev", "config/a.yaml")
    ]
    assert dev.released == ()
    assert prod.declared == ()
    assert [(d.address, d.fields["name"]) for d in prod.released] == [("x", "A")]


def test_every_code_is_met_by_a_case() -> None:
    """A code that no case shows may be said at the wrong place, or never."""
    package = Path(read.__code__.co_filename).parent
    source = "\n".join(path.read_text("utf-8") for path in package.glob("*.py"))
    shown = "\n".join(
        [path.read_bytes().decode("utf-8", "replace") for path in (SINGLE / "invalid").glob("*.yaml")]
        + [path.read_text("utf-8") for path in (HERE / "cases").glob("*/expected.txt")]
        + [path.read_text("utf-8") for path in HERE.glob("test_*.py")]
    )
    said = set(re.findall(r"(?:complain|warn|_fault|error|error_at|_stop)\([^\"\n]*\"([a-z0-9-]+)\"", source))

    assert len(said) > 15
    assert {code for code in said if code not in shown} == set()
