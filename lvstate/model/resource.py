"""Desired and live objects: the two sides that a plan compares."""

from collections.abc import Mapping
from typing import NamedTuple

from lvstate.model.problem import Source

Value = str | int | tuple[str, ...]
"""What a field holds: text, a number, or a list of texts."""

Fields = Mapping[str, Value]
"""Field values by manifest key (`data_type`, not `dataType`); absent means not ours, never null."""

NO_FIELDS: Fields = {}

LiveId = int | str
"""The service's id of an object; the slot name for custom fields."""


class Declared(NamedTuple):
    """A resource as the manifests declare it."""

    kind: str
    address: str
    fields: Fields
    source: Source
    pin: int | None = None
    previous_names: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The printed address, for example `contact_group/early-stage`."""
        return f"{self.kind}/{self.address}"


class Removal(NamedTuple):
    """An entry of `removed:`: the one live object it names, by name, id or both, is to go."""

    kind: str
    address: str
    source: Source
    name: str | None = None
    id: int | None = None
    reason: str | None = None
    in_use_allowed: bool = False

    @property
    def ref(self) -> str:
        """The printed address."""
        return f"{self.kind}/{self.address}"


class Live(NamedTuple):
    """An object as the tenant holds it now, reduced to the fields lvstate knows."""

    kind: str
    id: LiveId
    fields: Fields
