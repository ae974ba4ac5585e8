"""A session: one login for all, reads that try again, and nothing that gives a secret away."""

from __future__ import annotations

import json
import logging
import traceback
from itertools import pairwise

import pytest

from lvstate.client.credentials import Credentials
from lvstate.client.failures import Missing
from lvstate.client.pacing import FOR_POLLS, RETRY_BUDGET, Pacing
from lvstate.client.secrets import Secret
from lvstate.client.session import Session, WritingSession
from lvstate.effects import HttpFault, HttpReply, Sleep, Stage
from lvstate.errors import AuthError, NetworkError, ServiceError, Unanswered
from lvstate.wire.messages import Read, Write
from tests.client.scripted_service import (
    CREDENTIALS,
    PASSWORD,
    REFUSED,
    RESET,
    TIMEOUT,
    TOKEN,
    UNTRUSTED,
    ScriptedService,
    html,
    reply,
)
from tests.client.virtual_time import Answer

GROUPS = Read("GET", "/contact/contactGroups", {"count": 1000, "offset": 0})
TYPE = Read("GET", "/account/type/192", other_path="/account/types/192")
ONLY_A_SESSION = Credentials(None, None, None, None, Secret("given-session"))
GIVEN = CREDENTIALS._replace(session_id=Secret("given-session"))

TRANSIENT: dict[str, Answer] = {
    "reset": RESET,
    "timeout": TIMEOUT,
    "refused": REFUSED,
    "408": reply(408),
    "500": reply(500, {"code": 500, "message": "oops"}),
    "502": reply(502),
    "503": reply(503),
    "504": reply(504),
    "202": reply(202, {"code": 202, "message": "partial"}),
    "html": html(200),
    "cut off": HttpReply(200, {"content-type": "application/json"}, b'{"contactGr'),
}
FINAL: dict[str, Answer] = {
    "400": reply(400, {"code": 400, "message": "no"}),
    "403": reply(403),
    "404": reply(404),
    "405": reply(405),
    "407": reply(407),
    "409": reply(409),
    "301": reply(301, None, {"location": "https://evil.test/"}),
    "302": reply(302, None, {"location": "https://evil.test/"}),
    "tls": UNTRUSTED,
}

# Login


def test_many_parallel_reads_share_one_login() -> None:
    service = ScriptedService(*[reply(200, [n]) for n in range(20)])
    session = Session(CREDENTIALS)
    assert service.time.outcomes(*(session.read(GROUPS) for _ in range(20))) == [[n] for n in range(20)]
    assert len(service.logins) == 1


def test_the_login_is_the_documented_one() -> None:
    service = ScriptedService(reply(200, []))
    service.time.run(Session(CREDENTIALS, timeout=12.5).read(GROUPS))
    (login,) = service.logins
    assert login.line == "POST /session/login"
    assert login.body == {"clientName": "ACME", "userName": "ann", "password": PASSWORD, "agent": False}
    assert login.request.headers["Content-Type"] == "application/json"
    assert {sent.deadline for sent in service.time.sent} == {12.5}


def test_the_access_token_goes_to_the_login_only_and_the_session_to_everything_else() -> None:
    service = ScriptedService(reply(200, []), reply(201, {"id": 1}), reply(401), reply(204))
    session = WritingSession(CREDENTIALS)
    service.time.run(session.read(GROUPS))
    service.time.run(session.write(Write("POST", "/contact/contactGroups", body={"name": "x"})))
    service.time.run(session.write(Write("PUT", "/contact/contactGroups/1", body={"name": "y"})))
    for login in service.logins:
        assert login.request.headers["LV-Access"] == TOKEN
        assert "LV-Session" not in login.request.headers
    sessions = []
    for call in service.calls:
        assert "LV-Access" not in call.request.headers
        assert TOKEN not in str(call.request)
        sessions.append(call.request.headers["LV-Session"])
    assert sessions == ["session-1", "session-1", "session-1", "session-2"]


