"""`--format github`: workflow commands, which GitHub shows as annotations at lines of the manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.errors import InvalidInput
from lvstate.model.problem import Problem
from lvstate.views.terminal import Style, escape
from lvstate.views.text_change import change_lines, reference
from lvstate.views.text_plan import base_lines, blocked_head, verdict_line
from lvstate.views.workflow_commands import Level, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.errors import LvstateError
    from lvstate.model.change import Blocked, Change, Plan, Warning
    from lvstate.model.problem import Source

_PLAIN = Style(colour=False, width=0)
_GRAVEST: tuple[Level, ...] = ("error", "warning", "notice")


def validation(problems: Sequence[Problem], folder: str = "") -> str:
    """Return an annotation a problem; `folder` is the project's, relative to its repository."""
    return "".join(_problem(problem, folder) for problem in problems)


def plan(plan: Plan, folder: str = "", *, drift: bool = False) -> str:
    """Return the verdict and an annotation a change, the gravest first: GitHub shows ten of each level.

    What is blocked, risky or drift is a warning, another change a notice; with `drift` every change is drift.
    """
    found = [_blocked(blocked, folder) for blocked in plan.blocked]
    found += [_change(change, folder, drift=drift) for change in plan.changes]
    found += [_unlisted(plan)] if any(unlisted.drift for unlisted in plan.unlisted) else []
    found += [
        ("warning", command("warning", _warning(warning), title=escape(warning.code)))
        for warning in plan.warnings
    ]
    grave: Level = "warning" if plan.blocked or (drift and plan.drifted) else "notice"
    told = "\n".join([verdict_line(plan, _PLAIN), *base_lines(plan, _PLAIN)])
    lines = [command(grave, told, title="lvstate drift" if drift else "lvstate plan")]
    lines += [line for gravest in _GRAVEST for level, line in found if level == gravest]
    return "".join(lines)


def error(error: LvstateError, folder: str = "") -> str:
    """Return the annotation of a run that failed; where it is about files, those of the problems in them."""
    if isinstance(error, InvalidInput) and error.problems:
        return validation([problem for problem in error.problems if isinstance(problem, Problem)], folder)
    told = _told(error.message, error.hint)
    return command("error", told, title=escape(f"lvstate: {error.kind}"))


def _problem(problem: Problem, folder: str) -> str:
    told = _told(problem.message, problem.hint)
    return _at(problem.severity.value, told, escape(problem.code), problem.source, folder)


def _change(change: Change, folder: str, *, drift: bool) -> tuple[Level, str]:
    risky = any(note.startswith("risky: ") for note in change.notes)
    level: Level = "warning" if drift or risky or change.origin in ("drift", "both") else "notice"
    told = "\n".join(line.strip() for line in change_lines(change, _PLAIN))
    return level, _at(level, told, f"{change.action} {reference(change)}", change.source, folder)


def _blocked(blocked: Blocked, folder: str) -> tuple[Level, str]:
    where = escape(blocked.kind if blocked.address is None else f"{blocked.kind}/{blocked.address}")
    told = f"{blocked_head(blocked, _PLAIN).strip()}\n{_told(blocked.reason, blocked.hint)}"
    told += _to_paste(blocked.suggestion)
    return "warning", _at("warning", told, f"blocked {where}", blocked.source, folder)


def _warning(warning: Warning) -> str:
    where = f"{escape(warning.ref)}: " if warning.ref else ""
    return where + escape(warning.message) + _to_paste(warning.suggestion)


def _to_paste(yaml: str | None) -> str:
    return "" if yaml is None else "".join(f"\n  {escape(line)}" for line in yaml.split("\n"))


def _unlisted(plan: Plan) -> tuple[Level, str]:
    found = [unlisted for unlisted in plan.unlisted if unlisted.drift]
    told = "\n".join(
        escape(f"{unlisted.kind} {unlisted.live_id}: {unlisted.name}") for unlisted in found[:20]
    )
    more = f"\nand {len(found) - 20} more" if len(found) > 20 else ""
    return "warning", command("warning", told + more, title=f"{len(found)} unlisted objects are drift")


def _told(message: str, hint: str | None) -> str:
    return escape(message) if hint is None else f"{escape(message)}\nhint: {escape(hint)}"


def _at(level: Level, told: str, title: str, source: Source | None, folder: str) -> str:
    if source is None:
        return command(level, told, title=title)
    file = escape(f"{folder}/{source.file}" if folder else source.file)
    return command(level, told, file=file, line=source.line, col=source.column, title=title)
