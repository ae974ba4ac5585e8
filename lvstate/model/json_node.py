"""A value of a saved plan and its place in it, so that every complaint says where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from lvstate.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from lvstate.model.resource import LiveId, Value

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

REMAKE = "make the plan again: lvstate plan --out FILE"


class Node:
    """One JSON value; a method reads it as what the plan needs there or raises InvalidInput.

    Keys that are not asked for are passed over: a newer minor version may add some.
    """

    __slots__ = ("place", "value")

    def __init__(self, value: Any, place: str = "") -> None:
        self.value = value
        self.place = place

    def refuse(self, fault: str) -> NoReturn:
        """Say that this value is not what a plan holds here."""
        raise InvalidInput(f"this is not a plan: {self.place or 'the document'} {fault}", hint=REMAKE)

    def __getitem__(self, key: str) -> Node:
        """Return the value of a key that has to be there."""
        return self.optional(key) or self._at(key).refuse("is missing")

    def __bool__(self) -> bool:
        """Be true whatever the value: only a key that is not there is nothing."""
        return True

    def optional(self, key: str) -> Node | None:
        """Return the value of a key, None when the key is not there."""
        if not isinstance(self.value, dict):
            self.refuse("should be an object")
        return Node(self.value[key], self._at(key).place) if key in self.value else None

    def items(self) -> list[Node]:
        """Read an array."""
        if not isinstance(self.value, list):
            self.refuse("should be an array")
        return [Node(value, f"{self.place}[{index}]") for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Read a text."""
        if not isinstance(self.value, str):
            self.refuse("should be text")
        return self.value

    def truth(self) -> bool:
        """Read true or false."""
        return self.value if isinstance(self.value, bool) else self.refuse("should be true or false")

    def whole(self, *, at_least: int = 0) -> int:
        """Read a whole number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
            self.refuse(f"should be a whole number of at least {at_least}")
        return value

    def one_of(self, words: tuple[Word, ...]) -> Word:
        """Read one of a few words."""
        found = next((word for word in words if word == self.value), None)
        return found if found is not None else self.refuse(f"should be one of {', '.join(words)}")

    def live_id(self) -> LiveId:
        """Read the id of a live object."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.refuse("should be an id: a number or text")
        return value

    def field_value(self) -> Value:
        """Read what a field holds."""
        value = self.value
        if isinstance(value, list):
            return tuple(item.text() for item in self.items())
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.refuse("should be text, a whole number, a list of texts or null")
        return value

    def nullable(self, read: Callable[[Node], T]) -> T | None:
        """Read null as None, anything else as `read` does."""
        return None if self.value is None else read(self)

    def _at(self, key: str) -> Node:
        return Node(None, f"{self.place}.{key}" if self.place else key)
