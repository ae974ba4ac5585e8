"""The judges judged: each accepts a careful result and refuses one that lets the text through."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from tests.gates import judges, markup_judges
from tests.gates.payloads import HARMLESS


def _json(name: str) -> str:
    return json.dumps({"name": name})


def _junit(name: str) -> str:
    return f'<testsuites tests="1"><testcase name="{name}"/></testsuites>'


def _markdown(name: str) -> str:
    return f"# Plan\n\n| kind | name |\n|---|---|\n| group | {name} |\n"


def _html(name: str) -> str:
    return f'<!doctype html><title>Plan</title><p title="{name}">{name}</p><script>start()</script>'


def _log(name: str) -> str:
    result = {
        "ruleId": "tab",
        "ruleIndex": 0,
        "message": {"text": name},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "lvstate.yaml"},
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {"a": "b"},
    }
    run = {"tool": {"driver": {"name": "lvstate"}}, "results": [result]}
    return json.dumps({"version": "2.1.0", "runs": [run]})


LEAKS = [
    (judges.text, "name: {}\n".format, "\x1b[2J"),
    (judges.text, "name: {}\n".format, "a\rb"),
    (judges.text, "name: {}\n".format, "a\u202eb"),
    (judges.text, "name: {}\n".format, "##[error]x"),
    (judges.text, "  {}\n".format, "::error::x"),
    (judges.text, "name: {}\n".format, "\x1b]0;title\x07"),
    (judges.text, lambda name: f"name: {name if name == HARMLESS else '...'}\n", "x"),
    (judges.coloured, "\x1b[1mname: {}\x1b[0m\n".format, "\x1b[31mred"),
    (judges.coloured, "\x1b[1mname\x1b[0m {}\n".format, "\x1b[1m"),
    (judges.json_document, _json, "##[error]x"),
    (judges.json_document, '{{"name": "{}"}}'.format, '", "valid": "'),
    (judges.github, "::error title=t::{}\n".format, "x\n::warning::y"),
    (judges.github, "::error title={}::x\n".format, "a,line=9"),
    (judges.github, "::error title={}::x\n".format, "a::b"),
    (judges.junit, _junit, '"/><testcase name="b'),
    (judges.junit, _junit, "\n::error::x"),
    (judges.csv_table, '"name"\r\n"{}"\r\n'.format, "=1+1"),
    (judges.csv_table, '"name"\r\n"{}"\r\n'.format, "a; =1+1"),
    (judges.csv_table, '"name"\r\n"{}"\r\n'.format, 'a","b'),
    (judges.sarif, _log, "[x](http://evil.example)"),
    (judges.sarif, _log, "\x1b[2J"),
    (judges.export, "a:\n  b: {}\n  c: Beside\n".format, "null"),
    (markup_judges.markdown, _markdown, "@team"),
    (markup_judges.markdown, _markdown, "#123"),
    (markup_judges.markdown, _markdown, "a | b |\n| c"),
    (markup_judges.markdown, _markdown, "<img src=x onerror=alert(1)>"),
    (markup_judges.markdown, _markdown, "![](http://evil.example)"),
    (markup_judges.markdown, _markdown, "http://evil.example"),
    (markup_judges.markdown, _markdown, "www.evil.example"),
    (markup_judges.markdown, _markdown, "*bold*"),
    (markup_judges.markdown, _markdown, "`code`"),
    (markup_judges.markdown, _markdown, "a\u202eb"),
    (markup_judges.markdown, lambda name: f"<td>{name}</td>\n", "</td><td>"),
    (markup_judges.html, _html, "<script>alert(1)</script>"),
    (markup_judges.html, _html, '" onmouseover="alert(1)'),
    (markup_judges.html, _html, "<b>"),
    (markup_judges.html, _html, "a\u202eb"),
    (markup_judges.html, lambda name: f"<p>{HARMLESS}</p><script>start('{name}')</script>", "');alert('"),
    (markup_judges.html, lambda name: f"<p>{HARMLESS}<a href='{name}'>x</a></p>", "javascript:alert(1)"),
]


@pytest.mark.parametrize(("judge", "careless", "payload"), LEAKS)
def test_a_judge_refuses_what_lets_a_text_through(
    judge: Callable[[str, str, str], None], careless: Callable[[str], str], payload: str
) -> None:
    with pytest.raises(AssertionError):
        judge(careless(payload), careless(HARMLESS), payload)


CAREFUL = [
    (judges.text, "name: {}\n".format, "x", "x"),
    (judges.coloured, "\x1b[1mname: {}\x1b[0m\n".format, "\x1b[31m", r"\x1b[31m"),
    (judges.github, "::error title=t::{}\n".format, "50 %\x07", r"50 %25\x07"),
    (judges.csv_table, '"name"\r\n"{}"\r\n'.format, "=1", "'=1"),
    (markup_judges.markdown, _markdown, "@team | <b>", r"`@team \| <b>`"),
    (markup_judges.html, _html, "<b>'\"", html.escape("<b>'\"")),
]


@pytest.mark.parametrize(("judge", "frame", "payload", "spelling"), CAREFUL)
def test_a_judge_accepts_a_text_that_is_shown_and_inert(
    judge: Callable[[str, str, str], None], frame: Callable[[str], str], payload: str, spelling: str
) -> None:
    harmless = f"`{HARMLESS}`" if spelling.startswith("`") else HARMLESS
    judge(frame(spelling), frame(harmless), payload)
