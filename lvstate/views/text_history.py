"""Past runs as text for a terminal: a list of them, or one change by change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.history import Verdict
from lvstate.model.report import Status
from lvstate.views.terminal import Style, Tint, escape, quote
from lvstate.views.text_change import ACTION_SYMBOLS, in_brackets, live_ids_text, value_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lvstate.model.history import Origin, PastRun, Step, Unread

_INDENT = " " * 6
_ENDS = {
    Verdict.DONE: "a later run found that it was done",
    Verdict.NOT_DONE: "a later run found that it was not done",
    Verdict.UNCLEAR: "a later run could not tell",
}


def runs_text(runs: Sequence[PastRun], unread: Sequence[Unread], style: Style) -> str:
    """Return two lines a run, as ordered: where, when and what came of it; who, from which commit."""
    lines: list[str] = []
    for run in runs:
        lines.append(f"{style.paint(escape(run.id), Tint.BOLD)}  {_when(run.start)}  {_where(run)}")
        lines += style.fold(f"{_counts(run, style)}; {_who(run.origin)}", "  ")
        if run.fault:
            lines += style.fold(escape(run.fault), "  ! ")
    if not runs:
        lines.append("No run has left a journal here.")
    if unread:
        lines += ["", style.paint("Not read", Tint.BOLD)]
        for each in unread:
            lines += style.fold(f"{escape(each.name)}: {escape(each.reason)}", "  ", "    ")
    return "\n".join(lines) + "\n"


def run_text(run: PastRun, style: Style) -> str:
    """Return one run: its head, every change with before and after, and what was found out later."""
    lines = [f"{_where(run)}: {_counts(run, style)}", *style.fold(_verdict(run), "")]
    if run.fault:
        lines += style.fold(f"Its journal is cut: {escape(run.fault)}.", "")
    for step in run.steps.values():
        lines += ["", *_step_lines(step, style)]
    if run.left_out:
        lines += ["", style.paint("Left out", Tint.BOLD) + " (--skip-blocked)"]
        for blocked in run.left_out:
            name = "" if blocked.name is None else f"  {quote(blocked.name)}"
            where = escape(f"{blocked.kind}/{blocked.address}" if blocked.address else blocked.kind)
            lines.append(f"  ! {where}{name}  [{escape(blocked.code)}]")
    if run.remaining:
        lines += ["", style.paint("Still different at its end", Tint.BOLD)]
        for difference in run.remaining:
            lines += style.fold(escape(difference), "  ", "    ")
    if run.resolved:
        lines += ["", style.paint("Found out about earlier runs", Tint.BOLD)]
        for about, change, answer in run.resolved:
            what = f"{change} of run {about}" if change else f"the journal of run {about}"
            lines += style.fold(
                f"{escape(what)}: {answer.verdict.value}: {escape(answer.evidence)}", "  ", "    "
            )
    ended = "its end is not known" if run.end is None else f"ended {_when(run.end)}"
    foot = [f"run {escape(run.id)}, started {_when(run.start)}, {ended}", _who(run.origin)]
    if run.fingerprint:
        foot.append(f"fingerprint {escape(run.fingerprint.removeprefix('sha256:'))}")
    return "\n".join([*lines, "", *(style.paint(line, Tint.DIM) for line in foot)]) + "\n"


def _when(time: datetime | None) -> str:
    return "at an unknown time" if time is None else f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _where(run: PastRun) -> str:
    tenant = "an unknown tenant" if run.tenant is None else escape(str(run.tenant))
    return f"{escape(run.environment or '?')} ({tenant})"


def _counts(run: PastRun, style: Style) -> str:
    counts = [f"{run.count(status)} {status.value}" for status in Status if run.count(status)]
    if run.left_open:
        counts.append(style.paint(f"{len(run.left_open)} left open", Tint.MAGENTA))
    return ", ".join(counts) or "nothing was sent"


def _verdict(run: PastRun) -> str:
    if run.end is None:
        return "It did not live to tell how it ended, or has not ended yet."
    return {
        True: "At its end live equalled the manifests.",
        False: "At its end live did not equal the manifests.",
        None: "At its end live was not read back.",
    }[run.converged]


def _who(origin: Origin) -> str:
    person = escape(origin.user or "?") + (f"@{escape(origin.host)}" if origin.host else "")
    who = f"{escape(origin.actor)} through {person}" if origin.actor else person
    if origin.commit is None:
        return f"by {who}, from no commit"
    dirty = {True: " with changes", False: "", None: ", perhaps with changes"}[origin.dirty]
    return f"by {who}, from commit {escape(origin.commit[:12])}{dirty}"


def _step_lines(step: Step, style: Style) -> list[str]:
    status = step.status.value if step.status is not None else "left open" if step.tries else "not sent"
    shown = [f for f in step.fields if step.action == "update" or step.name not in (f.before, f.after)]
    symbol, tint = ACTION_SYMBOLS[step.action]
    name = "" if step.name is None else f"  {quote(step.name)}"
    remarks = [] if step.live_id in (None, step.address) else [live_ids_text([step.live_id])]
    head = f"  {style.paint(f'{symbol} {status}', tint)}  {escape(step.change.rpartition(':')[0])}{name}"
    lines = [head + in_brackets(remarks, style)]
    lines += value_lines(step.action, shown, style)
    if step.tries > 1:
        lines.append(f"{_INDENT}sent {step.tries} times")
    if step.unanswered_reason and step.unanswered_reason not in (step.error or ""):
        lines += style.fold(f"not answered: {escape(step.unanswered_reason)}", _INDENT)
    if step.error:
        lines += style.fold(escape(step.error), _INDENT)
    if step.resolution is not None:
        found = step.resolution
        told = f"{_ENDS[found.verdict]} ({escape(found.run_id)}): {escape(found.evidence)}"
        lines += style.fold(told, _INDENT)
    return lines
