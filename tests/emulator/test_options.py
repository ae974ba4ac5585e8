"""What `create_app` can be told: seed, latency, rate, log."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from lvstate.emulator import UnknownSeed, UnusableDataFile, create_app
from tests.emulator.caller import Caller
from tests.emulator.conftest import HandClock

GROUPS = "/contact/contactGroups"


def test_an_unknown_seed_is_refused_by_name() -> None:
    with pytest.raises(UnknownSeed, match=r"no seed 'full'.*empty and vendor-examples"):
        create_app(seed="full")


@pytest.mark.parametrize("options", [{"latency_ms": -1}, {"rate": 0}, {"rate": -1}, {"rate": float("nan")}])
def test_a_latency_or_rate_that_means_nothing_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        create_app(**options)  # type: ignore[arg-type]


def test_an_empty_tenant_still_knows_the_agents_teams_and_campaigns(empty: Caller) -> None:
    body = {"name": "x", "agentId": 723247, "agentTeamId": 15581, "campaignId": "120690619"}
    assert empty.post("/account/accounts", body).status == 201


def test_a_tenant_that_lives_is_not_seeded_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "tenant.db"
    with create_app(data=file, seed="vendor-examples") as app:
        assert Caller(app).delete("/account/types/48").status == 204
    for seed in ("vendor-examples", "empty"):
        with create_app(data=file, seed=seed) as app:
            assert [entry["id"] for entry in Caller(app).get("/account/types").body] == [183, 184, 192]


def test_an_empty_tenant_is_a_tenant(tmp_path: Path) -> None:
    file = tmp_path / "tenant.db"
    create_app(data=file).close()
    with create_app(data=file, seed="vendor-examples") as app:
        assert Caller(app).get("/account/types").body == []


def test_two_tenants_in_memory_know_nothing_of_each_other(empty: Caller, admin: Caller) -> None:
    empty.post(GROUPS, {"name": "mine"})
    assert "mine" not in admin.get(f"{GROUPS}?count=1000&offset=0").raw.decode()


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    before = file.read_bytes()
    with pytest.raises(UnusableDataFile, match="another program"):
        create_app(data=file)
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all " * 100)
    with pytest.raises(UnusableDataFile, match=r"notes\.txt"):
        create_app(data=file)
    assert file.read_text().startswith("not a database")


def test_a_folder_is_no_data_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataFile):
        create_app(data=tmp_path)


def test_latency_delays_every_answer() -> None:
    with create_app(latency_ms=30) as app:
        started = time.perf_counter()
        assert Caller(app, None).get("/nowhere").status == 401
        assert time.perf_counter() - started >= 0.03


def test_above_the_rate_the_answer_is_429_with_the_seconds_to_wait(clock: HandClock) -> None:
    with create_app(rate=3, clock=clock) as app:
        caller = Caller(app)
        assert [caller.get("/account/types").status for _ in range(4)] == [200, 200, 429, 429]
        answer = caller.get("/account/types")
        assert (answer.body["code"], answer.headers["Retry-After"]) == (429, "1")
        clock.now += 1
        assert [caller.get("/account/types").status for _ in range(4)] == [200, 200, 200, 429]


def test_a_rate_below_one_makes_clients_wait_for_seconds(clock: HandClock) -> None:
    with create_app(rate=0.3, clock=clock) as app:
        caller = Caller(app)
        assert caller.get("/account/types").headers["Retry-After"] == "4"
        clock.now += 4
        assert caller.get("/account/types").status == 200


def test_the_rate_comes_before_the_session(clock: HandClock) -> None:
    with create_app(rate=1, clock=clock) as app:
        assert [Caller(app, None).get("/nowhere").status for _ in range(2)] == [401, 429]


def test_the_log_has_one_line_a_request_with_these_keys(tmp_path: Path, clock: HandClock) -> None:
    log = tmp_path / "logs" / "requests.jsonl"
    with create_app(log=log, seed="vendor-examples", clock=clock) as app:
        caller = Caller(app, "manager")
        caller.get(f"{GROUPS}?count=2&offset=1")
        caller.get("/nowhere%0A")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        assert line.pop("duration_ms") >= 0
        assert line.pop("time") == "2023-11-14T22:13:20.123+00:00"
    manager = {"user": "manager", "role": "Manager"}
    login = {"method": "POST", "path": "/session/login", "query": "", "status": 200, "operation": "Login"}
    groups = {"method": "GET", "path": GROUPS, "query": "count=2&offset=1", "status": 200}
    nowhere = {"method": "GET", "path": "/nowhere\n", "query": "", "status": 404, "operation": None}
    assert lines == [
        {"seq": 1, **login, **manager},
        {"seq": 2, **groups, "operation": "List Contact Group", **manager},
        {"seq": 3, **nowhere, **manager},
    ]


def test_the_log_never_holds_a_session_a_token_a_password_or_a_body(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    secret = "hunter2"
    with create_app(log=log) as app:
        caller = Caller(app)
        session = str(caller.session)
        wrong = {"clientName": "EMULATOR", "userName": "sysadmin", "password": secret}
        caller.post("/session/login", wrong, headers={"LV-Access": secret})
        caller.post(GROUPS, {"name": secret})
        for path in (
            f"/session/validate/{session}",
            f"/session/validate/{secret}/",
            f"/session//validate/{secret}",
            f"/session/logout/{session}/more",
            f"/contact/{session}",
            f"{GROUPS}?sessionId={session}&password={secret}&count={session}",
            f"{GROUPS}?{session}",
        ):
            caller.get(path)
    text = log.read_text()
    assert len(text.splitlines()) == 10
    assert session not in text
    assert secret not in text


def test_sequence_numbers_have_no_gap_under_threads(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with create_app(log=log) as app:
        threads = [
            threading.Thread(target=lambda: [Caller(app, None).get("/x") for _ in range(20)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [json.loads(line)["seq"] for line in log.read_text().splitlines()] == list(range(1, 161))


def test_a_fault_of_the_emulator_is_logged_and_told_without_a_traceback(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("lvstate.emulator.backend.leveled_names.LeveledNames.all", broken)
    answer = admin.get("/account/types")
    assert (answer.status, answer.body["code"]) == (500, 500)
    assert b"inside" not in answer.raw
    assert "ZeroDivisionError" in caplog.text
