"""The other readings of the vendor's pages, where a client could tell them apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvstate.emulator import create_app
from lvstate.emulator.http.routes import all_routes
from tests.emulator.caller import Caller

WINDOW = "?count=1&offset=0"

# The Method lines of the Account page, and of the one method of the Contact page that lists accounts.
METHOD_LINES = {
    ("POST", "/account/accounts"),
    ("POST", "/account/accounts/bulk"),
    ("GET", "/account/accounts/<id>"),
    ("GET", "/account/accounts"),
    ("POST", "/account/accounts/search"),
    ("PUT", "/account/accounts/<id>"),
    ("POST", "/account/accounts/<id>/notes"),
    ("DELETE", "/account/accounts/<id>"),
    ("POST", "/account/accounts/<id>/contacts"),
    ("POST", "/account/accounts/<id>/contacts/bulk"),
    ("DELETE", "/account/accounts/<id>/contacts/<contactId>"),
    ("GET", "/contact/contacts/<contactId>/accounts"),
    ("POST", "/account/classifications"),
    ("GET", "/account/classifications/<id>"),
    ("GET", "/account/classifications"),
    ("PUT", "/account/classification/<id>"),
    ("DELETE", "/account/classification/<id>"),
    ("POST", "/account/types"),
    ("GET", "/account/type/<id>"),
    ("GET", "/account/types"),
    ("PUT", "/account/type/<id>"),
    ("DELETE", "/account/type/<id>"),
}

OTHER_SPELLINGS = [
    ("POST", "/account/classification", {"name": "x"}, 201),
    ("GET", "/account/classification/171", None, 200),
    ("PUT", "/account/classifications/171", {"name": "x"}, 204),
    ("DELETE", "/account/classifications/171", None, 204),
    ("GET", "/account/types/48", None, 200),
    ("PUT", "/account/types/48", {"name": "x"}, 204),
    ("POST", f"/contact/contacts/qa123/:account/accounts{WINDOW}", None, 200),
    ("POST", "/account/accounts", [{"name": "x"}], 200),
]


@pytest.fixture
def strict() -> Iterator[Caller]:
    """The sysadmin of a tenant that serves the Method lines only."""
    with create_app(seed="vendor-examples", strict_paths=True) as app:
        yield Caller(app)


def test_strict_paths_are_those_of_the_method_lines() -> None:
    served = {place for one in all_routes().operations for place in one.places(strict=True)}
    accounts = {place for place in served if place[1].startswith("/account/") or "accounts" in place[1]}
    assert accounts == METHOD_LINES


@pytest.mark.parametrize(("verb", "path", "body", "status"), OTHER_SPELLINGS, ids=str)
def test_another_spelling_is_served_unless_paths_are_strict(
    admin: Caller, strict: Caller, verb: str, path: str, body: object, status: int
) -> None:
    assert admin.send(verb, path, body).status == status
    assert strict.send(verb, path, body).status in (400, 404, 405)


def test_strict_paths_answer_at_the_method_lines(strict: Caller) -> None:
    assert strict.get("/account/classifications/171").status == 200
    assert strict.put("/account/type/48", {"level": 2}).status == 204
    assert strict.get(f"/contact/contacts/qa123/accounts{WINDOW}").status == 200
    assert strict.post("/account/accounts/bulk", [{"name": "x"}]).status == 200


def test_account_lists_can_have_the_keys_of_the_tables() -> None:
    with create_app(seed="vendor-examples", account_list_key="listAccounts") as app:
        caller = Caller(app)
        assert list(caller.get(f"/account/accounts{WINDOW}").body) == ["next", "listAccounts"]
        assert list(caller.get(f"/contact/contacts/qa123/accounts{WINDOW}").body) == ["next", "listAccounts"]
        assert list(caller.post(f"/account/accounts/search{WINDOW}", {}).body) == [
            "next",
            "findMatchingAccounts",
        ]


def test_a_list_key_that_no_page_has_is_refused() -> None:
    with pytest.raises(ValueError, match="the account list key must be listAccount or listAccounts"):
        create_app(account_list_key="accounts")  # type: ignore[arg-type]


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="strict_path"):
        create_app(strict_path=True)  # type: ignore[call-arg]
