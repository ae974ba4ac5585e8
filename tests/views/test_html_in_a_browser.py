"""The page in a real Chromium: searched, filtered, linked to; it complains of nothing, asks nobody and fits a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lvstate.views import html
from tests.replacing import replace
from tests.views.browser import BROWSER, Browser
from tests.views.busy import busy_plan
from tests.views.examples import BOA, EARLY, LEGACY, full_plan, mixed_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on the PATH")

HOSTILE = "<img src=//evil.example/x onerror=document.title='taken'><script>document.title='taken'</script>"
VISIBLE = (
    "[...document.querySelectorAll('article')].filter((card) => card.offsetParent).map((card) => card.id)"
)
SEARCH_PATIENCE_MS = 100
SLACK = 8
"""How much slower a machine under load may be; on two idle cores the slowest search took 49 to 68 ms."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    hostile = replace(EARLY, address="hostile", name=HOSTILE)
    changes = (*full_plan().changes, hostile, replace(BOA, address="drifted", origin="drift"))
    path = tmp_path / "plan.html"
    path.write_text(html.plan(replace(full_plan(), changes=changes)))
    return path


def test_it_complains_of_nothing_and_asks_for_nothing(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run("new Promise((resolve) => setTimeout(resolve, 200))")
    assert browser.run("document.title") == "lvstate plan: production"
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith("data:")] == [page.as_uri()]


def test_the_policy_stops_what_was_not_there_when_it_was_made(browser: Browser, page: Path) -> None:
    page.write_text(page.read_text().replace("</main>", "<script>document.title = 'taken'</script></main>"))
    browser.open(page)
    assert browser.run("document.title") == "lvstate plan: production"
    assert any("Content Security Policy" in complaint for complaint in browser.complaints())


def test_a_search_leaves_what_holds_all_its_words(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press("/")
    assert browser.run("document.activeElement.id") == "search"
    browser.type("CLIENT boa")
    assert browser.run(VISIBLE) == ["contact_group/client-boa:update", "contact_group/drifted:update"]
    assert browser.run("document.getElementById('count').textContent") == "2 of 10 items"
    browser.press("Escape", 27)
    assert len(browser.run(VISIBLE)) == 10
    assert browser.run("document.getElementById('count').textContent") == "10 items"


def test_filters_work_from_the_keyboard_and_show_all_clears_them(browser: Browser, page: Path) -> None:
    browser.open(page)
    for letter, value in (("a", "create"), ("k", "custom_field"), ("o", "drift")):
        browser.run(f"document.querySelector('[data-filter={letter}][value={value}]').focus()")
        browser.press(" ", 32)
    assert browser.run(VISIBLE) == [
        "contact_group/client-twins:blocked",
        "account_type/delinquent:blocked",
        "contact_group/client-boa:update",
        "account_type/legacy:delete",
    ]
    assert browser.run("document.querySelectorAll('section.kind[hidden]').length") > 0
    browser.run("document.getElementById('reset').click()")
    assert len(browser.run(VISIBLE)) == 10


def test_a_permalink_shows_a_change_that_a_filter_hides(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelector('[data-filter=a][value=delete]').click()")
    browser.run("document.querySelector('.panel.delete a').click()")
    browser.run("new Promise((resolve) => setTimeout(resolve, 200))")
    assert "account_type/legacy:delete" in browser.run(VISIBLE)
    assert browser.run("document.querySelector(':target').id") == "account_type/legacy:delete"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_follows_the_system_until_somebody_chooses(browser: Browser, page: Path, dark: bool) -> None:
    browser.open(page)
    browser.run("localStorage.clear()")
    browser.open(page, dark=dark)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = browser.run(ground)
    browser.run("document.getElementById('theme').click()")
    after = browser.run(ground)
    browser.run("document.getElementById('theme').click()")
    assert {before, after} == {"rgb(245, 246, 248)", "rgb(17, 21, 27)"}
    assert browser.run(ground) == before == ("rgb(17, 21, 27)" if dark else "rgb(245, 246, 248)")


@pytest.mark.parametrize("view", ["plan", "report"])
def test_nothing_reaches_beyond_the_edge_of_a_phone(browser: Browser, tmp_path: Path, view: str) -> None:
    long = "W" * 300
    changes = (replace(EARLY, name=long), replace(LEGACY, name=long, address=long), *full_plan().changes)
    plan = replace(full_plan(), changes=changes, environment=long)
    path = tmp_path / "page.html"
    path.write_text(html.plan(plan) if view == "plan" else html.report(replace(mixed_report(), plan=plan)))
    browser.open(path, width=390)
    assert browser.run("document.documentElement.scrollWidth") <= 390
    beyond = (
        "[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > 390).length"
    )
    assert browser.run(beyond) == 0


def test_without_its_script_everything_is_there(browser: Browser, page: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page)
        shown = browser.run(VISIBLE)
        toolbar = browser.run("document.getElementById('toolbar').offsetParent")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert {change.id for change in full_plan().changes} <= set(shown)
    assert toolbar is None


def test_five_thousand_changes_are_searched_at_once(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "busy.html"
    path.write_text(html.plan(busy_plan()))
    browser.open(path)
    took = browser.run(
        """(() => {
          const search = document.getElementById("search");
          return ["c", "client boa 49", "nothing at all", ""].map((words) => {
            const began = performance.now();
            search.value = words;
            search.dispatchEvent(new Event("input"));
            document.body.offsetHeight;
            return performance.now() - began;
          });
        })()"""
    )
    assert max(took) < SEARCH_PATIENCE_MS * SLACK
    assert browser.complaints() == []
