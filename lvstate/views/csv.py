"""`--format csv`: one row a changed field, for people who review in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.change import Delete
from lvstate.views.csv_cell import table
from lvstate.views.terminal import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lvstate.model.change import Blocked, Change, Plan
    from lvstate.model.problem import Source
    from lvstate.model.resource import Value

_HEAD = (
    "action",
    "kind",
    "address",
    "name",
    "live_id",
    "field",
    "before",
    "after",
    "file",
    "line",
    "remarks",
)
_Row = tuple[str | int | None, ...]


def plan(plan: Plan) -> str:
    """Return a plan as a table: changes in order, then what is blocked, then what is unlisted and drift.

    An action is create, update, delete, blocked or unlisted; lists are written as `["a", "b"]`.
    """
    rows: list[_Row] = [_HEAD]
    for change in plan.changes:
        rows += _change(change)
    for blocked in plan.blocked:
        rows += _blocked(blocked)
    for unlisted in plan.unlisted:
        if unlisted.drift:
            rows.append(("unlisted", unlisted.kind, None, unlisted.name, unlisted.live_id, *[None] * 6))
    return table(rows)


def _change(change: Change) -> Iterator[_Row]:
    remarks = list(change.notes)
    if isinstance(change, Delete) and change.in_use is not None:
        remarks.append(f"in use by {change.in_use}")
    if change.origin is not None:
        remarks.append(f"origin: {change.origin}")
    about = (change.action, change.kind, change.address, change.name, change.live_id)
    behind = (*_place(change.source), "; ".join(remarks) or None)
    if not change.fields:
        yield (*about, None, None, None, *behind)
    for field in change.fields:
        yield (*about, field.path, _value(field.before), _value(field.after), *behind)


def _blocked(blocked: Blocked) -> Iterator[_Row]:
    remarks = blocked.reason if blocked.hint is None else f"{blocked.reason}; {blocked.hint}"
    for live_id in blocked.live_ids or (None,):
        about = (blocked.kind, blocked.address, blocked.name, live_id)
        yield ("blocked", *about, blocked.action, None, None, *_place(blocked.source), remarks)


def _value(value: Value | None) -> str | int | None:
    if isinstance(value, tuple):
        return f"[{', '.join(quote(item) for item in value)}]"
    return value


def _place(source: Source | None) -> tuple[str | None, int | None]:
    return (None, None) if source is None else (source.file, source.line)
