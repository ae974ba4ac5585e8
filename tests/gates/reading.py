"""What judges share: lvstate's visible escapes undone, and the two grammars of a log that runners obey."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt]))")
_BLANK = re.compile(r"\s+")
_LONGEST = 40
_NAMED = {"n": "\n", "r": "\r", "t": "\t"}


def unescaped(text: str) -> str:
    """Return the text that the visible escapes stand for."""

    def char(found: re.Match[str]) -> str:
        number = found[1] or found[2] or found[3]
        return chr(int(number, 16)) if number else _NAMED[found[4]]

    return _ESCAPE.sub(char, text)


def _unquoted(text: str) -> str:
    return "".join(
        '"' if part == '\\"' else "\\" if part == "\\\\" else unescaped(part)
        for part in re.split(r'(\\\\|\\")', text)
    )


def squeezed(text: str) -> str:
    """Return text without blanks, as lines may have been folded at them."""
    return _BLANK.sub("", text)


def times_shown(text: str, payload: str, *, without: str = "") -> int:
    """How often a reader of the text can make out the payload (its beginning, if it is long)."""
    wanted = squeezed(payload)[:_LONGEST].translate({ord(char): None for char in without})
    spellings = [text, unescaped(text), _unquoted(text)]
    bare = [squeezed(s).translate({ord(char): None for char in without}) for s in spellings]
    if not wanted:
        return len(text)
    if "\\" in payload or '"' in payload:  # some places quote, some do not
        return sum(spelling.count(wanted) for spelling in bare)
    return max(spelling.count(wanted) for spelling in bare)


def raw_controls(text: str) -> set[str]:
    """Which characters of a text a terminal obeys, or nobody sees; line feeds are lines."""
    bad = re.compile(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
    )
    return set(bad.findall(text))


@dataclass(frozen=True)
class Command:
    """What a runner makes of one line."""

    name: str
    properties: dict[str, str]
    data: str


_PLACED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def command_of(line: str) -> Command | None:
    """Read a line as GitHub's runner does: `::name key=value,...::data` behind blanks."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    head, closed, data = line[2:].partition("::")
    if not closed:
        return None
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in rest.split(","):
        key, equals, value = pair.strip().partition("=")
        if equals:
            properties[key] = _decoded(value)
    return Command(name, properties, _decoded(data))


def _decoded(text: str) -> str:
    return re.sub("%0D|%0A|%3A|%2C|%25", lambda found: _PLACED[found[0]], text)


def foreign_commands(text: str, *, ours: bool = False) -> list[str]:
    """Lines that a CI host would obey; with `ours`, those that begin with `::` are meant."""
    obeyed = []
    for line in re.split(r"\r\n|\r|\n", text):
        bare = line.lstrip().lower()
        anywhere = ("##[", "##vso[", "##teamcity[")
        begins = ("section_start:", "section_end:") if ours else ("::", "section_start:", "section_end:")
        if any(token in bare for token in anywhere) or bare.startswith(begins):
            obeyed.append(line)
    return obeyed
