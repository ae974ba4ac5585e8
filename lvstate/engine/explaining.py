"""Explains what earlier runs left open, by comparing their journals with a fresh listing.

Nothing here adds a change: journals are no authority. They explain, they warn, they make an apply wait,
and they keep a create from making an object a second time that a run before made and somebody renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from lvstate.engine.draft import Draft
from lvstate.engine.reading import Snapshot
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, FieldChange, Update, Warning
from lvstate.model.history import JOURNAL_CUT, LEFT_OPEN, History, PastRun, Step, Verdict
from lvstate.model.report import Status
from lvstate.model.resource import Live, LiveId

_LONGEST = 200
"""Characters of a text from a journal that a sentence repeats."""


class Explanation(NamedTuple):
    """What became of a change that was left open; without a verdict where its kind was not read."""

    run: PastRun
    step: Step
    verdict: Verdict | None
    evidence: str
    live_id: LiveId | None = None

    @property
    def warning(self) -> Warning:
        """What a plan says about it."""
        if self.step.status is None:
            how = f"run {self.run.id} did not live to tell how this ended, or has not ended yet"
        else:
            how = f"run {self.run.id} could not find out how this ended"
        what = {
            Verdict.DONE: "it was done",
            Verdict.NOT_DONE: "it was not done",
            Verdict.UNCLEAR: "it cannot be told",
            None: "it is not looked up here",
        }
        return Warning(LEFT_OPEN, f"{how}; {what[self.verdict]}: {self.evidence}", self.step.change)


def explain(history: History, snapshot: Snapshot) -> list[Explanation]:
    """Explain every change that is still open, oldest run first; exactly one explanation each."""
    made_by = _made_by(history)
    return [_explain(run, step, snapshot, made_by) for run, step in history.open_steps()]


def findings(history: History, snapshot: Snapshot) -> list[dict[str, object]]:
    """Return the records with which an apply keeps what it found out, so that it is told only once."""
    records: list[dict[str, object]] = []
    for found in explain(history, snapshot):
        if found.verdict is not None:
            record: dict[str, object] = {
                "event": "resolved",
                "run": found.run.id,
                "change": found.step.change,
            }
            record |= {"verdict": found.verdict.value, "evidence": found.evidence}
            if found.live_id is not None:
                record["live_id"] = found.live_id
            records.append(record)
    return records + [
        {"event": "resolved", "run": run_id, "verdict": Verdict.UNCLEAR.value, "evidence": why}
        for run_id, _, why in _cut(history)
        if run_id is not None
    ]


def remember(drafted: Draft, snapshot: Snapshot, history: History) -> None:
    """Add to a draft what journals have to say: warnings, and blocks in the place of creates."""
    drafted.warnings += [found.warning for found in explain(history, snapshot)]
    drafted.warnings += [
        Warning(JOURNAL_CUT, f"what earlier runs did is not known in full: {name}: {why}")
        for _, name, why in _cut(history)
    ]
    last_names = _last_names(history)
    kept: list[Create | Update] = []
    for change in drafted.changes:
        refused = _renamed(drafted, snapshot, change, last_names) if isinstance(change, Create) else None
        if refused is None:
            kept.append(change)
        else:
            drafted.blocked.append(refused)
    drafted.changes = kept


def time_left(history: History, settle: float, now: datetime) -> tuple[float, PastRun | None]:
    """Return for how many more seconds a create that was left open may still land, and whose it is.

    Never more than `settle`, whatever the clocks or the journals say.
    """
    longest, whose = 0.0, None
    for run, step in history.open_steps():
        sent = step.unanswered or step.intended
        if step.action == "create" and sent is not None:
            left = min(settle, settle - (now - sent).total_seconds())
            if left > longest:
                longest, whose = left, run
    return longest, whose


def _cut(history: History) -> list[tuple[str | None, str, str]]:
    """Return run id, name and reason of what could not be read, or not to its end; not what was told before."""
    cut: list[tuple[str | None, str, str]] = [
        (run.id, f"run {run.id}", run.fault) for run in history.runs if run.fault is not None
    ]
    cut += [(unread.run_id, unread.name, unread.reason) for unread in history.unread]
    return [(run_id, name, why) for run_id, name, why in cut if run_id not in history.told]


# --- what is open -----------------------------------------------------------------------------


def _explain(
    run: PastRun, step: Step, snapshot: Snapshot, made_by: Mapping[tuple[str, LiveId], str]
) -> Explanation:
    if step.kind not in snapshot:
        return Explanation(run, step, None, f"this run does not read any {_cut_short(step.kind)}")
    kind, objects = kind_named(step.kind), snapshot[step.kind]
    if step.action == "create":
        return _explain_create(run, step, kind, objects, made_by)
    live = {each.id: each for each in objects}
    judge = _judge_update if step.action == "update" else _judge_delete
    verdict, evidence = judge(kind, step, live)
    return Explanation(run, step, verdict, evidence, step.live_id)


def _explain_create(
    run: PastRun, step: Step, kind: Kind, objects: Sequence[Live], made_by: Mapping[tuple[str, LiveId], str]
) -> Explanation:
    name = step.name
    if step.live_id is not None:
        found = next((each for each in objects if each.id == step.live_id), None)
        if found is None:
            return Explanation(run, step, Verdict.UNCLEAR, f"{kind.noun} {_told(step.live_id)} is gone since")
        missing = _still_differs(found, step)
        rest = f", but its {', '.join(missing)} is not what was wanted" if missing else ""
        evidence = f"the service gave it the id {_told(found.id)}{rest}"
        return Explanation(run, step, Verdict.DONE, evidence, found.id)
    if name is None:
        return Explanation(run, step, Verdict.UNCLEAR, "the journal does not say which name it was to have")
    named = [each for each in objects if kind.live_name(each) == name]
    named = [each for each in named if made_by.get((kind.name, each.id), run.id) == run.id]
    if kind.name not in run.seen:
        if not named:
            return Explanation(
                run, step, Verdict.NOT_DONE, f'no {kind.noun} has the name "{_cut_short(name)}"'
            )
        evidence = f"{_listed(kind, named)} this name, and the journal does not say what lived before"
        return Explanation(run, step, Verdict.UNCLEAR, evidence)
    new = [each for each in named if each.id not in run.seen[kind.name]]
    if not new:
        evidence = f'no {kind.noun} that is new since has the name "{_cut_short(name)}"'
        return Explanation(run, step, Verdict.NOT_DONE, evidence)
    if len(new) > 1:
        return Explanation(run, step, Verdict.UNCLEAR, f"{_listed(kind, new)} this name and are new since")
    evidence = f"{_listed(kind, new)} this name and did not live before"
    return Explanation(run, step, Verdict.DONE, evidence, new[0].id)


def _judge_update(kind: Kind, step: Step, live: Mapping[LiveId, Live]) -> tuple[Verdict, str]:
    found = None if step.live_id is None else live.get(step.live_id)
    if found is None and not kind.slots:
        return Verdict.UNCLEAR, f"{kind.noun} {_told(step.live_id)} is gone since"
    if not step.fields:
        return Verdict.UNCLEAR, "the journal does not say what was to change"
    fields = found.fields if found is not None else {}
    if all(fields.get(f.path) == f.after for f in step.fields if f.after is not None):
        return Verdict.DONE, f"{kind.noun} {_told(step.live_id)} is as it was to be"
    if all(fields.get(f.path) == f.before for f in step.fields):
        return Verdict.NOT_DONE, f"{kind.noun} {_told(step.live_id)} is as it was before"
    return (
        Verdict.UNCLEAR,
        f"{kind.noun} {_told(step.live_id)} is neither as it was before nor as it was to be",
    )


def _judge_delete(kind: Kind, step: Step, live: Mapping[LiveId, Live]) -> tuple[Verdict, str]:
    if step.live_id is None:
        return Verdict.UNCLEAR, "the journal does not say which object was to go"
    if step.live_id in live:
        return Verdict.NOT_DONE, f"{kind.noun} {_told(step.live_id)} still lives"
    return Verdict.DONE, f"{kind.noun} {_told(step.live_id)} lives no more"


def _still_differs(found: Live, step: Step) -> list[str]:
    return [f.path for f in step.fields if f.after is not None and found.fields.get(f.path) != f.after]


def _made_by(history: History) -> dict[tuple[str, LiveId], str]:
    """Say which run made which objects, as far as it was told."""
    return {
        (step.kind, step.live_id): run.id
        for run in history.runs
        for step in run.steps.values()
        if step.action == "create" and step.live_id is not None
    }


# --- what was renamed -------------------------------------------------------------------------


def _last_names(history: History) -> dict[tuple[str, str], list[LiveId]]:
    """Return, by kind and name, the objects that runs made and last gave that name."""
    names: dict[tuple[str, LiveId], str] = {}
    for run in history.runs:
        for kind, live_id in list(names):
            if live_id not in run.seen.get(kind, {live_id}):
                del names[kind, live_id]  # gone since: what has this id now is another object
        for step in run.steps.values():
            made = _made(step)
            if made is None or step.name is None:
                continue
            if step.action == "create" or (_done(step) and (step.kind, made) in names):
                names[step.kind, made] = step.name
    found: dict[tuple[str, str], list[LiveId]] = {}
    for (kind, live_id), name in names.items():
        found.setdefault((kind, name), []).append(live_id)
    return found


def _made(step: Step) -> LiveId | None:
    """Return the object of a step, also where only a later run found out which it made."""
    if step.live_id is None and step.resolution is not None and step.resolution.verdict is Verdict.DONE:
        return step.resolution.live_id
    return step.live_id


def _done(step: Step) -> bool:
    if step.resolution is not None:
        return step.resolution.verdict is Verdict.DONE
    return step.status is Status.DONE


def _renamed(
    drafted: Draft, snapshot: Snapshot, create: Create, last_names: Mapping[tuple[str, str], Sequence[LiveId]]
) -> Blocked | None:
    """Refuse to make a second time what a run has made before, and what has another name by now."""
    kind, baseline = kind_named(create.kind), drafted.project.baseline
    if baseline is not None and f"{create.kind}/{create.address}" in baseline.allow_create:
        return None
    made = set(last_names.get((create.kind, create.name), ())) - drafted.spoken_for.get(create.kind, set())
    ignore = drafted.project.policy.ignore
    found = [each for each in snapshot[create.kind] if each.id in made]
    found = [each for each in found if not any(p.matches(kind.name, kind.pattern_name(each)) for p in ignore)]
    if not found:
        return None
    live = min(found, key=lambda each: str(each.id).zfill(20))
    name = kind.live_name(live)
    return Blocked(
        create.kind,
        create.address,
        create.name,
        "create",
        "renamed-live",
        f'lvstate made it before, as "{create.name}"; {kind.noun} {live.id} has the name "{name}" now',
        hint=f"pin `id: {live.id}` to rename it back, or declare the name it has now, "
        "or add that to `previous_names`",
        live_ids=(live.id,),
        source=create.source,
        fields=(FieldChange(kind.name_field, name, create.name),),
    )


# --- words ------------------------------------------------------------------------------------


def _listed(kind: Kind, objects: Sequence[Live]) -> str:
    ids = ", ".join(str(each.id) for each in sorted(objects, key=lambda each: str(each.id).zfill(20)))
    return f"{kind.noun} {ids} has" if len(objects) == 1 else f"{kind.noun}s {ids} have"


def _told(live_id: LiveId | None) -> str:
    return "(of an unknown id)" if live_id is None else _cut_short(str(live_id))


def _cut_short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
