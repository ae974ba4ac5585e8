"""Finds the published JSON Schemas and judges data by them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lvstate.errors import UsageError
from lvstate.manifests.precheck import Check, compile_schema
from lvstate.manifests.text import alike
from lvstate.manifests.violations import Violation, violations

OPENAPI = "openapi.json"
_SUFFIX = ".schema.json"


@cache
def schema_folder() -> Path:
    """Return the folder of the schemas: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "schemas"
    return installed if installed.is_dir() else package.parent / "schemas"


def schema_names() -> tuple[str, ...]:
    """Return the names of the published schemas, sorted."""
    return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in schema_folder().glob(f"*{_SUFFIX}")))


def schema_named(name: str) -> dict[str, Any]:
    """Return a published schema, or `openapi`, the description of the vendor's APIs; raises UsageError."""
    if name == OPENAPI.removesuffix(".json"):
        description: dict[str, Any] = json.loads((schema_folder() / OPENAPI).read_text("utf-8"))
        return description
    if name not in schema_names():
        close = alike(name, schema_names())
        known = f"did you mean {close[0]}?" if close else f"there are {', '.join(schema_names())}"
        raise UsageError(f"there is no schema called {name}", hint=f"{known[0].upper()}{known[1:]}")
    return load(name)


def load(name: str) -> dict[str, Any]:
    """Read a schema by its path below the folder, without its ending."""
    document: dict[str, Any] = json.loads((schema_folder() / f"{name}{_SUFFIX}").read_text("utf-8"))
    return document


class Judge:
    """One schema, ready to judge."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._check: Check = compile_schema(schema)

    def violations(self, data: Any) -> list[Violation]:
        """Return what is wrong with `data`; the usual case, nothing, costs little."""
        return [] if self._check(data) else violations(self._schema, data)


@cache
def judge(name: str) -> Judge:
    """Return the judge of a schema, made once."""
    return Judge(load(name))
