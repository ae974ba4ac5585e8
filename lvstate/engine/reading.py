"""Reads what a project speaks of: the kinds it has any business with, listed side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lvstate.effects import Gather
from lvstate.kinds import all_kinds
from lvstate.kinds.kind import Kind
from lvstate.model.project import Project, Selection
from lvstate.model.resource import Live

if TYPE_CHECKING:
    from lvstate.engine.ports import Reader

Snapshot = Mapping[str, tuple[Live, ...]]
"""Complete listings by kind; a kind that was not read is not a key."""


def kinds_to_read(project: Project, selection: Selection) -> tuple[Kind, ...]:
    """The kinds that this run has any business with, in plan order."""
    if not selection:
        return tuple(kind for kind in all_kinds() if kind.name in project.kinds())
    named = {(d.kind, d.address) for d in project.declared} | {(r.kind, r.address) for r in project.removals}
    chosen = {kind for kind, address in named if selection.includes(kind, address)}
    return tuple(kind for kind in all_kinds() if kind.name in chosen)


async def read_snapshot(
    reader: Reader, kinds: tuple[Kind, ...], parallelism: int, known: Mapping[str, int] | None = None
) -> Snapshot:
    """List the given kinds side by side; raises when any listing is not complete.

    `known` is how many objects of a kind, by its name, have just been seen.
    """
    seen = known or {}
    reads = [reader.list(kind, known=seen.get(kind.name, 0)) for kind in kinds]
    listings: list[tuple[Live, ...]] = await Gather(reads, parallelism)
    return {kind.name: objects for kind, objects in zip(kinds, listings, strict=True)}
