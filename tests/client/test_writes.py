"""A write is sent again only when the service surely did not carry it out."""

from __future__ import annotations

import pytest

from lvstate.client.pacing import Pacing
from lvstate.client.session import WritingSession
from lvstate.client.verdict import Certainty, Flavour
from lvstate.effects import HttpReply, Sleep
from lvstate.errors import AuthError, NetworkError
from lvstate.wire.messages import Write
from tests.client.scripted_service import (
    CREDENTIALS,
    REFUSED,
    RESET,
    TIMEOUT,
    UNTRUSTED,
    ScriptedService,
    html,
    reply,
)
from tests.client.virtual_time import Answer

WRITES = {
    "POST": Write("POST", "/contact/contactGroups", body={"name": "x"}),
    "PUT": Write("PUT", "/contact/contactGroups/1", body={"name": "x"}),
    "DELETE": Write("DELETE", "/account/type/1"),
}
CREATE_TYPE = Write("POST", "/account/types", body={"name": "x"}, other_path="/account/type")

ONCE: dict[str, tuple[Answer, Certainty]] = {
    "reset": (RESET, Certainty.UNKNOWN),
    "timeout": (TIMEOUT, Certainty.UNKNOWN),
    "100": (reply(100), Certainty.UNKNOWN),
    "200": (reply(200), Certainty.DONE),
    "201": (reply(201, {"id": 7}), Certainty.DONE),
    "204": (reply(204), Certainty.DONE),
    "202": (reply(202, {"code": 202, "message": "Contact already exists!"}), Certainty.UNKNOWN),
    "207": (reply(207), Certainty.UNKNOWN),
    "html": (html(200), Certainty.UNKNOWN),
    "html 201": (html(201), Certainty.UNKNOWN),
    "cut off": (HttpReply(201, {"content-type": "application/json"}, b'{"id": 2'), Certainty.DONE),
    "302": (reply(302, None, {"location": "/elsewhere"}), Certainty.UNKNOWN),
    "307": (reply(307, None, {"location": "/elsewhere"}), Certainty.UNKNOWN),
    "400": (reply(400), Certainty.NOT_DONE),
    "403": (reply(403), Certainty.NOT_DONE),
    "404": (reply(404, {"code": 203, "message": "No Record Found"}), Certainty.NOT_DONE),
    "405": (reply(405), Certainty.NOT_DONE),
    "407": (reply(407), Certainty.NOT_DONE),
    "408": (reply(408), Certainty.UNKNOWN),
    "409": (reply(409), Certainty.NOT_DONE),
    "422": (reply(422), Certainty.NOT_DONE),
    "500": (reply(500), Certainty.UNKNOWN),
    "502": (reply(502), Certainty.UNKNOWN),
    "503": (reply(503), Certainty.UNKNOWN),
    "503 with a time": (reply(503, None, {"retry-after": "1"}), Certainty.UNKNOWN),
    "504": (reply(504), Certainty.UNKNOWN),
    "tls": (UNTRUSTED, Certainty.NOT_DONE),
}


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_is_never_sent_twice_for_this_answer(method: str, name: str) -> None:
    answer, certainty = ONCE[name]
    service = ScriptedService(answer)  # a second request would fail the test
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES[method]))
    assert verdict.certainty is certainty
    assert len(service.calls) == 1
    assert service.time.now == 0, "nobody waits for an answer that is final"


@pytest.mark.parametrize(
    "first",
    [reply(429), reply(429, None, {"retry-after": "3"}), REFUSED, reply(401)],
    ids=["429", "429 with a time", "refused", "401"],
)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_that_surely_was_not_carried_out_is_sent_again(method: str, first: Answer) -> None:
    service = ScriptedService(first, reply(204))
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES[method]))
    assert (verdict.certainty, verdict.status) == (Certainty.DONE, 204)
    once, again = service.calls
    assert (once.line, once.body) == (again.line, again.body)


@pytest.mark.parametrize("first", [reply(429), REFUSED, reply(401)], ids=["429", "refused", "401"])
def test_a_second_answer_that_is_not_trustworthy_ends_the_tries(first: Answer) -> None:
    service = ScriptedService(first, RESET)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert verdict.certainty is Certainty.UNKNOWN


def test_a_refused_connection_is_tried_four_times() -> None:
    service = ScriptedService(*[REFUSED] * 4)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.UNSENT)
    assert service.unused == 0


def test_a_refused_connection_is_tried_once_when_the_run_has_no_retries_left() -> None:
    service = ScriptedService(REFUSED)
    verdict = service.time.run(
        WritingSession(CREDENTIALS, pacing=Pacing(retries_left=0)).write(WRITES["POST"])
    )
    assert verdict.flavour is Flavour.UNSENT


def test_a_busy_service_is_given_up_at_the_deadline_and_the_write_is_not_done() -> None:
    service = ScriptedService(*[reply(429, None, {"retry-after": "200"})] * 4)
    verdict = service.time.run(WritingSession(CREDENTIALS, pacing=Pacing(600)).write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.BUSY)
    assert [call.at for call in service.calls] == [0, 200, 400, 600]


