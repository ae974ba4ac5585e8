"""What each command can render, by format: the tables behind `--format` and `--write`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from lvstate.errors import LvstateError
    from lvstate.model.change import Plan
    from lvstate.model.problem import Problem
    from lvstate.model.report import Report
    from lvstate.model.resource import Declared, Removal
    from lvstate.views.terminal import Style

T = TypeVar("T")


class Shown(NamedTuple):
    """A plan to be shown, and what some formats need beside it."""

    plan: Plan
    folder: str = ""
    """The project's, relative to its repository: CI hosts link places from there."""
    declared: Sequence[Declared | Removal] = ()
    """What the manifests hold; none for a saved plan."""


class Checked(NamedTuple):
    """The problems of a project, and its folder relative to its repository."""

    problems: Sequence[Problem]
    folder: str = ""


def renderers(table: Mapping[str, Callable[[T, Style], str]], result: T) -> dict[str, Callable[[Style], str]]:
    """Return a table's formats for one result."""

    def bound(render: Callable[[T, Style], str]) -> Callable[[Style], str]:
        return lambda style: render(result, style)

    return {form: bound(render) for form, render in table.items()}


def _plan_text(shown: Shown, style: Style) -> str:
    from lvstate.views.text_plan import plan_text

    return plan_text(shown.plan, style)


def _plan_json(shown: Shown, _: Style) -> str:
    from lvstate.views import json

    return json.plan(shown.plan)


def _plan_github(shown: Shown, _: Style) -> str:
    from lvstate.views import github

    return github.plan(shown.plan, shown.folder)


def _plan_csv(shown: Shown, _: Style) -> str:
    from lvstate.views import csv

    return csv.plan(shown.plan)


def _plan_markdown(shown: Shown, _: Style) -> str:
    from lvstate.views import markdown

    return markdown.plan(shown.plan)


def _plan_html(shown: Shown, _: Style) -> str:
    from lvstate.views import html

    return html.plan(shown.plan)


def _drift_github(shown: Shown, _: Style) -> str:
    from lvstate.views import github

    return github.plan(shown.plan, shown.folder, drift=True)


def _drift_junit(shown: Shown, _: Style) -> str:
    from lvstate.views import junit

    return junit.drift(shown.plan, shown.declared, shown.folder)


def _problems_text(checked: Checked, style: Style) -> str:
    from lvstate.views.text_problems import problems_text

    return problems_text(checked.problems, style)


def _problems_json(checked: Checked, _: Style) -> str:
    from lvstate.views import json

    return json.validation(checked.problems)


def _problems_github(checked: Checked, _: Style) -> str:
    from lvstate.views import github

    return github.validation(checked.problems, checked.folder)


def _problems_sarif(checked: Checked, _: Style) -> str:
    from lvstate.views import sarif

    return sarif.validation(checked.problems, checked.folder)


def _report_text(report: Report, style: Style) -> str:
    from lvstate.views.text_report import report_text

    return report_text(report, style)


def _report_json(report: Report, _: Style) -> str:
    from lvstate.views import json

    return json.report(report)


def _report_markdown(report: Report, _: Style) -> str:
    from lvstate.views import markdown

    return markdown.report(report)


def _report_html(report: Report, _: Style) -> str:
    from lvstate.views import html

    return html.report(report)


def _error_json(error: LvstateError, _: str) -> str:
    from lvstate.views import json

    return json.error(error)


def _error_github(error: LvstateError, folder: str) -> str:
    from lvstate.views import github

    return github.error(error, folder)


def _error_sarif(error: LvstateError, folder: str) -> str:
    from lvstate.views import sarif

    return sarif.error(error, folder)


def _error_junit(error: LvstateError, folder: str) -> str:
    from lvstate.views import junit

    return junit.error(error, folder)


PLAN: Mapping[str, Callable[[Shown, Style], str]] = {
    "text": _plan_text,
    "json": _plan_json,
    "markdown": _plan_markdown,
    "html": _plan_html,
    "github": _plan_github,
    "csv": _plan_csv,
}
"""Of `plan`, and of `show`."""

DRIFT: Mapping[str, Callable[[Shown, Style], str]] = {
    **PLAN,
    "github": _drift_github,
    "junit": _drift_junit,
}

VALIDATION: Mapping[str, Callable[[Checked, Style], str]] = {
    "text": _problems_text,
    "json": _problems_json,
    "github": _problems_github,
    "sarif": _problems_sarif,
}

REPORT: Mapping[str, Callable[[Report, Style], str]] = {
    "text": _report_text,
    "json": _report_json,
    "markdown": _report_markdown,
    "html": _report_html,
}
"""Of `apply`."""

ERROR: Mapping[str, Callable[[LvstateError, str], str]] = {
    "json": _error_json,
    "github": _error_github,
    "sarif": _error_sarif,
    "junit": _error_junit,
}
"""Of a run that failed before it had a result, from the error and the project's folder; the others say it on stderr."""
