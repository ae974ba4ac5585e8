"""`--format junit`: drift as a test report, one case a declared address, for CI hosts that show tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lvstate.errors import InvalidInput
from lvstate.model.problem import Problem
from lvstate.views.terminal import Style
from lvstate.views.text_change import change_lines
from lvstate.views.xml_text import document, legal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lvstate.errors import LvstateError
    from lvstate.model.change import Blocked, Plan
    from lvstate.model.problem import Source
    from lvstate.model.resource import Declared, Removal

_PLAIN = Style(colour=False, width=0)


@dataclass(slots=True)
class _Case:
    """One address: where it is written, and what was found there as (element, type, message, details)."""

    kind: str
    name: str
    source: Source | None = None
    found: list[tuple[str, str, str, str]] = field(default_factory=list)


def drift(plan: Plan, declared: Iterable[Declared | Removal] = (), folder: str = "") -> str:
    """Return the report of `drift`: a difference is a failure, a blocked item an error, the rest has passed.

    `declared` are the manifests' entries; those outside the plan's selection are left out. What
    differs without an address has a case of its own.
    """
    cases: dict[tuple[str, str], _Case] = {}

    def case(kind: str, name: str, source: Source | None) -> _Case:
        return cases.setdefault((kind, name), _Case(kind, name, source))

    for entry in declared:
        if plan.selection.includes(entry.kind, entry.address):
            case(entry.kind, entry.address, entry.source)
    for change in plan.changes:
        name = str(change.address or f"#{change.live_id}")
        details = "\n".join(change_lines(change, _PLAIN))
        told = f"an apply would {change.action} {change.name}"
        case(change.kind, name, change.source).found.append(("failure", change.action, told, details))
    for blocked in plan.blocked:
        where = case(blocked.kind, blocked.address or blocked.name or "*", blocked.source)
        where.found.append(("error", blocked.code, blocked.reason, _blocked_details(blocked)))
    for unlisted in plan.unlisted:
        if unlisted.drift:
            told = f"{unlisted.name} lives and is not declared"
            case(unlisted.kind, f"#{unlisted.live_id}", None).found.append(
                ("failure", "unlisted", told, told)
            )
    suite = f"lvstate drift: {plan.environment} ({plan.tenant})"
    return _report(suite, list(cases.values()), folder)


def error(error: LvstateError, folder: str = "") -> str:
    """Return the report of a run that could not compare: one case in error, or one a problem in a file."""
    problems = (
        [p for p in error.problems if isinstance(p, Problem)] if isinstance(error, InvalidInput) else []
    )
    cases = [
        _Case(
            "manifests",
            "lvstate" if problem.source is None else str(problem.source),
            problem.source,
            [("error", problem.code, problem.message, _told(problem.message, problem.hint))],
        )
        for problem in problems
    ]
    told = _told(error.message, error.hint)
    cases = cases or [_Case("lvstate", "run", None, [("error", error.kind, error.message, told)])]
    return _report("lvstate drift", cases, folder)


def _report(name: str, cases: Sequence[_Case], folder: str) -> str:
    counts = {
        "tests": len(cases),
        "failures": sum(_worst(case) == "failure" for case in cases),
        "errors": sum(_worst(case) == "error" for case in cases),
    }
    totals = {key: str(count) for key, count in counts.items()}
    root = ET.Element("testsuites", {"name": "lvstate", **totals})
    suite = ET.SubElement(root, "testsuite", {"name": legal(name), **totals})
    for case in cases:
        names = {"classname": legal(case.kind), "name": legal(case.name), "time": "0"}
        if case.source is not None:
            names["file"] = legal(f"{folder}/{case.source.file}" if folder else case.source.file)
            names["line"] = str(case.source.line)
        element = ET.SubElement(suite, "testcase", names)
        told = [found for found in case.found if found[0] == _worst(case)]
        if told:  # a case ends once: what is less grave stands in the text
            outcome, kind, message, _ = told[0]
            words = {"type": legal(kind), "message": legal(message)}
            ET.SubElement(element, outcome, words).text = legal(
                "\n".join(details for *_, details in case.found)
            )
    return document(root)


def _worst(case: _Case) -> str | None:
    return min((found[0] for found in case.found), default=None)


def _blocked_details(blocked: Blocked) -> str:
    ids = "".join(f"\nid {live_id}" for live_id in blocked.live_ids)
    return _told(blocked.reason, blocked.hint) + ids


def _told(message: str, hint: str | None) -> str:
    return message if hint is None else f"{message}\nhint: {hint}"
