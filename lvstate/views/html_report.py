"""The report of an apply as a page: what is unknown first, what to do now, then everything by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.report import Status
from lvstate.views.html_change import change_card
from lvstate.views.html_page import Filter, Page, Tile, page
from lvstate.views.html_plan import blocked_panel, kind_filter, kind_sections
from lvstate.views.html_text import code, own, text
from lvstate.views.markdown_report import DANGEROUS
from lvstate.views.text_report import convergence, interruption, next_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.report import Outcome, Report

_SYMBOLS = {
    Status.DONE: "\u2713",
    Status.FAILED: "\u2715",
    Status.SKIPPED: "\u00b7",
    Status.STALE: "\u2260",
    Status.UNKNOWN: "?",
}


def report_html(report: Report) -> str:
    """Return the whole report as one page."""
    plan = report.plan
    body = ""
    for status in DANGEROUS:
        if some := [outcome for outcome in report.outcomes if outcome.status is status]:
            body += (
                f'<section class="panel {status.value}"><h2>{len(some):,} {status.value}</h2>\n'
                f"{''.join(map(_card, some))}</section>\n"
            )
    if steps := next_steps(report):
        items = "".join(f"<li>{own(step)}" for step in steps)
        body += f"<section class=next><h2>What to do now</h2><ul>{items}</ul></section>\n"
    if plan.blocked:
        body += blocked_panel(plan.blocked, "Left out by `--skip-blocked`.")
    if report.remaining:
        items = "".join(f"<li>{text(difference)}" for difference in report.remaining)
        body += (
            f"<section class=warnings><h2>{len(report.remaining):,} still different</h2>"
            f"<ul>{items}</ul></section>\n"
        )
    for status in (Status.SKIPPED, Status.DONE):
        if some := [outcome for outcome in report.outcomes if outcome.status is status]:
            cards = [(outcome.change.kind, _card(outcome)) for outcome in some]
            body += f"<h2>{status.value.capitalize()}</h2>\n{kind_sections(cards)}"
    interrupted = f" {said}" if (said := interruption(report)) else ""
    return page(
        Page(
            title=f"lvstate apply: {text(plan.environment)}",
            what="apply",
            heading=f"<bdi>{text(plan.environment)}</bdi>",
            subtitle=text(str(plan.tenant)),
            verdict=own(convergence(report) + interrupted),
            tiles=tuple(Tile(s.value, _SYMBOLS[s], report.count(s), s.value) for s in Status),
            filters=_filters(report, report.outcomes),
            body=body,
            foot=f"<p>Run {code(report.run_id)}, journal {code(f'.lvstate/runs/{report.run_id}.jsonl')}</p>"
            "<p>Made by lvstate. This page loads nothing and sends nothing.</p>",
        )
    )


def _card(outcome: Outcome) -> str:
    return change_card(
        outcome.change, status=outcome.status.value, error=outcome.error, live_id=outcome.live_id
    )


def _filters(report: Report, outcomes: Sequence[Outcome]) -> tuple[Filter, ...]:
    if not outcomes:
        return ()
    statuses = tuple((s.value, s.value.capitalize(), n) for s in Status if (n := report.count(s)))
    kinds = [outcome.change.kind for outcome in outcomes] + [blocked.kind for blocked in report.plan.blocked]
    return Filter("s", "Outcome", statuses), kind_filter(kinds)
