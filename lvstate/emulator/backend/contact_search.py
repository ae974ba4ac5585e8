"""What a contact search asks for: a tree of rules and conditions, as the SQL of one query.

Where the pages are silent: case counts in what is searched; a day matches all its moments; what is not set
matches no condition, and so every negated one. `isNegated` is obeyed on rules only, as the vendor says
(REFERENCE 4.1.5). Only names of ours reach the SQL, everything else travels as a parameter.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from lvstate.emulator.backend import days
from lvstate.emulator.backend.contact_search_fields import SEARCHABLE, SORTABLE, Kind, Searchable
from lvstate.emulator.backend.refusals import InvalidValue

Parameter: TypeAlias = str | bytes | int | float
Sql: TypeAlias = tuple[str, list[Parameter]]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Test(Enum):
    """The tests of a condition; there is no less-or-equal."""

    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    CONTAINS = "CONTAINS"
    EQUALS = "EQUALS"
    LESS = "LESS"
    GREATER = "GREATER"
    GREATER_EQUAL = "GREATER_EQUAL"


COMPARISONS = {Test.EQUALS: "=", Test.LESS: "<", Test.GREATER: ">", Test.GREATER_EQUAL: ">="}


@dataclass(frozen=True)
class Condition:
    """A leaf: what is tested, how, and against which text."""

    field: str
    test: Test
    criteria: str


@dataclass(frozen=True)
class Rule:
    """Two branches of which both (`AND`) or one must hold; negated, the whole is turned around."""

    is_and: bool
    left: Node
    right: Node
    is_negated: bool = False


Node: TypeAlias = "Rule | Condition"


@dataclass(frozen=True)
class Sort:
    """A field to sort by."""

    field: str
    is_descending: bool = False


@dataclass(frozen=True)
class ContactSearch:
    """A whole search; without sorts the order is that of the ids, which also settles what is equal."""

    root: Node
    sorts: tuple[Sort, ...] = ()


def where(node: Node, *, is_negated: bool = False) -> Sql:
    """The condition of a tree, as SQL over the table `contact`. Raises InvalidValue.

    A negation goes down to the leaves (De Morgan), where it is the complement: NULL counts as no match.
    """
    if isinstance(node, Condition):
        sql, parameters = _condition(node)
        return (f"({sql}) IS NOT TRUE" if is_negated else f"({sql})"), parameters
    turned = is_negated != node.is_negated
    left, left_parameters = where(node.left, is_negated=turned)
    right, right_parameters = where(node.right, is_negated=turned)
    word = "AND" if node.is_and != turned else "OR"
    return f"({left} {word} {right})", left_parameters + right_parameters


def order_by(search: ContactSearch) -> str:
    """The order of a search, as SQL over the table `contact`. Raises InvalidValue for an unknown field."""
    terms: list[str] = []
    for sort in search.sorts:
        column = SORTABLE.get(sort.field.lower())
        if column is None:
            raise InvalidValue(f"Contacts cannot be sorted by {sort.field}.")
        terms.append(f"{column} {'DESC' if sort.is_descending else 'ASC'}")
    return ", ".join([*terms, "id"])


def _condition(condition: Condition) -> Sql:
    searchable = SEARCHABLE.get(condition.field.lower())
    if searchable is None:
        raise InvalidValue(f"Contacts cannot be searched by {condition.field}.")
    tests: list[str] = []
    parameters: list[Parameter] = []
    for column in searchable.columns:
        sql, more = _test(searchable, column, condition)
        tests.append(sql)
        parameters += more
    whole = searchable.frame.format(test=f"({' OR '.join(tests)})")
    if searchable.kind is Kind.FLAG:
        whole = f"({whole}) = {int(_truth(condition))}"
    return whole, parameters


def _test(searchable: Searchable, column: str, condition: Condition) -> Sql:
    match searchable.kind:
        case Kind.TEXT:
            return _text_test(column, condition)
        case Kind.VALUE:
            return _value_test(column, condition)
        case Kind.NUMBER:
            return f"{column} {_comparison(condition)} ?", [_number(condition)]
        case Kind.DATE:
            return _date_test(column, condition)
        case Kind.FLAG:
            if condition.test is not Test.EQUALS:
                raise InvalidValue(f"{condition.field} can only be tested with EQUALS.")
            return column, []


def _text_test(column: str, condition: Condition) -> Sql:
    criteria = condition.criteria
    match condition.test:
        case Test.STARTS_WITH:
            end = _behind(criteria)
            if end is None:
                return f"{column} >= ?", [criteria]
            return f"({column} >= ? AND {column} < ?)", [criteria, end]
        case Test.ENDS_WITH:  # as bytes, because SQLite's own length stops at a NUL
            tail = criteria.encode()
            return f"substr(CAST({column} AS BLOB), ?) = ?", [-len(tail), tail]
        case Test.CONTAINS:
            return f"instr({column}, ?) > 0", [criteria]
        case _:
            return f"{column} {COMPARISONS[condition.test]} ?", [criteria]


def _value_test(column: str, condition: Condition) -> Sql:
    """Order between numbers is that of numbers: 10 is greater than 9."""
    if condition.test in (Test.LESS, Test.GREATER, Test.GREATER_EQUAL) and _NUMBER.fullmatch(
        condition.criteria
    ):
        is_number = f"({column} GLOB '[-+.0-9]*' AND {column} NOT GLOB '?*[^.0-9]*')"
        comparison = f"CAST({column} AS REAL) {COMPARISONS[condition.test]} ?"
        return f"({is_number} AND {comparison})", [_number(condition)]
    return _text_test(column, condition)


def _date_test(column: str, condition: Condition) -> Sql:
    first, last = days.span(condition.criteria, condition.field)
    match condition.test:
        case Test.EQUALS:
            return f"{column} BETWEEN ? AND ?", [first, last]
        case Test.LESS | Test.GREATER_EQUAL:
            return f"{column} {COMPARISONS[condition.test]} ?", [first]
        case Test.GREATER:
            return f"{column} > ?", [last]
        case _:
            raise _not_for(condition)


def _comparison(condition: Condition) -> str:
    if condition.test not in COMPARISONS:
        raise _not_for(condition)
    return COMPARISONS[condition.test]


def _not_for(condition: Condition) -> InvalidValue:
    return InvalidValue(f"{condition.field} cannot be tested with {condition.test.value}.")


def _number(condition: Condition) -> float:
    if not _NUMBER.fullmatch(condition.criteria) or not math.isfinite(float(condition.criteria)):
        raise InvalidValue(f"The criteria of {condition.field} must be a number.")
    return float(condition.criteria)


def _truth(condition: Condition) -> bool:
    truth = _TRUTHS.get(condition.criteria.lower())
    if truth is None:
        raise InvalidValue(f"The criteria of {condition.field} must be true or false.")
    return truth


def _behind(prefix: str) -> str | None:
    """The least text behind all that start with a prefix, or None where there is none."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    last = ord(stem[-1]) + 1
    if 0xD800 <= last <= 0xDFFF:  # half a surrogate pair is no character
        last = 0xE000
    return stem[:-1] + chr(last)
