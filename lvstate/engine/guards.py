"""Decides which deletes may go ahead: protection, use by accounts, the limit, never a whole kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lvstate.engine.draft import Draft
from lvstate.kinds import kind_named
from lvstate.model.change import Blocked, Delete, Usage
from lvstate.model.resource import LiveId

Usages = Mapping[tuple[str, LiveId], Usage | str]
"""How many accounts use an object, or in words why that could not be counted."""


def uncounted(draft: Draft) -> list[Delete]:
    """The deletes for which somebody has to count the accounts first."""
    return [d for d in draft.deletes if kind_named(d.kind).consumers is not None and not _protected(draft, d)]


def guard_deletes(draft: Draft, usages: Usages) -> tuple[list[Delete], list[Blocked]]:
    """Split the drafted deletes into those that may go ahead and those that a guard blocks."""
    allowed: list[Delete] = []
    blocked: list[Blocked] = []
    for delete in draft.deletes:
        counted = usages.get((delete.kind, delete.target))
        told = _with_count(delete, counted)
        refusal = _refusal(draft, told, counted)
        if refusal is None:
            allowed.append(told)
        else:
            blocked.append(refusal)
    for refuse in (_over_limit, _whole_kind):
        refused = refuse(draft, allowed)
        blocked += refused.values()
        allowed = [delete for delete in allowed if delete.id not in refused]
    return allowed, blocked


def _with_count(delete: Delete, counted: Usage | str | None) -> Delete:
    """Show the count in the plan, or that there is none."""
    if isinstance(counted, Usage):
        return delete._replace(in_use=counted)
    if kind_named(delete.kind).consumers is None:
        return delete
    return delete._replace(notes=(*delete.notes, f"not counted: {_why_not_counted(counted)}"))


def _why_not_counted(counted: str | None) -> str:
    return f"the accounts that use it could not be counted: {counted or 'nobody counted'}"


def _refusal(draft: Draft, delete: Delete, counted: Usage | str | None) -> Blocked | None:
    if _protected(draft, delete):
        return _block(
            delete, "protected", "`protect` in the project file covers it", "take it out of `protect` first"
        )
    if kind_named(delete.kind).consumers is None:
        return None
    if (delete.kind, delete.target) in draft.in_use_allowed:
        return None
    if not isinstance(counted, Usage):
        return _block(
            delete,
            "usage-unknown",
            _why_not_counted(counted),
            "let somebody plan who may count, or say `in_use: allow` in the entry under `removed:`",
        )
    if counted.accounts:
        verb = "uses" if counted.accounts == 1 and not counted.more else "use"
        return _block(
            delete,
            "in-use",
            f"{counted} {verb} it",
            "move them to another one first, or say `in_use: allow` in the entry under `removed:`",
        )
    return None


def _protected(draft: Draft, delete: Delete) -> bool:
    kind = kind_named(delete.kind)
    seen = str(delete.live_id) if kind.slots else delete.name
    return any(pattern.matches(delete.kind, seen) for pattern in draft.project.policy.protect)


def _over_limit(draft: Draft, deletes: list[Delete]) -> dict[str, Blocked]:
    limit = draft.project.policy.max_deletes
    if len(deletes) <= limit:
        return {}
    reason = f"{len(deletes)} deletes are planned, and `max_deletes` is {limit}"
    hint = "raise `limits: {max_deletes: ...}` in the project file for this change, or delete in steps"
    return {d.id: _block(d, "delete-limit", reason, hint) for d in deletes}


def _whole_kind(draft: Draft, deletes: list[Delete]) -> dict[str, Blocked]:
    if draft.project.policy.empty_kind_allowed:
        return {}
    doomed = Counter(delete.kind for delete in deletes)
    emptied = {kind for kind, number in doomed.items() if number >= draft.population[kind]}
    return {
        d.id: _block(
            d,
            "empty-kind",
            f"every {kind_named(d.kind).noun} that lives would be deleted",
            "say `limits: {empty_kind: allow}` in the project file if that is meant",
        )
        for d in deletes
        if d.kind in emptied
    }


def _block(delete: Delete, code: str, reason: str, hint: str | None = None) -> Blocked:
    return Blocked(
        delete.kind,
        delete.address,
        delete.name,
        "delete",
        code,
        reason,
        hint,
        (delete.target,),
        delete.in_use,
        delete.source,
        delete.fields,
    )
