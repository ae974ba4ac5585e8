"""The table of faults: how it is read, how one cell of it is played, how it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lvstate.errors import Exit
from tests.e2e.stage import Ran
from tests.faults import gate as gates
from tests.faults.gate import Behaviour, Gate, Target
from tests.faults.scene import TABLES, Scene, is_write, twins
from tests.faults.warm import Warm

FILE = Path(__file__).with_name("matrix.yaml")
OPERATIONS = ("create", "update", "delete", "list")

_KEPT = "version: 1\ncontact_groups:\n  keep: Keep\n"
_CREATE = _KEPT + "  old: Old\n  fresh: Fresh\n"
MANIFESTS = {
    "create": _CREATE,
    "update": _KEPT + "  old: {name: Fresh, previous_names: [Old]}\n",
    "delete": _KEPT
    + "account_types: {hospital: Hospital}\nremoved:\n  account_types:\n    legacy: {name: Legacy}\n",
    "list": _CREATE,
}
REQUESTS = {
    "create": ("POST", "/contact/contactGroups"),
    "update": ("PUT", "/contact/contactGroups/2"),
    "delete": ("DELETE", "/account/type*/12"),
    "list": ("GET", "/contact/contactGroups"),
}
LISTINGS = {
    "create": ("GET", "/contact/contactGroups"),
    "update": ("GET", "/contact/contactGroups"),
    "delete": ("GET", "/account/types"),
    "list": ("GET", "/contact/contactGroups"),
}
ITEMS = {"update": ("GET", "/contact/contactGroups/2"), "delete": ("GET", "/account/type*/12")}
LOGIN = ("POST", "/session/login")
BEFORE = {"create": LISTINGS["create"], **ITEMS, "list": LOGIN}
"""The request right before the one that is meant."""

LARGE = {"HUGE": "[" + " " * (33 << 20) + "]", "DEEP": "[" * 2000 + "]" * 2000}
"""Bodies that the table only names."""

_CELL = re.compile(
    r"(?P<status>\w+) \((?P<landed>landed|absent)\), exit (?P<exit>\d+), "
    r"(?P<writes>\d+) writes?, ((?P<runs>\d+) runs?|blocked)\Z"
)


@dataclass(frozen=True)
class Fault:
    """One line of the table."""

    number: int
    row: int
    fault: str
    script: Mapping[str, Sequence[Mapping[str, Any]]]
    gate: Behaviour | None
    once: bool
    target: str
    options: tuple[str, ...]
    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        """What a test of it is called."""
        return f"{self.row:02}-{re.sub(r'[^a-z0-9]+', '-', self.fault.lower()).strip('-')}"

    def struck(self, operation: str) -> tuple[str, str]:
        """Method and path of what is struck."""
        if self.gate is not None and self.gate.__name__.split("_next")[0] != self.gate.__name__:
            return BEFORE[operation]
        match self.target:
            case "login":
                return LOGIN
            case "item":
                return ITEMS[operation]
            case "listing":
                return LISTINGS[operation]
            case _:
                return REQUESTS[operation]

    def rules(self, operation: str) -> list[dict[str, Any]]:
        """The script for one operation."""
        method, path = self.struck(operation)
        found = []
        for rule in self.script[operation]:
            filled = {"method": method, "path": path, **({"nth": 1} if self.once else {}), **rule}
            if isinstance(filled.get("body"), str):
                filled["body"] = LARGE.get(filled["body"], filled["body"])
            found.append(filled)
        return found


def table() -> list[Fault]:
    """Read the table."""
    faults = []
    for number, line in enumerate(yaml.safe_load(FILE.read_text(encoding="utf-8"))):
        script = line.get("script", [])
        of_each = script if isinstance(script, dict) else dict.fromkeys(OPERATIONS, script)
        faults.append(
            Fault(
                number,
                line["row"],
                line["fault"],
                of_each,
                getattr(gates, line["gate"]) if "gate" in line else None,
                line.get("times", "once") == "once",
                line.get("target", "request"),
                tuple(line.get("options", "").split()),
                {operation: line[operation] for operation in OPERATIONS},
            )
        )
    return faults


def cells() -> Iterator[tuple[Fault, str]]:
    """Every cell that can be played."""
    for fault in table():
        for operation in OPERATIONS:
            if not fault.cells[operation].startswith("n/a: "):
                yield fault, operation


@dataclass(frozen=True)
class Played:
    """What came of one cell."""

    ran: Ran
    text: str
    twins: Sequence[str]
    strangers: Sequence[str]
    """What changed although nobody declared that."""
    struck: int


def play(fault: Fault, operation: str, folder: Path, warm: Warm) -> Played:
    """Apply with the fault, then without it until nothing is left to do."""
    script = fault.rules(operation) if fault.gate is None else []
    with ExitStack() as stack:
        scene = stack.enter_context(Scene(folder, warm, MANIFESTS[operation], script=script))
        before = scene.everything()
        gate = None
        if fault.gate is not None:
            method, path = fault.struck(operation)
            times = 1 if fault.once else None
            secure = fault.gate is gates.stranger_next
            upstream = gates.host_of(scene.server_url)
            gate = Gate(upstream, Target(method, path, times), fault.gate, tls=secure)
            stack.enter_context(gate)
            scene.project.url = gate.url
            if secure:
                scene.project.environment["REQUESTS_CA_BUNDLE"] = str(gates.TRUSTED)
        defaults = ("--settle", "1", "--timeout", "10", "--deadline", "5", "--parallelism", "1")
        arguments = ("apply", "--yes", "--format", "json", *defaults, *fault.options)
        # One cell of each line pays for a start of Python; the others are processes of their own as well.
        ran = scene.run(*arguments) if operation == "create" else scene.start(*arguments).wait()
        if gate is None:
            writes = scene.arrived
            struck = scene.emulator.app._injector.faults.counts()[0].struck
        else:
            writes = sum(is_write(method, path) for _, method, path in gate.arrivals)
            struck = gate.struck
            gate.behave()
        seen = _effect(operation, scene.everything())
        scene.heal()
        runs, further = scene.runs_to_rest()
        after = scene.everything()
        rest = f"{runs} run{'' if runs == 1 else 's'}"
        if all(run.code == Exit.BLOCKED for run in further) and scene.arrived == writes:
            rest = "blocked"  # for somebody to look at; nothing is sent until then
        text = f"{_status(ran)} ({seen}), exit {ran.code}, {writes} write{'' if writes == 1 else 's'}, {rest}"
        assert _effect(operation, after) == "landed", "the clean runs did not bring it about"
        return Played(ran, text, twins(after), _strangers(operation, before, after), struck)


def expected(cell: str) -> str:
    """Check that a cell is of the documented form, and return it."""
    found = _CELL.match(cell)
    assert found, f"not a cell: {cell}"
    assert int(found["runs"] or 0) <= 2, "two further runs are what was promised"
    return cell


HEAD = """\
# What an apply makes of every fault