def test_a_session_that_is_given_is_used_without_a_login() -> None:
    service = ScriptedService(reply(200, []))
    service.time.run(Session(ONLY_A_SESSION).read(GROUPS))
    assert service.logins == []
    assert service.calls[0].request.headers["LV-Session"] == "given-session"


def test_a_given_session_that_has_ended_names_the_variables_that_a_login_needs() -> None:
    service = ScriptedService(reply(401))
    with pytest.raises(AuthError, match="the session has ended") as ended:
        service.time.run(Session(ONLY_A_SESSION).read(GROUPS))
    assert service.logins == []
    for name in ("LVSTATE_ACCESS_TOKEN", "LVSTATE_CLIENT", "LVSTATE_USERNAME", "LVSTATE_PASSWORD"):
        assert name in (ended.value.hint or "")


def test_a_given_session_that_has_ended_is_replaced_where_there_are_credentials() -> None:
    service = ScriptedService(reply(401), reply(200, ["x"]))
    assert service.time.run(Session(GIVEN).read(GROUPS)) == ["x"]
    assert [call.request.headers["LV-Session"] for call in service.calls] == ["given-session", "session-1"]


def test_a_401_leads_to_one_login_and_the_same_request_again() -> None:
    service = ScriptedService(reply(200, []), reply(401), reply(200, ["x"]))
    session = Session(CREDENTIALS)
    service.time.run(session.read(GROUPS))
    assert service.time.run(session.read(GROUPS)) == ["x"]
    assert len(service.logins) == 2
    assert service.calls[1].request.path == service.calls[2].request.path


def test_a_401_right_after_a_login_is_an_error_and_not_a_loop() -> None:
    service = ScriptedService(reply(401), reply(401))
    with pytest.raises(AuthError):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert len(service.logins) == 2
    assert service.unused == 0


def test_nobody_logs_in_again_after_the_service_refused_a_fresh_session() -> None:
    service = ScriptedService(reply(401), reply(401), reply(401))
    session = Session(CREDENTIALS)
    for _ in range(2):
        with pytest.raises(AuthError):
            service.time.run(session.read(GROUPS))
    assert len(service.logins) == 2


def test_many_reads_that_meet_401_share_one_new_login() -> None:
    service = ScriptedService(*[reply(401)] * 10, *[reply(200, ["x"])] * 10)
    session = Session(GIVEN)
    assert service.time.outcomes(*(session.read(GROUPS) for _ in range(10))) == [["x"]] * 10
    assert len(service.logins) == 1


def test_a_late_401_about_the_old_session_does_not_end_the_new_one() -> None:
    service = ScriptedService(reply(401), reply(401), *[reply(200, ["x"])] * 2)
    service.time.latency = 1.0
    session = Session(GIVEN)

    async def late() -> object:
        await Sleep(0.5)
        service.time.latency = 3.0  # sent with the old session, answered when the new one is in use
        return await session.read(GROUPS)

    async def faster_again() -> None:
        await Sleep(0.9)
        service.time.latency = 0.1

    outcomes = service.time.outcomes(session.read(GROUPS), late(), faster_again())
    assert outcomes[:2] == [["x"], ["x"]]
    assert [call.request.headers["LV-Session"] for call in service.calls] == [
        "given-session",
        "given-session",
        "session-1",
        "session-1",
    ]
    assert len(service.logins) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_tried_once_by_all_together(status: int) -> None:
    service = ScriptedService(logins=[reply(status, {"code": status, "message": "wrong"})])
    session = Session(CREDENTIALS)
    outcomes = service.time.outcomes(*(session.read(GROUPS) for _ in range(5)))
    assert all(isinstance(outcome, AuthError) for outcome in outcomes)
    with pytest.raises(AuthError, match=f"the login was refused .status {status}") as refused:
        service.time.run(session.read(GROUPS))
    assert len(service.logins) == 1
    assert service.calls == []
    assert "tried once only" in (refused.value.hint or "")


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_login_that_met_trouble_is_tried_again(name: str) -> None:
    service = ScriptedService(
        reply(200, ["x"]), logins=[TRANSIENT[name], reply(200, {"sessionId": "late", "clientId": 1})]
    )
    assert service.time.run(Session(CREDENTIALS).read(GROUPS)) == ["x"]


