"""What the engine needs of a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, Live, LiveId


class Reader(Protocol):
    """Reads; every method raises LvstateError rather than answer with half a truth."""

    async def list(self, kind: Kind, *, known: int = 0) -> tuple[Live, ...]:
        """Every live object of a kind. `known` is how many the caller has just seen: only speed depends on it."""

    async def poll(self, kind: Kind) -> tuple[Live, ...]:
        """Every live object of a kind, asked for once: whoever polls will ask again anyway."""

    async def read(self, kind: Kind, live_id: LiveId) -> Live | None:
        """One live object, None when it does not exist."""

    async def usage(self, kind: Kind, live_id: LiveId) -> Usage:
        """How many accounts use an object."""


class Writer(Reader, Protocol):
    """Reads and writes; a write is attempted once and never raises."""

    async def create(self, kind: Kind, fields: Fields) -> Attempt:
        """Make an object with the fields that a create can carry."""

    async def update(self, kind: Kind, changes: Sequence[tuple[LiveId, Fields]]) -> Attempt:
        """Write fields of one object, or of several where the kind is batched."""

    async def delete(self, kind: Kind, live_id: LiveId) -> Attempt:
        """Remove an object."""
