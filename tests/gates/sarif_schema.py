"""What SARIF 2.1.0 and GitHub's code scanning ask of the parts that lvstate writes, as a JSON Schema of our own."""

from __future__ import annotations

from typing import Any

import jsonschema


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _object(["text"], text={"type": "string"})
_PLACE = {"type": "integer", "minimum": 1}
_RULE = _object(
    ["id", "shortDescription", "help"],
    id={"type": "string"},
    shortDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object(["level"], level=_LEVEL),
)
_LOCATION = _object(
    ["physicalLocation"],
    physicalLocation=_object(
        ["artifactLocation", "region"],
        artifactLocation=_object(["uri"], uri={"type": "string"}, uriBaseId={"const": "%SRCROOT%"}),
        region=_object(["startLine"], startLine=_PLACE, startColumn=_PLACE),
    ),
)
_RESULT = _object(
    ["message", "ruleId", "ruleIndex", "locations", "partialFingerprints"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION, "minItems": 1, "uniqueItems": True},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
)
_NOTIFICATION = _object(
    ["message"],
    level=_LEVEL,
    message=_MESSAGE,
    descriptor=_object(["id"], id={"type": "string"}),
)
_INVOCATION = _object(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    toolConfigurationNotifications={"type": "array", "items": _NOTIFICATION, "uniqueItems": True},
)
_RUN = _object(
    ["tool", "results"],
    tool=_object(
        ["driver"],
        driver=_object(
            ["name"],
            name=_TEXT,
            version=_TEXT,
            rules={"type": "array", "items": _RULE, "uniqueItems": True},
        ),
    ),
    invocations={"type": "array", "items": _INVOCATION, "uniqueItems": True},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": _RESULT},
)

SARIF = jsonschema.Draft202012Validator(
    _object(
        ["version", "runs"],
        **{
            "$schema": {"type": "string", "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "items": _RUN, "minItems": 1, "maxItems": 20},
        },
    )
)
"""The whole log. lvstate's logs were also held against the official schema when this was written."""