def test_a_busy_login_waits_as_long_as_it_is_asked_to() -> None:
    service = ScriptedService(
        reply(200, ["x"]),
        logins=[reply(429, None, {"retry-after": "30"}), reply(200, {"sessionId": "late", "clientId": 1})],
    )
    assert service.time.run(Session(CREDENTIALS).read(GROUPS)) == ["x"]
    assert [login.at for login in service.logins] == [0, 30]


def test_a_login_is_tried_four_times_at_most() -> None:
    service = ScriptedService(logins=[RESET] * 4)
    with pytest.raises(NetworkError):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert len(service.logins) == 4


@pytest.mark.parametrize("status", [404, 400, 409])
def test_a_login_that_is_not_served_is_no_missing_object(status: int) -> None:
    service = ScriptedService(logins=[reply(status)])
    with pytest.raises(ServiceError) as error:
        service.time.run(Session(CREDENTIALS).read(TYPE))
    assert not isinstance(error.value, Missing)
    assert str(status) in error.value.message


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"clientId": 1},
        {"sessionId": None},
        {"sessionId": ""},
        {"sessionId": 5},
        {"sessionId": ["a"]},
        {"sessionId": "a\r\nLV-Access: b"},
        {"sessionId": "a", "SessionId": "b"},
        {"code": 401, "message": "no"},
    ],
    ids=json.dumps,
)
def test_an_answer_to_a_login_without_a_session_is_not_believed(document: object) -> None:
    service = ScriptedService(logins=[reply(200, document)])
    with pytest.raises(ServiceError, match="the login brought"):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert service.calls == []


@pytest.mark.parametrize("second", [{"clientId": 2}, {"clientId": None}, {}])
def test_a_new_session_of_another_client_is_refused(second: dict[str, object]) -> None:
    service = ScriptedService(
        reply(200, []),
        reply(401),
        logins=[
            reply(200, {"sessionId": "first", "clientId": 1}),
            reply(200, {"sessionId": "second", **second}),
        ],
    )
    session = Session(CREDENTIALS)
    service.time.run(session.read(GROUPS))
    with pytest.raises(AuthError, match="belongs to another client"):
        service.time.run(session.read(GROUPS))
    assert len(service.calls) == 2, "nothing is sent with the other client's session"


def test_the_client_id_of_the_login_is_known() -> None:
    service = ScriptedService(reply(200, []))
    session = Session(CREDENTIALS)
    assert session.client_id is None
    service.time.run(session.read(GROUPS))
    assert session.client_id == 4711


# Reads


def test_a_request_goes_out_as_documented() -> None:
    service = ScriptedService(reply(200, {"listAccount": []}))
    search = Read(
        "POST", "/account/accounts/search", {"count": 1000, "offset": 0}, body={"search": {"typeId": 192}}
    )
    service.time.run(Session(CREDENTIALS).read(search))
    (call,) = service.calls
    assert call.line == "POST /account/accounts/search?count=1000&offset=0"
    assert call.body == {"search": {"typeId": 192}}
    assert dict(call.request.headers) == {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "LV-Session": "session-1",
    }


def test_a_request_without_a_body_has_none() -> None:
    service = ScriptedService(reply(200, []))
    service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert service.calls[0].request.body is None


@pytest.mark.parametrize("answer", [reply(204), reply(200), reply(200, None)])
def test_an_answer_without_a_body_reads_as_none(answer: HttpReply) -> None:
    assert ScriptedService(answer).time.run(Session(CREDENTIALS).read(GROUPS)) is None


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_read_that_met_trouble_is_tried_four_times(name: str) -> None:
    service = ScriptedService(*[TRANSIENT[name]] * 3, reply(200, ["x"]))
    assert service.time.run(Session(CREDENTIALS).read(GROUPS)) == ["x"]
    moments = [call.at for call in service.calls]
    pauses = [after - before for before, after in pairwise(moments)]
    assert all(pause > 0 for pause in pauses)


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_read_is_given_up_after_four_tries(name: str) -> None:
    service = ScriptedService(*[TRANSIENT[name]] * 4)
    with pytest.raises((NetworkError, ServiceError)):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert service.unused == 0


