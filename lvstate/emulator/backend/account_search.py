"""What an account search asks for, as the SQL of one query (account-api.txt: Find Matching Accounts).

Text matches where it is contained, case counting; numbers and ids match exactly; all criteria must hold. Only
the keys named here reach the SQL, everything else travels as a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from lvstate.emulator.backend.account_fields import ADDRESS_FIELDS, ADDRESS_PARTS, INTEGER_FIELDS, TEXT_FIELDS


class Test(Enum):
    """How a stored value is held against a criterion."""

    CONTAINS = "instr({column}, ?) > 0"
    EQUALS = "{column} = ?"
    AT_LEAST = "{column} >= ?"
    AT_MOST = "{column} <= ?"


@dataclass(frozen=True)
class Searchable:
    """A key of the search body: which column it asks about, and how."""

    column: str
    test: Test


@dataclass(frozen=True)
class Criterion:
    """One key of the search body and what was asked of it."""

    key: str
    value: str | int


@dataclass(frozen=True)
class Order:
    """The attribute to sort by; without one the order is that of the ids."""

    key: str
    descending: bool = False


@dataclass(frozen=True)
class AccountSearch:
    """A whole search."""

    criteria: Sequence[Criterion] = field(default_factory=tuple)
    order: Order | None = None


_CLASSIFICATION_NAME = "(SELECT c.name FROM account_classification c WHERE c.id = account.classificationId)"
_TYPE_NAME = "(SELECT t.name FROM account_type t WHERE t.id = account.typeId)"

SEARCHABLE_TEXT: Mapping[str, Searchable] = {
    **{key: Searchable(key, Test.CONTAINS) for key in TEXT_FIELDS if key != "campaignId"},
    **{key: Searchable(key, Test.CONTAINS) for key in ("createdBy", "modifiedBy", "location")},
    **{
        f"{address}.{part}": Searchable(f"json_extract({address}, '$.{part}')", Test.CONTAINS)
        for address in ADDRESS_FIELDS
        for part in ADDRESS_PARTS
    },
    "campaignId": Searchable("campaignId", Test.EQUALS),
    "classificationName": Searchable(_CLASSIFICATION_NAME, Test.CONTAINS),
    "typeName": Searchable(_TYPE_NAME, Test.CONTAINS),
}

SEARCHABLE_NUMBERS: Mapping[str, Searchable] = {
    **{
        key: Searchable(key, Test.EQUALS)
        for key in (*INTEGER_FIELDS, "id", "number", "createdDate", "modifiedDate")
    },
    **{
        f"{key}Start": Searchable(key, Test.AT_LEAST)
        for key in ("createdDate", "modifiedDate", "annualRevenue")
    },
    **{
        f"{key}End": Searchable(key, Test.AT_MOST) for key in ("createdDate", "modifiedDate", "annualRevenue")
    },
}

SORTABLE: Mapping[str, str] = {
    key: searchable.column
    for key, searchable in {**SEARCHABLE_TEXT, **SEARCHABLE_NUMBERS}.items()
    if searchable.test in (Test.CONTAINS, Test.EQUALS)
}


def where(search: AccountSearch) -> tuple[str, list[str | int]]:
    """The condition of a search, as SQL over the table `account`, and its parameters."""
    tests = [_searchable(criterion.key) for criterion in search.criteria]
    condition = " AND ".join(asked.test.value.format(column=asked.column) for asked in tests)
    return condition or "TRUE", [criterion.value for criterion in search.criteria]


def order_by(search: AccountSearch) -> str:
    """The order of a search, as SQL over the table `account`; ids settle what is equal."""
    if search.order is None:
        return "id"
    return f"{SORTABLE[search.order.key]} {'DESC' if search.order.descending else 'ASC'}, id"


def _searchable(key: str) -> Searchable:
    return SEARCHABLE_TEXT[key] if key in SEARCHABLE_TEXT else SEARCHABLE_NUMBERS[key]
