"""The grammar of a terminal: colour, width, and the one escaper for text that somebody else wrote."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, east_asian_width, normalize

from lvstate.views.workflow_commands import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.resource import Value

_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: they move cursors and start escape sequences
    "\xa0\u1680\u2000-\u200a\u202f\u205f\u2800"  # blanks that pass for a space
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufe00-\ufe0f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # drawn as nothing
    "\u0488\u0489\u1abe\u20dd-\u20e0\u20e2-\u20e4\ua670-\ua672"  # drawn around the character before
    "\u2028-\u202e"  # line and paragraph separators, bidi embeddings and overrides
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"  # formats
    "\ud800-\udfff"  # half of a surrogate pair: no encoding can write it
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # annotations and non-characters
    "]"
)
_NOT_ASCII = re.compile("[^\x20-\x7e]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_MARKS = ("Mn", "Me")
"""Categories of marks that are drawn over the character before them."""


class Tint(Enum):
    """Colours and weights, by their SGR number; none is the only carrier of a meaning."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    MAGENTA = "35"
    CYAN = "36"


_PAINT = re.compile(r"\x1b\[[0-9;]*m")
"""What `Style.paint` adds; escaped text holds no such thing."""


class Style(NamedTuple):
    """How to draw: with colour or without, and where prose is folded (0: nowhere)."""

    colour: bool = False
    width: int = 80

    def paint(self, text: str, *tints: Tint) -> str:
        """Tint a piece of a line."""
        if not (self.colour and tints and text):
            return text
        return f"\x1b[{';'.join(tint.value for tint in tints)}m{text}\x1b[0m"

    def fits(self, text: str) -> bool:
        """Whether a line, painted or not, needs no folding."""
        return not self.width or columns(_PAINT.sub("", text)) <= self.width

    def fold(self, words: str | Sequence[str], first: str, rest: str | None = None) -> list[str]:
        """Break a text at its spaces, or a list between its words, into lines.

        `first` begins the first line and `rest` the others (as wide as `first` when not given).
        A word that is longer than a line stays whole: what it names can be copied.
        """
        rest = " " * columns(first) if rest is None else rest
        lines, line, bare = [], first, True
        for word in words.split(" ") if isinstance(words, str) else words:
            longer = f"{line}{word}" if bare else f"{line} {word}"
            if bare or self.fits(longer):
                line, bare = longer, False
            else:
                lines.append(line)
                line = f"{rest}{word}"
        return [*lines, line]


def escape(text: str) -> str:
    r"""Return text that stays on its line and in its place, whoever wrote it.

    What a terminal or the runner behind a CI log obeys, or a terminal does not show, becomes visible,
    as `\x1b` or `\u202e`; so does a combining mark at the start, which would be drawn over lvstate's
    own words.
    """
    shown = inert(_UNSEEN.sub(spelled, text), spelled)
    if shown and not shown.isascii() and category(shown[0]) in _MARKS:
        return _code(shown[0]) + shown[1:]
    return shown


def quote(text: str, *, only_ascii: bool = False) -> str:
    """Return escaped text in quotes that it cannot close itself."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escape(_NOT_ASCII.sub(spelled, text) if only_ascii else text)}"'


def value_words(value: Value | None, *, only_ascii: bool = False) -> list[str]:
    """Spell a value in pieces between which a line may be broken."""
    match value:
        case None:
            return ["(none)"]
        case int():
            return [str(value)]
        case str():
            return [quote(value, only_ascii=only_ascii)]
        case tuple():
            items = [quote(item, only_ascii=only_ascii) for item in value] or [""]
            items[0] = f"[{items[0]}"
            return [*(f"{item}," for item in items[:-1]), f"{items[-1]}]"]


def look_alike(before: Value | None, after: Value | None) -> bool:
    """Whether two values differ but are drawn the same, as two spellings of an accent are."""
    old, new = " ".join(value_words(before)), " ".join(value_words(after))
    return old != new and normalize("NFC", old) == normalize("NFC", new)


def columns(text: str) -> int:
    """How many columns an escaped text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if category(char) in _MARKS:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def spelled(found: re.Match[str]) -> str:
    """Return a character that was found as what it is written with."""
    return _SHORT.get(found[0]) or _code(found[0])


def _code(char: str) -> str:
    number = ord(char)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
