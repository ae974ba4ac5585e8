"""The report of an apply as Markdown: what is unknown first, then what failed, what to do now, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.report import Status
from lvstate.views.markdown_budget import GITHUB_LIMIT, SHORT, Danger, Section, fitted
from lvstate.views.markdown_change import diff_lines, name_of, whereabouts
from lvstate.views.markdown_plan import blocked_part, heading
from lvstate.views.markdown_text import CAREFUL, bullets, code, diff_block, folded, told
from lvstate.views.text_change import reference
from lvstate.views.text_report import convergence, interruption, next_steps
from lvstate.views.wording import id_of, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.report import Outcome, Report
    from lvstate.views.markdown_budget import Part

DANGEROUS = (Status.UNKNOWN, Status.FAILED, Status.STALE)
"""What somebody has to look at, in the order of urgency."""

_QUIET = (Status.SKIPPED, Status.DONE)


def report_markdown(report: Report, limit: int = GITHUB_LIMIT) -> str:
    """Return the report within `limit` characters; what is unknown or failed stays, or is counted in line one."""
    counts = ", ".join(f"{report.count(status)} {status.value}" for status in Status)

    def head(hidden: int, shortened: bool) -> str:
        missing = f"; **{hidden} that need attention are not shown: no room**" if hidden else ""
        note = f"Shortened to fit {limit:,} characters.\n\n" if shortened else ""
        interrupted = f" {said}" if (said := interruption(report)) else ""
        verdict = f"**{convergence(report)}**{interrupted}"
        return f"### {heading(report.plan)}: {counts}{missing}\n\n{verdict}\n\n{note}"

    parts: list[Part] = [_danger(status, some) for status in DANGEROUS if (some := _of(report, status))]
    if report.plan.blocked:
        parts.append(blocked_part(report.plan.blocked, "left out by `--skip-blocked`"))
    if steps := next_steps(report):
        parts.append(Section((f"**What to do now**\n\n{bullets(steps)}\n",)))
    parts.append(Section((f"{CAREFUL}\n\n",)))
    if report.remaining:
        title = f"**{len(report.remaining)} still different**\n\n"
        parts.append(Section((f"{title}{bullets(map(code, report.remaining))}\n", title)))
    parts += [_quiet(status, some) for status in _QUIET if (some := _of(report, status))]
    run = code(report.run_id, SHORT)
    parts.append(
        Section((f"Run {run}, journal {code(f'.lvstate/runs/{report.run_id}.jsonl', 2 * SHORT)}\n",))
    )
    return fitted(head, parts, limit)


def _of(report: Report, status: Status) -> list[Outcome]:
    return [outcome for outcome in report.outcomes if outcome.status is status]


def _danger(status: Status, outcomes: Sequence[Outcome]) -> Danger:
    title = f"**{len(outcomes)} {status.value}**"
    return Danger(
        f"{title}\n\n{bullets(_line(outcome) for outcome in outcomes)}\n",
        f"{title}:",
        tuple(name_of(o.change.name, o.live_id or o.change.live_id, SHORT) for o in outcomes),
    )


def _quiet(status: Status, outcomes: Sequence[Outcome]) -> Section:
    title = f"{len(outcomes)} {status.value}"
    lines = bullets(_line(outcome) for outcome in outcomes)
    names = bullets(name_of(o.change.name, o.live_id or o.change.live_id, SHORT) for o in outcomes)
    diff = diff_block(line for outcome in outcomes for line in diff_lines(outcome.change))
    return Section(
        (
            folded(title, f"{lines}\n{diff}") + "\n",
            folded(title, lines) + "\n",
            folded(f"{title}, by name", names) + "\n",
            f"{title}\n\n",
        )
    )


def _line(outcome: Outcome) -> str:
    change = outcome.change
    said = ". ".join(told(sentence) for sentence in sentences(change))
    error = f"\n  - {code(outcome.error)}" if outcome.error else ""
    return f"{said} ({whereabouts(reference(change), id_of(change, outcome.live_id), change.source)}){error}"
