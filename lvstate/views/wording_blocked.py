"""Why an item is blocked and what lifts it, in an admin's words, by the code of the guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.kinds import kind_named
from lvstate.model.wording import Quoted, fill, joined, listed
from lvstate.views.wording import called, known

if TYPE_CHECKING:
    from lvstate.model.change import Blocked
    from lvstate.model.wording import Piece, Sentence

REASONS: dict[str, tuple[str, str]] = {
    "ambiguous-name": (
        "several of that name live: {ids}",
        "name the one that is meant with `id:` in its entry",
    ),
    "pin-not-found": ("no {noun} has the id {ids}", "correct the `id:` in its entry, or take it out"),
    "removal-mismatch": (
        "the {noun} with the id {ids} has another name now",
        "correct the name in the entry under `removed:`, or leave it out to go by the id alone",
    ),
    "same-object": (
        "another entry means the same object, the one with the id {ids}",
        "give each entry its own `id:`, or take one of them out",
    ),
    "label-missing": ("it has no label yet, and LiveVox takes none without one", "declare a `label:`"),
    "vanished": (
        "no {noun} has its name any more, as after a rename by hand, and a second one could not be deleted",
        "pin the one that is meant with `id:` beside its `name:`, or plan with `--allow-create` to make a new one",
    ),
    "renamed-without-trace": (
        "it has a new name, and the {noun} with the old one still lives: there would be two",
        "say what it was called with `previous_names:` beside its `name:`, or plan with `--allow-create` to make a new one",
    ),
    "renamed-live": (
        "an earlier apply made it, and it has another name now: it would be made a second time",
        "pin it with `id:` beside its `name:` to rename it back, or take the name it has now into its entry",
    ),
    "unsafe-name": ("its name holds characters that people cannot see", "take them out"),
    "similar-name": (
        "people would take its name for that of another {noun}",
        "choose another name, or bind the existing one with `id:` or `previous_names:`",
    ),
    "protected": ("`protect` in the project file covers it", "take it out of `protect` first"),
    "ignored": (
        "`ignore` in the project file covers it",
        "take it out of `ignore`, or out of the manifests",
    ),
    "usage-unknown": (
        "how many accounts use it could not be counted",
        "let somebody plan who may count, or say `in_use: allow` in its entry under `removed:`",
    ),
    "in-use": (
        "{users} it",
        "move them to another one first, or say `in_use: allow` in its entry under `removed:`",
    ),
    "delete-limit": (
        "the plan holds more deletes than `max_deletes` allows",
        "raise `limits: {{max_deletes: ...}}` in the project file for this change, or delete in steps",
    ),
    "empty-kind": (
        "no {noun} would be left",
        "say `limits: {{empty_kind: allow}}` in the project file if that is meant",
    ),
}
"""For every code of a guard: why it blocks, and what must happen."""

_TELLING = frozenset(
    {
        "removal-mismatch",
        "same-object",
        "unsafe-name",
        "similar-name",
        "usage-unknown",
        "delete-limit",
        "renamed-without-trace",
        "renamed-live",
    }
)
"""Codes whose reason names what the words here leave out: the other object, the characters, the numbers."""

_ADVISING = frozenset({"vanished"})
"""Codes whose hint names it: the objects that were likely meant."""


def blocked_why(blocked: Blocked) -> Sentence:
    """Say why an item is blocked; a code without words here is told by its own reason."""
    words = REASONS.get(blocked.code)
    if words is None or (blocked.code == "in-use" and blocked.in_use is None):
        return (Quoted(blocked.reason),)
    noun: Piece = kind_named(blocked.kind).noun if known(blocked.kind) else "object"
    ids = listed([str(live_id) for live_id in blocked.live_ids]) or ("?",)
    verb = "uses" if blocked.in_use and blocked.in_use.accounts == 1 and not blocked.in_use.more else "use"
    return fill(words[0], {"noun": noun, "ids": ids, "users": f"{blocked.in_use} {verb}"})


def blocked_way_out(blocked: Blocked) -> Sentence:
    """Say what must happen before it can be done; empty where nobody knows."""
    if blocked.code in REASONS:
        return fill(REASONS[blocked.code][1], {})
    return (Quoted(blocked.hint),) if blocked.hint else ()


def blocked_detail(blocked: Blocked) -> Sentence:
    """Return the guard's own reason or hint where it says more than the words here; else empty."""
    if blocked.code in _ADVISING and blocked.live_ids and blocked.hint:
        return (Quoted(blocked.hint),)
    return (Quoted(blocked.reason),) if blocked.code in _TELLING else ()


def blocked_sentence(blocked: Blocked) -> Sentence:
    """Say what cannot be done and why: `The account type *Legacy* cannot be deleted: 12 accounts use it`."""
    who = called(blocked.kind, blocked.address, blocked.name, blocked.action)
    return joined([*who, ": ", *blocked_why(blocked)])
