"""`--format sarif`: the problems of `validate` as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lvstate import __version__
from lvstate.errors import InvalidInput
from lvstate.model.problem import Problem, Severity, Source
from lvstate.views import json
from lvstate.views.rules import rule
from lvstate.views.sarif_text import message, uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.errors import LvstateError

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NOWHERE = Source("lvstate.yaml", 1, 1)
"""Where a problem without a place is shown: code scanning drops a result that has none."""


def validation(problems: Sequence[Problem], folder: str = "") -> str:
    """Return the log of `validate`; `folder` is the project's, relative to its repository."""
    return _log(problems, folder, {"executionSuccessful": True})


def error(error: LvstateError, folder: str = "") -> str:
    """Return the log of a run that found nothing out; where it is about files, the problems in them."""
    if isinstance(error, InvalidInput) and error.problems:
        return validation([problem for problem in error.problems if isinstance(problem, Problem)], folder)
    told = error.message if error.hint is None else f"{error.message}. {error.hint}"
    note = {"level": "error", "message": message(told), "descriptor": {"id": error.kind}}
    return _log(
        [],
        folder,
        {
            "executionSuccessful": False,
            "exitCode": int(error.exit_code),
            "toolConfigurationNotifications": [note],
        },
    )


def _log(problems: Sequence[Problem], folder: str, invocation: dict[str, Any]) -> str:
    codes = sorted({problem.code for problem in problems})
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "lvstate",
                "version": __version__,
                "rules": [_rule(code, problems) for code in codes],
            }
        },
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes, folder, seen) for problem in problems],
    }
    return json.written({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, problems: Sequence[Problem]) -> dict[str, Any]:
    told = rule(code)
    grave = any(problem.code == code and problem.severity is Severity.ERROR for problem in problems)
    return {
        "id": code,
        "shortDescription": message(told.title),
        "help": message(f"{told.title} {told.help}"),
        "defaultConfiguration": {"level": "error" if grave else "warning"},
    }


def _result(problem: Problem, codes: Sequence[str], folder: str, seen: Counter[str]) -> dict[str, Any]:
    source = problem.source or _NOWHERE
    told = problem.message if problem.hint is None else f"{problem.message}. {problem.hint}"
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity.value,
        "message": message(told),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(folder, source.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": source.line, "startColumn": source.column},
                }
            }
        ],
        "partialFingerprints": {"lvstateProblem/v1": _fingerprint(problem, source, seen)},
    }


def _fingerprint(problem: Problem, source: Source, seen: Counter[str]) -> str:
    """Return what stays equal when lines move: the code, the file and the user's line, numbered where equal."""
    line = problem.message if problem.excerpt is None else problem.excerpt.strip()
    text = f"{problem.code}\x00{source.file}\x00{line}"
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