Made by `tests/faults/test_matrix.py` from `tests/faults/matrix.yaml`; `UPDATE_GOLDEN=1` writes it anew. Do not edit it by hand.

Each cell is a test: the fault strikes the one request that creates, updates, deletes or lists, on real sockets. It says

- how the change ended, or the kind of the error where the run ended before there was an outcome,
- whether the change was there in the tenant right after the run: *landed* or *absent*,
- the exit code, the writes that were sent,
- how many further runs it took until one had nothing to do and sent nothing (the last one included). *blocked*: every
  further run refuses with exit code 4 and sends nothing, until somebody has looked.

In every cell no name lives twice and nothing changes that was not declared. For *list* the change is a create behind the
listing. The numbers are the rows of the project's fault model. Runs have `--settle 1` and short deadlines.

"""


def render() -> str:
    """The page."""
    lines = ["| row | fault | create | update | delete | list |", "|---|---|---|---|---|---|"]
    for fault in table():
        shown = [fault.cells[operation].replace("|", "\\|") for operation in OPERATIONS]
        times = "" if fault.once or "every time" in fault.fault else " (every time)"
        lines.append(f"| {fault.row} | {fault.fault}{times} | {' | '.join(shown)} |")
    played = sum(1 for _ in cells())
    skipped = len(OPERATIONS) * len(table()) - played
    end = f"\n{len(table())} faults, {played} cells that are played, {skipped} that cannot be.\n"
    return HEAD + "\n".join(lines) + "\n" + end


def _status(ran: Ran) -> str:
    document = ran.document
    if "error" in document:
        return str(document["error"]["kind"])
    (outcome,) = document["outcomes"]
    return str(outcome["status"])


def _effect(operation: str, everything: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> str:
    names = {row["name"].casefold() for row in everything["contact_group"].values()}
    landed = 12 not in everything["account_type"] if operation == "delete" else "fresh" in names
    return "landed" if landed else "absent"


def _strangers(
    operation: str,
    before: Mapping[str, Mapping[Any, Mapping[str, Any]]],
    after: Mapping[str, Mapping[Any, Mapping[str, Any]]],
) -> list[str]:
    changed = [
        (kind, key)
        for kind in TABLES
        for key in before[kind].keys() | after[kind].keys()
        if before[kind].get(key) != after[kind].get(key)
    ]
    allowed: dict[str, tuple[str, Any]] = {"update": ("contact_group", 2), "delete": ("account_type", 12)}
    made = ("contact_group", 4)
    return [f"{kind} {key}" for kind, key in changed if (kind, key) != allowed.get(operation, made)]
