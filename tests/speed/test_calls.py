"""How often the service is asked: exactly as often as it must be, counted at its door."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from lvstate.emulator import create_app
from lvstate.emulator.http.server import Server
from tests.e2e.stage import Project

PROJECT = """\
version: 1
manifests: [manifests/]
environments:
  test: {url: "emulator:"}
"""
EVERYTHING = """\
version: 1
contact_groups: {a: A, b: B, c: C, d: D, e: E}
custom_fields: {COL1: Promise Date, COL2: Colour, COL3: Balance}
account_classifications: {gold: {name: Gold, level: 1}, silver: {name: Silver, level: 2}}
account_types: {clinic: {name: Clinic, level: 1}, bank: {name: Bank, level: 2}, shop: {name: Shop, level: 3}}
"""
LISTS = {
    "GET /contact/contactGroups": 1,
    "GET /contact/contacts/customFields": 1,
    "GET /account/classifications": 1,
    "GET /account/types": 1,
}


class Watched:
    """A served emulator, a project and what was asked, as method and path, ids as `ID`."""

    def __init__(self, root: Path, *, groups: int = 0, rate: float | None = None) -> None:
        self.app = create_app(seed="empty", rate=rate)
        now = {"createdBy": "x", "modifiedBy": "x", "createdAt": 1, "modifiedAt": 1}
        self.app.plant({"contact_groups": [{"id": n, "name": f"G{n}", **now} for n in range(1, groups + 1)]})
        self.asked: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.server = Server(self._answer, "127.0.0.1", 0)  # type: ignore[arg-type]
        self.project = Project(root)
        self.project.write("lvstate.yaml", PROJECT)

    def _answer(self, environ: dict[str, str], start: Callable[..., object]) -> object:
        path = re.sub(r"/\d+$", "/ID", environ["PATH_INFO"])
        self.asked[f"{environ['REQUEST_METHOD']} {path}"] += 1

        def started(status: str, *rest: object) -> object:
            self.statuses[int(status[:3])] += 1
            return start(status, *rest)

        return self.app(environ, started)  # type: ignore[arg-type]

    def run(self, *arguments: str) -> dict[str, int]:
        """Run a command to its good end; returns what it asked."""
        self.asked.clear()
        ran = self.project.run(*arguments)
        assert ran.code == 0, ran
        return dict(self.asked)

    def __enter__(self) -> Self:
        self.project.url = self.server.__enter__().url
        return self

    def __exit__(self, *_: object) -> None:
        self.server.__exit__(None, None, None)
        self.app.close()


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Watched]:
    with Watched(tmp_path / "project") as watched:
        watched.project.write("manifests/all.yaml", EVERYTHING)
        yield watched


def writes(asked: dict[str, int]) -> dict[str, int]:
    return {line: n for line, n in asked.items() if not line.startswith("GET ") and "/session/" not in line}


def reads_of_one(asked: dict[str, int]) -> int:
    return sum(n for line, n in asked.items() if line.startswith("GET ") and line.endswith("/ID"))


def test_a_plan_logs_in_once_and_lists_each_kind_that_is_declared(tenant: Watched) -> None:
    assert tenant.run("plan") == {"POST /session/login": 1, **LISTS}
    tenant.project.write("manifests/all.yaml", "version: 1\naccount_types: {clinic: Clinic}\n")
    assert tenant.run("plan") == {"POST /session/login": 1, "GET /account/types": 1}


@pytest.mark.parametrize(("live", "pages"), [(1000, 2), (1001, 2), (1998, 2), (1999, 3), (3500, 4)])
def test_a_long_listing_takes_as_many_pages_as_the_contract_says(
    live: int, pages: int, tmp_path: Path
) -> None:
    with Watched(tmp_path / "project", groups=live) as tenant:
        names = "".join(f"  g{n}: G{n}\n" for n in range(1, live + 1))
        tenant.project.write("manifests/groups.yaml", f"version: 1\ncontact_groups:\n{names}")
        assert tenant.run("plan", "--detailed-exitcode") == {
            "POST /session/login": 1,
            "GET /contact/contactGroups": pages,
        }


def test_an_apply_of_all_new_sends_a_post_a_group_two_requests_a_level_and_one_put_of_all_slots(
    tenant: Watched,
) -> None:
    asked = tenant.run("apply", "--yes")
    assert sum(writes(asked).values()) == 5 + 2 * (2 + 3) + 1
    assert asked["POST /contact/contactGroups"] == 5
    assert asked["PUT /contact/contacts/customFields"] == 1
    slots = {"GET /contact/contacts/customFields": 3}  # before, right before their update, and to read back
    assert {line: asked[line] for line in LISTS} == {**dict.fromkeys(LISTS, 2), **slots}
    assert reads_of_one(asked) == 0


def test_an_apply_in_sync_writes_nothing_and_lists_once(tenant: Watched) -> None:
    tenant.run("apply", "--yes")
    asked = tenant.run("apply", "--yes")
    assert writes(asked) == {}
    assert all(asked[line] <= 2 for line in LISTS)


def test_each_update_and_delete_costs_one_look_at_its_object_and_one_write(tenant: Watched) -> None:
    tenant.run("apply", "--yes")
    text = EVERYTHING.replace(
        "{a: A, b: B,", "{a: {name: AA, previous_names: [A]}, b: {name: BB, previous_names: [B]},"
    )
    text = text.replace(", shop: {name: Shop, level: 3}", "") + "removed: {account_types: {shop: Shop}}\n"
    tenant.project.write("manifests/all.yaml", text)
    asked = tenant.run("apply", "--yes")
    changing = {line: n for line, n in writes(asked).items() if "/search" not in line}
    assert sum(changing.values()) == 3
    assert reads_of_one(asked) <= 3


def test_under_a_rate_that_is_known_nobody_is_told_to_slow_down(tmp_path: Path) -> None:
    with Watched(tmp_path / "project", rate=20) as tenant:
        groups = ", ".join(f"g{n}: G{n}" for n in range(50))
        tenant.project.write("manifests/all.yaml", f"version: 1\ncontact_groups: {{{groups}}}\n")
        tenant.run("apply", "--yes", "--parallelism", "16", "--rate", "20")
        assert tenant.statuses[429] == 0
        assert tenant.statuses[201] == 50
