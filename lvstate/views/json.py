"""Documents for scripts: `--format json`, each one described by a JSON Schema in `schemas/`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lvstate.errors import InvalidInput
from lvstate.model.document import FORMAT_VERSION, plan_document
from lvstate.model.problem import Problem, Severity
from lvstate.model.report import Status
from lvstate.views.history_document import run_document, runs_document
from lvstate.views.workflow_commands import OBEYED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lvstate.errors import LvstateError
    from lvstate.model.change import Plan
    from lvstate.model.diagnosis import Diagnosis
    from lvstate.model.history import PastRun, Unread
    from lvstate.model.report import Report


def plan(plan: Plan) -> str:
    """Return the document of `plan`, `show` and `drift`, which is also the saved plan."""
    return written(plan_document(plan))


def report(report: Report) -> str:
    """Return the document of `apply`."""
    return written(
        {
            "format_version": FORMAT_VERSION,
            "plan_fingerprint": report.plan.fingerprint,
            "run_id": report.run_id,
            "converged": report.converged,
            "summary": {status.value: report.count(status) for status in Status},
            "outcomes": [
                {
                    "id": outcome.change.id,
                    "status": outcome.status.value,
                    "live_id": outcome.change.live_id if outcome.live_id is None else outcome.live_id,
                    "error": outcome.error,
                }
                for outcome in report.outcomes
            ],
        }
    )


def validation(problems: Sequence[Problem]) -> str:
    """Return the document of `validate`; warnings alone leave the input valid."""
    return written(
        {
            "format_version": FORMAT_VERSION,
            "valid": not any(problem.severity is Severity.ERROR for problem in problems),
            "problems": [_problem(problem) for problem in problems],
        }
    )


def error(error: LvstateError) -> str:
    """Return the document of a run that failed before it had another one."""
    fault: dict[str, Any] = {
        "kind": error.kind,
        "message": error.message,
        "hint": error.hint,
        "exit_code": int(error.exit_code),
    }
    if isinstance(error, InvalidInput) and error.problems:
        fault["problems"] = [_problem(problem) for problem in error.problems if isinstance(problem, Problem)]
    return written({"format_version": FORMAT_VERSION, "error": fault})


def export(manifests: Mapping[str, str]) -> str:
    """Return the document of `export`: the text of every manifest by its path."""
    return written({"format_version": FORMAT_VERSION, "manifests": dict(sorted(manifests.items()))})


def init(files: Sequence[str]) -> str:
    """Return the document of `init`: the paths it made, in order."""
    return written({"format_version": FORMAT_VERSION, "files": list(files)})


def loaded(counts: Mapping[str, int]) -> str:
    """Return the document of `emulator load`: how many objects it added, by section."""
    return written({"format_version": FORMAT_VERSION, "loaded": dict(counts)})


def diagnosis(diagnosis: Diagnosis) -> str:
    """Return the document of `doctor`: its checks in order."""
    checks = [
        {"name": check.name, "status": check.health.value, "message": check.message, "hint": check.hint}
        for check in diagnosis.checks
    ]
    return written({"format_version": FORMAT_VERSION, "ok": diagnosis.ok, "checks": checks})


def runs(runs: Sequence[PastRun], unread: Sequence[Unread]) -> str:
    """Return the document of `history`."""
    return written(runs_document(runs, unread))


def run(run: PastRun) -> str:
    """Return the document of `history RUN`."""
    return written(run_document(run))


def _problem(problem: Problem) -> dict[str, Any]:
    source = problem.source
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "file": source.file if source else None,
        "line": source.line if source else None,
        "column": source.column if source else None,
    }


def written(document: dict[str, Any]) -> str:
    """Write a document in ASCII, and so that no CI runner finds a command in it."""
    text = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False)
    return OBEYED.sub(_spelled, text) + "\n"


def _spelled(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
