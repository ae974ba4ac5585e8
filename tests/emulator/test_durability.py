"""What was acknowledged stays: under threads, across processes, after a restart; `test_under_load` kills."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lvstate.emulator import create_app, serve
from lvstate.emulator.app import EmulatorApp
from tests.emulator.caller import Caller
from tests.emulator.processes import Client, process

GROUPS = "/contact/contactGroups"
THREADS, EACH = 16, 12


def create(client: Client, name: str) -> int:
    status, answer = client.send("POST", GROUPS, {"name": name})
    assert status == 201, answer
    return int(answer["id"])


def names(app: EmulatorApp) -> dict[int, str]:
    groups = Caller(app).get(f"{GROUPS}?count=1000&offset=0").body["contactGroup"]
    return {group["id"]: group["name"] for group in groups}


def test_16_threads_lose_no_write_in_memory() -> None:
    made: dict[int, str] = {}
    with create_app() as app, serve(app, port=0) as server:

        def work(number: int) -> None:
            with Client(server.url) as client:
                for turn in range(EACH):
                    name = f"{number}-{turn}"
                    made[create(client, name)] = name
                    _, page = client.send("GET", f"{GROUPS}?count=1000&offset=0")
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
            with Client(url) as client:
                for turn in range(10):
                    name = f"{number}-{turn}"
                    made[create(client, name)] = name
                    # Reads before it writes: without the write lock from the start it would lose the race.
                    status, answer = client.send("POST", "/account/accounts", {"name": name})
                    assert status == 201, answer

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, [(url, number) for number, url in enumerate([first, second] * 4)]))
        with Client(first) as one, Client(second) as other:
            assert one.session == other.session
    with create_app(data=data) as app:
        assert names(app) == made
        assert len(made) == 80
        with app._storage.read() as db:
            assert db.execute("SELECT count(*), count(DISTINCT number) FROM account").fetchone() == (80, 80)


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
