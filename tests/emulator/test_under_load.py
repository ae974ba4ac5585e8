"""Many clients at once lose nothing, and neither does a process that is killed in the middle of their writes."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from lvstate.emulator import create_app
from tests.emulator.caller import Caller
from tests.emulator.processes import Client, process
from tests.emulator.tenant_life import ACCOUNTS, CONTACTS, GROUPS, SHARED, TenantLife

CLIENTS, REQUESTS = 16, 10_000
KILLS, WRITERS = 3, 8
CLASSIFICATIONS = "/account/classification"


def test_16_clients_and_10000_mixed_requests_fail_nowhere_and_lose_no_write(tmp_path: Path) -> None:
    with process(tmp_path / "tenant.db", measured=False) as (_, url), Client(url) as witness:
        assert witness.send("POST", CONTACTS, {"createContactDetails": {"account": SHARED}})[0] == 201

        def live(number: int) -> TenantLife:
            with Client(url) as client:
                life = TenantLife(client, number)
                life.live(REQUESTS // CLIENTS)
                return life

        with ThreadPoolExecutor(CLIENTS) as pool:
            lives = list(pool.map(live, range(CLIENTS)))

        contacts = {each["account"]: each for each in everything(witness, CONTACTS, "listContactDetails")}
        shared = {each["field"]: each["value"] for each in contacts.pop(SHARED)["customFields"]}
        assert shared == {f"COL{number + 1}": life.shared for number, life in enumerate(lives)}
        assert {
            account: (contact["person"]["firstName"], contact["accountBlock"])
            for account, contact in contacts.items()
        } == {account: told for life in lives for account, told in life.contacts.items()}
        accounts = {each["id"]: each["name"] for each in everything(witness, ACCOUNTS, "listAccount")}
        assert accounts == {key: name for life in lives for key, name in life.accounts.items()}
        groups = {each["id"]: each["name"] for each in everything(witness, GROUPS, "contactGroup")}
        assert groups == {key: name for life in lives for key, name in life.groups.items()}
        assert {
            (account, link["contact"])
            for account in accounts
            for link in witness.send("GET", f"{ACCOUNTS}/{account}")[1].get("contacts", ())
        } == {link for life in lives for link in life.links}


def test_a_kill_at_any_moment_loses_no_acknowledged_write(tmp_path: Path) -> None:
    data, dice = tmp_path / "tenant.db", Random(7)  # noqa: S311
    there: dict[str, str] = {}  # names by path, as acknowledged
    gone: set[str] = set()
    for kill in range(KILLS):
        with process(data) as (child, url):
            begun = threading.Barrier(WRITERS + 1)
            writers = ThreadPoolExecutor(WRITERS)
            work = [writers.submit(write, url, f"{kill}-{n}", begun, there, gone) for n in range(WRITERS)]
            begun.wait(30)
            time.sleep(dice.uniform(0.05, 0.6))
            os.kill(child.pid, signal.SIGKILL)
            for each in work:
                each.result(30)
            writers.shutdown()
        with create_app(data=data) as app:
            caller = Caller(app)
            assert {path: name_of(caller.get(path).body) for path in there} == there
            assert {caller.get(path).status for path in gone} <= {404}
            with app._storage.read() as db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert len(there) > KILLS * WRITERS


def write(url: str, prefix: str, begun: threading.Barrier, there: dict[str, str], gone: set[str]) -> None:
    """Create, rename and delete until the server dies; what it did not answer is told in neither book."""
    with contextlib.suppress(OSError, http.client.HTTPException), Client(url) as client:
        begun.wait(30)
        for turn in range(100_000):
            name = f"{prefix}-{turn}"
            details = {"account": name, "person": {"firstName": name}}
            _created(client, CONTACTS, {"createContactDetails": details})
            there[f"{CONTACTS}/{name}"] = name
            short_lived = f"{ACCOUNTS}/{_created(client, ACCOUNTS, {'name': name})}"
            there[f"{ACCOUNTS}/{_created(client, ACCOUNTS, {'name': name})}"] = name
            there[f"{CLASSIFICATIONS}/{_created(client, CLASSIFICATIONS, {'name': name})}"] = name
            group = f"{GROUPS}/{_created(client, GROUPS, {'name': 'first name'})}"
            assert client.send("PUT", group, {"name": name})[0] == 204
            there[group] = name
            assert client.send("DELETE", short_lived)[0] == 204
            gone.add(short_lived)


def _created(client: Client, path: str, body: object) -> object:
    status, answer = client.send("POST", path, body)
    assert status == 201, answer
    return answer["id"]


def name_of(body: Any) -> object:
    """The name of an object, wherever its kind has it; a refusal has none."""
    return (
        body["readContactDetails"]["person"]["firstName"]
        if "readContactDetails" in body
        else body.get("name")
    )


def everything(client: Client, path: str, key: str) -> Iterator[Any]:
    """All objects of a list, page by page."""
    offset = 0
    while page := client.send("GET", f"{path}?count=1000&offset={offset}")[1][key]:
        yield from page
        offset += len(page)
