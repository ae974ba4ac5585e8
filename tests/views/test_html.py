"""The page as a parser sees it: nothing from outside, nothing of anybody else's, and small enough to be opened."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from lvstate.model.change import FieldChange, Plan
from lvstate.model.report import Outcome, Report, Status
from lvstate.views import html
from lvstate.views.html_text import compared
from tests.model.plans import plans
from tests.replacing import replace
from tests.views.busy import busy_plan
from tests.views.examples import (
    BOA,
    EARLY,
    LEGACY,
    empty_plan,
    full_plan,
    mixed_report,
    offline_plan,
    three_way_plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN: dict[str, Callable[[], str]] = {
    "plan-full": lambda: html.plan(full_plan()),
    "plan-three-way": lambda: html.plan(three_way_plan()),
    "plan-offline": lambda: html.plan(offline_plan()),
    "report-mixed": lambda: html.report(mixed_report()),
}
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "link",
        "style",
        "body",
        "a",
        "header",
        "div",
        "p",
        "b",
        "button",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "li",
        "strong",
        "span",
        "search",
        "input",
        "output",
        "fieldset",
        "legend",
        "label",
        "small",
        "main",
        "section",
        "article",
        "bdi",
        "code",
        "pre",
        "i",
        "table",
        "thead",
        "tr",
        "th",
        "td",
        "tbody",
        "del",
        "ins",
        "details",
        "summary",
        "footer",
        "script",
        "br",
    ]
)


class Reader(HTMLParser):
    """Collects the tags, the attributes that load or run something, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.suspicious: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.bodies: dict[str, str] = {}
        self.text = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = tag
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "srcset", "style", "action", "formaction", "ping"}:
                self.suspicious.append((name, value))
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        if self._inside in {"style", "script"}:
            self.bodies.setdefault(self._inside, data)
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_comment(self, data: str) -> None:
        self.suspicious.append(("comment", data))


@pytest.mark.parametrize("name", SHOWN)
def test_a_view_is_its_golden_file(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.html", SHOWN[name]())


@pytest.mark.parametrize("name", SHOWN)
def test_the_policy_allows_this_style_and_this_script_and_nothing_else(name: str) -> None:
    page = SHOWN[name]()
    bodies = Reader(page).bodies
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    hashes = {
        part: f"'sha256-{base64.b64encode(hashlib.sha256(bodies[part].encode()).digest()).decode()}'"
        for part in ("style", "script")
    }
    assert found[1].split("; ") == [
        "default-src 'none'",
        f"style-src {hashes['style']}",
        f"script-src {hashes['script']}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_every_link_leads_into_the_page_and_every_change_has_its_place() -> None:
    reader = Reader(html.plan(full_plan()))
    places = [link.removeprefix("#") for link in reader.links if link.startswith("#")]
    assert set(reader.links) - {f"#{place}" for place in places} == {"data:,"}
    assert set(places) <= set(reader.ids)
    assert {change.id for change in full_plan().changes} <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


def test_dangers_stand_above_the_changes_and_every_item_is_there_without_a_script() -> None:
    page = re.sub(r"<(script|style)>.*?</\1>", "", html.plan(full_plan()), flags=re.DOTALL)
    order = ["2 blocked</h2>", "1 delete</h2>", "1 risky</h2>", "<h2>What this change does", "14 unlisted"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("<article") == len(full_plan().changes) + len(full_plan().blocked)
    assert not re.search(r"<(article|section|main|details)[^>]* hidden", page)


def test_a_report_begins_with_what_is_unknown_and_says_what_to_do_now() -> None:
    page = html.report(mixed_report())
    order = [
        "1 unknown</h2>",
        "1 failed</h2>",
        "1 stale</h2>",
        "What to do now",
        "2 blocked</h2>",
        "<h2>Done</h2>",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_an_empty_plan_says_so() -> None:
    reader = Reader(html.plan(empty_plan()))
    assert "no changes. Live matches the manifests." in reader.text
    assert "input" not in reader.tags


def test_five_thousand_changes_stay_below_five_megabytes() -> None:
    page = html.plan(busy_plan())
    assert len(page.encode()) < 5_000_000
    assert page.count("<article") == 5_300


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        (
            "Client Bank of America",
            "Client BOA",
            "Client <del>Bank of America</del>",
            "Client <ins>BOA</ins>",
        ),
        ("red", "blue", "<del>red</del>", "<ins>blue</ins>"),
        ("a b", "c d", "<del>a b</del>", "<ins>c d</ins>"),
        ("Stage 1", "Stage 1-30", "Stage 1", "Stage 1<ins>-30</ins>"),
        (
            "<b>x</b> y",
            "<b>z</b> y",
            "&lt;b&gt;<del>x</del>&lt;/b&gt; y",
            "&lt;b&gt;<ins>z</ins>&lt;/b&gt; y",
        ),
        ("a\u202e", "a", "a<del>\\u202e</del>", "a"),
        ("", "a", "", "<ins>a</ins>"),
    ],
)
def test_the_words_that_differ_are_marked(before: str, after: str, left: str, right: str) -> None:
    assert compared(before, after) == (left, right)


def test_texts_too_long_to_compare_are_marked_whole() -> None:
    assert compared("a " * 500, "b") == (f"<del>{'a ' * 500}</del>", "<ins>b</ins>")


def test_a_plan_with_a_base_tells_this_change_from_drift_and_can_be_filtered_by_it() -> None:
    changes = (
        replace(EARLY, origin="manifest"),
        replace(BOA, origin="drift"),
        replace(LEGACY, origin="both"),
    )
    page = html.plan(replace(full_plan(), changes=changes))
    assert page.index("<h2>What this change does") < page.index("<h2>What drift applying would revert")
    assert all(f'data-filter="o" value="{origin}"' in page for origin in ("manifest", "drift", "both"))


@given(plans)
def test_no_plan_brings_its_own_elements(plan: Plan) -> None:
    report = Report(
        plan, "run", tuple(Outcome(c, Status.FAILED, error=c.name) for c in plan.changes), None, ("<x>",)
    )
    for page in (html.plan(plan), html.report(report)):
        reader = Reader(page)
        assert reader.tags <= TAGS
        assert reader.suspicious == []


@pytest.mark.parametrize(
    "payload",
    [
        "<script>document.title='taken'</script>",
        "<img src=//evil.example/x onerror=document.title='taken'>",
        "\"><svg onload=document.title='taken'>",
        "' autofocus onfocus=document.title='taken' x='",
        "</article></main></style></script><iframe src=//evil.example>",
        "</title><base href=//evil.example>",
        "<!-- --><![CDATA[",
        "&lt;b&gt;&#60;script&#62;",
        "javascript:alert(1)",
        "\u202egnp.exe\x00\x1b[2J",
        "\ud800 half",
    ],
)
def test_a_name_full_of_markup_is_a_name_wherever_it_stands(payload: str) -> None:
    fields = (
        FieldChange(payload, payload, f"{payload} x"),
        FieldChange("list_values", (payload,), (payload, "a")),
    )
    change = replace(BOA, address=payload, name=payload, fields=fields, notes=(f"risky: {payload}", payload))
    other = replace(LEGACY, kind=payload, address=None, live_id=payload, name=payload)
    plan = replace(full_plan(), environment=payload, changes=(change, other, *full_plan().changes))
    reader = Reader(html.plan(plan))
    assert reader.tags <= TAGS
    assert reader.suspicious == []
    assert not any(char in reader.text for char in "\x00\x1b\u202e\ud800")
    assert all(link.startswith("#") or link == "data:," for link in reader.links)
