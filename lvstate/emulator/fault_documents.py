"""The document a script of faults is written in: its shape, its published schema, and the way to a Script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lvstate.emulator.errors import UnusableDocument, Violation
from lvstate.emulator.faults import Effect, Moment, Occasion, Rule, Script
from lvstate.emulator.shapes import Shape, violations

FORMAT_VERSION: Shape = {
    "description": "MAJOR.MINOR: a new minor only adds keys, a new major may change what they mean.",
    "type": "string",
    "pattern": "^1\\.(0|[1-9][0-9]*)$",
}

OCCASIONS = ("nth", "first", "every", "probability")
BOTH = (Moment.BEFORE, Moment.AFTER)


@dataclass(frozen=True)
class Grammar:
    """What a rule with one effect may say: its own keys, those of them it must say, and its moments.

    The first moment is the one of a rule that names none.
    """

    keys: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = BOTH


# What alters an answer needs one, so the request is carried out first.
GRAMMARS: Mapping[Effect, Grammar] = {
    Effect.STATUS: Grammar(("status", "body", "headers"), ("status",)),
    Effect.HTML: Grammar(("status", "body", "headers")),
    Effect.DROP: Grammar(("bytes",)),
    Effect.TRUNCATE: Grammar(("bytes",), ("bytes",), (Moment.AFTER,)),
    Effect.GARBAGE: Grammar((), (), (Moment.AFTER,)),
    Effect.CONTENT_TYPE: Grammar(("content_type",), (), (Moment.AFTER,)),
    Effect.DELAY: Grammar(("seconds",), ("seconds",)),
    Effect.DRIP: Grammar(("bytes_per_second",), ("bytes_per_second",), (Moment.AFTER,)),
    Effect.EXPIRE_SESSION: Grammar(),
}

_TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$"
_HEADER_VALUE = "^[ -~]*$"

RULE: Shape = {
    "description": "Which requests, which of them, and what befalls these.",
    "type": "object",
    "properties": {
        "name": {"description": "Shown in the request log.", "type": "string", "maxLength": 200},
        "operation": {
            "description": "The method of the API, by the heading of the vendor's page, such as Create Account.",
            "type": "string",
            "minLength": 1,
        },
        "method": {"description": "The verb.", "type": "string", "pattern": "^[A-Z]{1,20}$"},
        "path": {
            "description": "A glob over the whole path; * also covers slashes. Without a query.",
            "type": "string",
            "pattern": "^[/*?[]",
        },
        "nth": {
            "description": "Strikes the nth request that matches, once.",
            "type": "integer",
            "minimum": 1,
        },
        "first": {"description": "Strikes the first n.", "type": "integer", "minimum": 1},
        "every": {"description": "Strikes every nth.", "type": "integer", "minimum": 1},
        "probability": {
            "description": "Strikes by chance; the same seed gives the same requests.",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        },
        "effect": {
            "description": "What happens. delay, drip and expire-session add up with rules further down; "
            "any other ends the list.",
            "type": "string",
            "enum": [effect.value for effect in Effect],
        },
        "moment": {
            "description": "before: the request is not carried out (a delay or an expiry comes first); "
            "after: it is carried out and committed, then the fault happens.",
            "type": "string",
            "enum": [moment.value for moment in Moment],
        },
        "status": {
            "description": "The status of the answer.",
            "type": "integer",
            "minimum": 200,
            "maximum": 599,
        },
        "body": {"description": "The body of the answer: text as it is, anything else as JSON."},
        "headers": {
            "description": "More headers of the answer, such as Retry-After.",
            "type": "object",
            "additionalProperties": {
                "description": "The value of the header.",
                "type": "string",
                "maxLength": 1000,
                "pattern": _HEADER_VALUE,
            },
        },
        "seconds": {"description": "How long.", "type": "number", "minimum": 0, "maximum": 3600},
        "bytes": {
            "description": "How many bytes of the body still arrive; always less than all of it.",
            "type": "integer",
            "minimum": 1,
        },
        "bytes_per_second": {
            "description": "How fast the body arrives.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
        "content_type": {
            "description": "The wrong type [default: text/plain].",
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "pattern": _HEADER_VALUE,
        },
    },
    "required": ["effect"],
    "additionalProperties": False,
}

SHAPE: Shape = {
    "description": "A script of faults.",
    "type": "object",
    "properties": {
        "format_version": FORMAT_VERSION,
        "seed": {"description": "Seeds the chances of all rules [default: 0].", "type": "integer"},
        "rules": {"description": "Applied in this order.", "type": "array", "items": RULE},
    },
    "required": ["format_version", "rules"],
    "additionalProperties": False,
}

OWN_KEYS = sorted({key for grammar in GRAMMARS.values() for key in grammar.keys})


def schema() -> Shape:
    """The JSON Schema as it is published."""
    rule = {
        **RULE,
        "allOf": [
            {
                "oneOf": [{"not": {"anyOf": [{"required": [key]} for key in OCCASIONS]}}]
                + [{"required": [key]} for key in OCCASIONS]
            },
            *(_conditions(effect, grammar) for effect, grammar in GRAMMARS.items()),
        ],
    }
    properties = {**SHAPE["properties"], "rules": {**SHAPE["properties"]["rules"], "items": rule}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lvstate:schema:emulator-faults:1",
        "title": "lvstate emulator faults",
        **SHAPE,
        "properties": properties,
    }


def read(document: Any) -> Script:
    """Make a script of a JSON document. Raises UnusableDocument with every place that is wrong."""
    found = list(violations(SHAPE, document))
    if not found:
        for position, rule in enumerate(document["rules"]):
            found += _inconsistencies(rule, f"$.rules[{position}]")
    if found:
        raise UnusableDocument(found)
    return Script(rules=tuple(map(_rule, document["rules"])), seed=document.get("seed", 0), document=document)


def _inconsistencies(rule: Mapping[str, Any], path: str) -> Iterator[Violation]:
    grammar = GRAMMARS[Effect(rule["effect"])]
    for key in grammar.required:
        if key not in rule:
            yield Violation(path, f"{key} is missing")
    for key in OWN_KEYS:
        if key in rule and key not in grammar.keys:
            yield Violation(f"{path}.{key}", f"means nothing to the effect {rule['effect']}")
    occasions = [key for key in OCCASIONS if key in rule]
    if len(occasions) > 1:
        yield Violation(path, f"only one of {', '.join(occasions)} can be meant")
    if "moment" in rule and Moment(rule["moment"]) not in grammar.moments:
        yield Violation(f"{path}.moment", f"must be after: {rule['effect']} alters an answer")
    if "bytes" in rule and rule["effect"] == "drop" and rule.get("moment") == "before":
        yield Violation(f"{path}.moment", "must be after: bytes count those of an answer")
    for name in rule.get("headers", {}):
        yield from violations({"pattern": _TOKEN}, name, f"{path}.headers[{name[:60]!r}]")


def _conditions(effect: Effect, grammar: Grammar) -> Shape:
    then: dict[str, Any] = {}
    if grammar.required:
        then["required"] = list(grammar.required)
    refused = {key: False for key in OWN_KEYS if key not in grammar.keys}
    if grammar.moments != BOTH:
        refused["moment"] = {"const": Moment.AFTER.value}  # type: ignore[assignment]
    if refused:
        then["properties"] = refused
    if effect is Effect.DROP:
        then["if"] = {"required": ["bytes"]}
        then["then"] = {"properties": {"moment": {"const": Moment.AFTER.value}}}
    if "headers" in grammar.keys:
        then.setdefault("properties", {})["headers"] = {"propertyNames": {"pattern": _TOKEN}}
    return {"if": {"properties": {"effect": {"const": effect.value}}}, "then": then}


def _rule(document: Mapping[str, Any]) -> Rule:
    effect = Effect(document["effect"])
    given = {
        key: document[key] for key in ("operation", "method", "path", "name", *OWN_KEYS) if key in document
    }
    default = Moment.AFTER if "bytes" in document else GRAMMARS[effect].moments[0]
    return Rule(
        effect=effect,
        moment=Moment(document["moment"]) if "moment" in document else default,
        occasion=Occasion(**{key: document[key] for key in OCCASIONS if key in document}),
        **given,
    )
