"""One history: a tenant, a project, bad days with several runs, good days, and the verdict; all from one seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from lvstate.cli.commands.apply import _exit_code
from lvstate.client.credentials import Credentials
from lvstate.client.pacing import Pacing
from lvstate.client.remote import Writer
from lvstate.client.secrets import Secret
from lvstate.client.session import WritingSession
from lvstate.effects import Sleep
from lvstate.engine.applier import apply_plan
from lvstate.engine.explaining import findings, time_left
from lvstate.engine.planner import make_plan
from lvstate.errors import LvstateError
from lvstate.model.change import Create, Plan, Update
from lvstate.model.history import History as Past
from lvstate.model.history import Opening, Origin, PastRun
from lvstate.model.journal_line import FIRST, written
from lvstate.model.journal_records import read_journal
from lvstate.model.project import EVERYTHING, Project
from lvstate.model.report import Status
from lvstate.model.resource import Declared, Removal
from lvstate.reconcile import Approval, check
from tests.engine.declarations import ACME, declared, project, removal
from tests.simulation.judge import LEVELLED, Judge
from tests.simulation.service import NAMED, SLOTS, Objects, Service
from tests.simulation.weather import BEYOND, FAULTS, SETTLE, TIMEOUT, Weather
from tests.simulation.world import BEGINNING, Crashed, Run, World

PLAIN = tuple("ABCDEFGHIJKLMN")
CLASHING = ("A", "B", "C", "a", "D", "E", "\u00c1", "A\u0301", "straße", "STRASSE")
"""Names that clash: some differ only in case, or only in how they are composed."""

PATIENCE = 120.0
"""Seconds that a run waits because the service asked it to: fewer than some histories ask for."""

SOMETIMES = (
    "adopted after an answer was lost",
    "unknown left after the window",
    "create landed after the window",
    "twin reported by a later run",
    "pages shifted",
    "listing given up",
    "session renewed",
    "a colleague's edit was noticed",
    "a colleague's edit made the plan stale",
    "interrupted",
    "disk full",
    "killed with a write under way",
    "batch sent one by one",
    "half a create finished by a later run",
    "delete answered 404",
    "not converged",
    "blocked",
    "waited for what an earlier run left open",
    "torn journal read",
    "an open change explained as done",
    "an open change explained as not-done",
    "exit 0",
    "exit 6",
)
"""What a long run has to have seen at least once each."""


@dataclass(frozen=True)
class History:
    """What came of one seed."""

    seed: int
    found: Sequence[str]
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    requests: int = 0
    writes: int = 0


def live(seed: int) -> History:
    """Live through the history of a seed and judge it."""
    return _Life(seed).live()


class _Life:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)  # noqa: S311 (it must repeat itself)
        random = self.random
        names = sorted(name for name in FAULTS if random.random() < random.choice([0.0, 0.15, 0.5]))
        self.patient = random.random() < 0.8
        if random.random() < 0.1:
            names.append(BEYOND)
            self.patient = False
        self.weather = Weather(random, frozenset(names), random.choice([0.03, 0.1, 0.3]))
        self.colleague_rate = random.choice([0.0, 0.0, 0.05, 0.2, 0.7])
        self.restless = random.random() < 0.02
        """Whether a colleague makes and removes contact groups faster than they can be listed."""
        if self.restless:
            self.colleague_rate = 1.0
        self.names = random.choice([PLAIN, PLAIN, CLASHING])
        tenant = _tenant(random, self.names)
        self.project = _project(random, tenant, self.names)
        used = frozenset(
            i for kind in LEVELLED for i in tenant[kind] if random.random() < 0.2 and isinstance(i, int)
        )
        self.world = World(
            Service(tenant, used, 2 if self.restless else random.choice([2, 3, 1000])), self.weather, random
        )
        self.keeps = random.random() < 0.6
        """Whether journals are kept; CI that throws them away has none of them in any run."""
        waits = self.keeps and BEYOND not in names and "stale read" not in names
        self.judge = Judge(self.world, self.project, patient=self.patient or waits)
        self.parallelism = random.choice([1, 2, 8])
        self.runs: list[Run] = []
        self.journals: dict[str, PastRun] = {}

    def live(self) -> History:
        random, world = self.random, self.world
        if self.colleague_rate:
            world.colleague = self._perhaps_meddle
        for _ in range(random.choice([1, 1, 2, 3])):
            self._run(disturbed=True)
            world.pass_time(700.0 if self.patient else random.choice([0.0, 1.0, 30.0, 700.0]))
            self.judge.judge_commits()
        self.weather.clear()
        world.colleague = lambda: None
        world.pass_time(700.0)
        self._rest()
        self.judge.judge_commits()
        self.judge.judge_certainty()
        for run in self.runs:
            self.judge.judge_late(run)
        sent = [sent for run in self.runs for sent in run.sent]
        writes = sum(each.asked.writes for each in sent)
        return History(
            self.seed, tuple(self.judge.found), world.met, world.events, len(self.runs), len(sent), writes
        )

    def _rest(self) -> None:
        """With all faults over: at most two runs until a plan is empty, and none of them writes after that.

        Where names clash, each run may free one that the next can take: such plans say so, as blocked.
        """
        codes = [self._run(disturbed=False) for _ in range(2)]
        while len(codes) < 6 and self._freed_a_name():
            codes.append(self._run(disturbed=False))
        last = self.runs[-1]
        if last.plan is None:
            self.judge.against("I5", f"no faults are left, and a run ends with {last.error}")
            return
        again = self._run(disturbed=False)
        sent = [each.asked for each in self.runs[-1].sent if each.asked.writes]
        plan = self.runs[-1].plan
        if plan is None or plan.changes or sent:
            changes = [c.id for c in plan.changes] if plan else "none"
            self.judge.against(
                "I5", f"after two undisturbed runs ({codes}) the plan is {changes}, sent {sent}"
            )
        elif again == 0:
            for what in self.judge.not_as_declared(self.runs[-1]):
                self.judge.against("I10", f"exit 0 with nothing to do, but {what}")
        elif not plan.blocked:
            self.judge.against("I5", f"nothing is to be done, and the run exits {again}")
        self._twins_are_told(plan)

    def _freed_a_name(self) -> bool:
        earlier, last = self.runs[-2].plan, self.runs[-1].plan
        return bool(earlier and last and earlier.blocked and last.changes)

    def _twins_are_told(self, plan: Plan | None) -> None:
        """A name of ours that lives twice is told by the next run, always."""
        blocked = {b.address for b in plan.blocked} if plan else set()
        for declared_ in self.project.declared:
            if declared_.kind not in NAMED or declared_.pin is not None:
                continue
            those = self.world.service.objects[declared_.kind].values()
            if sum(f["name"] == declared_.fields["name"] for f in those) > 1:
                if declared_.address in blocked:
                    self.world.events["twin reported by a later run"] += 1
                else:
                    self.judge.against("I1", f"{declared_.ref} lives twice, and nobody says so")

    def _run(self, *, disturbed: bool) -> int:
        """One apply, as a process of its own: plan, compare with what was approved, carry out."""
        random, world = self.random, self.world
        run = Run(len(self.runs), began=world.now)
        self.runs.append(run)
        if disturbed:
            run.crash_at = random.choice([None, None, random.randint(1, 90)])
            run.stop_at = random.choice([None, None, None, random.randint(1, 90)])
            run.full_at = random.choice([None] * 5 + [random.randint(0, 12)])
        approved = None
        if disturbed and random.random() < 0.2:
            approved = self._approved()
        session = WritingSession(
            Credentials("ACME", "user", Secret("canary-password"), Secret("canary-token")),
            timeout=TIMEOUT,
            pacing=Pacing(PATIENCE, Random(self.seed)),  # noqa: S311
        )
        code = 1
        try:
            code = world.run(self._apply(run, Writer(session), approved), run)
        except Crashed:
            under_way = [s for s in run.sent if s.asked.writes and s.at + s.fate.answered > world.now]
            world.events["killed with a write under way"] += bool(under_way)
        except LvstateError as error:
            run.error = error
            code = int(error.exit_code)
            world.events["listing given up"] += "keeps changing" in error.message
            world.events["a colleague's edit made the plan stale"] += code == 5
        if not self.colleague_rate and "stale read" not in self.weather.kinds:
            self.judge.judge_explanations(run)
        if not run.crashed:
            self.judge.judge_report(run, code)
            self._remember(run, code)
        self._keep(run)
        self._second_apply(run, code, disturbed=disturbed)
        return code

    def _keep(self, run: Run) -> None:
        """Leave the journal for later runs, now and then with a torn tail, as a process that is killed may."""
        if not self.keeps or not run.journal:
            return
        lines, last = [], FIRST
        for record in run.journal:
            line, last = written(record, last)
            lines.append(line + b"\n")
        if run.crashed and self.random.random() < 0.5:
            self.world.events["torn journal read"] += 1
            lines.append(b'{"time": "2026-01-01T00:00:00.000+00:00", "event": "outc')
        past = read_journal(f"run-{run.number}", b"".join(lines))
        if past is not None:
            self.journals[past.id] = past

    def _approved(self) -> str | None:
        """Plan, as a pull request would, and let a colleague do something before the apply."""
        run = Run(-1, began=self.world.now)
        session = WritingSession(
            Credentials("ACME", "user", Secret("canary-password"), Secret("canary-token"))
        )
        try:
            made, _ = self.world.run(
                make_plan(
                    self.project,
                    Writer(session),
                    ACME,
                    EVERYTHING,
                    self.parallelism,
                    Past.of(self.journals).at(ACME),
                ),
                run,
            )
        except LvstateError:
            return None
        if self.colleague_rate:
            self._meddle()
            self.world.pass_time(1.0)
        return made.fingerprint

    async def _apply(self, run: Run, writer: Writer, approved: str | None) -> int:
        before = Past.of(self.journals).at(ACME)
        seconds, left_by = time_left(before, SETTLE, BEGINNING + timedelta(seconds=self.world.now))
        if left_by is not None:
            self.world.events["waited for what an earlier run left open"] += 1
            await Sleep(seconds)
        made, snapshot = await make_plan(self.project, writer, ACME, EVERYTHING, self.parallelism, before)
        run.approved = approved
        check(made, Approval(approved, skip_blocked=True))
        run.plan = made
        run.views.clear()
        run.report = await apply_plan(
            made,
            self.project,
            snapshot,
            writer,
            run_id=f"run-{run.number}",
            settle=SETTLE,
            parallelism=self.parallelism,
            opening=Opening(Origin(), findings(before, snapshot)),
        )
        return int(_exit_code(run.report, None))

    def _second_apply(self, run: Run, code: int, *, disturbed: bool) -> None:
        """Right after a success, one more apply sends no write, whatever the weather."""
        before = len(self.world.service.commits)
        if disturbed and code == 0 and run.report and run.report.outcomes and not self.colleague_rate:
            self.world.pass_time(11.0)  # what a stale read may still show
            rate, self.weather.rate = self.weather.rate, 0.0
            again = Run(len(self.runs), began=self.world.now)
            self.runs.append(again)
            writer = Writer(
                WritingSession(Credentials("ACME", "user", Secret("canary-password"), Secret("canary-token")))
            )
            self.world.run(self._apply(again, writer, None), again)
            if any(sent.asked.writes for sent in again.sent) and len(self.world.service.commits) == before:
                self.judge.against("I6", "the apply after a successful one sends writes")
            self.weather.rate = rate

    def _remember(self, run: Run, code: int) -> None:
        events, report = self.world.events, run.report
        events[f"exit {code}"] += 1
        events["session renewed"] += sum(s.asked.verb == "login" for s in run.sent) > 1
        if report is None:
            return
        events["blocked"] += bool(report.plan.blocked)
        events["not converged"] += report.converged is False
        answered = {s.asked.rows[0][1].get("name") for s in run.sent if s.asked.verb == "create"}
        lost = {
            s.asked.rows[0][1]["name"]
            for s in run.sent
            if s.asked.verb == "create" and s.fate.name not in ("none", "slow") and not s.surely
        }
        for outcome in report.outcomes:
            made = isinstance(outcome.change, Create)
            if made and outcome.status is Status.DONE and outcome.change.name in lost & answered:
                events["adopted after an answer was lost"] += 1
            if made and outcome.status is Status.UNKNOWN and outcome.live_id is None:
                events["unknown left after the window"] += 1
            events["a colleague's edit was noticed"] += outcome.status is Status.STALE
            events["listing given up"] += "keeps changing" in (outcome.error or "")
        batched = [s for s in run.sent if s.asked.verb == "update" and s.asked.kind == "custom_field"]
        events["batch sent one by one"] += len(batched) > 1 and len(batched[0].asked.rows) > 1
        self._finished_halves(run)
        deleted = [s for s in run.sent if s.asked.verb == "delete"]
        gone = {c.live_id for c in self.world.service.commits if c.verb == "delete"}
        events["delete answered 404"] += len(deleted) > len({s.asked.rows[0][0] for s in deleted} & gone)

    def _finished_halves(self, run: Run) -> None:
        earlier = {
            c.live_id for c in self.world.service.commits if c.verb == "create" and isinstance(c.by, int)
        }
        for outcome in run.report.outcomes if run.report else ():
            change = outcome.change
            if isinstance(change, Update) and change.kind in LEVELLED and change.live_id in earlier:
                self.world.events["half a create finished by a later run"] += 1

    # A colleague in the portal

    def _perhaps_meddle(self) -> None:
        if self.random.random() < self.colleague_rate:
            self.world.at(self.world.now + self.random.uniform(0, 0.4), self._meddle)

    def _meddle(self) -> None:
        random, service, now = self.random, self.world.service, self.world.now
        kind = "contact_group" if self.restless else random.choice([*NAMED, "contact_group", "custom_field"])
        if kind == "custom_field":
            service.rename(now, "colleague", kind, random.choice(SLOTS), {"label": random.choice(self.names)})
            return
        those = sorted(service.objects[kind], key=str)
        match random.choice(["add", "add", "rename", "remove", "level"]):
            case "add":
                level = {} if kind == "contact_group" else {"level": random.randint(0, 4)}
                service.add(
                    now,
                    "colleague",
                    kind,
                    random.randint(1, 900),
                    {"name": random.choice(self.names), **level},
                )
            case "rename" if those:
                service.rename(
                    now, "colleague", kind, random.choice(those), {"name": random.choice(self.names)}
                )
            case "level" if those and kind != "contact_group":
                service.rename(now, "colleague", kind, random.choice(those), {"level": random.randint(0, 4)})
            case "remove" if those:
                service.remove(now, "colleague", kind, random.choice(those))
            case _:
                pass


def _tenant(random: Random, alphabet: Sequence[str]) -> dict[str, Objects]:
    tenant: dict[str, Objects] = {}
    for kind in NAMED:
        names = random.sample(alphabet, 7) if alphabet is PLAIN else random.choices(alphabet, k=7)
        tenant[kind] = {
            i: {
                "name": names.pop(),
                **({} if kind == "contact_group" else {"level": random.randint(0, 4)}),
            }
            for i in random.sample(range(1, 30), random.randint(0, 6))
        }
    tenant["custom_field"] = {
        slot: {"label": random.choice(alphabet), "data_type": random.choice(["STRING", "DATE"])}
        for slot in SLOTS
        if random.random() < 0.6
    }
    return tenant


def _project(random: Random, tenant: dict[str, Objects], alphabet: Sequence[str]) -> Project:
    """What manifests may say: no unpinned name twice, none both declared and removed."""
    entries: list[Declared | Removal] = []
    for kind in NAMED:
        free = random.sample(alphabet, len(alphabet))
        for address in ("one", "two", "three", "four")[: random.randint(0, 4)]:
            fields: dict[str, Any] = {"name": free.pop()}
            if kind in LEVELLED and random.random() < 0.5:
                fields["level"] = random.randint(0, 4)
            pins = sorted(tenant[kind], key=str)
            pin = random.choice(pins) if pins and random.random() < 0.15 else None
            previous = [free[-1]] if random.random() < 0.2 else []
            entries.append(
                declared(
                    kind, address, pin=pin if isinstance(pin, int) else None, previous=previous, **fields
                )
            )
        if kind in LEVELLED and random.random() < 0.6:
            entries.append(removal(kind, "gone", free.pop(0), in_use_allowed=random.random() < 0.3))
    entries += [
        declared("custom_field", slot, label=random.choice(alphabet))
        for slot in SLOTS
        if random.random() < 0.5
    ]
    exclusive = {kind: "delete" for kind in LEVELLED if random.random() < 0.1}
    return project(*entries, unlisted=exclusive, empty_kind_allowed=random.random() < 0.7)
