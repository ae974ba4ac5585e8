"""Sentences for people who run a contact centre: fixed words of lvstate around values that others wrote.

A kind declares its words as templates (`Words`); a view decides how a quoted value looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of a sentence that somebody else wrote: a name, a label, a value."""

    text: str


Piece = str | Quoted
Sentence = tuple[Piece, ...]
"""Words of lvstate (`str`) and values (`Quoted`) in turn, without the full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWords:
    """What is said about one field; an empty template says nothing.

    Places: `{noun}`, `{name}`, `{place}` (the slot or address), `{before}`, `{after}`; for a list that
    changes `{values}`, which are the values gained, lost or put into a new order.
    """

    changes: str
    begins: str
    """There was no value before."""
    made: str = ""
    """Goes behind the sentence about a new object."""
    gains: str = ""
    loses: str = ""
    reorders: str = ""
    consequence: str = ""
    """What a change of it does to what is already stored, said where a change is risky."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """Plain words for values that are keywords of the service."""
    singular: Mapping[str, str] = field(default_factory=dict)
    """Words of `gains` and `loses` to be replaced where it is one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said about the objects of one kind; the field that names them is renamed unless it has its own words."""

    creates: str = "A new {noun} {name} will appear"
    deletes: str = "The {noun} {name} disappears"
    calls: str = "the {noun} {name}"
    """How an object is called inside a sentence, as `{it}`."""
    renames: str = "The {noun} {before} will be called {after}"
    fields: Mapping[str, FieldWords] = field(default_factory=dict)


PLAIN = FieldWords(
    changes="The {field} of {it} changes from {before} to {after}",
    begins="The {field} of {it} will be {after}",
    gains="The {field} of {it} gains {values}",
    loses="The {field} of {it} loses {values}",
    reorders="The {field} of {it} stands in a new order: {values}",
)
"""What is said about a field that has no words of its own."""


def fill(template: str, values: Mapping[str, Piece | Sentence]) -> Sentence:
    """Put values into the places of a template; neighbouring words become one piece."""
    pieces: list[Piece] = []
    for words, place, _, _ in Formatter().parse(template):
        pieces.append(words)
        if place is not None:
            value = values[place]
            pieces += value if isinstance(value, tuple) else (value,)
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
