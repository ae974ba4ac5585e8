"""From the bytes of a journal to what it tells of its run: any bytes are taken, none are trusted.

What is read here explains, warns and blocks; nothing that is written to a tenant ever comes from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from lvstate.model.change import ActionName, FieldChange
from lvstate.model.history import LeftOut, Origin, PastRun, Resolution, Step, Verdict
from lvstate.model.journal_line import FIRST, NotAsWritten, Record, read
from lvstate.model.report import Status
from lvstate.model.resource import LiveId, Value
from lvstate.model.tenant import Tenant

_ACTIONS: dict[str, ActionName] = {action: action for action in get_args(ActionName)}


def read_journal(run_id: str, data: bytes) -> PastRun | None:
    """Return what a journal tells up to its first line that is not as it was written; None if nothing.

    Events that this version does not know are passed over: a later one may have written them.
    """
    run = PastRun(run_id)
    lines = data.split(b"\n")
    before = FIRST
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        if last and not line:
            break
        try:
            record, before = read(line, before)
            if last:
                raise NotAsWritten("it has no end")
            _take(run, record)
        except NotAsWritten as fault:
            run.fault = f"line {number} is not as it was written ({fault}); nothing from there on is read"
            break
    return run if data else None


def _take(run: PastRun, record: Record) -> None:
    event = record.get("event")
    take = _EVENTS.get(event) if isinstance(event, str) else None
    if take is not None:
        take(run, record)


# --- events -----------------------------------------------------------------------------------


def _start(run: PastRun, record: Record) -> None:
    url = _text(record, "url")
    run.tenant = None if url is None else Tenant(url, _text(record, "client"))
    run.environment = _text(record, "environment")
    run.fingerprint = _text(record, "fingerprint")
    run.start = _time(record)
    commit, by = _object(record.get("commit")), _object(record.get("by"))
    run.origin = Origin(
        lvstate_version=_text(record, "lvstate_version"),
        commit=_text(commit, "id"),
        dirty=_truth(commit, "dirty"),
        actor=_text(by, "actor"),
        user=_text(by, "user"),
        host=_text(by, "host"),
    )
    for change in _list(record.get("changes")):
        if isinstance(change, str):
            _step(run, change)
    run.left_out = tuple(
        LeftOut(kind, _text(item, "address"), _text(item, "name"), code)
        for item in map(_object, _list(record.get("blocked")))
        if (kind := _text(item, "kind")) is not None and (code := _text(item, "code")) is not None
    )


def _seen(run: PastRun, record: Record) -> None:
    kind = _text(record, "kind")
    ids = record.get("ids")
    if kind is not None and isinstance(ids, list):
        run.seen[kind] = frozenset([each for each in ids if type(each) in (int, str)])  # there may be many


def _intent(run: PastRun, record: Record) -> None:
    step = _step_of(run, record)
    _describe(step, record)
    step.intended = step.intended or _time(record)
    step.tries += 1


def _unanswered(run: PastRun, record: Record) -> None:
    step = _step_of(run, record)
    step.unanswered, step.unanswered_reason = _time(record), _text(record, "reason")


def _again(run: PastRun, record: Record) -> None:
    step = _step_of(run, record)
    step.tries += 1
    step.unanswered_reason = _text(record, "reason")


def _created(run: PastRun, record: Record) -> None:
    _step_of(run, record).live_id = _live_id(record, "live_id")


def _outcome(run: PastRun, record: Record) -> None:
    step = _step_of(run, record)
    status = _text(record, "status")
    step.status = next((known for known in Status if known.value == status), None)
    step.error = _text(record, "error")
    live_id = _live_id(record, "live_id")
    step.live_id = step.live_id if live_id is None else live_id


def _unsent(run: PastRun, record: Record) -> None:
    for item in map(_object, _list(record.get("changes"))):
        if isinstance(item.get("change"), str):
            _describe(_step_of(run, item), item)
            _outcome(run, item)


def _resolved(run: PastRun, record: Record) -> None:
    about, change, word = _text(record, "run"), _text(record, "change"), _text(record, "verdict")
    verdict = next((known for known in Verdict if known.value == word), Verdict.UNCLEAR)
    if about is not None:
        evidence = _text(record, "evidence") or ""
        answer = Resolution(run.id, verdict, evidence, _live_id(record, "live_id"))
        run.resolved.append((about, change, answer))


def _end(run: PastRun, record: Record) -> None:
    run.end, run.converged = _time(record), _truth(record, "converged")
    run.remaining = tuple(text for text in _list(record.get("remaining")) if isinstance(text, str))


_EVENTS: Mapping[str, Callable[[PastRun, Record], None]] = {
    "start": _start,
    "seen": _seen,
    "intent": _intent,
    "unanswered": _unanswered,
    "again": _again,
    "created": _created,
    "outcome": _outcome,
    "unsent": _unsent,
    "resolved": _resolved,
    "end": _end,
}


# --- what a record holds ----------------------------------------------------------------------


def _step_of(run: PastRun, record: Record) -> Step:
    """Return the step that a record is about; one that is kept nowhere for a change that is not known here."""
    return _step(run, record.get("change")) or Step("", "", "", "update")


def _step(run: PastRun, change: object) -> Step | None:
    """Return the step of a change id, `kind/address:action`; a new one where it comes for the first time."""
    if not isinstance(change, str):
        return None
    where, _, action = change.rpartition(":")
    kind, slash, address = where.partition("/")
    if not slash or action not in _ACTIONS:
        return None
    return run.steps.setdefault(change, Step(change, kind, address, _ACTIONS[action]))


def _describe(step: Step, record: Record) -> None:
    step.name = _text(record, "name")
    live_id = _live_id(record, "live_id")
    step.live_id = step.live_id if live_id is None else live_id
    step.fields = tuple(
        FieldChange(path, _value(item.get("before")), _value(item.get("after")))
        for item in map(_object, _list(record.get("fields")))
        if (path := _text(item, "path")) is not None
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(record: Record, key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) else None


def _truth(record: Record, key: str) -> bool | None:
    value = record.get(key)
    return value if isinstance(value, bool) else None


def _live_id(record: Record, key: str) -> LiveId | None:
    value = record.get(key)
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _value(value: object) -> Value | None:
    if isinstance(value, list):
        return tuple(str(item) for item in value if isinstance(item, str | int))
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _time(record: Record) -> datetime | None:
    text = _text(record, "time")
    try:
        time = datetime.fromisoformat(text or "")
        return time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
