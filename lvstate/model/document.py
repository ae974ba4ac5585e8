"""The plan as plain JSON values: what is saved, shown by `--format json` and read back.

Keys stand in the order of the user contract, section 6. `Update.expected` stays out: an apply
computes the plan again, it never trusts a file for what is live.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lvstate import __version__
from lvstate.errors import InvalidInput
from lvstate.model.change import Delete, Plan
from lvstate.model.document_entries import (
    read_base,
    read_blocked,
    read_change,
    read_selection,
    read_unlisted,
    read_warning,
)
from lvstate.model.json_node import REMAKE, Node
from lvstate.model.project import Selection
from lvstate.model.tenant import Tenant

if TYPE_CHECKING:
    from lvstate.model.change import Blocked, Change, FieldChange, Unlisted, Usage, Warning
    from lvstate.model.problem import Source

FORMAT_VERSION = "1.0"
"""Of every JSON document: a new minor only adds keys, a new major may change their meaning."""

_MAJOR = int(FORMAT_VERSION.partition(".")[0])
_VERSION = re.compile(r"([0-9]{1,9})\.[0-9]{1,9}\Z")
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}\Z")


def canonical(value: Any) -> bytes:
    """Return the one spelling of a JSON value that hashes may rest on."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


# --- writing ----------------------------------------------------------------------------------


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain values, ready for `json.dumps`."""
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "lvstate_version": __version__,
        "fingerprint": plan.fingerprint,
        "tenant": {"url": plan.tenant.url, "client": plan.tenant.client},
        "environment": plan.environment,
    }
    if plan.selection:
        document["selection"] = {
            "select": [str(pattern) for pattern in plan.selection.select],
            "exclude": [str(pattern) for pattern in plan.selection.exclude],
        }
    if plan.base is not None:
        document["base"] = {"ref": plan.base.ref, "commit": plan.base.id}
    if plan.allow_create:
        document["allow_create"] = list(plan.allow_create)
    if plan.offline:
        document["offline"] = True
    document["summary"] = _summary(plan)
    document["changes"] = [_change(change) for change in plan.changes]
    document["blocked"] = [_blocked(blocked) for blocked in plan.blocked]
    document["unlisted"] = [_unlisted(unlisted) for unlisted in plan.unlisted]
    document["warnings"] = [_warning(warning) for warning in plan.warnings]
    return document


def _summary(plan: Plan) -> dict[str, int]:
    return {
        "create": plan.count("create"),
        "update": plan.count("update"),
        "delete": plan.count("delete"),
        "unlisted": len(plan.unlisted),
        "blocked": len(plan.blocked),
    }


def _change(change: Change) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": change.id,
        "action": change.action,
        "kind": change.kind,
        "address": change.address,
        "live_id": change.live_id,
        "name": change.name,
        "fields": [_field(field) for field in change.fields],
    }
    if isinstance(change, Delete):
        document["in_use"] = None if change.in_use is None else _usage(change.in_use)
    document["source"] = _source(change.source)
    document["origin"] = change.origin
    document["notes"] = list(change.notes)
    return document


def _field(field: FieldChange) -> dict[str, Any]:
    document: dict[str, Any] = {
        "path": field.path,
        "before": _plain(field.before),
        "after": _plain(field.after),
    }
    if field.origin is not None:
        document["origin"] = field.origin
    return document


def _blocked(blocked: Blocked) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": blocked.kind,
        "address": blocked.address,
        "name": blocked.name,
        "action": blocked.action,
        "code": blocked.code,
        "reason": blocked.reason,
    }
    if blocked.hint is not None:
        document["hint"] = blocked.hint
    if blocked.suggestion is not None:
        document["suggestion"] = blocked.suggestion
    document["live_ids"] = list(blocked.live_ids)
    if blocked.in_use is not None:
        document["in_use"] = _usage(blocked.in_use)
    if blocked.source is not None:
        document["source"] = _source(blocked.source)
    return document


def _unlisted(unlisted: Unlisted) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": unlisted.kind,
        "name": unlisted.name,
        "live_id": unlisted.live_id,
    }
    if unlisted.drift:
        document["drift"] = True
    return document


def _warning(warning: Warning) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": warning.code,
        "message": warning.message,
        "address": warning.ref,
    }
    if warning.suggestion is not None:
        document["suggestion"] = warning.suggestion
    return document


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _usage(usage: Usage) -> int | str:
    return usage.bracket if usage.more else usage.accounts


def _source(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"file": source.file, "line": source.line, "column": source.column}


# --- reading ----------------------------------------------------------------------------------


def plan_from_document(document: Any) -> Plan:
    """Read a saved plan; raises InvalidInput for anything that is not one, and says where."""
    root = Node(document)
    _check_version(root)
    selection, base = root.optional("selection"), root.optional("base")
    allow_create, flag = root.optional("allow_create"), root.optional("offline")
    offline = flag is not None and flag.truth()
    plan = Plan(
        tenant=Tenant(root["tenant"]["url"].text(), root["tenant"]["client"].nullable(Node.text)),
        environment=root["environment"].text(),
        changes=tuple(read_change(node, offline=offline) for node in root["changes"].items()),
        blocked=tuple(read_blocked(node) for node in root["blocked"].items()),
        unlisted=tuple(read_unlisted(node) for node in root["unlisted"].items()),
        warnings=tuple(read_warning(node) for node in root["warnings"].items()),
        fingerprint=root["fingerprint"].text(),
        selection=read_selection(selection) if selection else Selection(),
        base=read_base(base) if base else None,
        allow_create=tuple(node.text() for node in allow_create.items()) if allow_create else (),
        offline=offline,
    )
    if not _FINGERPRINT.match(plan.fingerprint):
        root["fingerprint"].refuse("should be sha256: and 64 hexadecimal digits")
    root["lvstate_version"].text()
    for key, count in _summary(plan).items():
        if root["summary"][key].whole() != count:
            root["summary"][key].refuse(f"does not count what the plan lists, which is {count}")
    return plan


def _check_version(root: Node) -> None:
    if isinstance(root.value, dict) and "error" in root.value:
        raise InvalidInput("this is not a plan: it is the report of a run that failed", hint=REMAKE)
    node = root["format_version"]
    version = _VERSION.match(node.text())
    if version is None:
        node.refuse(f"should be a version such as {FORMAT_VERSION}")
    elif int(version[1]) > _MAJOR:
        raise InvalidInput(
            f"this plan has format {version[0]}, and this lvstate ({__version__}) reads {_MAJOR}.x",
            hint="use the lvstate that made the plan, or make the plan again with this one",
        )
    elif int(version[1]) < _MAJOR:
        node.refuse(f"should be {_MAJOR}.x")