@pytest.mark.parametrize("name", FINAL)
def test_a_read_that_was_refused_is_not_tried_again(name: str) -> None:
    service = ScriptedService(FINAL[name])
    with pytest.raises((AuthError, NetworkError, ServiceError)):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert service.time.now == 0


def test_a_busy_service_is_asked_again_as_often_as_the_deadline_allows() -> None:
    service = ScriptedService(*[reply(429, None, {"retry-after": "50"})] * 13)
    with pytest.raises(ServiceError, match="patience"):
        service.time.run(Session(CREDENTIALS, pacing=Pacing(600)).read(GROUPS))
    assert [call.at for call in service.calls] == [50.0 * n for n in range(13)]


@pytest.mark.parametrize(
    ("status", "headers", "moment"),
    [(429, {"retry-after": "30"}, 30), (503, {"retry-after": "30"}, 30), (429, {}, None), (503, {}, None)],
)
def test_all_readers_wait_when_one_is_told_that_the_service_has_no_time(
    status: int, headers: dict[str, str], moment: float | None
) -> None:
    service = ScriptedService(reply(status, None, headers), *[reply(200, [])] * 2)
    session = Session(CREDENTIALS)

    async def later() -> None:
        await Sleep(0.1)
        await session.read(GROUPS)

    service.time.outcomes(session.read(GROUPS), later())
    first, *others = [call.at for call in service.calls]
    assert first == 0
    assert others[0] == others[1] > 0.2
    assert moment is None or others[0] == moment


@pytest.mark.parametrize("answer", [RESET, reply(500), REFUSED], ids=["reset", "500", "refused"])
def test_other_trouble_of_one_reader_does_not_hold_up_the_others(answer: Answer) -> None:
    service = ScriptedService(answer, *[reply(200, [])] * 2)
    session = Session(CREDENTIALS)

    async def later() -> None:
        await Sleep(0.1)
        await session.read(GROUPS)

    service.time.outcomes(session.read(GROUPS), later())
    assert [call.at for call in service.calls][1] == 0.1


def test_a_run_retries_twenty_times_in_all() -> None:
    service = ScriptedService(*[RESET] * 50)
    session = Session(CREDENTIALS)
    for _ in range(10):
        with pytest.raises(NetworkError):
            service.time.run(session.read(GROUPS))
    assert len(service.calls) == 10 + 20


def test_a_run_that_is_stopping_does_not_read_again() -> None:
    service = ScriptedService(*[RESET] * 4)
    service.time.stop_at(0.01)
    with pytest.raises(NetworkError):
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert len(service.calls) == 2, "the one that was under way, and the one that had been promised"


# The two spellings


@pytest.mark.parametrize(
    "first", [reply(404), reply(405), reply(404, {"code": 404, "message": "no such path"})]
)
def test_a_path_that_is_not_served_is_tried_in_its_other_spelling(first: HttpReply) -> None:
    service = ScriptedService(first, reply(200, {"id": 192, "name": "x"}))
    assert service.time.run(Session(CREDENTIALS).read(TYPE)) == {"id": 192, "name": "x"}
    assert service.lines == ["GET /account/type/192", "GET /account/types/192"]


def test_the_other_spelling_keeps_the_query() -> None:
    service = ScriptedService(reply(404), reply(200, []))
    request = Read("GET", "/account/types", {"count": 5}, other_path="/account/type")
    service.time.run(Session(CREDENTIALS).read(request))
    assert service.lines == ["GET /account/types?count=5", "GET /account/type?count=5"]


def test_an_object_that_the_service_says_is_missing_is_not_looked_for_elsewhere() -> None:
    service = ScriptedService(reply(404, {"code": 203, "message": "No Record Found"}))
    with pytest.raises(Missing) as missing:
        service.time.run(Session(CREDENTIALS).read(TYPE))
    assert missing.value.by_code


