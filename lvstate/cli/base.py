"""`--base` and `--allow-create`: what plan, apply and drift need to compare with a Git ref."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.cli.options import F, option
from lvstate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.change import Plan
    from lvstate.model.project import Project

BASE_HELP = "Compare with the manifests at this Git ref, to tell this change from drift."

base_option = option("--base", metavar="REF", help=BASE_HELP)


def base_options(function: F) -> F:
    """Add `--base` and `--allow-create` to a command."""
    allow = option(
        "--allow-create",
        metavar="KIND/ADDRESS",
        multiple=True,
        help="With --base: create it anew although it was declared there; may be repeated.",
    )
    return base_option(allow(function))


def with_base(project: Project, ref: str | None, allow_create: Sequence[str]) -> Project:
    """Give a project its baseline; raises UsageError for a ref or an address that means nothing."""
    if ref is None:
        if allow_create:
            raise UsageError(
                "--allow-create needs --base", hint="without a base no create is held to be an old one"
            )
        return project
    declared = {d.ref for d in project.declared}
    for allowed in allow_create:
        if allowed not in declared:
            raise UsageError(f"--allow-create: {allowed} is not declared", hint=_nearest(allowed, declared))
    return _with_baseline(project, ref, allow_create)


def as_planned(project: Project, saved: Plan) -> Project:
    """Give a project the baseline of a saved plan, so that planning again finds the same."""
    if saved.base is None:
        return project
    found = _with_baseline(project, saved.base.id, saved.allow_create)
    if found.baseline is None:
        return found
    return found._replace(baseline=found.baseline._replace(commit=saved.base))


def _with_baseline(project: Project, ref: str, allow_create: Sequence[str]) -> Project:
    from lvstate.manifests import load_baseline

    baseline = load_baseline(project.root, project.environment.name, ref)
    return project._replace(baseline=baseline._replace(allow_create=tuple(sorted(set(allow_create)))))


def _nearest(text: str, known: set[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(text, sorted(known), 1)
    return (
        f"did you mean {close[0]}?"
        if close
        else "it takes an exact address, such as contact_group/early-stage"
    )
