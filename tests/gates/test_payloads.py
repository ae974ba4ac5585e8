"""A hostile name is shown, inert, in every format there is; parsers judge it, not our own escapers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lvstate.cli import formats
from lvstate.cli.formats import Checked, Shown, renderers
from lvstate.manifests.writer import render_document
from lvstate.views import json, text
from lvstate.views.terminal import Style
from tests.gates import judges, markup_judges, scenes
from tests.gates.payloads import HARMLESS, PAYLOADS

PLAIN = Style(colour=False, width=80)
COLOUR = Style(colour=True, width=80)

Judge = Callable[[str, str, str], None]

JUDGES: Mapping[str, tuple[tuple[Style, Judge], ...]] = {
    "text": ((PLAIN, judges.text), (COLOUR, judges.coloured), (Style(width=0), judges.text)),
    "json": ((PLAIN, judges.json_document),),
    "github": ((PLAIN, judges.github),),
    "sarif": ((PLAIN, judges.sarif),),
    "junit": ((PLAIN, judges.junit),),
    "csv": ((PLAIN, judges.csv_table),),
    "markdown": ((PLAIN, markup_judges.markdown),),
    "html": ((PLAIN, markup_judges.html),),
}
"""Who judges a format, and how it is drawn for that."""


def _error_table() -> dict[str, Callable[[Any, Style], str]]:
    def bound(render: Callable[[Any, str], str]) -> Callable[[Any, Style], str]:
        return lambda error, _: render(error, "")

    return {form: bound(render) for form, render in formats.ERROR.items()}


RESULTS: Mapping[str, tuple[Mapping[str, Callable[[Any, Any], str]], Callable[[str], Any], int]] = {
    "plan": (
        formats.PLAN,
        lambda word: Shown(scenes.plan(word), "", scenes.declared(word)),
        len(scenes.PLAN_POSITIONS),
    ),
    "drift": (
        formats.DRIFT,
        lambda word: Shown(scenes.plan(word), "", scenes.declared(word)),
        len(scenes.PLAN_POSITIONS),
    ),
    "validation": (
        formats.VALIDATION,
        lambda word: Checked(scenes.problems(word)),
        len(scenes.PROBLEM_POSITIONS),
    ),
    "report": (formats.REPORT, scenes.report, len(scenes.REPORT_POSITIONS)),
    "diagnosis": (
        {"text": text.diagnosis, "json": lambda found, _: json.diagnosis(found)},
        scenes.diagnosis,
        len(scenes.DIAGNOSIS_POSITIONS),
    ),
    "error": ({"text": text.error, **_error_table()}, scenes.failure, len(scenes.ERROR_POSITIONS)),
    "invalid": (_error_table(), scenes.invalid, len(scenes.PROBLEM_POSITIONS)),
}
"""Every result of the command line: its formats, the result for a text, and at how many places that stands."""

JUDGED = [
    pytest.param(result, form, id=f"{result}-{form}")
    for result, (table, _, _) in RESULTS.items()
    for form, render in table.items()
    if result != "drift" or render is not formats.PLAN.get(form)
]


@pytest.mark.parametrize(("result", "form"), JUDGED)
def test_a_hostile_text_is_shown_and_obeyed_by_nobody(result: str, form: str) -> None:
    table, build, _ = RESULTS[result]
    failures = []
    for style, judge in JUDGES[form]:
        harmless = renderers(table, build(HARMLESS))[form](style)
        for payload in PAYLOADS:
            shown = renderers(table, build(payload))[form](style)
            try:
                judge(shown, harmless, payload)
            except AssertionError as fault:
                failures.append((payload[:60], judge.__name__, str(fault)[:600]))

    assert failures == []


def test_an_export_reads_back_and_says_what_it_leaves_out() -> None:
    harmless = render_document(scenes.live(HARMLESS))
    failures = []
    for payload in PAYLOADS:
        try:
            judges.export(render_document(scenes.live(payload)), harmless, payload)
        except AssertionError as fault:
            failures.append((payload[:60], str(fault)[:600]))

    assert failures == []


def test_there_are_at_least_two_hundred_payloads_with_every_control_among_them() -> None:
    controls = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}

    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    assert {char for payload in PAYLOADS for char in payload} >= controls


def test_every_format_that_the_command_line_offers_has_a_judge() -> None:
    offered = {
        form
        for name, table in vars(formats).items()
        if name.isupper() and isinstance(table, Mapping)
        for form in table
    }

    assert offered - set(JUDGES) == set()
    tables = [table for table, *_ in RESULTS.values()]
    unjudged = [
        name
        for name, table in vars(formats).items()
        if name.isupper() and isinstance(table, Mapping) and name != "ERROR" and table not in tables
    ]
    assert unjudged == []
