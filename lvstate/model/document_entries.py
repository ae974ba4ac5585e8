"""The entries of a saved plan, read back from JSON values one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.change import (
    Blocked,
    Create,
    Delete,
    FieldChange,
    Unlisted,
    Update,
    Usage,
)
from lvstate.model.json_node import Node
from lvstate.model.problem import Source
from lvstate.model.project import Pattern, Selection

if TYPE_CHECKING:
    from lvstate.model.change import ActionName, Change, Origin

_ACTIONS: tuple[ActionName, ...] = ("create", "update", "delete")
_ORIGINS: tuple[Origin, ...] = ("manifest", "drift", "both")
_MANY = Usage(1000, more=True)


def read_change(node: Node) -> Change:
    """Read one of `changes`."""
    action = node["action"].one_of(_ACTIONS)
    origin = node["origin"].nullable(lambda it: it.one_of(_ORIGINS))
    fields = tuple(
        FieldChange(
            field["path"].text(),
            field["before"].nullable(Node.field_value),
            field["after"].nullable(Node.field_value),
        )
        for field in node["fields"].items()
    )
    kind, name = node["kind"].text(), node["name"].text()
    source = node["source"].nullable(_read_source)
    notes = tuple(note.text() for note in node["notes"].items())
    change: Change
    match action:
        case "create":
            if node["live_id"].value is not None:
                node["live_id"].refuse("should be null for a create")
            change = Create(kind, node["address"].text(), name, fields, source, origin, notes)
        case "update":
            address, live_id = node["address"].text(), node["live_id"].live_id()
            change = Update(kind, address, name, live_id, fields, source=source, origin=origin, notes=notes)
        case "delete":
            removal, live_id = node["address"].nullable(Node.text), node["live_id"].live_id()
            in_use = _read_usage(node)
            change = Delete(kind, removal, name, live_id, fields, in_use, source, origin, notes)
    if node["id"].text() != change.id:
        node["id"].refuse("does not fit the change's kind, address and action")
    return change


def read_blocked(node: Node) -> Blocked:
    """Read one of `blocked`."""
    hint, source = node.optional("hint"), node.optional("source")
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
