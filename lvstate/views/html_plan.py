"""A plan as a page: the verdict, the dangers, then every change by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.change import Delete
from lvstate.views.html_change import blocked_card, change_card, link_to
from lvstate.views.html_page import Filter, Page, Tile, page
from lvstate.views.html_text import code, own, text, to_paste, told, value
from lvstate.views.text_change import ACTION_SYMBOLS, kinds_in_order
from lvstate.views.text_plan import fingerprint, verdict
from lvstate.views.wording import GROUPS, ORIGINS, is_risky, kind_heading, kind_key
from lvstate.views.wording_base import base_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.change import Blocked, Change, Plan
    from lvstate.model.project import Selection

_ACTIONS = {"create": "New", "update": "Changed", "delete": "Deleted"}


def plan_html(plan: Plan) -> str:
    """Return the whole plan as one page."""
    three_way = any(change.origin for change in plan.changes)
    body = _dangers(plan)
    for title, origins in GROUPS:
        chosen = [change for change in plan.changes if change.origin in origins]
        if chosen:
            cards = [(change.kind, change_card(change)) for change in chosen]
            body += f"<h2>{title if three_way else 'Changes'}</h2>\n{kind_sections(cards)}"
    body += _unlisted(plan) + _warnings(plan)
    return page(
        Page(
            title=f"lvstate plan: {text(plan.environment)}",
            what="plan",
            heading=f"<bdi>{text(plan.environment)}</bdi>",
            subtitle=text(str(plan.tenant))
            + "".join(f"<br>{told(fact)}" for fact in base_facts(plan))
            + _narrowing(plan.selection),
            verdict=own(verdict(plan)) if plan.empty else "",
            tiles=_tiles(plan),
            filters=_filters(plan),
            body=body,
            foot=f"<p>Fingerprint {code(fingerprint(plan))}</p>"
            "<p>Made by lvstate. This page loads nothing and sends nothing.</p>",
        )
    )


def kind_sections(cards: Sequence[tuple[str, str]]) -> str:
    """Return cards under the headings of their kinds."""
    found: dict[str, list[str]] = {
        kind_heading(kind): [] for kind in kinds_in_order(kind for kind, _ in cards)
    }
    for kind, card in cards:
        found[kind_heading(kind)].append(card)
    return "".join(
        f"<section class=kind><h3>{title} <small>{len(some):,}</small></h3>\n{''.join(some)}</section>\n"
        for title, some in found.items()
    )


def kind_filter(kinds: Sequence[str]) -> Filter:
    """Return the switches of the kinds that occur."""
    counts: dict[tuple[str, str], int] = {(kind_key(k), kind_heading(k)): 0 for k in kinds_in_order(kinds)}
    for kind in kinds:
        counts[kind_key(kind), kind_heading(kind)] += 1
    return Filter("k", "Kind", tuple((key, title, count) for (key, title), count in counts.items()))


def blocked_panel(blocked: Sequence[Blocked], remark: str) -> str:
    """Return what is blocked, under a remark in words of lvstate."""
    cards = "".join(map(blocked_card, blocked))
    return (
        f'<section class="panel blocked"><h2>{len(blocked):,} blocked</h2>'
        f"<p>{own(remark)}</p>\n{cards}</section>\n"
    )


# --- the top ----------------------------------------------------------------------------------


def _tiles(plan: Plan) -> tuple[Tile, ...]:
    counts = [
        Tile(action, symbol.replace("-", "\u2212"), plan.count(action), f"to {action}")
        for action, (symbol, _) in ACTION_SYMBOLS.items()
    ]
    counts.append(Tile("blocked", "!", len(plan.blocked), "blocked"))
    return (*counts, Tile("idle", "\u25cb", len(plan.unlisted), "unlisted"))


def _filters(plan: Plan) -> tuple[Filter, ...]:
    if plan.empty:
        return ()
    actions = [(a, words, plan.count(a)) for a, words in _ACTIONS.items()]  # type: ignore[arg-type]
    actions.append(("blocked", "Blocked", len(plan.blocked)))
    origins = tuple(
        (origin, words.capitalize(), count)
        for origin, words in ORIGINS.items()
        if (count := sum(change.origin == origin for change in plan.changes))
    )
    return (
        Filter("a", "Action", tuple(option for option in actions if option[2])),
        kind_filter([item.kind for item in (*plan.changes, *plan.blocked)]),
        Filter("o", "Origin", origins),
    )


def _narrowing(selection: Selection) -> str:
    parts = []
    if selection.select:
        parts.append("only " + ", ".join(code(str(pattern)) for pattern in selection.select))
    if selection.exclude:
        parts.append("without " + ", ".join(code(str(pattern)) for pattern in selection.exclude))
    return f"<br>{'; '.join(parts)}" if parts else ""


def _dangers(plan: Plan) -> str:
    deletes = [change for change in plan.changes if isinstance(change, Delete)]
    risky = [change for change in plan.changes if is_risky(change) and not isinstance(change, Delete)]
    parts = ""
    if plan.blocked:
        parts += blocked_panel(plan.blocked, "Nothing is applied without `--skip-blocked`.")
    if deletes:
        parts += _links(f"{len(deletes):,} {'delete' if len(deletes) == 1 else 'deletes'}", "delete", deletes)
    if risky:
        parts += _links(f"{len(risky):,} risky", "risky", risky)
    return parts


def _links(title: str, tint: str, changes: Sequence[Change]) -> str:
    lines = "".join(map(link_to, changes))
    return f'<section class="panel {tint}"><h2>{title}</h2>\n<ul>{lines}</ul></section>\n'


# --- the end ----------------------------------------------------------------------------------


def _unlisted(plan: Plan) -> str:
    if not plan.unlisted:
        return ""
    rows: dict[str, list[str]] = {}
    for kind in kinds_in_order(item.kind for item in plan.unlisted):
        row = rows.setdefault(kind_heading(kind), [])
        row += [
            f"<li>{value(item.name)} {code(str(item.live_id))}"
            + (" <span class=t>drift</span>" if item.drift else "")
            for item in plan.unlisted
            if item.kind == kind
        ]
    lists = "".join(
        f"<h3>{title} <small>{len(row):,}</small></h3><ul>{''.join(row)}</ul>" for title, row in rows.items()
    )
    return (
        f"<details class=unlisted><summary><h2>{len(plan.unlisted):,} unlisted</h2> "
        f"<span>live, but not declared; nothing happens to them</span></summary>{lists}</details>\n"
    )


def _warnings(plan: Plan) -> str:
    if not plan.warnings:
        return ""
    title = f"{len(plan.warnings):,} {'warning' if len(plan.warnings) == 1 else 'warnings'}"
    lines = "".join(
        f"<li>{code(warning.ref) + ' ' if warning.ref else ''}{text(warning.message)}"
        f"{to_paste(warning.suggestion)}"
        for warning in plan.warnings
    )
    return f"<section class=warnings><h2>{title}</h2><ul>{lines}</ul></section>\n"