def test_a_busy_service_does_not_use_up_the_retries_of_the_run() -> None:
    pacing = Pacing(10_000)
    service = ScriptedService(*[reply(429)] * 25, reply(204))
    verdict = service.time.run(WritingSession(CREDENTIALS, pacing=pacing).write(WRITES["POST"]))
    assert verdict.certainty is Certainty.DONE
    assert pacing.retries_left == 20


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_that_the_service_has_no_time_for_makes_everybody_wait(status: int) -> None:
    service = ScriptedService(reply(status, None, {"retry-after": "30"}), reply(204), reply(204))
    session = WritingSession(CREDENTIALS)

    async def later() -> None:
        await Sleep(1)
        await session.write(WRITES["PUT"])

    service.time.outcomes(session.write(WRITES["POST"]), later())
    assert all(call.at == 30 for call in service.calls[1:])
    assert len(service.calls) == (3 if status == 429 else 2)


def test_a_second_401_is_not_done_and_ends_the_tries() -> None:
    service = ScriptedService(reply(401), reply(401))
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.UNAUTHENTICATED)


def test_a_login_that_fails_is_raised_and_nothing_is_written() -> None:
    service = ScriptedService(logins=[reply(401)])
    with pytest.raises(AuthError):
        service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert service.calls == []


def test_a_login_that_gets_no_answer_is_raised_and_nothing_is_written() -> None:
    service = ScriptedService(logins=[RESET] * 4)
    with pytest.raises(NetworkError):
        service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert service.calls == []


# The two spellings


@pytest.mark.parametrize("first", [reply(404), reply(405)])
def test_a_write_to_a_path_that_is_not_served_goes_to_its_other_spelling(first: HttpReply) -> None:
    service = ScriptedService(first, reply(201, {"id": 192}))
    verdict = service.time.run(WritingSession(CREDENTIALS).write(CREATE_TYPE))
    assert verdict.document == {"id": 192}
    assert service.lines == ["POST /account/types", "POST /account/type"]


@pytest.mark.parametrize("second", [RESET, TIMEOUT, reply(500), reply(202), html(200)])
def test_an_unknown_outcome_under_the_other_spelling_stays_unknown(second: Answer) -> None:
    service = ScriptedService(reply(404), second)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(CREATE_TYPE))
    assert verdict.certainty is Certainty.UNKNOWN


def test_a_write_that_neither_spelling_serves_is_not_done() -> None:
    service = ScriptedService(reply(405), reply(404))
    verdict = service.time.run(WritingSession(CREDENTIALS).write(CREATE_TYPE))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.NO_METHOD)


def test_a_delete_of_an_object_missing_under_the_served_spelling_says_so() -> None:
    service = ScriptedService(reply(405), reply(404, {"code": 203, "message": "No Record Found"}))
    delete = Write("DELETE", "/account/type/1", other_path="/account/types/1")
    verdict = service.time.run(WritingSession(CREDENTIALS).write(delete))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.MISSING)


# Stopping


def test_a_run_that_is_stopping_sends_no_write() -> None:
    service = ScriptedService()
    service.time.stopping = True
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.STOPPED)
    assert service.time.sent == [], "not even a login"


@pytest.mark.parametrize("first", [reply(429, None, {"retry-after": "30"}), REFUSED], ids=["busy", "refused"])
def test_a_write_that_waits_for_its_next_try_is_not_sent_after_the_stop(first: Answer) -> None:
    service = ScriptedService(first)  # a second request would fail the test
    service.time.stop_at(0.1)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.STOPPED)
    assert verdict.reason == "the run was interrupted"


def test_a_write_that_waits_because_of_another_one_is_not_sent_after_the_stop() -> None:
    service = ScriptedService(reply(429, None, {"retry-after": "30"}))
    session = WritingSession(CREDENTIALS)

    async def after() -> object:
        await Sleep(1)
        return await session.write(WRITES["PUT"])

    service.time.stop_at(5)
    outcomes = service.time.outcomes(session.write(WRITES["POST"]), after())
    assert [getattr(outcome, "reason", outcome) for outcome in outcomes] == ["the run was interrupted"] * 2


def test_a_stop_during_the_login_keeps_the_write_from_being_sent() -> None:
    service = ScriptedService()
    service.time.latency = 2.0
    service.time.stop_at(1)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert verdict.certainty is Certainty.NOT_DONE
    assert service.calls == []


def test_a_write_that_is_under_way_when_the_run_stops_gets_its_answer() -> None:
    service = ScriptedService(reply(201, {"id": 7}))
    service.time.latency = 2.0
    service.time.stop_at(3)
    verdict = service.time.run(WritingSession(CREDENTIALS).write(WRITES["POST"]))
    assert verdict.document == {"id": 7}


def test_a_write_that_the_stop_kept_from_being_sent_is_stopped_not_unreachable() -> None:
    """Also when the run has no retries left: the driver refuses what still waits for a free slot."""
    service = ScriptedService(REFUSED)
    service.time.latency = 2.0
    service.time.stop_at(3)
    session = WritingSession(CREDENTIALS, pacing=Pacing(retries_left=0))
    verdict = service.time.run(session.write(WRITES["POST"]))
    assert (verdict.certainty, verdict.flavour) == (Certainty.NOT_DONE, Flavour.STOPPED)
    assert verdict.reason == "the run was interrupted"
