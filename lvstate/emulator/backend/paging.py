"""A window over an ordered list, and the page seen through it (both vendor pages: count and offset)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MAX_COUNT = 1000

T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """At most `count` items from the zero-based item `offset` on; `count` is never above 1000."""

    count: int
    offset: int


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of a window, and whether the list goes on behind them."""

    items: tuple[T, ...]
    more: bool


def page_of(rows: Sequence[T], window: Window) -> Page[T]:
    """Make a page of rows that were asked for with `count` + 1, the extra one being the proof of more."""
    return Page(items=tuple(rows[: window.count]), more=len(rows) > window.count)
