"""A plan as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.wording import Quoted
from lvstate.views.terminal import Style, Tint, escape, quote
from lvstate.views.text_change import (
    ACTION_SYMBOLS,
    INDENT,
    change_lines,
    in_brackets,
    kind_title,
    kinds_in_order,
    live_ids_text,
    with_source,
)
from lvstate.views.wording_base import against, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.change import Blocked, Change, Plan, Unlisted
    from lvstate.model.project import Selection
    from lvstate.model.wording import Piece

_PLAIN = Style(colour=False, width=0)

UNLISTED_SHOWN = 10
"""How many unlisted objects of a kind are named; their names are in the JSON document."""


def plan_text(plan: Plan, style: Style) -> str:
    """Return the whole plan: verdict, changes by kind, what blocks, what is unlisted, warnings."""
    lines = [verdict_line(plan, style)]
    if plan.selection:
        lines += style.fold(_narrowing(plan.selection), "")
    lines += base_lines(plan, style)
    by_live = [change for change in plan.changes if plan.base and change.origin == "drift"]
    by_manifests = [change for change in plan.changes if not (plan.base and change.origin == "drift")]
    if by_live and by_manifests:
        lines += ["", style.paint("This change", Tint.BOLD)]
    lines += _changes_by_kind(by_manifests, style)
    if by_live:
        lines += [
            "",
            style.paint("Drift", Tint.BOLD) + " (live moved, the manifests did not: an apply reverts it)",
        ]
    lines += _changes_by_kind(by_live, style)
    lines += _blocked_section(plan, style) + _unlisted_section(plan, style) + _warnings_section(plan, style)
    lines += ["", style.paint(f"fingerprint {fingerprint(plan)}", Tint.DIM)]
    return "\n".join(lines) + "\n"


def _changes_by_kind(changes: Sequence[Change], style: Style) -> list[str]:
    lines = []
    for kind in kinds_in_order(change.kind for change in changes):
        lines += ["", style.paint(kind_title(kind), Tint.BOLD)]
        for change in changes:
            if change.kind == kind:
                lines += change_lines(change, style)
    return lines


def verdict_line(plan: Plan, style: Style) -> str:
    """Return the first line: where, the verdict and the counts."""
    return f"{whereabouts(plan, style)}: {verdict(plan, style)}"


def base_lines(plan: Plan, style: Style) -> list[str]:
    """Return what the plan was compared with, and what may be made although that had it."""
    told = filter(None, (against(plan), allowed(plan)))
    return [line for said in told for line in style.fold("".join(map(_escaped, said)), "")]


def whereabouts(plan: Plan, style: Style) -> str:
    """Return environment and tenant: `production (ACME at https://...)`."""
    offline = ", offline" if plan.offline else ""
    return f"{style.paint(escape(plan.environment), Tint.BOLD)} ({escape(str(plan.tenant))}){offline}"


def fingerprint(plan: Plan) -> str:
    """Return the fingerprint's digits, ready to be pasted behind `apply --expect`."""
    return escape(plan.fingerprint.removeprefix("sha256:"))


def blocked_head(blocked: Blocked, style: Style) -> str:
    """Return the first line of a blocked item."""
    name = "" if blocked.name is None else f"  {quote(blocked.name)}"
    where = escape(blocked.kind if blocked.address is None else f"{blocked.kind}/{blocked.address}")
    remarks: list[str] = [blocked.action] if blocked.action else []
    if len(blocked.live_ids) == 1 and blocked.live_ids[0] != blocked.address:
        remarks.append(live_ids_text(blocked.live_ids))
    return f"  {style.paint(f'! {where}', Tint.BOLD, Tint.RED)}{name}{in_brackets(remarks, style)}"


# --- the first line ---------------------------------------------------------------------------


