"""The cases of other folders: tests/schemas/invalid and tests/manifests/cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.input.case import Case, Content

TESTS = Path(__file__).parents[1]
EXPECTED = re.compile(rb"^# expect: (.+)$", re.MULTILINE)
OVERLAID = {
    "lvstate.yaml": "version: 1\n"
    "environments: {here: {url: 'URL', manifests: [over/]}}\n"
    "variables: {region: {default: East}}\n",
    "manifests/base.yaml": "version: 1\ncontact_groups:\n  base: Base\ncustom_fields:\n  COL1: One\n",
}
CLASS_OF = {
    "FILE": "no-manifest not-yaml outside-project only-overlays",
    "ENC": "control-character tab surrogate",
    "YAML": "yaml-syntax merge-conflict several-documents bad-escape complex-key",
    "LIMIT": "nested-too-deep number-format",
    "ALIAS": "alias merge-key",
    "TAG": "tag directive",
    "DUPKEY": "duplicate-key declared-twice",
    "SCALAR": "ambiguous-scalar unquoted unquoted-key",
    "SCHEMA": "wrong-type missing-key unknown-key missing-value empty-file nothing-declared",
    "VALUE": "bad-value bad-address bad-pattern inconsistent",
    "NAME": "blank",
    "CLASH": "same-name same-id previous-name declared-and-removed removed-twice environment-clash",
    "REF": "undefined-variable variable-here nothing-to-leave-alone unknown-environment",
    "POLICY": "cannot-delete declared-and-ignored",
}
GROUPS = {code: group for group, codes in CLASS_OF.items() for code in codes.split()}


def cases() -> Iterator[Case]:
    for path in sorted((TESTS / "schemas" / "invalid").glob("*.yaml")):
        data = path.read_bytes()
        name, files = _around(path.name.partition("-")[0], data)
        places = tuple(f"{name}:{match.decode()}" for match in EXPECTED.findall(data))
        yield Case(_group(places[0]), f"schemas, {path.stem}", files, places)
    for folder in sorted((TESTS / "manifests" / "cases").iterdir()):
        places = tuple((folder / "expected.txt").read_text("utf-8").splitlines())
        if any("[" not in place for place in places):
            whole: dict[str, Content] = {
                str(path.relative_to(folder)): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file() and path.name != "expected.txt"
            }
            # Of several environments none is chosen there: only `validate` judges them all.
            several = ("validate",) if folder.name == "an-environment-without-a-variable" else ()
            yield Case(_group(places[0]), f"projects, {folder.name}", whole, places, arguments=several)


def _around(prefix: str, data: bytes) -> tuple[str, dict[str, Content]]:
    match prefix:
        case "manifest":
            return "manifests/a.yaml", {"manifests/a.yaml": data}
        case "overlay":
            return "over/a.yaml", {**OVERLAID, "over/a.yaml": data}
        case _:
            return "lvstate.yaml", {
                "lvstate.yaml": data,
                "manifests/a.yaml": "version: 1\ncontact_groups: {a: A}\n",
            }


def _group(place: str) -> str:
    return GROUPS[place.rpartition(" ")[2].strip("[]")]
