"""Composes the published schemas of manifests, overlays and project file from one schema per kind.

`python -m lvstate.manifests.compose` writes them; a test demands that they are what it would write.
The kinds are written out wherever they are used, without references: editors follow them better,
and judging by them takes a third less time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lvstate.kinds import Kind, all_kinds
from lvstate.manifests.schema import load, schema_folder

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ADDRESS = {
    "pattern": "^[a-z0-9][a-z0-9._-]{0,99}$",
    "description": "An address is made of a-z, 0-9, dot, underscore and hyphen, begins with a letter or a "
    "digit, and has at most 100 characters.",
}
_VERSION = {
    "title": "Version",
    "description": "The version of this format.",
    "type": "integer",
    "const": 1,
}


def compose() -> dict[str, Schema]:
    """Return the composed schemas by name."""
    return {"manifest": _manifest(), "overlay": _overlay(), "project": _project()}


def render(schema: Mapping[str, Any]) -> str:
    """Return a schema as it is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _manifest() -> Schema:
    sections = {kind.section: _section(kind, _declared(kind)) for kind in all_kinds()}
    return _file(
        "manifest",
        "lvstate manifest",
        "Declares objects of a LiveVox tenant. What is left out is left alone.",
        {**sections, "removed": _removed(patch=False)},
    )


def _overlay() -> Schema:
    sections = {kind.section: _section(kind, _patch(_declared(kind))) for kind in all_kinds()}
    return _file(
        "overlay",
        "lvstate overlay",
        "Patches the manifests for one environment, address by address: given fields replace, lists replace "
        "whole, null leaves the object alone, a new address adds.",
        {**sections, "removed": _removed(patch=True)},
    )


def _file(name: str, title: str, description: str, properties: Schema) -> Schema:
    return {
        "$schema": _DRAFT,
        "$id": f"urn:lvstate:schema:{name}:1",
        "title": title,
        "description": description,
        "type": "object",
        "properties": {"version": _VERSION, **properties},
        "required": ["version"],
        "additionalProperties": False,
    }


def _declared(kind: Kind) -> Schema:
    schema = load(f"kinds/{kind.name}")
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id", "x-address")}


def _patch(declared: Schema) -> Schema:
    """Require nothing: what is missing may stand in the manifest that is patched."""
    branches = [
        {key: value for key, value in branch.items() if key not in ("required", "allOf")}
        for branch in declared["anyOf"]
    ]
    return {**declared, "anyOf": [*branches, {"title": "Left alone here", "type": "null"}]}


def _section(kind: Kind, item: Schema) -> Schema:
    address = load(f"kinds/{kind.name}").get("x-address", _ADDRESS)
    return {
        "title": f"{kind.noun[0].upper()}{kind.noun[1:]}s",
        "description": address["description"],
        "type": ["object", "null"],
        "patternProperties": {address["pattern"]: item},
        "additionalProperties": False,
    }


def _removed(*, patch: bool) -> Schema:
    deletable = [kind for kind in all_kinds() if kind.shape.can_delete]
    return {
        "title": "Removed",
        "description": "Objects to delete: the entries that were declared above, moved here. They may stay.",
        "type": ["object", "null"],
        "properties": {kind.section: _section(kind, _removal(kind, patch=patch)) for kind in deletable},
        "additionalProperties": False,
    }


def _removal(kind: Kind, *, patch: bool) -> Schema:
    declared = _declared(kind)
    name, whole = declared["anyOf"]
    kept = (*kind.field_names, "id")
    properties = {key: value for key, value in whole["properties"].items() if key in kept}
    branch: Schema = {
        "title": f"Removed {kind.noun}",
        "type": "object",
        "properties": {
            **properties,
            "reason": {
                "title": "Reason",
                "description": "Why it goes, for the reader of the plan.",
                "type": "string",
                "pattern": r"\S",
            },
            "in_use": {
                "title": "In use",
                "description": "`allow` deletes it even while accounts use it.",
                "type": "string",
                "enum": ["allow"],
            },
        },
        "minProperties": 1,
        "additionalProperties": False,
    }
    required: Schema = {"anyOf": [{"required": [kind.name_field]}, {"required": ["id"]}]}
    branches = (
        [name, branch, {"title": "Not removed here", "type": "null"}] if patch else [name, branch | required]
    )
    return {
        "title": f"Removed {kind.noun}",
        "description": "Deletes the one object it names, by name, by id or by both. A scalar is short for the name.",
        "examples": [{kind.name_field: "Legacy 2019", "reason": "OPS-412"}],
        "anyOf": branches,
    }


