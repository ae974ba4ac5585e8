"""The words of a kind: templates of what is said about its objects to people who run a contact centre."""

from collections.abc import Mapping
from typing import NamedTuple


class FieldWords(NamedTuple):
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
    terms: Mapping[str, str] = {}
    """Plain words for values that are keywords of the service."""
    singular: Mapping[str, str] = {}
    """Words of `gains` and `loses` to be replaced where it is one value."""


class Words(NamedTuple):
    """What is said about the objects of one kind; the field that names them is renamed unless it has its own words."""

    creates: str = "A new {noun} {name} will appear"
    deletes: str = "The {noun} {name} disappears"
    calls: str = "the {noun} {name}"
    """How an object is called inside a sentence, as `{it}`."""
    renames: str = "The {noun} {before} will be called {after}"
    fields: Mapping[str, FieldWords] = {}


PLAIN = FieldWords(
    changes="The {field} of {it} changes from {before} to {after}",
    begins="The {field} of {it} will be {after}",
    gains="The {field} of {it} gains {values}",
    loses="The {field} of {it} loses {values}",
    reorders="The {field} of {it} stands in a new order: {values}",
)
"""What is said about a field that has no words of its own."""
