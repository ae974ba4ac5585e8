"""What a comparison with a base adds, in words: against which commit, who moved how much, and each field's side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lvstate.model.wording import Quoted, joined, listed
from lvstate.views.wording import ORIGINS

if TYPE_CHECKING:
    from lvstate.model.change import Change, Origin, Plan
    from lvstate.model.wording import Sentence

_BY: tuple[tuple[Origin, str], ...] = (
    ("manifest", "by this change"),
    ("both", "by this change and drift"),
    ("drift", "by drift"),
)


def against(plan: Plan) -> Sentence:
    """Say with which commit a plan was compared and who moved how many; empty where there is no base."""
    if plan.base is None:
        return ()
    counts = Counter(change.origin for change in plan.changes)
    parts = [f"{counts[origin]} {words}" for origin, words in _BY if counts[origin]]
    return ("against ", Quoted(str(plan.base)), f": {', '.join(parts) or 'nothing'}")


def allowed(plan: Plan) -> Sentence:
    """Name what may be made although the base had it; empty where nothing may."""
    if not plan.allow_create:
        return ()
    return joined(["allowed to be made anew: ", *listed(list(plan.allow_create))])


def base_facts(plan: Plan) -> list[Sentence]:
    """Return all that a reader must know of the comparison, a sentence each, ready to stand alone."""
    offline: Sentence = (
        ("Live was not read: this is the difference of the manifests alone",) if plan.offline else ()
    )
    return [_capital(said) for said in (against(plan), offline, allowed(plan)) if said]


def sides_of(change: Change) -> list[tuple[str, str]]:
    """Return field and side, for each field of a change that more than one side moved."""
    if change.origin != "both":
        return []
    words = {**ORIGINS, "both": "both moved"}
    return [(field.path, words[field.origin]) for field in change.fields if field.origin is not None]


def _capital(sentence: Sentence) -> Sentence:
    first, *others = sentence
    return (first[:1].upper() + first[1:], *others) if isinstance(first, str) else sentence