def _project() -> Schema:
    kinds = all_kinds()
    names = "|".join(kind.name for kind in kinds)
    pattern = {
        "title": "Pattern",
        "description": "A pattern is written kind/glob, for example "
        f"`{kinds[0].name}/test *`; the kinds are {', '.join(kind.name for kind in kinds)}, and `*` for all.",
        "type": "string",
        "pattern": rf"^(\*|{names})/[\s\S]+$",
    }
    properties: Schema = {
        "version": _VERSION,
        "manifests": _paths("Manifests", "Files, folders or globs, inside the project.", ["manifests/"]),
        "default_environment": {
            "title": "Default environment",
            "description": "The environment of a run that names none.",
            "type": "string",
        },
        "environments": {
            "title": "Environments",
            "description": "The tenants. A name is made of letters, digits, hyphen and underscore and begins with "
            "a letter.",
            "type": "object",
            "patternProperties": {"^[A-Za-z][A-Za-z0-9_-]{0,62}$": _environment()},
            "additionalProperties": False,
            "minProperties": 1,
        },
        "variables": {
            "title": "Variables",
            "description": "A variable's name is made of letters, digits and underscore.",
            "type": ["object", "null"],
            "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]{0,62}$": _variable()},
            "additionalProperties": False,
        },
        "unlisted": {
            "title": "Unlisted objects",
            "description": "What becomes of live objects that no manifest declares, by section.",
            "type": ["object", "null"],
            "properties": {kind.section: _mode(kind) for kind in kinds},
            "additionalProperties": False,
        },
        "ignore": {
            "title": "Ignored objects",
            "description": "Live objects that are never listed nor touched, by name (by slot where there are slots).",
            "type": ["array", "null"],
            "items": pattern,
        },
        "protect": {
            "title": "Protected objects",
            "description": "Live objects that are never deleted, by name.",
            "type": ["array", "null"],
            "items": pattern,
        },
        "limits": _limits(),
    }
    project = _file("project", "lvstate project", "The project file, lvstate.yaml.", properties)
    return {**project, "required": ["version", "environments"]}


def _paths(title: str, description: str, example: list[str]) -> Schema:
    return {
        "title": title,
        "description": description,
        "examples": [example],
        "type": "array",
        "items": {"title": "Path", "type": "string", "pattern": r"\S"},
        "minItems": 1,
        "uniqueItems": True,
    }


def _value(title: str, description: str) -> Schema:
    return {"title": title, "description": description, "type": ["string", "integer", "boolean"]}


def _environment() -> Schema:
    return {
        "title": "Environment",
        "examples": [{"url": "https://api.na4.livevox.com", "client": "ACME"}],
        "type": "object",
        "properties": {
            "url": {
                "title": "URL",
                "description": "The tenant's base URL, or `emulator:` for the embedded emulator.",
                "examples": ["https://api.na4.livevox.com", "emulator:"],
                "type": "string",
                "pattern": r"\S",
            },
            "client": {
                "title": "Client",
                "description": "The tenant's clientName.",
                "type": "string",
                "pattern": r"\S",
            },
            "manifests": _paths(
                "Overlay",
                "Files, folders or globs that patch the manifests in this environment.",
                ["environments/production/"],
            ),
            "variables": {
                "title": "Variables",
                "description": "Values of declared variables in this environment.",
                "type": ["object", "null"],
                "additionalProperties": _value("Value", "Text, a whole number, or true or false."),
            },
        },
        "required": ["url"],
        "additionalProperties": False,
    }


def _variable() -> Schema:
    return {
        "title": "Variable",
        "examples": [{"default": "East"}],
        "type": "object",
        "properties": {
            "default": _value("Default", "The value where an environment gives none."),
            "type": {
                "title": "Type",
                "description": "Left out, it is the type of the default, or string.",
                "type": "string",
                "enum": ["string", "integer", "boolean"],
            },
        },
        "additionalProperties": False,
    }


def _mode(kind: Kind) -> Schema:
    modes = ["report", "ignore", "drift"]
    return {
        "title": f"Unlisted {kind.noun}s",
        "description": "report: listed in the plan; ignore: not mentioned; drift: a difference for `lvstate drift`"
        + ("; delete: deleted." if kind.shape.can_delete else ". The API cannot delete them."),
        "type": "string",
        "enum": [*modes, "delete"] if kind.shape.can_delete else modes,
    }


def _limits() -> Schema:
    return {
        "title": "Limits",
        "type": ["object", "null"],
        "properties": {
            "max_deletes": {
                "title": "Most deletes",
                "description": "Above it all deletes of a plan are blocked.",
                "type": "integer",
                "minimum": 0,
                "default": 5,
            },
            "empty_kind": {
                "title": "Empty kind",
                "description": "`allow` lets a plan delete the last object of a kind.",
                "type": "string",
                "enum": ["block", "allow"],
                "default": "block",
            },
        },
        "additionalProperties": False,
    }


def main() -> None:
    """Write the composed schemas."""
    for name, schema in compose().items():
        (schema_folder() / f"{name}.schema.json").write_text(render(schema), "utf-8")


if __name__ == "__main__":
    main()
