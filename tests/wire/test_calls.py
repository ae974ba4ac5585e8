"""Calls as users spell them: what is refused, what counts as a write, what comes in pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.errors import UsageError
from lvstate.wire.calls import METHODS, Call, Paged, method_of, target_of


def call(method: str, target: str, document: Any = None) -> Call:
    body = None if document is None else json.dumps(document).encode()
    return Call(method, target, body, document)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/x",
        "HTTP:evil",
        "//evil.example/x",
        "///evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\nb",
        "/a\tb",
        "/a\x7fb",
        "/a\x85b",
        "/a#b",
        "/a/../b",
        "/a/%2e%2E/b",
        "/./b",
        "..",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a?x=%",
        "/\udcff",
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(UsageError) as refused:
        target_of(path)
    assert "evil" not in str(refused.value)  # it may hold a password


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/contact/contactGroups", "/contact/contactGroups"),
        ("contact/contactGroups/?count=1", "/contact/contactGroups/?count=1"),
        ("@evil.example/x", "/@evil.example/x"),
        ("/contact/contacts/a%2Fb", "/contact/contacts/a%2Fb"),
        ("/contact/contacts/a b", "/contact/contacts/a%20b"),
        ("/contact/contacts/é?x=é", "/contact/contacts/%C3%A9?x=%C3%A9"),
        ("/a?b=http://c", "/a?b=http://c"),
        ("/a..b/.c", "/a..b/.c"),
        ("", "/"),
    ],
)
def test_other_paths_are_sent_below_the_origin(path: str, target: str) -> None:
    assert target_of(path) == target


@given(st.text())
def test_whatever_is_not_refused_stays_below_the_origin(path: str) -> None:
    try:
        target = target_of(path)
    except UsageError:
        return
    assert target.startswith("/")
    assert not target.startswith("//")
    assert target.isascii()
    assert target.isprintable()


def test_a_query_is_added_to_one_that_is_there() -> None:
    assert target_of("/a", [("b", "c d"), ("e[]", "&")]) == "/a?b=c+d&e%5B%5D=%26"
    assert target_of("/a?x=1", [("b", "2")]) == "/a?x=1&b=2"


def test_methods_are_known_in_either_case() -> None:
    assert [method_of(method.lower()) for method in METHODS] == list(METHODS)
    for method in ("TRACE", "CONNECT", "", "GET ", "\uff27ET"):
        with pytest.raises(UsageError):
            method_of(method)


FIELDS: dict[str, Any] = {"exportableFields": ["account"]}
DETAILS: dict[str, Any] = {"createContactDetails": []}


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("GET", "/anything", None),
        ("GET", "/contact/contacts/bulk", None),
        ("POST", "/contact/contacts/search", {"search": {}}),
        ("POST", "/contact/contacts/search/?count=1", {"search": {}}),
        ("POST", "/account/accounts/search?count=1&offset=0", None),
        ("POST", "/contact/contacts/bulk", FIELDS),
        ("POST", "/session/login", {}),
    ],
)
def test_what_changes_nothing_is_a_read(method: str, path: str, document: Any) -> None:
    assert not call(method, path, document).writes


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("POST", "/contact/contactGroups", {"name": "x"}),
        ("PUT", "/contact/contacts/search", {}),
        ("DELETE", "/account/accounts/search", None),
        ("PATCH", "/account/accounts/1", None),
        ("DELETE", "/session/logout/x", None),
        ("POST", "/contact/contacts/bulk", DETAILS),
        ("POST", "/contact/contacts/bulk", {**FIELDS, **DETAILS}),
        ("POST", "/contact/contacts/bulk", None),
        ("POST", "/contact/contacts/bulk", [FIELDS]),
        ("PUT", "/contact/contacts/bulk", FIELDS),
        ("POST", "/contact/contacts/search/x", {}),
        ("POST", "/contact/contacts/%73earch", {}),
        ("POST", "/Contact/contacts/search", {}),
        ("POST", "/account/accounts/bulk", FIELDS),
    ],
)
def test_everything_else_is_a_write(method: str, path: str, document: Any) -> None:
    assert call(method, path, document).writes


@pytest.mark.parametrize(
    ("path", "sessionless"),
    [
        ("/session/login", True),
        ("/session/validate/x", True),
        ("/session/logout/x/", True),
        ("/session/validate", False),
        ("/session/logout/x/y", False),
        ("/session/sessions", False),
        ("/contact/contacts", False),
    ],
)
def test_three_session_calls_are_made_without_a_session(path: str, sessionless: bool) -> None:
    assert call("GET", path).sessionless is sessionless


def test_messages_never_hold_the_id_of_a_session() -> None:
    assert call("DELETE", "/session/logout/abc?x=1").shown == "DELETE /session/logout/***"
    assert call("GET", "/account/types/1").shown == "GET /account/types/1"


def test_the_two_faces_of_bulk_say_different_things() -> None:
    download, create = (
        call("POST", "/contact/contacts/bulk", document).headers for document in (FIELDS, DETAILS)
    )
    assert download["Accept"] == "text/csv"
    assert "Accept-Encoding" not in download
    assert create["Accept-Encoding"] == create["Accept"] == "application/json"
    zipped = Call("POST", "/contact/contacts/bulk", b"", FIELDS, gzip=True)
    assert zipped.headers["Accept-Encoding"] == "gzip"


def test_pages_begin_and_are_as_large_as_the_query_says() -> None:
    assert call("GET", "/account/accounts").paged == Paged(("listAccount", "listAccounts"), False, 0, 1000)
    paged = call("GET", "/account/accounts?offset=7&count=5000").paged
    assert (paged.offset, paged.count) == (7, 1000)


@pytest.mark.parametrize("query", ["count=0", "count=-1", "count=x", "offset=-1", "offset=", "count=\uff11"])
def test_pages_of_no_size_are_refused(query: str) -> None:
    with pytest.raises(UsageError):
        call("GET", f"/account/accounts?{query}").paged  # noqa: B018


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account/types"),
        ("GET", "/contact/contacts/customFields"),
        ("GET", "/contact/contacts/1/notes"),
        ("POST", "/contact/contactGroups"),
        ("GET", "/contact/contacts/search"),
        ("GET", "/account/accounts/1/accounts"),
    ],
)
def test_other_methods_have_no_pages(method: str, path: str) -> None:
    with pytest.raises(UsageError):
        call(method, path).paged  # noqa: B018


def test_a_page_replaces_count_and_offset_alone() -> None:
    first = call("POST", "/account/accounts/search?a=1&offset=9&count=3", {"search": {}})
    page = first.page(5, 2)
    assert page.target == "/account/accounts/search?a=1&count=2&offset=5"
    assert (page.method, page.body) == (first.method, first.body)
