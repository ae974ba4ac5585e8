"""A tenant, a project with one change to make, and a count of everything that goes in."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lvstate.emulator import create_app
from lvstate.emulator.app import EmulatorApp
from lvstate.emulator.fault_documents import read
from lvstate.emulator.faults import Script
from lvstate.emulator.http.server import Server
from lvstate.emulator.laboratory import Laboratory
from tests.e2e.stage import Project, Ran
from tests.faults.warm import Command, Warm
from tests.secrets.canaries import Canaries

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AUTHOR = "Emulator\\Admin, System"
PROJECT_FILE = """\
version: 1
manifests: [manifests/]
default_environment: test
environments:
  test: {url: "emulator:"}
limits: {max_deletes: 50}
"""


def group(number: int, name: str) -> dict[str, Any]:
    """A contact group as the emulator plants it."""
    made = {"createdBy": AUTHOR, "modifiedBy": AUTHOR, "createdAt": 1, "modifiedAt": 1}
    return {"id": number, "name": name, **made}


TENANT: Mapping[str, Any] = {
    "contact_groups": [group(1, "Keep"), group(2, "Old"), group(3, "Somebody's own")],
    "custom_fields": [{"field": "COL1", "label": "Promise Date", "dataType": "DATE"}],
    "account_classifications": [{"id": 21, "name": "Gold", "level": 1}],
    "account_types": [
        {"id": 11, "name": "Hospital", "level": 1},
        {"id": 12, "name": "Legacy", "level": 2},
    ],
}


@dataclass(frozen=True)
class Seen:
    """A request that reached the emulator, when it came and when it was answered."""

    method: str
    path: str
    came: float
    went: float
    status: int | None

    @property
    def writes(self) -> bool:
        """Whether it asks for a change of the configuration."""
        return is_write(self.method, self.path)


def is_write(method: str, path: str) -> bool:
    """Whether a request asks for a change of the configuration."""
    reads = ("/session/", "/account/accounts/search")
    return method != "GET" and not path.startswith(reads)


class Watched:
    """The emulator with a watcher at its door; a hook may stand before or behind each write."""

    def __init__(self, app: EmulatorApp) -> None:
        self.app = app
        self.canaries = Canaries()
        self.seen: list[Seen] = []
        self.under_way = 0
        self.arrived: Callable[[int], bool] = lambda _: True
        """Called with the number of a write that has come; False loses it."""
        self.committed: Callable[[int], None] = lambda _: None
        """Called once the write of that number is carried out, before it is answered."""
        self.answered: Callable[[int], None] = lambda _: None
        """Called once its answer is out."""
        self.arrivals = 0
        """How many writes have come."""
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        self.canaries.admit(environ)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        came, told = time.time(), [0]
        number = 0
        with self._lock:
            self.under_way += 1
            if is_write(method, path):
                self.arrivals += 1
                number = self.arrivals

        def start(status: str, *rest: Any) -> Any:
            told[0] = int(status[:3])
            return start_response(status, *rest)

        try:
            if number and not self.arrived(number):
                start_response("503 Lost", [("Content-Length", "0")])
                return [b""]
            body = self.app(environ, start)
            if number:
                self.committed(number)
        finally:
            with self._lock:
                self.under_way -= 1
                self.seen.append(Seen(method, path, came, time.time(), told[0] or None))
        return self._sent(body, number) if number else body

    def _sent(self, body: Iterable[bytes], number: int) -> Iterable[bytes]:
        yield from body
        self.answered(number)

    def quiet(self, patience: float = 30.0) -> None:
        """Wait until nothing is under way."""
        end = time.monotonic() + patience
        calm = 0
        while calm < 3:
            assert time.monotonic() < end, "the emulator does not come to rest"
            calm = 0 if self.under_way else calm + 1
            time.sleep(0.01)


@dataclass
class Scene:
    """A served tenant and a project; `run` is the command in a process of its own."""

    folder: Path
    warm: Warm
    manifest: str
    tenant: Mapping[str, Any] = field(default_factory=lambda: TENANT)
    script: Sequence[Mapping[str, Any]] = ()
    latency_ms: float = 0

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        faults = read({"format_version": "1.0", "rules": [dict(rule) for rule in self.script]})
        with _ONE_AT_A_TIME:
            app = create_app(seed="empty", latency_ms=self.latency_ms, laboratory=Laboratory(faults=faults))
        self._stack.callback(app.close)
        app.plant(dict(self.tenant))  # type: ignore[arg-type]
        self.emulator = Watched(app)
        application: WSGIApplication = self.emulator
        server = self._stack.enter_context(Server(application, "127.0.0.1", 0))
        self.server_url = server.url
        self.project = Project(self.folder / "project", server.url)
        self.project.environment.update(self.emulator.canaries.variables())
        self.told: dict[str, bytes] = {}
        self._commands: list[Command] = []
        self.project.write("lvstate.yaml", PROJECT_FILE)
        self.project.write("manifests/all.yaml", self.manifest)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._stack.close()
        if kind is None:
            for command in self._commands:
                self.told |= command.told()
            self.emulator.canaries.check(self.told, self.folder)

    @property
    def arrived(self) -> int:
        """How many writes have come, under way or answered."""
        return self.emulator.arrivals

    @property
    def writes(self) -> list[Seen]:
        """The writes that the emulator has dealt with."""
        return [seen for seen in self.emulator.seen if seen.writes]

    def run(self, *arguments: str) -> Ran:
        """Run `python -m lvstate` to its end."""
        ran = self.project.run(*arguments)
        number = len(self.told)
        self.told |= {f"stdout {number}": ran.out.encode(), f"stderr {number}": ran.err.encode()}
        return ran

    def start(self, *arguments: str) -> Command:
        """Start the command in a process that is already warm."""
        environment = {k: v for k, v in self.project.variables().items() if not k.startswith(("COV_",))}
        self._commands.append(self.warm.start(self.project.root, environment, arguments))
        return self._commands[-1]

    def heal(self) -> None:
        """End all faults, and wait until what is under way has ended too."""
        self.emulator.quiet()
        self.emulator.app._injector.faults.replace(Script())

    def everything(self) -> dict[str, dict[Any, dict[str, Any]]]:
        """What the tenant holds, from the emulator's own tables: kind -> id -> row."""
        found: dict[str, dict[Any, dict[str, Any]]] = {}
        with self.emulator.app._storage.read() as db:
            for table, key in TABLES.items():
                rows = db.execute(f"SELECT * FROM {table}")  # noqa: S608
                names = [column[0] for column in rows.description]
                objects = [dict(zip(names, tuple(row), strict=True)) for row in rows]
                found[table] = {row[key]: row for row in objects}
        return found

    def runs_to_rest(self, most: int = 4) -> tuple[int, list[Ran]]:
        """Apply until a run has nothing to do; returns how many that took, and all of them."""
        ran: list[Ran] = []
        for number in range(1, most + 1):
            before = len(self.writes)
            ran.append(self.start("apply", "--yes", "--format", "json", *QUICK).wait())
            if ran[-1].code == 0 and not ran[-1].document["outcomes"]:
                assert len(self.writes) == before, "a run with nothing to do wrote"
                return number, ran
        return most + 1, ran


QUICK = ("--settle", "1", "--timeout", "10", "--deadline", "5", "--parallelism", "1")
TABLES = {"contact_group": "id", "custom_field": "slot", "account_classification": "id", "account_type": "id"}
_ONE_AT_A_TIME = threading.Lock()
"""Python 3.11 cannot build syntax trees in two threads, and werkzeug builds some for an application's routes."""


def twins(everything: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> list[str]:
    """The names that live twice in a kind."""
    found = []
    for kind in ("contact_group", "account_classification", "account_type"):
        names = [row["name"] for row in everything[kind].values()]
        found += [f"{kind} {name}" for name in set(names) if names.count(name) > 1]
    return found


def problem(ran: Ran) -> str:
    """What went wrong, for messages of asserts."""
    return json.dumps(ran.document, indent=1) + ran.err if ran.out.startswith("{") else ran.out + ran.err
