"""Refusals come in one order: 401, 404 path, 405, 403, 400 body, 404 object."""

from __future__ import annotations

import pytest

from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Answer, Caller

BAD = b"{"


def sent(app: EmulatorApp, user: str | None, method: str, path: str, raw: bytes | None = BAD) -> Answer:
    return Caller(app, user).send(method, path, raw=raw)


@pytest.mark.parametrize("path", ["/nowhere", "/contact/contactGroups/99", "/account/type/99"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_no_session_comes_before_everything(app: EmulatorApp, method: str, path: str) -> None:
    assert sent(app, None, method, path).status == 401


def test_an_unknown_path_comes_before_verb_role_and_body(app: EmulatorApp) -> None:
    answer = sent(app, "agent", "PATCH", "/contact/nowhere")
    assert (answer.status, answer.body["code"]) == (404, 404)


def test_a_wrong_verb_comes_before_role_and_body(app: EmulatorApp) -> None:
    assert sent(app, "agent", "PATCH", "/contact/contactGroups/99").status == 405


@pytest.mark.parametrize(
    "path",
    ["/contact/contactGroups/99", "/account/type/99", "/account/classification/x", "/account/accounts/99"],
)
def test_a_wrong_role_comes_before_body_and_object(app: EmulatorApp, path: str) -> None:
    assert sent(app, "manager", "PUT", path).status == 403


@pytest.mark.parametrize(
    "path",
    ["/contact/contactGroups/99", "/account/type/99", "/account/classification/x", "/account/accounts/99"],
)
def test_a_bad_body_comes_before_a_missing_object(app: EmulatorApp, path: str) -> None:
    assert sent(app, "sysadmin", "PUT", path).status == 400
    assert sent(app, "sysadmin", "PUT", path, b'{"name":"x"}').body["code"] == 203


def test_bad_references_come_before_a_duplicate_number(admin: Caller) -> None:
    body = {"name": "x", "accountNumber": "DOC1231", "typeId": 99}
    assert admin.post("/account/accounts", body).status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [("notes", b'{"name":"x"}'), ("contacts", b'{"contactId":"x"}')],
)
def test_what_is_added_to_an_account_is_refused_in_the_same_order(
    app: EmulatorApp, path: str, body: bytes
) -> None:
    full = f"/account/accounts/99/{path}"
    assert sent(app, None, "POST", full).status == 401
    assert sent(app, "agent", "PATCH", full).status == 405
    assert sent(app, "agent", "POST", full).status == 403
    assert sent(app, "sysadmin", "POST", full).status == 400
    assert sent(app, "sysadmin", "POST", full, body).body["code"] == 203


@pytest.mark.parametrize("path", ["/session/login", "/session/validate/x", "/session/logout/x"])
def test_the_session_paths_answer_a_wrong_verb_without_a_session(app: EmulatorApp, path: str) -> None:
    assert sent(app, None, "PATCH", path).status == 405


def test_refusals_are_compact_json_with_the_code_first(admin: Caller) -> None:
    answer = admin.get("/contact/contacts/customFields/COL1")
    assert answer.raw == b'{"code":203,"message":"No Record Found"}'
    assert answer.headers["Content-Type"] == "application/json"
