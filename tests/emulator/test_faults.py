"""Scripted faults: which requests a rule strikes, what it does to them, and which scripts are refused."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lvstate.cli.embedded import EmbeddedTransport
from lvstate.effects import HttpFault, HttpRequest, Stage
from lvstate.emulator import ConnectionDropped, UnusableDocument, create_app, fault_documents
from lvstate.emulator.app import EmulatorApp
from lvstate.emulator.faults import Effect, Faults
from lvstate.emulator.laboratory import Laboratory
from tests.emulator.caller import Caller

TYPES = "/account/types"
GROUPS = "/contact/contactGroups"


def script(*rules: dict[str, Any], seed: int = 0) -> Any:
    return {"format_version": "1.0", "seed": seed, "rules": list(rules)}


def struck(*rules: dict[str, Any], calls: int = 8, seed: int = 0) -> list[list[int]]:
    """For each of some equal requests, the positions of the rules that strike it."""
    read = fault_documents.read(script(*rules, seed=seed))
    faults = Faults(read)
    return [
        [read.rules.index(rule) for rule in faults.strike("List All Types", "GET", TYPES)]
        for _ in range(calls)
    ]


@pytest.fixture
def tenant() -> Callable[..., Caller]:
    """The sysadmin of a tenant that a script has not met yet."""

    def make(*rules: dict[str, Any]) -> Caller:
        app = create_app(seed="vendor-examples")
        caller = Caller(app)
        app._injector.faults.replace(fault_documents.read(script(*rules)))
        return caller

    return make


def dropped(caller: Caller, method: str, path: str, body: object = None) -> ConnectionDropped:
    with pytest.raises(ConnectionDropped) as caught:
        caller.send(method, path, body)
    return caught.value


def groups(caller: Caller) -> int:
    return len(caller.get(f"{GROUPS}?count=1000&offset=0").body["contactGroup"])


@pytest.mark.parametrize(
    ("occasion", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"nth": 3}, [3]),
        ({"first": 2}, [1, 2]),
        ({"every": 3}, [3, 6]),
        ({"probability": 0}, []),
        ({"probability": 1}, [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_an_occasion_picks_by_counting(occasion: dict[str, Any], expected: list[int]) -> None:
    found = struck({"effect": "garbage", **occasion})
    assert [number for number, rules in enumerate(found, 1) if rules] == expected


def test_chance_is_the_same_in_every_run_and_another_with_another_seed() -> None:
    rule = {"effect": "garbage", "probability": 0.5}
    assert struck(rule, calls=64, seed=7) == struck(rule, calls=64, seed=7) != struck(rule, calls=64, seed=8)
    assert 16 < sum(map(bool, struck(rule, calls=64, seed=7))) < 48


def test_two_rules_of_one_chance_throw_dice_of_their_own() -> None:
    rule = {"effect": "delay", "seconds": 0, "probability": 0.5}
    assert any(len(rules) == 1 for rules in struck(rule, {**rule, "name": "other"}, calls=64))


def test_delays_add_up_and_the_first_other_effect_ends_the_list() -> None:
    delay = {"effect": "delay", "seconds": 0}
    assert struck(delay, {"effect": "garbage"}, {"effect": "drop"}, {**delay, "name": "late"}, calls=1) == [
        [0, 1]
    ]


def test_a_rule_behind_the_one_that_ends_the_list_still_counts() -> None:
    assert struck({"effect": "garbage", "nth": 1}, {"effect": "drop", "nth": 2}, calls=3) == [[0], [1], []]


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        ({"operation": "List All Types"}, True),
        ({"operation": "list all types"}, False),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"path": "/account/*"}, True),
        ({"path": "/account"}, False),
        ({"path": "/*s", "method": "GET", "operation": "List All Types"}, True),
        ({"path": "/*s", "method": "PUT", "operation": "List All Types"}, False),
    ],
)
def test_all_that_a_rule_says_about_a_request_must_hold(rule: dict[str, Any], matches: bool) -> None:
    assert struck({"effect": "garbage", **rule}, calls=1) == [[0] if matches else []]


def test_counts_lose_nothing_under_threads() -> None:
    faults = Faults(fault_documents.read(script({"effect": "garbage", "every": 4})))
    threads = [
        threading.Thread(target=lambda: [faults.strike(None, "GET", "/") for _ in range(200)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (count,) = faults.counts()
    assert (count.matched, count.struck) == (1600, 400)


def test_a_status_comes_instead_of_the_answer_with_its_headers(tenant: Callable[..., Caller]) -> None:
    caller = tenant({"effect": "status", "status": 503, "headers": {"Retry-After": "7"}, "first": 1})
    answer = caller.post(GROUPS, {"name": "New"})
    assert (answer.status, answer.headers["Retry-After"], answer.body["code"]) == (503, "7", 503)
    assert groups(caller) == 5


def test_after_the_commit_the_request_has_been_carried_out(tenant: Callable[..., Caller]) -> None:
    caller = tenant(
        {"effect": "status", "status": 500, "moment": "after", "operation": "Create Contact Group"}
    )
    assert caller.post(GROUPS, {"name": "New"}).status == 500
    assert groups(caller) == 6


@pytest.mark.parametrize(
    ("body", "raw"), [("busy", b"busy"), ({"code": 9}, b'{"code":9}'), ([], b"[]"), (False, b"false")]
)
def test_the_body_of_a_status_is_text_or_json(
    tenant: Callable[..., Caller], body: object, raw: bytes
) -> None:
    assert tenant({"effect": "status", "status": 500, "body": body}).get(TYPES).raw == raw


def test_a_status_comes_before_the_session_is_asked_for() -> None:
    laboratory = Laboratory(faults=fault_documents.read(script({"effect": "status", "status": 502})))
    with create_app(laboratory=laboratory) as app:
        assert Caller(app, None).get(TYPES).status == 502


def test_html_is_a_page_with_200(tenant: Callable[..., Caller]) -> None:
    answer = tenant({"effect": "html"}).get(TYPES)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.raw.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", [TYPES, "/account/types/48"])
def test_garbage_is_no_json_and_no_text(tenant: Callable[..., Caller], path: str) -> None:
    answer = tenant({"effect": "garbage"}).get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match=r"decode|Unterminated"):
        json.loads(answer.raw)


def test_garbage_in_place_of_an_empty_204_is_a_200(tenant: Callable[..., Caller]) -> None:
    answer = tenant({"effect": "garbage"}).put("/account/type/48", {"name": "Clinic"})
    assert (answer.status, bool(answer.raw)) == (200, True)


def test_a_wrong_content_type_leaves_the_body(tenant: Callable[..., Caller]) -> None:
    answer = tenant({"effect": "content-type", "content_type": "text/csv"}).get(TYPES)
    assert (answer.headers["Content-Type"], len(answer.body)) == ("text/csv", 4)


def test_an_expired_session_is_refused_and_a_new_one_works(tenant: Callable[..., Caller]) -> None:
    caller = tenant({"effect": "expire-session", "nth": 2})
    assert [caller.get(TYPES).status for _ in range(3)] == [200, 401, 401]
    assert Caller(caller.app).get(TYPES).status == 200


def test_a_session_that_expires_after_the_commit_serves_once_more(tenant: Callable[..., Caller]) -> None:
    caller = tenant({"effect": "expire-session", "nth": 1, "moment": "after"})
    assert [caller.get(TYPES).status for _ in range(2)] == [200, 401]


def test_a_delay_takes_its_time_before_or_after_the_commit(
    tenant: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[tuple[float, int]] = []
    caller = tenant(
        {"effect": "delay", "seconds": 3, "method": "POST"},
        {"effect": "delay", "seconds": 5, "method": "POST", "moment": "after"},
    )

    def sleep(seconds: float) -> None:
        slept.append((seconds, groups(caller)))

    object.__setattr__(caller.app._injector, "sleep", sleep)
    assert caller.post(GROUPS, {"name": "New"}).status == 201
    assert slept == [(3, 5), (5, 6)]


def test_a_drip_brings_the_whole_body_slowly(tenant: Callable[..., Caller]) -> None:
    caller = tenant({"effect": "drip", "bytes_per_second": 40, "path": TYPES})
    slept: list[float] = []
    object.__setattr__(caller.app._injector, "sleep", slept.append)
    answer = caller.get(TYPES)
    assert len(answer.body) == 4
    assert sum(slept) == pytest.approx(len(answer.raw) / 40)
    assert len(slept) == -(-len(answer.raw) // 4)


@pytest.mark.parametrize(("moment", "left"), [("before", 5), ("after", 6)])
def test_in_process_a_drop_is_an_exception_that_knows_what_was_done(
    tenant: Callable[..., Caller], moment: str, left: int
) -> None:
    caller = tenant({"effect": "drop", "moment": moment, "method": "POST"})
    assert dropped(caller, "POST", GROUPS, {"name": "New"}).committed is (moment == "after")
    assert groups(caller) == left


@pytest.mark.parametrize("effect", ["drop", "truncate"])
@pytest.mark.parametrize(("limit", "arrives"), [(1, 1), (10, 10), (10**6, -1)])
def test_in_process_a_body_that_is_cut_off_ends_in_an_exception(
    tenant: Callable[..., Caller], effect: str, limit: int, arrives: int
) -> None:
    caller = tenant({"effect": effect, "bytes": limit, "path": TYPES, "nth": 2})
    whole = caller.get(TYPES).raw
    environ = EnvironBuilder(path=TYPES, headers=Headers({"LV-Session": str(caller.session)})).get_environ()
    chunks, status, headers = run_wsgi_app(caller.app, environ)
    received = b""

    def receive() -> None:
        nonlocal received
        for chunk in chunks:
            received += chunk

    with pytest.raises(ConnectionDropped) as caught:
        receive()
    assert (status, headers["Content-Length"]) == ("200 OK", str(len(whole)))
    assert received == whole[:arrives]
    assert caught.value.received == len(received)


def test_an_answer_without_a_body_that_is_cut_off_does_not_arrive(tenant: Callable[..., Caller]) -> None:
    caller = tenant({"effect": "truncate", "bytes": 5, "method": "PUT"})
    assert dropped(caller, "PUT", "/account/type/48", {"name": "Clinic"}).received == 0
    assert caller.get("/account/types/48").body["name"] == "Clinic"


def test_the_embedded_transport_takes_a_drop_for_a_request_that_may_have_been_sent(
    tenant: Callable[..., Caller],
) -> None:
    caller = tenant({"effect": "drop", "nth": 1}, {"effect": "truncate", "bytes": 3})
    request = HttpRequest("GET", TYPES, {"LV-Session": str(caller.session)})
    for _ in range(2):
        fault = EmbeddedTransport(caller.app).perform(request, 30)
        assert isinstance(fault, HttpFault)
        assert (fault.stage, fault.reason) == (Stage.MAYBE_SENT, "a scripted fault dropped the connection")


def test_what_was_struck_is_logged_by_name(tenant: Callable[..., Caller]) -> None:
    caller = tenant(
        {"effect": "delay", "seconds": 0, "name": "slow"}, {"effect": "drop", "nth": 2}, {"effect": "garbage"}
    )
    caller.get(TYPES)
    dropped(caller, "GET", TYPES)
    newest, older, login = caller.app._history.latest()
    assert (newest["faults"], newest["status"]) == (["slow", "drop"], None)
    assert (older["faults"], older["status"]) == (["slow", "garbage"], 200)
    assert "faults" not in login


REFUSED = [
    ([], "$", "must be an object"),
    ({"rules": []}, "$", "format_version is missing"),
    ({"format_version": "2.0", "rules": []}, "$.format_version", "must match"),
    (script({}), "$.rules[0]", "effect is missing"),
    (script({"effect": "explode"}), "$.rules[0].effect", "must be one of status, html"),
    (script({"effect": "drop", "nht": 1}), "$.rules[0].nht", "is not known here; nth is"),
    (script({"effect": "drop", "nth": 0}), "$.rules[0].nth", "must be at least 1"),
    (script({"effect": "drop", "nth": True}), "$.rules[0].nth", "must be an integer"),
    (script({"effect": "drop", "nth": 1, "first": 2}), "$.rules[0]", "only one of nth, first"),
    (script({"effect": "drop"}, {"effect": "status"}), "$.rules[1]", "status is missing"),
    (script({"effect": "status", "status": 199}), "$.rules[0].status", "must be at least 200"),
    (script({"effect": "delay"}), "$.rules[0]", "seconds is missing"),
    (script({"effect": "delay", "seconds": -1}), "$.rules[0].seconds", "must be at least 0"),
    (script({"effect": "delay", "seconds": 1, "status": 200}), "$.rules[0].status", "means nothing"),
    (script({"effect": "truncate"}), "$.rules[0]", "bytes is missing"),
    (script({"effect": "garbage", "moment": "before"}), "$.rules[0].moment", "must be after"),
    (script({"effect": "drop", "bytes": 1, "moment": "before"}), "$.rules[0].moment", "must be after"),
    (script({"effect": "drip", "bytes_per_second": 0}), "$.rules[0].bytes_per_second", "must be above 0"),
    (script({"effect": "drop", "probability": 1.5}), "$.rules[0].probability", "must be at most 1"),
    (script({"effect": "drop", "method": "get"}), "$.rules[0].method", "must match"),
    (
        script({"effect": "html", "headers": {"a b": "c"}}),
        "$.rules[0].headers['a b']",
        "must match",
    ),
    (script({"effect": "html", "headers": {"X": "a\r\nb"}}), "$.rules[0].headers.X", "must match"),
]


@pytest.mark.parametrize(("document", "path", "message"), REFUSED)
def test_a_script_that_makes_no_sense_is_refused_with_its_place(
    document: Any, path: str, message: str
) -> None:
    with pytest.raises(UnusableDocument) as caught:
        fault_documents.read(document)
    (violation,) = caught.value.violations
    assert violation.path == path
    assert violation.message.startswith(message)


@pytest.mark.parametrize("document", [document for document, _, _ in REFUSED])
def test_the_published_schema_refuses_the_same_scripts(document: Any) -> None:
    assert not Draft202012Validator(fault_documents.schema()).is_valid(document)


def test_every_place_that_is_wrong_is_told() -> None:
    with pytest.raises(UnusableDocument, match=r"\(and 2 more\)") as caught:
        fault_documents.read(script({"effect": "x"}, {"effect": "drop", "y": 1}, {}))
    assert [violation.path for violation in caught.value.violations] == [
        "$.rules[0].effect",
        "$.rules[1].y",
        "$.rules[2]",
    ]


KEYS = {
    "effect": st.sampled_from([*(e.value for e in Effect), "x"]),
    "moment": st.sampled_from(["before", "after"]),
    "nth": st.integers(0, 2),
    "first": st.integers(0, 2),
    "every": st.just(2),
    "probability": st.sampled_from([0, 0.5, 1, 2]),
    "status": st.sampled_from([100, 200, 503]),
    "body": st.sampled_from([None, "x", {}]),
    "headers": st.sampled_from([{}, {"Retry-After": "1"}, {"a b": ""}, {"X": 1}]),
    "seconds": st.sampled_from([-1, 0, 0.5]),
    "bytes": st.integers(0, 2),
    "bytes_per_second": st.sampled_from([0, 0.5, 9]),
    "content_type": st.sampled_from(["text/plain", "", "ü"]),
    "path": st.sampled_from(["/x/*", "x"]),
    "method": st.sampled_from(["GET", "get", 1]),
    "operation": st.sampled_from(["Login", ""]),
    "name": st.sampled_from(["n", None]),
    "other": st.just(1),
}
RULES = st.fixed_dictionaries({"effect": KEYS["effect"]}, optional={}).flatmap(
    lambda rule: st.lists(st.sampled_from(sorted(KEYS)), max_size=3, unique=True).flatmap(
        lambda keys: st.fixed_dictionaries({"effect": st.just(rule["effect"]), **{k: KEYS[k] for k in keys}})
    )
)


@given(RULES)
@settings(max_examples=300)
def test_schema_and_emulator_agree_on_every_rule(rule: dict[str, Any]) -> None:
    document = script(copy.deepcopy(rule))
    try:
        fault_documents.read(document)
    except UnusableDocument:
        accepted = False
    else:
        accepted = True
    assert Draft202012Validator(fault_documents.schema()).is_valid(document) is accepted


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(fault_documents.schema())


def test_without_a_script_nothing_is_counted(app: EmulatorApp) -> None:
    Caller(app).get(TYPES)
    assert app._injector.faults.counts() == []
