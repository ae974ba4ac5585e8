"""Sentences for people who run a contact centre: fixed words of lvstate around values that others wrote.

A kind declares its words as templates (`words.Words`); a view decides how a quoted value looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import NamedTuple


class Quoted(NamedTuple):
    """A piece of a sentence that somebody else wrote: a name, a label, a value."""

    text: str


Piece = str | Quoted
Sentence = tuple[Piece, ...]
"""Words of lvstate (`str`) and values (`Quoted`) in turn, without the full stop."""


def fill(template: str, values: Mapping[str, Piece | Sentence]) -> Sentence:
    """Put values into the places of a template; neighbouring words become one piece."""
    pieces: list[Piece] = []
    for words, place, _, _ in Formatter().parse(template):
        pieces.append(words)
        if place is not None:
            value = values[place]
            pieces += (value,) if isinstance(value, str | Quoted) else value
    return joined(pieces)


def joined(pieces: list[Piece]) -> Sentence:
    """Return the pieces as a sentence, neighbouring words in one."""
    sentence: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and sentence and isinstance(sentence[-1], str):
            sentence[-1] += piece
        elif piece:
            sentence.append(piece)
    return tuple(sentence)


def listed(values: list[str]) -> Sentence:
    """Return values one behind the other, `a, b and c`."""
    pieces: list[Piece] = []
    for place, value in enumerate(values):
        if place:
            pieces.append(" and " if place == len(values) - 1 else ", ")
        pieces.append(Quoted(value))
    return joined(pieces)
