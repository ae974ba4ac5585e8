"""What a kind declares about itself; everything else follows from it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lvstate.model.resource import Fields, Live, LiveId, Value
from lvstate.model.words import FieldWords, Words
from lvstate.wire.messages import Read
from lvstate.wire.shape import Shape

Risks = Callable[[Fields, Fields], tuple[str, ...]]
"""(live fields, declared fields that differ) -> why the change is risky, in words."""

ADDRESS = r"[a-z0-9][a-z0-9._-]{0,99}\Z"
"""What an address of a named kind looks like (user contract, section 2)."""


def no_risks(before: Fields, after: Fields) -> tuple[str, ...]:
    """Judge every change harmless."""
    del before, after
    return ()


class Consumers(NamedTuple):
    """Where to count the objects that use one of a kind.

    `keys` are the spellings of the key under which a consumer holds the id; a consumer in the
    answer without that id means that the filter was not obeyed, and the count means nothing.
    """

    path: str
    search_key: str
    items_keys: tuple[str, ...]

    def search(self, live_id: LiveId, count: int) -> Read:
        """Ask for at most `count` consumers of one object."""
        body: Mapping[str, Any] = {"search": {self.search_key: live_id}}
        return Read("POST", self.path, {"count": count, "offset": 0}, body=body)


class Kind:
    """One kind of object: its words, its fields and how the service is spoken to.

    There is one of each, so it is told from others by identity, which also makes it a cheap key.
    `slots` holds the addresses of a kind whose objects are fixed places, in order; without it
    objects are told apart by id and name. `ordered_creates` says that the order of creates shows in
    the tenant, as a display position.
    """

    def __init__(  # noqa: PLR0913 (a declaration)
        self,
        *,
        name: str,
        section: str,
        noun: str,
        order: int,
        shape: Shape,
        slots: tuple[str, ...] = (),
        ordered_creates: bool = False,
        consumers: Consumers | None = None,
        risks: Risks = no_risks,
        words: Words = Words(),  # noqa: B008 (it is immutable)
    ) -> None:
        self.name = name
        self.section = section
        self.noun = noun
        self.order = order
        self.shape = shape
        self.slots = slots
        self.ordered_creates = ordered_creates
        self.consumers = consumers
        self.risks = risks
        self.words = words
        self.field_names = tuple(each.name for each in shape.fields)
        """The fields, as manifests spell them."""
        self.name_field = self.field_names[0]
        """The field that people know an object by."""

    def live_name(self, live: Live) -> str:
        """The name that people know a live object by."""
        return str(live.fields[self.name_field])

    def pattern_name(self, live: Live) -> str:
        """What patterns of live objects match: the name, or the slot."""
        return str(live.id) if self.slots else self.live_name(live)

    def has_address(self, address: str) -> bool:
        """Whether an address can belong to this kind."""
        return address in self.slots if self.slots else re.match(ADDRESS, address) is not None


LEVEL_WORDS = FieldWords(
    changes="{It} moves from position {before} to position {after} in the list",
    begins="{It} takes position {after} in the list",
    made=" at position {after} in the list",
)
"""What is said about `level`, "a number indicating the sequence in the display" (account-api)."""


def tell(value: Value | None) -> str:
    """Put a field value into a sentence."""
    if value is None:
        return "nothing"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
