"""The grammar of a CI log: the lines that a runner obeys, written, and kept out of everybody else's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Level = Literal["error", "warning", "notice"]

OBEYED = re.compile(
    r"\#(?=\#(?:vso|teamcity)?\[)"  # GitHub and Azure look for `##[` and `##vso[` anywhere in a line
    r"|s(?=ection_(?:start|end):)",  # GitLab folds its log there
    re.IGNORECASE,
)
"""The first character of what a runner obeys wherever it stands in a line."""

_BEGINS = re.compile(r"(?<![^ ]):(?=:|\Z)")
"""The first character of `::` where a line may be folded to begin with it, as GitHub looks behind blanks."""


def inert(text: str, spell: Callable[[re.Match[str]], str]) -> str:
    """Return text that no runner obeys, on whatever line it comes to stand; `spell` replaces a character."""
    return _BEGINS.sub(spell, OBEYED.sub(spell, text))


def command(level: Level, message: str, **properties: str | int | None) -> str:
    """Return one annotation, a whole line; properties that are None are left out.

    Message and properties have passed the terminal's escaper: a runner prints them.
    """
    given = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    return f"::{level}{' ' * bool(given)}{given}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
