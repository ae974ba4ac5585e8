"""Measures the emulator over HTTP at two sizes of tenant and prints what it found as Markdown.

    make bench-emulator                                 # 100,000 contacts, and a tenth of them
    make bench-emulator BENCH_ARGS="--contacts 10000 --rounds 50"

Two servers run at once, one for each size, and take turns call by call, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

PAGE = 1000
WARM_UP = 3
CREDENTIALS = {"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"}
CONTACTS, ACCOUNTS, GROUPS = "/contact/contacts", "/account/accounts", "/contact/contactGroups"


@dataclass
class Tenant:
    """A server of so many contacts, and a tenth as many accounts, with a signed-in client."""

    contacts: int
    process: subprocess.Popen[str]
    url: str
    planting: float
    client: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Sign in."""
        self.client.trust_env = False
        answer = self.client.post(
            f"{self.url}/session/login", json=CREDENTIALS, headers={"LV-Access": "emulator"}, timeout=60
        )
        answer.raise_for_status()
        self.client.headers["LV-Session"] = answer.json()["sessionId"]

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return self.contacts // 10

    def call(self, method: str, path: str, **more: Any) -> tuple[float, requests.Response]:
        """Send one request; the milliseconds until the last byte of the answer, and the answer."""
        started = time.perf_counter()
        answer = self.client.request(method, f"{self.url}{path}", timeout=600, **more)
        elapsed = (time.perf_counter() - started) * 1000
        answer.raise_for_status()
        return elapsed, answer

    def memory(self, key: str) -> float:
        """A figure of the server's memory in MiB: VmRSS, what it has now, or VmHWM, the most it had."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"/proc has no {key}")


@dataclass(frozen=True)
class Case:
    """One kind of call; `entries` says how many objects its answer must hold, under the key `key`."""

    name: str
    method: str
    path: str
    body: object = None
    key: str | None = None
    entries: int = 1


def cases(tenant: Tenant) -> list[Case]:
    """What is measured; the middle of each tenant is asked for, wherever that is."""
    contact, account = f"C{tenant.contacts // 2:06d}", f"Account {tenant.accounts // 2:06d}"
    digits = len(str(tenant.contacts))  # a longer beginning for a larger tenant finds as many
    found, listed = "findMatchingContactsDetails", "listAccount"

    def search(name: str, entries: int, *conditions: tuple[str, str, str], sort: str | None = None) -> Case:
        nodes = [dict(zip(("field", "condition", "criteria"), each, strict=True)) for each in conditions]
        tree: Any = nodes[0]
        for node in nodes[1:]:
            tree = {"rule": "AND", "left": tree, "right": node}
        body = {"search": tree, **({"sort": [{"field": sort, "order": "DESC"}]} if sort else {})}
        path = f"{CONTACTS}/search?count={PAGE}&offset=0"
        return Case(f"contacts, search: {name}", "POST", path, body, found, entries)

    def account_search(told: str, entries: int, **criteria: object) -> Case:
        path = f"{ACCOUNTS}/search?count={PAGE}&offset=0"
        return Case(f"accounts, search: {told}", "POST", path, {"search": criteria}, listed, entries)

    def page(what: str, path: str, key: str, offset: int, entries: int = PAGE) -> Case:
        return Case(what, "GET", f"{path}?count={PAGE}&offset={offset}", key=key, entries=entries)

    last, last_accounts = tenant.contacts - PAGE, max(0, tenant.accounts - PAGE)
    of_accounts = min(PAGE, tenant.accounts)
    classified = min(PAGE, tenant.accounts // 8)  # of the four at least an eighth has the last one
    return [
        page("contacts, first page", CONTACTS, "listContactDetails", 0),
        page("contacts, last page", CONTACTS, "listContactDetails", last),
        search("account starts with (page full)", PAGE, ("account", "STARTS_WITH", "C0")),
        search("account equals", 1, ("account", "EQUALS", contact)),
        search("name starts with", 1, ("name", "STARTS_WITH", contact[1:])),
        search("phone starts with", 1, ("phone", "STARTS_WITH", "5551234567"[: digits + 1])),
        search(
            "custom field starts with, in a city",
            1,
            ("COL51", "STARTS_WITH", "7" * (digits - 3)),
            ("city", "EQUALS", "Salem"),
        ),
        search("a city, by balance (page full)", PAGE, ("city", "EQUALS", "Salem"), sort="paymentbalance"),
        search("all, by last name (page full)", PAGE, ("account", "STARTS_WITH", "C0"), sort="last_name"),
        search("phone of nearly all (page full)", PAGE, ("phone", "STARTS_WITH", "555")),
        search("part of an address, a scan", 1, ("email_address", "CONTAINS", contact[1:])),
        Case("contact, read", "GET", f"{CONTACTS}/{contact}", key="readContactDetails", entries=0),
        page("accounts, first page", ACCOUNTS, listed, 0, of_accounts),
        page("accounts, last page", ACCOUNTS, listed, last_accounts, of_accounts),
        account_search("part of the name", 1, name=account),
        account_search("a classification", classified, classificationId=1001),
        Case("account, read", "GET", f"{ACCOUNTS}/{1_000_000 + tenant.accounts // 2}", key="name", entries=0),
        page("contact groups, page", GROUPS, "contactGroup", 0, 20),
    ]


@contextlib.contextmanager
def tenant_of(contacts: int, folder: Path) -> Iterator[Tenant]:
    """A server in a process of its own, with a tenant that was generated."""
    options = ["--port", "0", "--data", str(folder / f"{contacts}.db"), "--seed-number", "7"]
    options += ["--generate", f"contacts={contacts},accounts={contacts // 10}"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LVSTATE_")}
    command = [sys.executable, "-m", "lvstate", "emulator", *options]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            yield Tenant(contacts, process, url, time.perf_counter() - started)
        finally:
            process.terminate()


def measured(tenants: list[Tenant], rounds: int) -> dict[str, list[list[float]]]:
    """The milliseconds of every call, by case and tenant."""
    prepared = [cases(tenant) for tenant in tenants]
    figures: dict[str, list[list[float]]] = {case.name: [[] for _ in tenants] for case in prepared[0]}
    for turn in range(WARM_UP + rounds):
        for row in zip(*prepared, strict=True):
            for tenant, case, taken in zip(tenants, row, figures[row[0].name], strict=True):
                elapsed, answer = tenant.call(case.method, case.path, json=case.body)
                if turn == 0:
                    _check(case, answer.json())
                if turn >= WARM_UP:
                    taken.append(elapsed)
    return figures


def _check(case: Case, body: Any) -> None:
    """See that the answer is the one that was to be measured."""
    if case.key is not None and (case.key not in body or len(body[case.key]) < case.entries):
        raise RuntimeError(f"{case.name}: fewer than {case.entries} in {case.key}")


def downloaded(tenant: Tenant) -> str:
    """Download all fields of all contacts, and say what it took."""
    with contextlib.suppress(
        OSError
    ):  # the peak of what follows, where the system lets us forget the one before
        Path(f"/proc/{tenant.process.pid}/clear_refs").write_text("5", encoding="ascii")
    idle, size, lines, started = tenant.memory("VmRSS"), 0, 0, time.perf_counter()
    body = {"exportableFields": ["allFields"]}
    with tenant.client.post(f"{tenant.url}{CONTACTS}/bulk", json=body, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(65536):
            size += len(piece)
            lines += piece.count(b"\n")
    elapsed, above = time.perf_counter() - started, tenant.memory("VmHWM") - idle
    if lines < tenant.contacts:
        raise RuntimeError(f"the download has {lines} lines")
    return (
        f"{tenant.contacts:,} contacts, all fields: {size / 2**20:.0f} MiB in {elapsed:.1f} s, with"
        f" {above:.1f} MiB above the {idle:.0f} MiB of the idle server"
    )


def _shown(figures: list[float]) -> str:
    return f"{statistics.median(figures):.1f} ({min(figures):.1f} to {max(figures):.1f})"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description="Measure the emulator at a size and at a tenth of it.")
    parser.add_argument(
        "--contacts", type=int, default=100_000, help="of the larger tenant, with a tenth of accounts"
    )
    parser.add_argument("--rounds", type=int, default=30, help="how often each call is measured")
    options = parser.parse_args()
    if options.contacts < 10 * PAGE or options.rounds < 1:
        parser.error(f"it takes {10 * PAGE} contacts and a round")
    out = sys.stdout.write
    sizes = (options.contacts, options.contacts // 10)
    with tempfile.TemporaryDirectory(prefix="lvstate-bench-") as name:
        folder = Path(name)
        with tenant_of(sizes[0], folder) as large, tenant_of(sizes[1], folder) as small:
            figures = measured([large, small], options.rounds)
            planted = f"{large.planting:.1f} s and {small.planting:.1f} s"
        downloads = []
        for size in sizes:  # from a server that has done nothing yet, so that idle is idle
            with tenant_of(size, folder) as tenant:
                downloads.append(downloaded(tenant))
    columns = " | ".join(f"{size:,} / {size // 10:,}" for size in sizes)
    out(
        f"Milliseconds until the last byte, median (range) of {options.rounds} rounds, by contacts / accounts.\n\n"
    )
    out(f"| call | {columns} | ratio |\n|---|---:|---:|---:|\n")
    for name, (at_large, at_small) in figures.items():
        ratio = statistics.median(at_large) / statistics.median(at_small)
        out(f"| {name} | {_shown(at_large)} | {_shown(at_small)} | {ratio:.1f} |\n")
    out(f"\nStart with a new tenant: {planted}.\nDownload: {'; '.join(downloads)}.\n")


if __name__ == "__main__":
    main()
