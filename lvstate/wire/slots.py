"""A fixed row of named slots that are never created nor deleted, only filled; one PUT carries many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lvstate.model.resource import Fields, Live, LiveId
from lvstate.wire.collection import decode_fields
from lvstate.wire.messages import Field, Read, ShapeError, Write, describe, member, path_with
from lvstate.wire.shape import Page


class Slots:
    """Path and keys of one row of slots; `slot_key` holds the slot's name in every definition.

    A definition whose first field, its label, is null or missing is a slot that is not defined,
    whatever else it says: the vendor calls the label mandatory, so nobody has filled that slot, and it
    must not make the other ninety-nine unreadable. Where no definition at all has the key, the
    service speaks of something else, and that must not read as a hundred empty slots.
    """

    create_fields: frozenset[str] = frozenset()
    can_create = False
    can_delete = False
    batched = True
    paged = False

    def __init__(
        self, *, path: str, read_path: str, items_key: str, slot_key: str, fields: tuple[Field, ...]
    ) -> None:
        self.path = path
        self.read_path = read_path
        self.items_key = items_key
        self.slot_key = slot_key
        self.fields = fields

    def list(self, offset: int, count: int) -> Read:
        """GET all definitions; the listing is not paged."""
        del offset, count
        return Read("GET", self.path)

    def page(self, kind: str, document: Any) -> Page:
        """Read the wrapped array of definitions."""
        rows = member(document, "the listing", self.items_key)
        if not isinstance(rows, list):
            raise ShapeError(f"the listing should be an array, not {describe(rows)}")
        slots = [self._live(kind, row) for row in rows]
        label = self.fields[0].wire
        if rows and not any(key.lower() == label.lower() for row in rows for key in row):
            raise ShapeError(f"no definition has a {label}")
        return Page(tuple(live for live in slots if self._defined(live)))

    def read(self, live_id: LiveId) -> Read:
        """GET one definition."""
        return Read("GET", path_with(self.read_path, live_id))

    def item(self, kind: str, live_id: LiveId, document: Any) -> Live | None:
        """Read one bare definition and check that it is the one asked for; None for an empty one."""
        live = self._live(kind, document)
        if live.id != live_id:
            raise ShapeError(f"asked for {live_id}, got {live.id}")
        return live if self._defined(live) else None

    def create(self, fields: Fields) -> Write:
        """Slots are there from the start."""
        raise NotImplementedError("slots are never created")

    def created(self, document: Any) -> LiveId:
        """Slots are there from the start."""
        raise NotImplementedError("slots are never created")

    def update(self, changes: Sequence[tuple[LiveId, Fields]]) -> Write:
        """PUT the given definitions; stored values stay untouched (contact-api, Update Custom Field)."""
        rows = []
        for slot, values in changes:
            row = {f.wire: f.encode(values[f.name]) for f in self.fields if f.name in values}
            rows.append({self.slot_key: slot, **row})
        return Write("PUT", self.path, body={self.items_key: rows})

    def delete(self, live_id: LiveId) -> Write:
        """Slots stay for ever."""
        raise NotImplementedError("slots are never deleted")

    def _live(self, kind: str, row: Any) -> Live:
        slot = member(row, "a definition", self.slot_key)
        if not isinstance(slot, str) or not slot:
            raise ShapeError(f"{self.slot_key} should be text, not {describe(slot)}")
        return Live(kind, slot, decode_fields(self.fields, row))

    def _defined(self, live: Live) -> bool:
        return self.fields[0].name in live.fields
