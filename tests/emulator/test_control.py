"""`/_emulator/`: closed unless asked for; faults, conditions, requests, sessions and data while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping

import pytest
from jsonschema import Draft202012Validator

from lvstate.emulator import create_app, tenant_document
from lvstate.emulator.laboratory import Laboratory
from tests.emulator.caller import Answer, Caller
from tests.emulator.conftest import HandClock

TYPES = "/account/types"
BUSY = {
    "format_version": "1.0",
    "rules": [{"effect": "status", "status": 503, "operation": "List All Types", "first": 1}],
}


@pytest.fixture
def lab(clock: HandClock) -> Iterator[Caller]:
    """A visitor without a session of a tenant under control."""
    with create_app(seed="vendor-examples", clock=clock, laboratory=Laboratory(control=True)) as app:
        yield Caller(app, None)


@pytest.mark.parametrize("path", ["faults", "faults/counts", "conditions", "requests", "tenant", ""])
def test_without_control_the_paths_are_unknown_like_any_other(admin: Caller, path: str) -> None:
    assert admin.get(f"/_emulator/{path}").status == 404
    assert Caller(admin.app, None).get(f"/_emulator/{path}").status == 401


def test_without_control_nothing_can_be_changed(admin: Caller) -> None:
    assert admin.put("/_emulator/faults", BUSY).status == 404
    assert admin.post("/_emulator/sessions/expire").status == 404
    assert admin.get(TYPES).status == 200


def test_a_script_is_begun_read_counted_and_ended(lab: Caller) -> None:
    admin = Caller(lab.app)
    assert lab.put("/_emulator/faults", BUSY).status == 204
    assert lab.get("/_emulator/faults").body == BUSY
    assert [admin.get(TYPES).status for _ in range(2)] == [503, 200]
    assert lab.get("/_emulator/faults/counts").body == {"rules": [{"matched": 2, "struck": 1}]}
    assert lab.put("/_emulator/faults", BUSY).status == 204
    assert lab.get("/_emulator/faults/counts").body == {"rules": [{"matched": 0, "struck": 0}]}
    assert lab.delete("/_emulator/faults").status == 204
    assert admin.get(TYPES).status == 200
    assert lab.get("/_emulator/faults").body == {"format_version": "1.0", "rules": []}


def test_a_bad_script_is_refused_with_its_places_and_the_old_one_stays(lab: Caller) -> None:
    lab.put("/_emulator/faults", BUSY)
    answer = lab.put("/_emulator/faults", {"format_version": "1.0", "rules": [{"effect": "x"}, 1]})
    assert (answer.status, answer.body["code"]) == (400, 400)
    assert [problem["path"] for problem in answer.body["problems"]] == ["$.rules[0].effect", "$.rules[1]"]
    assert lab.get("/_emulator/faults").body == BUSY


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a":1,"a":2}', b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("path", ["faults", "conditions"])
def test_what_is_no_json_is_refused(lab: Caller, path: str, raw: bytes) -> None:
    assert lab.send("PUT", f"/_emulator/{path}", raw=raw).status == 400


def test_faults_do_not_befall_control_itself(lab: Caller) -> None:
    lab.put("/_emulator/faults", {"format_version": "1.0", "rules": [{"effect": "status", "status": 500}]})
    assert lab.get(TYPES).status == 500
    assert lab.get("/_emulator/faults").status == 200


def test_the_rate_can_be_set_and_lifted(lab: Caller) -> None:
    assert lab.put("/_emulator/conditions", {"rate": 2}).status == 204
    assert [lab.get(TYPES).status for _ in range(3)] == [401, 401, 429]
    lab.put("/_emulator/conditions", {"rate": None})
    assert lab.get(TYPES).status == 401


def test_the_latency_can_be_set(lab: Caller) -> None:
    lab.put("/_emulator/conditions", {"latency_ms": 30})
    started = time.perf_counter()
    lab.get(TYPES)
    assert time.perf_counter() - started >= 0.03


def test_the_lifetime_of_sessions_can_be_set(lab: Caller, clock: HandClock) -> None:
    admin = Caller(lab.app)
    lab.put("/_emulator/conditions", {"session_lifetime": 10})
    clock.now += 9
    assert admin.get(TYPES).status == 200
    clock.now += 11
    assert admin.get(TYPES).status == 401


def test_what_is_left_out_of_the_conditions_stays(lab: Caller) -> None:
    lab.put("/_emulator/conditions", {"rate": 9, "latency_ms": 1})
    lab.put("/_emulator/conditions", {"session_lifetime": 60})
    expected = {"latency_ms": 1, "rate": 9, "session_lifetime": 60}
    assert lab.get("/_emulator/conditions").body == expected


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"latency_ms": -1}, {"session_lifetime": 0}, {"lag": 1}, {"rate": "1"}, []]
)
def test_conditions_that_mean_nothing_change_nothing(lab: Caller, wrong: object) -> None:
    before = lab.get("/_emulator/conditions").body
    body = {"latency_ms": 5, **wrong} if isinstance(wrong, dict) else wrong
    assert lab.put("/_emulator/conditions", body).status == 400
    assert lab.get("/_emulator/conditions").body == before


def test_the_lifetime_of_sessions_can_be_chosen_at_the_start(clock: HandClock) -> None:
    with create_app(clock=clock, laboratory=Laboratory(session_lifetime=1.5)) as app:
        caller = Caller(app)
        clock.now += 1.6
        assert caller.get(TYPES).status == 401


@pytest.mark.parametrize("lifetime", [0, -1, float("nan"), float("inf")])
def test_a_lifetime_that_means_nothing_is_refused(lifetime: float) -> None:
    with pytest.raises(ValueError, match="must be above zero"):
        Laboratory(session_lifetime=lifetime)


def test_the_latest_requests_come_first_and_without_secrets(lab: Caller) -> None:
    admin = Caller(lab.app)
    admin.get(f"/session/validate/{admin.session}")
    answer = lab.get("/_emulator/requests")
    assert answer.body["seen"] == 2
    assert [line["operation"] for line in answer.body["requests"]] == ["Is Session Valid", "Login"]
    assert str(admin.session) not in answer.raw.decode()
    assert len(lab.get("/_emulator/requests?count=1").body["requests"]) == 1
    assert lab.get("/_emulator/requests?count=0").body["requests"] == []


@pytest.mark.parametrize("count", ["", "-1", "x", "1e3", "9" * 5000])
def test_a_count_that_is_no_number_is_refused(lab: Caller, count: str) -> None:
    assert lab.get(f"/_emulator/requests?count={count}").status == 400


def test_only_so_many_requests_are_remembered(lab: Caller) -> None:
    for _ in range(230):
        lab.get("/nowhere")
    body = lab.get("/_emulator/requests").body
    assert (body["seen"], len(body["requests"]), body["requests"][0]["seq"]) == (230, 200, 230)


def test_all_sessions_or_one_can_be_expired(lab: Caller) -> None:
    admin, manager = Caller(lab.app), Caller(lab.app, "manager")
    assert lab.post("/_emulator/sessions/expire", {"session": admin.session}).body == {"expired": 1}
    assert (admin.get(TYPES).status, manager.get(TYPES).status) == (401, 200)
    assert lab.post("/_emulator/sessions/expire").body == {"expired": 1}
    assert manager.get(TYPES).status == 401
    assert lab.post("/_emulator/sessions/expire", {"session": 5}).status == 400


def test_the_tenant_can_be_read_whole(lab: Caller) -> None:
    answer = lab.get("/_emulator/tenant")
    assert answer.headers["Content-Type"] == "application/json"
    Draft202012Validator(tenant_document.schema()).validate(answer.body)
    assert [entry["id"] for entry in answer.body["account_types"]] == [48, 183, 184, 192]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("PATCH", "faults", 405)])
def test_what_control_does_not_know_is_refused_in_json(
    lab: Caller, method: str, path: str, status: int
) -> None:
    answer = lab.send(method, f"/_emulator/{path}")
    assert (answer.status, answer.body["code"]) == (status, status)


def visit(caller: Caller, path: str, headers: Mapping[str, str]) -> Answer:
    return caller.get(path, headers={"Accept": "text/html", **headers})


@pytest.mark.parametrize("path", ["/", "/_emulator/tenant"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example.com:8420"},
        {"Host": "127.0.0.1:8420", "Origin": "https://example.com"},
        {"Host": "127.0.0.1:8420", "Origin": "http://127.0.0.1:9999"},
        {"Host": "127.0.0.1:8420", "Origin": "null"},
    ],
)
def test_pages_of_another_origin_are_kept_out(lab: Caller, path: str, headers: dict[str, str]) -> None:
    answer = visit(lab, path, headers)
    assert (answer.status, json.loads(answer.raw)["code"]) == (403, 403)


@pytest.mark.parametrize("path", ["/", "/_emulator/tenant"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8420", "[::1]:8420", "localhost:8420", "emulator:8420", "host.docker.internal"],
)
def test_callers_on_this_machine_or_its_network_are_let_in(lab: Caller, path: str, host: str) -> None:
    assert visit(lab, path, {"Host": host}).status == 200
    assert visit(lab, path, {"Host": host, "Origin": f"http://{host}"}).status == 200
