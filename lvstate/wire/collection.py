"""A collection of objects with ids of the service's own, each read and written by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lvstate.model.resource import Fields, Live, LiveId, Value
from lvstate.wire.messages import Field, Read, ShapeError, Write, describe, member, optional, path_with, whole
from lvstate.wire.shape import Page


class Collection:
    """Paths, wrapper and abilities of one collection.

    `items_key` is the key that wraps a listing, None for a bare array. `spellings` are the two
    path prefixes that the vendor's pages mix; each request names the other as `other_path`.
    """

    can_create = True
    batched = False

    def __init__(  # noqa: PLR0913 (a declaration)
        self,
        *,
        path: str,
        read_path: str,
        write_path: str,
        fields: tuple[Field, ...],
        create_fields: frozenset[str],
        items_key: str | None = None,
        paged: bool = False,
        can_delete: bool = True,
        spellings: tuple[str, str] | None = None,
    ) -> None:
        self.path = path
        self.read_path = read_path
        self.write_path = write_path
        self.fields = fields
        self.create_fields = create_fields
        self.items_key = items_key
        self.paged = paged
        self.can_delete = can_delete
        self.spellings = spellings

    def list(self, offset: int, count: int) -> Read:
        """GET the collection, with `count` and `offset` where it is paged."""
        query = {"count": count, "offset": offset} if self.paged else None
        return Read("GET", self.path, query, other_path=self._other(self.path))

    def page(self, kind: str, document: Any) -> Page:
        """Read a wrapped or bare array; a missing wrapper is an error, never an empty listing."""
        rows = document if self.items_key is None else member(document, "the listing", self.items_key)
        if not isinstance(rows, list):
            raise ShapeError(f"the listing should be an array, not {describe(rows)}")
        following = optional(document, "the listing", "next") if self.paged else None
        return Page(tuple(self._live(kind, row) for row in rows), more=bool(following))

    def read(self, live_id: LiveId) -> Read:
        """GET one object."""
        path = path_with(self.read_path, live_id)
        return Read("GET", path, other_path=self._other(path))

    def item(self, kind: str, live_id: LiveId, document: Any) -> Live:
        """Read one bare object and check that it is the one asked for."""
        live = self._live(kind, document)
        if live.id != live_id:
            raise ShapeError(f"asked for id {live_id}, got id {live.id}")
        return live

    def create(self, fields: Fields) -> Write:
        """POST the fields that a create can carry."""
        return Write("POST", self.path, body=self._encode(fields), other_path=self._other(self.path))

    def created(self, document: Any) -> LiveId:
        """Read `{"id": 2200}`."""
        return whole(member(document, "the answer to a create", "id"), "id")

    def update(self, changes: Sequence[tuple[LiveId, Fields]]) -> Write:
        """PUT the given fields of one object."""
        ((live_id, fields),) = changes
        path = path_with(self.write_path, live_id)
        return Write("PUT", path, body=self._encode(fields), other_path=self._other(path))

    def delete(self, live_id: LiveId) -> Write:
        """DELETE one object."""
        path = path_with(self.write_path, live_id)
        return Write("DELETE", path, other_path=self._other(path))

    def _live(self, kind: str, row: Any) -> Live:
        live_id = whole(member(row, "an object", "id"), "id")
        fields = decode_fields(self.fields, row)
        name = self.fields[0]
        if name.name not in fields:
            raise ShapeError(f"an object lacks its {name.wire}")
        return Live(kind, live_id, fields)

    def _encode(self, fields: Fields) -> dict[str, Any]:
        return {field.wire: field.encode(fields[field.name]) for field in self.fields if field.name in fields}

    def _other(self, path: str) -> str | None:
        if self.spellings is None:
            return None
        first, second = self.spellings
        for here, there in ((first, second), (second, first)):
            if path == here or path.startswith(f"{here}/"):
                return there + path[len(here) :]
        return None


def decode_fields(fields: Sequence[Field], row: Mapping[str, Any]) -> dict[str, Value]:
    """Read the known fields of an object, whatever the case of its keys; unknown keys are ignored."""
    values: dict[str, Value] = {}
    for field in fields:
        if (value := field.decode(optional(row, "an object", field.wire))) is not None:
            values[field.name] = value
    return values
