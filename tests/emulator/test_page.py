"""The page at `/`: who gets it, what it shows, and that nothing a tenant holds becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from lvstate.emulator import create_app, fault_documents
from lvstate.emulator.laboratory import Laboratory
from tests.emulator.caller import Answer, Caller

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = "</bdi><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{7*7}}\u202e\x00"
GROUPS = "/contact/contactGroups"


class Seen(HTMLParser):
    """The tags, attributes and visible text of a page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._hidden = False
        self.feed(answer.raw.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def look(caller: Caller, search: str = "") -> Seen:
    answer = Caller(caller.app, None).get("/", query={"q": search} if search else None, headers=HTML)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return Seen(answer)


@pytest.fixture
def live() -> Iterator[Caller]:
    with create_app(laboratory=Laboratory(control=True)) as app:
        yield Caller(app)


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/", "application/json"),
        ("GET", "/", "*/*"),
        ("POST", "/", "text/html"),
        ("GET", "/x", "text/html"),
    ],
)
def test_only_a_browser_that_asks_for_the_root_gets_it(
    admin: Caller, method: str, path: str, accept: str
) -> None:
    assert admin.send(method, path, headers={"Accept": accept}).status == 404
    assert Caller(admin.app, None).send(method, path, headers={"Accept": accept}).status == 401


def test_it_shows_the_objects_and_how_many_there_are(admin: Caller) -> None:
    page = look(admin).text
    for shown in ("Client BOA", "2201", "COL30", "Platinum", "Grocery", "QA11690867366153", "EMULATOR"):
        assert shown in page
    assert re.search(r"Account types\s+4\s", page)


def test_it_shows_the_latest_requests_newest_first_with_their_faults(admin: Caller) -> None:
    rule = {"effect": "status", "status": 503, "name": "busy", "operation": "List All Types"}
    admin.app._injector.faults.replace(fault_documents.read({"format_version": "1.0", "rules": [rule]}))
    admin.get("/account/types")
    page = look(admin).text
    assert re.search(r"503\s+GET /account/types\s*busy\s+List All Types", page)
    assert page.index("/account/types") < page.index("/session/login")
    assert re.search(r"200\s+POST /session/login\s+Login\s+sysadmin", page)


def test_it_is_no_request_of_the_api(empty: Caller) -> None:
    look(empty)
    assert empty.app._history.seen == 1


def test_a_large_kind_shows_its_first_rows_and_how_many_more() -> None:
    with create_app(laboratory=Laboratory(generate={"contact_groups": 1234})) as app:
        page = look(Caller(app, None)).text
    assert "1,234" in page
    assert "Group 0025" in page
    assert "Group 0026" not in page
    assert "and 1,209 more" in page


def test_a_search_goes_over_all_rows_and_kinds(admin: Caller) -> None:
    page = look(admin, "bOa")
    assert re.search(r"Contact groups\s+3 of 5\s", page.text)
    assert "Old Group" not in page.text
    assert "Nothing matches." in page.text
    assert {"type": "search", "name": "q", "value": "bOa"}.items() <= page.all("input")[0].items()


@pytest.mark.parametrize("search", ["%", "_", "'", "\\", "*"])
def test_a_search_means_its_characters(admin: Caller, search: str) -> None:
    admin.post("/account/types", {"name": f"a{search}b"})
    assert re.search(r"Account types\s+1 of 5\s", look(admin, search).text)


def test_hostile_names_searches_paths_and_faults_stay_text(admin: Caller) -> None:
    before = [tag for tag, _ in look(admin, "zzz").tags]
    for path in (GROUPS, "/account/types", "/account/accounts"):
        assert admin.post(path, {"name": HOSTILE}).status == 201
    assert (
        admin.put(
            "/contact/contacts/customFields", {"customFields": [{"field": "COL1", "label": HOSTILE}]}
        ).status
        == 204
    )
    admin.get("/" + "%3Cscript%3Ealert(1)%3C/script%3E")
    rule = {"effect": "delay", "seconds": 0, "name": HOSTILE}
    admin.app._injector.faults.replace(fault_documents.read({"format_version": "1.0", "rules": [rule]}))
    admin.get("/account/types")
    page = look(admin, HOSTILE.rstrip("\x00"))
    assert page.text.count("<script>alert(1)</script>") >= 5
    assert page.all("input")[0]["value"] == HOSTILE.rstrip("\x00")
    assert {tag for tag, _ in page.tags} <= {
        *before,
        "bdi",
        "span",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert page.all("script") == page.all("img") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_it_loads_nothing_and_the_policy_allows_nothing_else(live: Caller) -> None:
    answer = live.get("/", headers=HTML)
    page = Seen(answer)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    (script,) = page.all("script")
    (style,) = page.all("style")
    assert policy["script-src"] == f"'nonce-{script['nonce']}'"
    assert policy["style-src"] == f"'nonce-{style['nonce']}'"
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'",) * 3
    links = [
        value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")
    ]
    assert links == ["data:,"]
    assert not [attributes for _, attributes in page.tags if "style" in attributes]
    other = Seen(live.get("/", headers=HTML)).all("script")[0]["nonce"]
    assert other != script["nonce"]


def test_without_control_it_has_no_script(admin: Caller, live: Caller) -> None:
    assert look(admin).all("script") == []
    assert len(look(live).all("script")) == 1


def test_an_emulator_that_nobody_called_says_how() -> None:
    with create_app() as app:
        page = look(Caller(app, None)).text
    assert "/session/login -H 'LV-Access: emulator'" in page
    assert "None yet." in page
