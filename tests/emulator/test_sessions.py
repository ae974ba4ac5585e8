"""Sessions: who gets one, how long it lives, and what it opens."""

from __future__ import annotations

import pytest

from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import CREDENTIALS, Answer, Caller
from tests.emulator.conftest import HandClock

TWO_HOURS = 2 * 60 * 60
GROUPS = "/contact/contactGroups?count=1&offset=0"


def login(app: EmulatorApp, *, token: str | None = "emulator", **changes: object) -> Answer:
    headers = {} if token is None else {"LV-Access": token}
    body = {**CREDENTIALS, "userName": "sysadmin", **changes}
    return Caller(app, None).post("/session/login", body, headers=headers)


def test_a_second_login_of_the_same_user_gives_the_same_session(app: EmulatorApp) -> None:
    assert login(app).body["sessionId"] == login(app).body["sessionId"]


def test_two_users_have_two_sessions(app: EmulatorApp) -> None:
    assert login(app).body["sessionId"] != login(app, userName="manager").body["sessionId"]


def test_the_session_is_the_first_key_of_the_answer(app: EmulatorApp) -> None:
    assert login(app).raw.startswith(b'{"sessionId":"')


@pytest.mark.parametrize(
    "changes",
    [
        {"userName": "Sysadmin"},
        {"userName": "nobody"},
        {"password": "Emulator"},
        {"clientName": "emulator"},
        {"agent": True},
        {"userName": "agent"},
        {"userName": "agent", "agent": False},
        {"token": None},
        {"token": "Emulator"},
    ],
)
def test_wrong_credentials_are_401_with_a_body(app: EmulatorApp, changes: dict[str, str]) -> None:
    answer = login(app, **changes)
    assert (answer.status, answer.body["code"]) == (401, 401)
    assert answer.raw.startswith(b'{"code":401,"message":"')


def test_the_name_of_an_agent_has_no_case(app: EmulatorApp) -> None:
    assert login(app, userName="AgeNt", agent=True).status == 200


def test_a_boolean_may_be_sent_as_a_string_but_as_nothing_else(app: EmulatorApp) -> None:
    assert login(app, userName="agent", agent="true").status == 200
    assert login(app, agent="false").status == 200
    not_booleans: list[object] = ["yes", 1, [], "True"]
    assert [login(app, agent=value).status for value in not_booleans] == [400] * 4


def test_a_wrong_token_is_refused_before_the_body_is_read(app: EmulatorApp) -> None:
    answer = Caller(app, None).send("POST", "/session/login", raw=b"{", headers={"LV-Access": "wrong"})
    assert answer.status == 401


@pytest.mark.parametrize("missing", ["clientName", "userName", "password"])
def test_a_login_without_a_mandatory_key_is_400(app: EmulatorApp, missing: str) -> None:
    assert login(app, **{missing: None}).status == 400


def test_a_session_lives_while_it_is_used_within_two_hours(admin: Caller, clock: HandClock) -> None:
    for _ in range(3):
        clock.now += TWO_HOURS - 1
        assert admin.get(GROUPS).status == 200
    clock.now += TWO_HOURS
    assert admin.get(GROUPS).status == 401


def test_a_validation_does_not_keep_a_session_alive(admin: Caller, clock: HandClock) -> None:
    clock.now += TWO_HOURS - 1
    assert admin.get(f"/session/validate/{admin.session}").status == 204
    clock.now += 1
    assert admin.get(f"/session/validate/{admin.session}").status == 404


def test_a_login_after_the_expiry_gives_another_session(app: EmulatorApp, clock: HandClock) -> None:
    first = login(app).body["sessionId"]
    clock.now += TWO_HOURS
    assert login(app).body["sessionId"] != first


def test_a_logout_ends_the_session_for_all_who_share_it(app: EmulatorApp) -> None:
    one, other = Caller(app), Caller(app)
    assert Caller(app, None).delete(f"/session/logout/{one.session}").status == 204
    assert other.get(GROUPS).status == 401


def test_validate_and_logout_need_no_session(app: EmulatorApp) -> None:
    session = login(app).body["sessionId"]
    nobody = Caller(app, None)
    assert nobody.get(f"/session/validate/{session}").status == 204
    assert nobody.delete(f"/session/logout/{session}").status == 204
    assert nobody.get(f"/session/validate/{session}").status == 404


def test_the_session_header_has_no_case(admin: Caller) -> None:
    nobody = Caller(admin.app, None)
    assert nobody.get(GROUPS, headers={"lv-session": admin.session}).status == 200


def test_an_access_token_beside_the_session_does_no_harm(admin: Caller) -> None:
    assert admin.get(GROUPS, headers={"LV-Access": "whatever"}).status == 200


@pytest.mark.parametrize("session", ["", "x", "é", "0" * 5000, "' OR 1=1 --"])
def test_an_invented_session_is_401(app: EmulatorApp, session: str) -> None:
    answer = Caller(app, None).get(GROUPS, headers={"LV-Session": session})
    assert (answer.status, answer.body["code"]) == (401, 401)
