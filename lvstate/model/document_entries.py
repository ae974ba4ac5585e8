"""The entries of a saved plan, read back from JSON values one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lvstate.model.change import (
    Blocked,
    Create,
    Delete,
    FieldChange,
    Unlisted,
    Update,
    Usage,
    Warning,
)
from lvstate.model.json_node import Node
from lvstate.model.problem import Source
from lvstate.model.project import Commit, Pattern, Selection

if TYPE_CHECKING:
    from lvstate.model.change import ActionName, Change, Origin
    from lvstate.model.resource import LiveId

_ACTIONS: tuple[ActionName, ...] = ("create", "update", "delete")
_ORIGINS: tuple[Origin, ...] = ("manifest", "drift", "both")
_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_MANY = Usage(1000, more=True)


def read_change(node: Node, *, offline: bool = False) -> Change:
    """Read one of `changes`; only an offline plan knows no live ids."""
    action = node["action"].one_of(_ACTIONS)
    origin = _read_origin(node["origin"])
    fields = tuple(_read_field(field) for field in node["fields"].items())
    kind, name = node["kind"].text(), node["name"].text()
    source = node["source"].nullable(_read_source)
    notes = tuple(note.text() for note in node["notes"].items())

    def read_id(node: Node) -> LiveId | None:
        return None if offline and node.value is None else node.live_id()

    change: Change
    match action:
        case "create":
            if node["live_id"].value is not None:
                node["live_id"].refuse("should be null for a create")
            change = Create(kind, node["address"].text(), name, fields, source, origin, notes)
        case "update":
            address, live_id = node["address"].text(), read_id(node["live_id"])
            change = Update(kind, address, name, live_id, fields, source=source, origin=origin, notes=notes)
        case "delete":
            removal, live_id = node["address"].nullable(Node.text), read_id(node["live_id"])
            in_use = _read_usage(node)
            change = Delete(kind, removal, name, live_id, fields, in_use, source, origin, notes)
    if node["id"].text() != change.id:
        node["id"].refuse("does not fit the change's kind, address and action")
    return change


def _read_field(node: Node) -> FieldChange:
    origin = node.optional("origin")
    return FieldChange(
        node["path"].text(),
        node["before"].nullable(Node.field_value),
        node["after"].nullable(Node.field_value),
        _read_origin(origin) if origin else None,
    )


def _read_origin(node: Node) -> Origin | None:
    return node.nullable(lambda it: it.one_of(_ORIGINS))


def read_blocked(node: Node) -> Blocked:
    """Read one of `blocked`."""
    hint, source, suggestion = (node.optional(key) for key in ("hint", "source", "suggestion"))
    return Blocked(
        kind=node["kind"].text(),
        address=node["address"].nullable(Node.text),
        name=node["name"].nullable(Node.text),
        action=node["action"].nullable(lambda it: it.one_of(_ACTIONS)),
        code=node["code"].text(),
        reason=node["reason"].text(),
        hint=hint.text() if hint else None,
        live_ids=tuple(live_id.live_id() for live_id in node["live_ids"].items()),
        in_use=_read_usage(node),
        source=_read_source(source) if source else None,
        suggestion=suggestion.text() if suggestion else None,
    )


def read_unlisted(node: Node) -> Unlisted:
    """Read one of `unlisted`."""
    drift = node.optional("drift")
    return Unlisted(
        node["kind"].text(),
        node["name"].text(),
        node["live_id"].live_id(),
        drift=drift.truth() if drift else False,
    )


def read_warning(node: Node) -> Warning:
    """Read one of `warnings`."""
    suggestion = node.optional("suggestion")
    return Warning(
        node["code"].text(),
        node["message"].text(),
        node["address"].nullable(Node.text),
        suggestion.text() if suggestion else None,
    )


def read_base(node: Node) -> Commit:
    """Read what the manifests were compared with."""
    commit = node["commit"]
    if not _COMMIT.match(commit.text()):
        commit.refuse("should be the id of a commit")
    return Commit(node["ref"].text(), commit.text())


def _read_usage(node: Node) -> Usage | None:
    usage = node.optional("in_use")
    if usage is None or usage.value is None:
        return None
    return _MANY if usage.value == _MANY.bracket else Usage(usage.whole())


def _read_source(node: Node) -> Source:
    return Source(node["file"].text(), node["line"].whole(at_least=1), node["column"].whole(at_least=1))


def read_selection(node: Node) -> Selection:
    """Read how the run was narrowed."""
    return Selection(
        tuple(_read_pattern(pattern) for pattern in node["select"].items()),
        tuple(_read_pattern(pattern) for pattern in node["exclude"].items()),
    )


def _read_pattern(node: Node) -> Pattern:
    try:
        return Pattern.parse(node.text())
    except ValueError:
        return node.refuse("should be a pattern of the form kind/glob")
