"""Finds out what became of a create whose answer was lost: by reading, never by sending again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lvstate.effects import Now, Sleep, Stopping
from lvstate.engine.ports import Reader
from lvstate.errors import LvstateError
from lvstate.kinds.kind import Kind
from lvstate.model.resource import LiveId

_FIRST, _LONGEST = 1.0, 8.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What the listing showed: the new object's id, or why it stays unknown."""

    live_id: LiveId | None
    reason: str = ""


async def settle_create(
    reader: Reader, kind: Kind, name: str, seen: Collection[LiveId], window: float
) -> Settled:
    """Poll complete listings for up to `window` seconds for one new object of exactly this name.

    `seen` holds the ids that lived before the create was sent. A listing that cannot be had is no
    evidence either way.
    """
    give_up = await Now() + window
    pause, last = _FIRST, "the listing does not show it"
    while True:
        try:
            objects = await reader.list(kind)
        except LvstateError as error:
            last = error.message
        else:
            new = [o.id for o in objects if o.id not in seen and kind.live_name(o) == name]
            if len(new) == 1:
                return Settled(new[0])
            if new:
                listed = ", ".join(str(live_id) for live_id in sorted(new, key=str))
                return Settled(None, f"{len(new)} new {kind.noun}s have this name: {listed}")
            last = "the listing does not show it"
        remaining = give_up - await Now()
        if remaining <= 0:
            return Settled(None, f"{last} after {window:g} seconds")
        if await Stopping():
            return Settled(None, f"{last}, and the run was interrupted")
        await Sleep(min(pause, remaining))
        pause = min(pause * 2, _LONGEST)
