"""Judges a history by what the service saw and did, never by what the program believes (invariants I1 to I20)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lvstate.model.change import Change, Create, Delete, Update
from lvstate.model.project import Project
from lvstate.model.report import Outcome, Status
from tests.simulation.service import NAMED, Commit, Operation
from tests.simulation.weather import SETTLE, mentions_canary
from tests.simulation.world import BEGINNING, Run, Sent, World

LEVELLED = ("account_classification", "account_type")
MOST_COMMITS = 3
"""Of an update: once with the others, and twice alone, each time after a read that showed it undone."""


def look(name: str) -> str:
    """What people take a name for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class Judge:
    """Looks over the shoulder of every run of a history; `found` is what it has against it."""

    def __init__(self, world: World, project: Project, *, patient: bool) -> None:
        self.world = world
        self.project = project
        self.patient = patient
        """Whether every run began when nothing was under way any more, and creates landed in time (A2)."""
        self.found: list[str] = []
        self._runs: dict[int, Run] = {}
        self._stay_away: dict[int, float] = {}
        self._judged = 0
        world.watch = self.sees

    def against(self, rule: str, what: str) -> None:
        """Note a violation."""
        self.found.append(f"{rule}: {what}")

    # While it runs

    def sees(self, run: Run, sent: Sent) -> None:
        """Judge one request before anything becomes of it."""
        self._runs[run.number] = run
        early = self._stay_away.get(run.number, 0.0) - sent.at
        if early > 1e-6 and not run.stopping and not self._under_way(run):
            self.against("I13", f"a request {early:.2f} s before the service wanted one")
        if sent.fate.wait:
            self.world.at(sent.at + sent.fate.answered, lambda: self._wait(run, sent.fate.wait))
        if sent.asked.writes:
            self._write(run, sent)

    def _under_way(self, run: Run) -> bool:
        """Whether another path of the same request was just refused: its second spelling goes out at once."""
        return bool(run.sent) and run.sent[-1].fate.name == "status 404, no code"

    def _wait(self, run: Run, seconds: float) -> None:
        self._stay_away[run.number] = max(self._stay_away.get(run.number, 0.0), self.world.now + seconds)

    def _write(self, run: Run, sent: Sent) -> None:
        asked = sent.asked
        if run.plan is None:
            self.against("I8", f"{asked.verb} without a plan")
            return
        if run.approved is not None and run.plan.fingerprint != run.approved:
            self.against("I8", f"{asked.verb} of {asked.kind} under a plan that nobody approved")
        before = [each for each in run.sent if each.asked.writes]
        if asked.verb != "delete" and any(each.asked.verb == "delete" for each in before):
            self.against("I20", f"{asked.verb} of {asked.kind} after a delete")
        for live_id, fields in asked.rows:
            change = self._change(run, asked, live_id, fields)
            if change is None:
                self.against(
                    "I3", f"{asked.verb} of {asked.kind} {live_id} with {dict(fields)} is not in the plan"
                )
                continue
            self._journalled(run, change)
            match change:
                case Create() if asked.verb == "create":
                    self._create(run, change, before)
                case Delete():
                    self._delete(run, change)
                case Update():
                    self._unmoved(run, asked, change)
                case _:
                    pass

    def _change(
        self, run: Run, asked: Operation, live_id: int | str | None, fields: Mapping[str, Any]
    ) -> Change | None:
        """Return the change of the plan that a row of a write carries out, exactly."""
        assert run.plan is not None
        for change in run.plan.changes:
            if change.kind != asked.kind:
                continue
            after = {f.path: f.after for f in change.fields}
            match change:
                case Create() if asked.verb == "create" and fields == {"name": after["name"]}:
                    return change
                case Create() if asked.verb == "update" and live_id not in self._ids_before(run, asked.kind):
                    if fields == {"level": after.get("level")} and self._is_ours(
                        run, asked.kind, live_id, change
                    ):
                        return change
                case Update() if asked.verb == "update" and change.live_id == live_id:
                    kept = dict(change.expected) if asked.kind == "custom_field" else {}
                    label = {"label": kept["label"]} if "label" in kept else {}
                    if fields == {**label, **after}:
                        return change
                case Delete() if asked.verb == "delete" and change.live_id == live_id:
                    return change
                case _:
                    pass
        return None

    def _ids_before(self, run: Run, kind: str) -> set[int | str]:
        return set(self.world.service.seen(kind, run.began - 11))

    def _is_ours(self, run: Run, kind: str, live_id: int | str | None, change: Create) -> bool:
        """Whether an object got its name since the run began: from this run, or from somebody just before it."""
        return any(
            (c.kind, c.live_id, c.fields.get("name")) == (kind, live_id, change.name)
            and c.at >= run.began - 11
            for c in self.world.service.commits
        )

    def _journalled(self, run: Run, change: Change) -> None:
        if not any(r.get("change") == change.id and r["event"] == "intent" for r in run.journal):
            self.against("I9", f"{change.id} is sent before its intent is on disk")

    def _create(self, run: Run, change: Create, before: list[Sent]) -> None:
        twice = [
            each
            for each in before
            if each.asked.verb == "create" and each.asked.kind == change.kind
            if each.asked.rows[0][1] == {"name": change.name} and not each.surely
        ]
        if twice:
            self.against("I1", f"{change.id} is sent again after {twice[0].fate.name}")
        if change.kind in LEVELLED and run.plan is not None:
            order = [c.name for c in run.plan.changes if isinstance(c, Create) and c.kind == change.kind]
            those = [e for e in before if e.asked.verb == "create" and e.asked.kind == change.kind]
            if any(order.index(e.asked.rows[0][1]["name"]) > order.index(change.name) for e in those):
                self.against("I15", f"{change.id} is sent behind one that the manifests have after it")

    def _delete(self, run: Run, change: Delete) -> None:
        if change.kind == "contact_group":
            self.against("I2", "a contact group is deleted")
        allowed = any(
            r.in_use_allowed and r.kind == change.kind and r.name == change.name
            for r in self.project.removals
        )
        if change.live_id in self.world.service.used and not allowed:
            self.against("I2", f"{change.id} deletes what accounts use")
        self._unmoved(run, Operation("delete", change.kind), change)
        for earlier in run.plan.changes if run.plan else ():
            if not isinstance(earlier, Delete) and not self._carried_out(run, earlier):
                self.against("I2", f"{change.id} is sent although {earlier.id} is not carried out")
                break

    def _carried_out(self, run: Run, change: Change) -> bool:
        """Whether a create or update has its effect; where a colleague had a hand in it, nobody can tell."""
        service = self.world.service
        if any(
            c.kind == change.kind and isinstance(c.by, str) and c.at >= run.began - 11
            for c in service.commits
        ):
            return True
        wanted = {f.path: f.after for f in change.fields}
        objects = service.objects[change.kind]
        candidates = (
            objects.values() if isinstance(change, Create) else [objects.get(change.live_id or 0, {})]
        )
        return any(all(fields.get(n) == value for n, value in wanted.items()) for fields in candidates)

    def _unmoved(self, run: Run, asked: Operation, change: Update | Delete) -> None:
        """What the run last read of an object is what the plan saw, or what the run itself wants."""
        key = (change.kind, change.live_id)
        if key not in run.views:
            self.against("I8", f"{change.id} is sent and the object was not read again")
            return
        seen = run.views[key] or {}
        expected = (
            dict(change.expected) if isinstance(change, Update) else {f.path: f.before for f in change.fields}
        )
        if any(seen.get(name) != value for name, value in expected.items()):
            self.against(
                "I8", f"{asked.verb} for {change.id} although the object moved: {seen}, not {expected}"
            )

    # After a run

    def judge_commits(self) -> None:
        """Judge what has taken effect since the last time."""
        service = self.world.service
        new, self._judged = service.commits[self._judged :], len(service.commits)
        for commit in new:
            if isinstance(commit.by, int) and commit.verb == "create":
                self._twin(commit)
        for run in self._runs.values():
            if run.plan is None:
                continue
            ours = [c for c in service.commits if c.by == run.number]
            for change in run.plan.changes:
                those = [c for c in ours if self._carries(c, change)]
                if len(those) > (1 if isinstance(change, Create | Delete) else MOST_COMMITS):
                    self.against("I3", f"{change.id} took effect {len(those)} times")

    def _twin(self, commit: Commit) -> None:
        """No create makes a second object of a name that we made, or that lived when the run began."""
        run = self._runs[int(commit.by)]
        since = run.listed.get(commit.kind, run.began) - 11  # a stale listing is at most that old
        at_commit = self.world.service.seen(commit.kind, commit.at)
        for live_id, fields in at_commit.items():
            if live_id == commit.live_id or look(str(fields.get("name"))) != look(commit.fields["name"]):
                continue
            moment, who = self._named(commit.kind, live_id, commit.at)
            if isinstance(who, int) and not self.patient:
                self.world.events["twin of our own, made too late or too early"] += 1
            elif isinstance(who, int) or moment < since:
                twin = f"{commit.live_id} beside {live_id}"
                self.against("I1", f"{commit.kind} {commit.fields['name']!r} is made twice: {twin} of {who}")

    def _named(self, kind: str, live_id: int | str, at: float) -> tuple[float, int | str]:
        named: tuple[float, int | str] = (float("-inf"), "before")
        for c in self.world.service.commits:
            if c.kind == kind and c.live_id == live_id and "name" in c.fields and c.at <= at:
                named = (c.at, c.by)
        return named

    @staticmethod
    def _carries(commit: Commit, change: Change) -> bool:
        if commit.kind != change.kind:
            return False
        if isinstance(change, Create):
            return commit.verb == "create" and commit.fields["name"] == change.name
        return commit.live_id == change.live_id and commit.verb == change.action

    def judge_explanations(self, run: Run) -> None:
        """What a run says of changes that earlier ones left open is true (I7)."""
        for record in run.journal:
            if record["event"] != "resolved" or "change" not in record:
                continue
            earlier = self._runs.get(int(record["run"].removeprefix("run-")))
            change = (
                next(c for c in earlier.plan.changes if c.id == record["change"])
                if earlier and earlier.plan
                else None
            )
            if earlier is None or change is None:
                self.against("I7", f"{record['run']} never had {record['change']}")
                continue
            self.world.events[f"an open change explained as {record['verdict']}"] += 1
            told = (datetime.fromisoformat(record["time"]) - BEGINNING).total_seconds()
            ours = [c for c in self.world.service.commits if c.by == earlier.number and c.at <= told]
            happened = any(self._carries(c, change) for c in ours)
            if record["verdict"] == "not-done" and happened and not isinstance(change, Update):
                self.against(
                    "I7", f"{change.id} of {record['run']} is explained as not done: {record['evidence']}"
                )
            if record["verdict"] == "done" and not happened:
                self.against(
                    "I7", f"{change.id} of {record['run']} is explained as done: {record['evidence']}"
                )

    def judge_report(self, run: Run, code: int) -> None:
        """Judge what a run said of itself, right after it ended."""
        report = run.report
        if mentions_canary(run.journal, str(run.error), [o.error for o in report.outcomes] if report else ""):
            self.against("I16", "a credential is in the journal or in the report")
        if report is None:
            if any(sent.asked.writes for sent in run.sent):
                self.against("I11", "a run that ended with an error before its report has sent writes")
            return
        for outcome in report.outcomes:
            self._outcome(run, outcome)
        if code == 0:
            if any(outcome.status is not Status.DONE for outcome in report.outcomes):
                self.against("I10", "exit 0, but not all is done")
            for what in self.not_as_declared(run):
                self.against("I10", f"exit 0, but {what}")

    def _outcome(self, run: Run, outcome: Outcome) -> None:
        change = outcome.change
        if outcome.status is Status.DONE and not self._touched(run, change):
            live = self.world.service.objects[change.kind]
            if isinstance(change, Delete):
                if change.live_id in live:
                    self.against("M6", f"{change.id} is done, and the object lives")
            else:
                held = live.get(outcome.live_id or 0, {})
                if any(held.get(f.path) != f.after for f in change.fields):
                    self.against("M6", f"{change.id} is done, but {outcome.live_id} holds {held}")
        if outcome.status is Status.UNKNOWN and not outcome.written:
            self.against("M6", f"{change.id} is unknown and claims that nothing was sent")

    def _touched(self, run: Run, change: Change) -> bool:
        """Whether a colleague, or another run's late write, had a hand in this kind since the run began."""
        return any(
            c.kind == change.kind and c.by != run.number and c.at >= run.began - 11
            for c in self.world.service.commits
        )

    def not_as_declared(self, run: Run) -> Iterator[str]:
        """Say what is not as the manifests want it, but for kinds that a colleague just had a hand in."""
        service = self.world.service
        for declared in self.project.declared:
            if any(
                c.kind == declared.kind and c.by != run.number and c.at >= run.began - 11
                for c in service.commits
            ):
                continue
            live = service.objects[declared.kind]
            if declared.kind not in NAMED:
                found = [live.get(declared.address, {})]
            elif declared.pin is not None:
                found = [live.get(declared.pin, {})]
            else:
                found = [f for f in live.values() if f["name"] == declared.fields["name"]]
            wanted = dict(declared.fields)
            if len(found) != 1 or any(found[0].get(n) != v for n, v in wanted.items()):
                yield f"{declared.ref} is {found}, not {wanted}"
        for removal in self.project.removals:
            if any(
                c.kind == removal.kind and c.by != run.number and c.at >= run.began - 11
                for c in service.commits
            ):
                continue
            if any(f["name"] == removal.name for f in service.objects[removal.kind].values()):
                yield f"{removal.ref} lives"

    # At the end

    def judge_certainty(self) -> None:
        """Nothing that a run called failed, skipped or stale took effect by it, not even later."""
        for run in self._runs.values():
            for outcome in run.report.outcomes if run.report else ():
                ours = [c for c in self.world.service.commits if c.by == run.number]
                if outcome.written or outcome.status in (Status.DONE, Status.UNKNOWN):
                    continue
                if any(self._carries(c, outcome.change) for c in ours):
                    self.against("M6", f"{outcome.change.id} is {outcome.status.value}, but took effect")

    def judge_late(self, run: Run) -> None:
        """Count what landed after its run had given up."""
        for sent in run.sent:
            if sent.asked.verb == "create" and (sent.fate.carried_out or 0) > SETTLE + sent.fate.answered:
                self.world.events["create landed after the window"] += 1
