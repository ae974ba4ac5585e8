"""Past runs as plain JSON values: what `lvstate history --format json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lvstate.model.document import FORMAT_VERSION
from lvstate.model.report import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lvstate.model.history import PastRun, Step, Unread


def runs_document(runs: Sequence[PastRun], unread: Sequence[Unread]) -> dict[str, Any]:
    """Return the list of runs, as ordered, and what could not be read."""
    return {
        "format_version": FORMAT_VERSION,
        "runs": [_head(run) for run in runs],
        "unread": [{"name": each.name, "reason": each.reason} for each in unread],
    }


def run_document(run: PastRun) -> dict[str, Any]:
    """Return one run, change by change."""
    whole = _head(run)
    whole["outcomes"] = [_outcome(step) for step in run.steps.values()]
    whole["blocked"] = [
        {"kind": b.kind, "address": b.address, "name": b.name, "code": b.code} for b in run.left_out
    ]
    whole["remaining"] = list(run.remaining)
    whole["resolved"] = [
        {"run_id": about, "id": change, "verdict": answer.verdict.value, "evidence": answer.evidence}
        for about, change, answer in run.resolved
    ]
    return {"format_version": FORMAT_VERSION, "run": whole}


def _head(run: PastRun) -> dict[str, Any]:
    tenant, origin = run.tenant, run.origin
    return {
        "run_id": run.id,
        "started": _time(run.start),
        "ended": _time(run.end),
        "environment": run.environment,
        "tenant": None if tenant is None else {"url": tenant.url, "client": tenant.client},
        "plan_fingerprint": run.fingerprint,
        "lvstate_version": origin.lvstate_version,
        "commit": None if origin.commit is None else {"id": origin.commit, "dirty": origin.dirty},
        "by": {"actor": origin.actor, "user": origin.user, "host": origin.host},
        "converged": run.converged,
        "summary": {status.value: run.count(status) for status in Status},
        "left_open": len(run.left_open),
        "fault": run.fault,
    }


def _outcome(step: Step) -> dict[str, Any]:
    found = step.resolution
    return {
        "id": step.change,
        "status": None if step.status is None else step.status.value,
        "live_id": step.live_id,
        "error": step.error,
        "name": step.name,
        "fields": [
            {"path": f.path, "before": _plain(f.before), "after": _plain(f.after)} for f in step.fields
        ],
        "sent": _time(step.intended),
        "tries": step.tries,
        "unanswered": step.unanswered_reason,
        "left_open": step.open,
        "resolution": None
        if found is None
        else {
            "run_id": found.run_id,
            "verdict": found.verdict.value,
            "evidence": found.evidence,
            "live_id": found.live_id,
        },
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