def verdict(plan: Plan, style: Style = _PLAIN) -> str:
    """Return the counts, or that there is nothing to do: what every view of a plan begins with."""
    manifests = "the selected manifests" if plan.selection else "the manifests"
    unlisted = _unlisted_count(plan)
    if not plan.empty:
        words = {"create": "to create", "update": "to update", "delete": "to delete"}
        counts = []
        for action, (_, tint) in ACTION_SYMBOLS.items():
            count = plan.count(action)
            counts.append(style.paint(f"{count} {words[action]}", *([tint] if count else [])))
        blocked = style.paint(f"{len(plan.blocked)} blocked", Tint.BOLD, Tint.RED) if plan.blocked else ""
        return "; ".join(part for part in (", ".join(counts), blocked, unlisted) if part)
    if plan.drifted:
        return f"no changes; {unlisted}."
    if plan.offline:
        return f"{style.paint('no changes', Tint.GREEN)} in {manifests}."
    tail = f"; {unlisted}." if unlisted else "."
    return f"{style.paint('no changes.', Tint.GREEN)} Live matches {manifests}{tail}"


def _escaped(piece: Piece) -> str:
    return escape(piece.text) if isinstance(piece, Quoted) else piece


def _unlisted_count(plan: Plan) -> str:
    drifting = sum(unlisted.drift for unlisted in plan.unlisted)
    if not plan.unlisted:
        return ""
    return f"{len(plan.unlisted)} unlisted" + (f", {drifting} of them drift" if drifting else "")


def _narrowing(selection: Selection) -> str:
    parts = []
    if selection.select:
        parts.append("only " + ", ".join(escape(str(pattern)) for pattern in selection.select))
    if selection.exclude:
        parts.append("without " + ", ".join(escape(str(pattern)) for pattern in selection.exclude))
    return "; ".join(parts)


# --- sections ---------------------------------------------------------------------------------


def _blocked_section(plan: Plan, style: Style) -> list[str]:
    if not plan.blocked:
        return []
    lines = ["", style.paint("Blocked", Tint.BOLD) + " (nothing is applied without --skip-blocked)"]
    for blocked in plan.blocked:
        lines += with_source(blocked_head(blocked, style), blocked.source, style)
        lines += style.fold(escape(blocked.reason), INDENT)
        if len(blocked.live_ids) > 1:
            lines += style.fold(live_ids_text(blocked.live_ids), INDENT)
        if blocked.in_use is not None and str(blocked.in_use) not in blocked.reason:
            lines.append(f"{INDENT}in use by {blocked.in_use}")
        if blocked.hint:
            lines += style.fold(escape(blocked.hint), f"{INDENT}hint: ")
        lines += _suggestion_lines(blocked.suggestion, style)
    return lines


def _unlisted_section(plan: Plan, style: Style) -> list[str]:
    if not plan.unlisted:
        return []
    lines = ["", style.paint("Unlisted", Tint.BOLD) + " (live, but not declared)"]
    for kind in kinds_in_order(unlisted.kind for unlisted in plan.unlisted):
        objects = [unlisted for unlisted in plan.unlisted if unlisted.kind == kind]
        lines.append(f"  {kind_title(kind)}: {len(objects)}")
        lines += [_unlisted_line(unlisted, style) for unlisted in objects[:UNLISTED_SHOWN]]
        if len(objects) > UNLISTED_SHOWN:
            lines.append(f"{INDENT}and {len(objects) - UNLISTED_SHOWN} more; --format json lists all")
    return lines


def _unlisted_line(unlisted: Unlisted, style: Style) -> str:
    remarks = [live_ids_text([unlisted.live_id])]
    if unlisted.drift:
        remarks.append("drift")
    return f"{INDENT}{quote(unlisted.name)}{in_brackets(remarks, style)}"


def _warnings_section(plan: Plan, style: Style) -> list[str]:
    if not plan.warnings:
        return []
    lines = ["", style.paint("Warnings", Tint.BOLD)]
    for warning in plan.warnings:
        where = f"{escape(warning.ref)}: " if warning.ref else ""
        # The star keeps a message that begins like a change from being read as one.
        lines += style.fold(f"{where}{escape(warning.message)} [{escape(warning.code)}]", "  * ", INDENT)
        lines += _suggestion_lines(warning.suggestion, style)
    return lines


def _suggestion_lines(suggestion: str | None, style: Style) -> list[str]:
    """Return YAML to paste: never folded."""
    lines = suggestion.split("\n") if suggestion is not None else []
    return [f"{INDENT}    {style.paint(escape(line), Tint.GREEN)}" for line in lines]
