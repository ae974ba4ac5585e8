"""`lvstate apply`: carries out a saved plan exactly, or plans, asks and applies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from lvstate.cli.asking import can_ask
from lvstate.cli.base import as_planned, base_options, with_base
from lvstate.cli.formats import REPORT, renderers
from lvstate.cli.interrupt import stopped_by_signals
from lvstate.cli.options import Globals, PositiveNumber, globals_of, option, rendering_options
from lvstate.cli.output import Output, style_for
from lvstate.cli.progress import progress_on
from lvstate.cli.target import Way, limits_of, open_project, selection_of
from lvstate.errors import Exit, InvalidInput, LvstateError, StaleError, UsageError, worst

if TYPE_CHECKING:
    from lvstate.model.change import Plan
    from lvstate.model.project import Project, Selection
    from lvstate.model.report import Report
    from lvstate.reconcile import Connection, Limits


@click.command(name="apply")
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal to ask on.")
@option("--expect", metavar="FINGERPRINT", help="Apply only if the plan has this fingerprint.")
@base_options
@option("--skip-blocked", is_flag=True, help="Apply the rest although something is blocked.")
@option(
    "--settle",
    metavar="SECONDS",
    type=PositiveNumber(zero=True),
    default=60.0,
    help="How long to look for a create whose answer was lost [default: 60].",
)
@option(
    "--lock-timeout",
    metavar="SECONDS",
    type=PositiveNumber(zero=True),
    default=0.0,
    help="How long to wait for another apply on this machine [default: 0].",
)
@rendering_options(REPORT)
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 (click passes options by name)
    ctx: click.Context,
    /,
    plan: Path | None,
    yes: bool,
    expect: str | None,
    base: str | None,
    allow_create: tuple[str, ...],
    skip_blocked: bool,
    settle: float,
    lock_timeout: float,
    **_: Any,
) -> int:
    """Apply a saved PLAN exactly, or plan now, ask, and apply.

    Live is read again first: if anything moved since the plan, nothing is written and the exit code
    is 5. A saved plan and --expect need no --yes; a saved plan brings its own base.
    """
    chosen = globals_of(ctx)
    output = Output(chosen, REPORT)
    saved = _saved(plan, chosen, expect)
    if saved is not None and {"base", "allow_create"} & _on_the_line(ctx):
        raise UsageError(
            "a saved plan has its base already", hint="give --base and --allow-create to lvstate plan"
        )
    expected = _fingerprint(expect) or (saved.fingerprint if saved else None)
    if expected is None and not yes and not can_ask(chosen):
        raise UsageError(
            "there is no terminal to ask on",
            hint="give --yes, a saved plan, or --expect FINGERPRINT",
        )
    selection = selection_of(chosen)
    if saved is not None:
        chosen, selection = _as_saved(chosen, saved), saved.selection
    way = Way(chosen)
    project = open_project(chosen, found=way.begin)
    output.warn(project.warnings)
    project = as_planned(project, saved) if saved else with_base(project, base, allow_create)
    connection = way.connect(project.root, project.environment)
    if saved is not None:
        _refuse_foreign(saved, connection, project)
    limits = limits_of(chosen, settle=settle, lock_timeout=lock_timeout)
    from lvstate import reconcile

    if expected is None and not yes:
        expected = _ask(project, connection, selection, limits, skip_blocked)
    with progress_on(sys.stderr, quiet=chosen.quiet) as progress, stopped_by_signals() as signals:
        report = reconcile.apply(
            project,
            connection,
            selection,
            limits,
            reconcile.Approval(expected, skip_blocked),
            progress=progress,
            started=signals.watch,
            waiting=None if chosen.quiet else _say_waiting,
            rooms=_NEEDED_TO_SHOW.get(chosen.format, ()),
        )
    output.emit(renderers(REPORT, report))
    return _exit_code(report, signals.exit_code)


_NEEDED_TO_SHOW = {"text": ("lvstate.views.text_report",), "json": ("lvstate.views.json",)}


def _saved(path: Path | None, chosen: Globals, expect: str | None) -> Plan | None:
    if path is None:
        return None
    if chosen.select or chosen.exclude:
        raise UsageError("a saved plan is applied whole", hint="give --select and --exclude to lvstate plan")
    from lvstate.cli.planfile import read_plan

    plan = read_plan(path)
    if plan.offline:
        raise InvalidInput("this plan was made offline: it cannot be applied", hint="plan without --offline")
    if expect is not None and plan.fingerprint != _fingerprint(expect):
        raise StaleError("the saved plan does not have the expected fingerprint")
    return plan


def _on_the_line(ctx: click.Context) -> set[str]:
    """The options that were typed, and did not come from a variable."""
    return {n for n in ctx.params if ctx.get_parameter_source(n) is ParameterSource.COMMANDLINE}


def _fingerprint(text: str | None) -> str | None:
    if text is None:
        return None
    digest = text.removeprefix("sha256:")
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
        raise UsageError(
            f"{text!r} is no fingerprint",
            hint="it is the whole `fingerprint` of lvstate plan --format json",
        )
    return f"sha256:{digest}"


def _as_saved(chosen: Globals, saved: Plan) -> Globals:
    if chosen.env is not None and chosen.env != saved.environment:
        raise StaleError(f"the plan is for environment {saved.environment}, not {chosen.env}")
    return chosen._replace(env=saved.environment)


def _refuse_foreign(saved: Plan, connection: Connection, project: Project) -> None:
    if saved.tenant != connection.tenant:
        raise StaleError(
            f"the plan is for {saved.tenant}, and environment {project.environment.name} is {connection.tenant}",
            hint="plan again for this tenant; nothing was written",
        )


def _say_waiting(what: str) -> None:
    from lvstate.views.terminal import escape

    sys.stderr.write(f"waiting for {escape(what)}\n")
    sys.stderr.flush()


def _ask(
    project: Project, connection: Connection, selection: Selection, limits: Limits, skip_blocked: bool
) -> str:
    """Show the plan on stderr and ask; returns the fingerprint that was agreed to."""
    from lvstate import reconcile
    from lvstate.views import text

    plan = reconcile.plan(project, connection, selection, limits)
    sys.stderr.write(text.plan(plan, style_for(sys.stderr, no_color=False)))
    sys.stderr.flush()
    reconcile.check(plan, reconcile.Approval(skip_blocked=skip_blocked))
    if plan.changes and not click.confirm("\nApply this?", default=False, err=True):
        raise LvstateError("not applied")
    return plan.fingerprint


def _exit_code(report: Report, interrupted: Exit | None) -> Exit:
    from lvstate.model.report import Status

    codes = [Exit.BLOCKED] if report.plan.blocked else []
    written = any(outcome.written for outcome in report.outcomes)
    bad = [outcome for outcome in report.outcomes if outcome.status is not Status.DONE]
    if interrupted is not None:
        codes.append(interrupted)
    if bad and written:
        codes.append(Exit.PARTIAL)
    elif bad:
        codes.append(Exit.AUTH if any(o.forbidden for o in bad) else Exit.FAILED)
        if any(o.status is Status.STALE for o in bad):
            codes.append(Exit.STALE)
    elif (report.converged is False and not report.plan.blocked) or report.converged is None:
        codes.append(Exit.PARTIAL if report.outcomes else Exit.FAILED)
    return worst(codes)