@pytest.mark.parametrize("second", [reply(404), reply(405)])
def test_where_neither_spelling_is_served_the_first_answer_counts(second: HttpReply) -> None:
    service = ScriptedService(reply(404, {"message": "first"}), second)
    with pytest.raises(Missing, match="first") as missing:
        service.time.run(Session(CREDENTIALS).read(TYPE))
    assert not missing.value.by_code
    assert service.unused == 0


@pytest.mark.parametrize("first", [reply(404), reply(405)])
def test_an_object_missing_under_the_spelling_that_is_served_is_missing(first: HttpReply) -> None:
    service = ScriptedService(first, reply(404, {"code": 203, "message": "No Record Found"}))
    with pytest.raises(Missing) as missing:
        service.time.run(Session(CREDENTIALS).read(TYPE))
    assert missing.value.by_code


def test_a_path_with_one_spelling_is_tried_once() -> None:
    service = ScriptedService(reply(405))
    with pytest.raises(ServiceError):
        service.time.run(Session(CREDENTIALS).read(GROUPS))


def test_trouble_under_the_other_spelling_is_tried_again_like_any_other() -> None:
    service = ScriptedService(reply(405), RESET, reply(405), reply(200, ["x"]))
    assert service.time.run(Session(CREDENTIALS).read(TYPE)) == ["x"]


# What a user is told

TOLD: dict[str, tuple[Answer, type[Exception], str]] = {
    "refused": (REFUSED, NetworkError, "cannot be reached: connection refused"),
    "tls": (UNTRUSTED, NetworkError, "cannot be reached: the TLS connection failed"),
    "reset": (RESET, NetworkError, "no complete answer"),
    "403": (reply(403), AuthError, "refused .status 403 Forbidden"),
    "404": (reply(404), ServiceError, "status 404 Not Found"),
    "302": (reply(302), ServiceError, "redirects are never followed"),
    "400": (
        reply(400, {"message": "bad name"}),
        ServiceError,
        "no usable answer: status 400 Bad Request: bad name",
    ),
    "500": (reply(500), ServiceError, "no usable answer: status 500"),
    "503": (reply(503), ServiceError, "no usable answer: status 503"),
    "html": (html(200), ServiceError, "not from the API: status 200 with text/html"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_end_of_a_read_is_told_as_what_it_was(name: str) -> None:
    answer, kind, words = TOLD[name]
    with pytest.raises(kind, match=words):
        ScriptedService(*[answer] * 4).time.run(Session(CREDENTIALS).read(GROUPS))


# Secrets


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN, "session-1"])
def test_a_text_of_the_service_that_repeats_a_secret_is_redacted(
    secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    service = ScriptedService(reply(400, {"code": 400, "message": f"you sent {secret} to us"}))
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ServiceError, match=r"you sent \*\*\* to us") as error:
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    told = "".join(traceback.format_exception(error.value)) + caplog.text
    assert secret not in told
    assert "400" in caplog.text


def test_a_given_session_is_redacted_too() -> None:
    service = ScriptedService(reply(403, {"message": "given-session may not"}))
    with pytest.raises(AuthError, match=r"\*\*\* may not"):
        service.time.run(Session(ONLY_A_SESSION).read(GROUPS))


def test_a_transports_reason_is_redacted() -> None:
    service = ScriptedService(HttpFault(Stage.MISCONFIGURED, f"bad header {TOKEN}"))
    with pytest.raises(NetworkError, match=r"bad header \*\*\*"):
        service.time.run(Session(CREDENTIALS).read(GROUPS))


@pytest.mark.parametrize("padding", range(340, 410, 7))
def test_a_long_message_is_cut_without_leaving_a_part_of_a_secret(padding: int) -> None:
    message = "x" * padding + TOKEN + "y" * 5000
    service = ScriptedService(reply(400, {"message": message}))
    with pytest.raises(ServiceError) as error:
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert TOKEN[:4] not in error.value.message
    assert len(error.value.message) < 500


