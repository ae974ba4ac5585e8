"""Nouns with some of their parts replaced, as tests write them: `replace(plan, changes=())`."""

from __future__ import annotations

from typing import Any, TypeVar

N = TypeVar("N", bound="tuple[Any, ...]")


def replace(noun: N, **changes: Any) -> N:
    """Return a copy of a named tuple with other parts."""
    replaced: N = noun._replace(**changes)  # type: ignore[attr-defined]
    return replaced
