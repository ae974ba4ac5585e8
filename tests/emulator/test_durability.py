"""What was acknowledged stays: under threads, across processes, after a kill, after a restart."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from lvstate.emulator import create_app, serve
from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Caller

ROOT = Path(__file__).parents[2]
GROUPS = "/contact/contactGroups"
THREADS, EACH = 16, 12

SERVE = """
import sys
from pathlib import Path
from lvstate.emulator import create_app, serve
server = serve(create_app(data=Path(sys.argv[1])), port=0)
print(server.url, flush=True)
server.serve_forever()
"""


@contextlib.contextmanager
def process(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """An emulator in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SERVE, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        try:
            assert child.stdout is not None
            yield child, child.stdout.readline().strip()
        finally:
            child.kill()


@contextlib.contextmanager
def session_at(url: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        body = {"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"}
        answer = session.post(
            f"{url}/session/login", json=body, headers={"LV-Access": "emulator"}, timeout=30
        )
        session.headers["LV-Session"] = answer.json()["sessionId"]
        yield session


def create(session: requests.Session, url: str, name: str) -> int:
    answer = session.post(f"{url}{GROUPS}", json={"name": name}, timeout=30)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def names(app: EmulatorApp) -> dict[int, str]:
    groups = Caller(app).get(f"{GROUPS}?count=1000&offset=0").body["contactGroup"]
    return {group["id"]: group["name"] for group in groups}


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
def test_16_threads_lose_no_write(tmp_path: Path, in_file: bool) -> None:
    made: dict[int, str] = {}
    with create_app(data=tmp_path / "tenant.db" if in_file else None) as app, serve(app, port=0) as server:

        def work(number: int) -> None:
            with session_at(server.url) as session:
                for turn in range(EACH):
                    name = f"{number}-{turn}"
                    made[create(session, server.url, name)] = name
                    page = session.get(f"{server.url}{GROUPS}?count=1000&offset=0", timeout=30).json()
                    assert name in {group["name"] for group in page["contactGroup"]}, (
                        "a client reads its own writes"
                    )

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
        assert len(made) == THREADS * EACH
        assert names(app) == made


def test_levels_stay_distinct_when_16_threads_create_at_once(tmp_path: Path) -> None:
    with create_app(data=tmp_path / "tenant.db") as app:
        caller = Caller(app)

        def work(_: int) -> None:
            assert caller.post("/account/types", {"name": "x"}).status == 201

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS * 4)))
        assert [entry["level"] for entry in caller.get("/account/types").body] == list(
            range(1, THREADS * 4 + 1)
        )


def test_one_account_number_has_one_winner(tmp_path: Path) -> None:
    with create_app(data=tmp_path / "tenant.db") as app:
        caller = Caller(app)

        def work(_: int) -> int:
            return caller.post("/account/accounts", {"name": "x", "accountNumber": "one"}).status

        with ThreadPoolExecutor(THREADS) as pool:
            assert sorted(pool.map(work, range(THREADS))) == [201] + [409] * (THREADS - 1)


def test_readers_see_an_update_of_many_fields_whole_or_not_at_all(tmp_path: Path) -> None:
    path = "/contact/contacts/customFields"
    with create_app(data=tmp_path / "tenant.db") as app:
        writer, reader = Caller(app), Caller(app, "manager")
        done = threading.Event()

        def write() -> None:
            for turn in range(40):
                entries = [{"field": f"COL{n}", "label": f"label {turn}"} for n in range(1, 101)]
                assert writer.put(path, {"customFields": entries}).status == 204
            done.set()

        def read(_: object) -> None:
            while not done.is_set():
                fields = reader.get(path).body["customFields"]
                assert len(fields) in (0, 100)
                assert len({field["label"] for field in fields}) <= 1

        with ThreadPoolExecutor(4) as pool:
            writing = pool.submit(write)
            reading = [pool.submit(read, None) for _ in range(2)]
            writing.result(30)
            for each in reading:
                each.result(30)


def test_several_processes_share_one_new_file(tmp_path: Path) -> None:
    data = tmp_path / "tenant.db"
    made: dict[int, str] = {}
    with process(data) as (_, first), process(data) as (_, second):

        def work(job: tuple[str, int]) -> None:
            url, number = job
            with session_at(url) as session:
                for turn in range(10):
                    name = f"{number}-{turn}"
                    made[create(session, url, name)] = name
                    # Reads before it writes: without the write lock from the start it would lose the race.
                    account = session.post(f"{url}/account/accounts", json={"name": name}, timeout=30)
                    assert account.status_code == 201, account.text

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, [(url, number) for number, url in enumerate([first, second] * 4)]))
        with session_at(first) as one, session_at(second) as other:
            assert one.headers["LV-Session"] == other.headers["LV-Session"]
    with create_app(data=data) as app:
        assert names(app) == made
        assert len(made) == 80
        with app._storage.read() as db:
            assert db.execute("SELECT count(*), count(DISTINCT number) FROM account").fetchone() == (80, 80)


def test_a_kill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    data = tmp_path / "tenant.db"
    acknowledged: dict[int, str] = {}
    enough = threading.Event()
    with process(data) as (child, url):

        def work(number: int) -> None:
            with contextlib.suppress(requests.ConnectionError), session_at(url) as session:
                for turn in range(10_000):
                    name = f"{number}-{turn}"
                    acknowledged[create(session, url, name)] = name
                    if len(acknowledged) >= 60:
                        enough.set()

        with ThreadPoolExecutor(4) as pool:
            work_done = pool.map(work, range(4))
            assert enough.wait(30)
            os.kill(child.pid, signal.SIGKILL)
            list(work_done)
    with create_app(data=data) as app:
        survived = names(app)
        assert acknowledged.items() <= survived.items()
        assert len(survived) - len(acknowledged) <= 4, "at most one unanswered write a client"
        with app._storage.read() as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_restart_on_the_same_file_keeps_objects_and_sessions(tmp_path: Path) -> None:
    data = tmp_path / "tenant.db"
    with create_app(data=data, seed="vendor-examples") as app:
        before = Caller(app)
        made = before.post(GROUPS, {"name": "kept"}).body["id"]
        documents = [
            before.get(path).raw
            for path in (GROUPS + "?count=9&offset=0", "/account/accounts?count=99&offset=0")
        ]
    with create_app(data=data) as app:
        after = Caller(app, None)
        after.session = before.session
        assert after.get(f"{GROUPS}/{made}").body["name"] == "kept"
        assert [
            after.get(path).raw
            for path in (GROUPS + "?count=9&offset=0", "/account/accounts?count=99&offset=0")
        ] == documents


def test_closing_twice_is_no_error() -> None:
    app = create_app()
    close: Callable[[], None] = app.close
    close()
    close()