def test_a_refused_login_does_not_repeat_the_password() -> None:
    service = ScriptedService(logins=[reply(401, {"message": f"{PASSWORD} is wrong for ann"})])
    with pytest.raises(AuthError) as refused:
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))
    assert "*** is wrong for ann" in refused.value.message


def test_no_address_or_body_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = ScriptedService(RESET, reply(200, [{"id": 1, "name": "hidden name"}]))
    service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert "GET /contact/contactGroups?count=1000&offset=0: no answer" in caplog.text
    assert "GET /contact/contactGroups?count=1000&offset=0: 200" in caplog.text
    for word in (PASSWORD, TOKEN, "session-1", "hidden name"):
        assert word not in caplog.text


def test_an_effect_shows_no_header_when_it_is_printed() -> None:
    service = ScriptedService(reply(200, []))
    task = Session(CREDENTIALS).read(GROUPS)
    shown = []
    value = None
    try:
        while True:
            effect = task.send(value)
            shown.append(repr(effect))
            value = service.time._answer(effect.request) if hasattr(effect, "request") else 0.0
    except StopIteration:
        pass
    assert any(text.startswith("Http(") for text in shown)
    assert not any(TOKEN in text or PASSWORD in text or "session-1" in text for text in shown)


def test_a_reader_has_no_way_to_write() -> None:
    assert not hasattr(Session(CREDENTIALS), "write")


# Polls


@pytest.mark.parametrize("name", [n for n in TRANSIENT if n != "503"])
def test_a_poll_asks_once_and_counts_as_a_retry_when_it_gets_no_answer(name: str) -> None:
    service = ScriptedService(TRANSIENT[name])
    pacing = Pacing()
    with pytest.raises((NetworkError, Unanswered)):
        service.time.run(Session(CREDENTIALS, pacing=pacing).poll(GROUPS))
    assert (len(service.calls), pacing.retries_left, service.time.now) == (1, RETRY_BUDGET - 1, 0)


def test_a_poll_that_is_answered_costs_no_retry() -> None:
    service = ScriptedService(reply(200, {"contactGroup": []}))
    pacing = Pacing()
    assert service.time.run(Session(CREDENTIALS, pacing=pacing).poll(GROUPS)) == {"contactGroup": []}
    assert pacing.retries_left == RETRY_BUDGET


@pytest.mark.parametrize(("status", "left"), [(503, RETRY_BUDGET - 1), (429, RETRY_BUDGET)])
def test_a_poll_that_is_asked_for_patience_makes_everybody_wait(status: int, left: int) -> None:
    service = ScriptedService(reply(status, None, {"retry-after": "7"}), reply(200, {}))
    session = Session(CREDENTIALS)
    with pytest.raises(ServiceError):
        service.time.run(session.poll(GROUPS))
    assert session.pacing.retries_left == left
    service.time.run(session.read(GROUPS))
    assert service.calls[1].at >= 7


def test_a_poll_is_not_sent_when_the_run_has_no_retries_left() -> None:
    service = ScriptedService()
    with pytest.raises(Unanswered, match="used up its 20 retries"):
        service.time.run(Session(CREDENTIALS, pacing=Pacing(retries_left=0)).poll(GROUPS))
    assert service.calls == []


def test_an_unanswered_write_keeps_retries_for_the_polls_that_find_out_about_it() -> None:
    service = ScriptedService(RESET, *[REFUSED] * 30)
    session = WritingSession(CREDENTIALS)
    create = Write("POST", "/contact/contactGroups", body={"name": "x"})
    for _ in range(8):
        service.time.run(session.write(create))
    assert session.pacing.retries_left == FOR_POLLS


# Proxies


def test_a_proxy_that_asks_for_credentials_is_called_a_proxy() -> None:
    service = ScriptedService(reply(407))
    with pytest.raises(NetworkError, match="a proxy asks for credentials") as caught:
        service.time.run(Session(CREDENTIALS).read(GROUPS))
    assert "HTTPS_PROXY" in (caught.value.hint or "")
