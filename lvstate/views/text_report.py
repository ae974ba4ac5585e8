"""The report of an apply as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.history import JOURNAL_CUT, LEFT_OPEN
from lvstate.model.report import Status
from lvstate.views.terminal import Style, Tint, escape, quote
from lvstate.views.text_change import ACTION_SYMBOLS, in_brackets, live_ids_text, reference
from lvstate.views.text_plan import blocked_head, whereabouts

if TYPE_CHECKING:
    from lvstate.model.report import Outcome, Report

_TINTS = {
    Status.DONE: Tint.GREEN,
    Status.FAILED: Tint.RED,
    Status.SKIPPED: Tint.DIM,
    Status.STALE: Tint.YELLOW,
    Status.UNKNOWN: Tint.MAGENTA,
}
_ALIGNED = max(len(status.value) for status in Status)
_DETAILS = " " * 6

_NEXT = {
    Status.FAILED: "Failed: mend what the message names, then plan and apply again; what is done stays done.",
    Status.STALE: "Stale: live moved since the plan, so nothing was written there; run plan again and "
    "review it.",
    Status.UNKNOWN: "Unknown: the request was sent, but no trustworthy answer came, so it may have happened. "
    "Run plan again: it shows what is live.",
    Status.SKIPPED: "Skipped: never sent; the next plan shows it again.",
}


def interruption(report: Report) -> str:
    """Say that a run was interrupted, and whether that kept anything from being sent; empty where it was not."""
    if not report.interrupted:
        return ""
    left = any(outcome.status is Status.SKIPPED for outcome in report.outcomes)
    rest = "the rest was not sent" if left else "and nothing was left to send"
    return f"Interrupted: what was under way was finished, {rest}."


def report_text(report: Report, style: Style) -> str:
    """Return the whole report: counts, whether live equals desired, outcomes, what to do next."""
    lines = [f"{whereabouts(report.plan, style)}: {_counts(report, style)}", *_verdict(report, style)]
    if report.outcomes:
        lines.append("")
        for outcome in report.outcomes:
            lines += _outcome_lines(outcome, style)
    told = [warning for warning in report.plan.warnings if warning.code in (LEFT_OPEN, JOURNAL_CUT)]
    if told:
        lines += ["", style.paint("Earlier runs", Tint.BOLD)]
        for warning in told:
            where = f"{escape(warning.ref)}: " if warning.ref else ""
            lines += style.fold(f"{where}{escape(warning.message)}", "  ", "    ")
    if report.plan.blocked:
        lines += ["", style.paint("Left out", Tint.BOLD) + " (--skip-blocked)"]
        for blocked in report.plan.blocked:
            lines += [blocked_head(blocked, style), *style.fold(escape(blocked.reason), _DETAILS)]
    if report.remaining:
        lines += ["", style.paint("Still different", Tint.BOLD)]
        for difference in report.remaining:
            lines += style.fold(escape(difference), "  ", "    ")
    lines += _next_lines(report, style)
    journal = f"run {escape(report.run_id)}, journal .lvstate/runs/{escape(report.run_id)}.jsonl"
    lines += ["", style.paint(journal, Tint.DIM)]
    return "\n".join(lines) + "\n"


def _counts(report: Report, style: Style) -> str:
    counts = []
    for status in Status:
        count = report.count(status)
        counts.append(style.paint(f"{count} {status.value}", *([_TINTS[status]] if count else [])))
    return ", ".join(counts)


def convergence(report: Report) -> str:
    """Say whether live equals the manifests now."""
    manifests = "the selected manifests" if report.plan.selection else "the manifests"
    unread = "was not read back" if report.interrupted else "could not be read back"
    return {
        True: f"Live equals {manifests}.",
        False: f"Live does not equal {manifests}.",
        None: f"Live {unread}, so whether it equals {manifests} is not known.",
    }[report.converged]


def _verdict(report: Report, style: Style) -> list[str]:
    tint = {True: Tint.GREEN, False: Tint.RED, None: Tint.YELLOW}[report.converged]
    lines = [style.paint(line, tint) for line in style.fold(convergence(report), "")]
    if said := interruption(report):
        lines += style.fold(said, "")
    return lines


def _outcome_lines(outcome: Outcome, style: Style) -> list[str]:
    change, status = outcome.change, outcome.status
    symbol = ACTION_SYMBOLS[change.action][0]
    remarks: list[str] = []
    if status is Status.UNKNOWN:
        symbol = "?"
        remarks.append(change.action)
    live_id = change.live_id if outcome.live_id is None else outcome.live_id
    if live_id is not None and live_id != change.address:
        remarks.append(live_ids_text([live_id]))
    state = style.paint(f"{symbol} {status.value.ljust(_ALIGNED)}", _TINTS[status])
    head = f"  {state}  {reference(change)}  {quote(change.name)}{in_brackets(remarks, style)}"
    return [head, *(style.fold(escape(outcome.error), _DETAILS) if outcome.error else [])]


def next_steps(report: Report) -> list[str]:
    """Return what to do now, in words of lvstate; nothing where all is well."""
    steps = [words for status, words in _NEXT.items() if report.count(status)]
    if any(outcome.forbidden for outcome in report.outcomes):
        steps.insert(0, "Not permitted: use credentials whose role may do this, then plan and apply again.")
    if report.plan.blocked:
        steps.append("Left out: lift what blocks it, as the plan says, then plan and apply again.")
    if report.converged is None:
        steps.append("Not read back: run plan, which shows whether anything is left to do.")
    elif not report.converged and not steps:
        steps.append("Still different: run plan again; somebody or something else is changing the tenant.")
    return steps


def _next_lines(report: Report, style: Style) -> list[str]:
    steps = next_steps(report)
    if not steps:
        return []
    lines = ["", style.paint("What to do next", Tint.BOLD)]
    for step in steps:
        lines += style.fold(step, "  ", "    ")
    return lines
