"""The face that every shape shows to client and engine."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from lvstate.model.resource import Fields, Live, LiveId
from lvstate.wire.messages import Field, Read, Write


class Page(NamedTuple):
    """Part of a listing; `more` is the service's word that objects follow."""

    objects: tuple[Live, ...]
    more: bool = False


class Shape(Protocol):
    """How a kind's objects are listed, read and written. Builders are pure; parsers raise ShapeError."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that lvstate knows."""

    @property
    def create_fields(self) -> frozenset[str]:
        """The fields that a create can carry; the others need an update after it."""

    @property
    def can_create(self) -> bool:
        """Whether the service can make such objects."""

    @property
    def can_delete(self) -> bool:
        """Whether the service can remove such objects."""

    @property
    def batched(self) -> bool:
        """Whether one write can carry several objects, so that all updates travel together."""

    @property
    def paged(self) -> bool:
        """Whether the listing comes in pages."""

    def list(self, offset: int, count: int) -> Read:
        """Ask for a page; offset and count are items and mean nothing to an unpaged shape."""

    def page(self, kind: str, document: Any) -> Page:
        """Read the answer to `list`."""

    def read(self, live_id: LiveId) -> Read:
        """Ask for one object."""

    def item(self, kind: str, live_id: LiveId, document: Any) -> Live | None:
        """Read the answer to `read`; None for a place that holds nothing."""

    def create(self, fields: Fields) -> Write:
        """Make an object; `fields` are within `create_fields`."""

    def created(self, document: Any) -> LiveId:
        """Read the new object's id from the answer to `create`."""

    def update(self, changes: Sequence[tuple[LiveId, Fields]]) -> Write:
        """Write the given fields of one object, or of several where `batched`."""

    def delete(self, live_id: LiveId) -> Write:
        """Remove an object."""
