"""A plan as Markdown for the comment of a pull request: verdict and dangers open, the rest folded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lvstate.model.change import Delete
from lvstate.views.markdown_budget import GITHUB_LIMIT, SHORT, Danger, Section, fitted
from lvstate.views.markdown_change import (
    blocked_line,
    change_line,
    danger_line,
    diff_lines,
    name_of,
)
from lvstate.views.markdown_text import CAREFUL, bullets, code, diff_block, folded, to_paste, told
from lvstate.views.text_change import ACTION_SYMBOLS, kinds_in_order
from lvstate.views.text_plan import fingerprint, verdict
from lvstate.views.wording import GROUPS, is_risky, kind_heading
from lvstate.views.wording_base import base_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.change import Blocked, Change, Plan, Unlisted
    from lvstate.model.project import Selection
    from lvstate.views.markdown_budget import Part

_HEAD_LIMIT = 200
"""Of the names in the first line: an environment and a tenant, which people chose short."""
_FIELD_LIMIT = 200
"""Of a value, once the technical diff had to go."""

_CODES_SHOWN = 5
"""How many guards are named where the blocked items are told by name."""


def plan_markdown(plan: Plan, limit: int = GITHUB_LIMIT) -> str:
    """Return the plan within `limit` characters; every delete and blocked item stays, or is counted in line one."""
    facts = "".join(f"{told(fact, _HEAD_LIMIT)}\n\n" for fact in base_facts(plan))

    def head(hidden: int, shortened: bool) -> str:
        missing = f"; **{hidden} deletes, blocked or risky items are not shown: no room**" if hidden else ""
        note = (
            f"Shortened to fit {limit:,} characters; `--format html` shows the whole plan.\n\n"
            if shortened
            else ""
        )
        return f"### {heading(plan)}: {verdict(plan)}{missing}\n\n{facts}{note}"

    parts: list[Part] = [*_dangers(plan), _facts(plan)]
    three_way = any(change.origin for change in plan.changes)
    for title, origins in GROUPS:
        chosen = [change for change in plan.changes if change.origin in origins]
        if chosen and three_way:
            parts.append(Section((f"#### {title}\n\n",)))
        parts += [_kind_section(title, some) for title, some in _by_heading(chosen)]
    if plan.unlisted:
        if three_way:
            parts.append(Section(("#### Unlisted\n\n",)))
        parts.append(_unlisted(plan.unlisted))
    if plan.warnings:
        parts.append(_warnings(plan))
    return fitted(head, parts, limit)


def heading(plan: Plan) -> str:
    """Return environment and tenant, and whether that tenant was read."""
    offline = ", offline" if plan.offline else ""
    return f"{code(plan.environment, _HEAD_LIMIT)} ({code(str(plan.tenant), _HEAD_LIMIT)}){offline}"


# --- dangers ----------------------------------------------------------------------------------


def _dangers(plan: Plan) -> list[Part]:
    deletes = [change for change in plan.changes if isinstance(change, Delete)]
    risky = [change for change in plan.changes if is_risky(change) and not isinstance(change, Delete)]
    parts: list[Part] = []
    if deletes:
        parts.append(_danger(f"**{_many(len(deletes), 'delete')}**", deletes))
    if plan.blocked:
        parts.append(blocked_part(plan.blocked, "nothing is applied without `--skip-blocked`"))
    if risky:
        parts.append(_danger(f"**{len(risky)} risky**", risky))
    return parts


def _danger(title: str, changes: Sequence[Change]) -> Danger:
    full = f"{title}\n\n{bullets(map(danger_line, changes))}\n"
    return Danger(full, f"{title}:", tuple(name_of(c.name, c.live_id, SHORT) for c in changes))


def blocked_part(blocked: Sequence[Blocked], remark: str) -> Danger:
    """Return what is blocked, under its count and a remark."""
    title = f"**{len(blocked)} blocked** ({remark})"
    names = tuple(
        name_of(b.name, b.live_ids[0] if len(b.live_ids) == 1 else b.address, SHORT) for b in blocked
    )
    codes = Counter(b.code for b in blocked).most_common(_CODES_SHOWN)
    guards = ", ".join(f"{count} by {code(name, SHORT)}" for name, count in codes)
    return Danger(f"{title}\n\n{bullets(map(blocked_line, blocked))}\n", f"{title}, {guards}:", names)


# --- everything else --------------------------------------------------------------------------


def _facts(plan: Plan) -> Section:
    lines = f"Fingerprint {code(fingerprint(plan))}\n\n"
    return Section((lines + _narrowing(plan.selection) + f"{CAREFUL}\n\n", lines + f"{CAREFUL}\n\n"))


def _narrowing(selection: Selection) -> str:
    parts = []
    if selection.select:
        parts.append("only " + ", ".join(code(str(pattern)) for pattern in selection.select))
    if selection.exclude:
        parts.append("without " + ", ".join(code(str(pattern)) for pattern in selection.exclude))
    return f"Selected: {'; '.join(parts)}\n\n" if parts else ""


def _by_heading(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    """Changes under the headings of their kinds, in the order of kinds."""
    found: dict[str, list[Change]] = {
        kind_heading(kind): [] for kind in kinds_in_order(change.kind for change in changes)
    }
    for change in changes:
        found[kind_heading(change.kind)].append(change)
    return list(found.items())


def _kind_section(title: str, changes: Sequence[Change]) -> Section:
    count = _actions(changes)
    top = f"**{title}**: {count}\n\n"
    diff = diff_block(line for change in changes for line in diff_lines(change))
    lines = bullets(map(change_line, changes))
    words = f"{top}{lines}\n"
    fields = bullets(change_line(change, _FIELD_LIMIT) for change in changes)
    names = bullets(
        f"`{symbol}` " + ", ".join(name_of(c.name, None, SHORT) for c in changes if c.action == action)
        for action, (symbol, _) in ACTION_SYMBOLS.items()
        if any(c.action == action for c in changes)
    )
    return Section(
        (
            words + folded(f"Technical diff of {len(changes)}: {title.lower()}", diff) + "\n",
            folded(f"{title}: {count}", fields) + "\n",
            folded(f"{title}: {count}, by name", names) + "\n",
            top,
        )
    )


def _actions(changes: Sequence[Change]) -> str:
    words = {"create": "new", "update": "changed", "delete": "deleted"}
    counts = {action: sum(c.action == action for c in changes) for action in ACTION_SYMBOLS}
    return ", ".join(f"{count} {words[action]}" for action, count in counts.items() if count)


def _unlisted(unlisted: Sequence[Unlisted]) -> Section:
    title = f"{len(unlisted)} unlisted: live, but not declared; nothing happens to them"
    rows: dict[str, list[str]] = {}
    for kind in kinds_in_order(item.kind for item in unlisted):
        row = rows.setdefault(kind_heading(kind), [])
        row += [
            name_of(item.name, item.live_id, _FIELD_LIMIT) + (" **(drift)**" if item.drift else "")
            for item in unlisted
            if item.kind == kind
        ]
    body = bullets(f"{title}: {', '.join(row)}" for title, row in rows.items())
    counts = ", ".join(f"{len(row)} {title.lower()}" for title, row in rows.items())
    return Section((folded(title, body) + "\n", f"{title}: {counts}\n\n"))


def _warnings(plan: Plan) -> Section:
    title = f"**{_many(len(plan.warnings), 'warning')}**\n\n"
    lines = [
        (f"{code(warning.ref)}: " if warning.ref else "") + code(warning.message) for warning in plan.warnings
    ]
    full = [line + to_paste(w.suggestion) for line, w in zip(lines, plan.warnings, strict=True)]
    return Section((f"{title}{bullets(full)}\n", f"{title}{bullets(lines)}\n", title))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
