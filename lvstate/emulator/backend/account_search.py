"""What an account search asks for, as the SQL of one query (account-api.txt: Find Matching Accounts).

Text matches where it is contained, case counting; numbers, ids and the accounts of contacts match exactly;
all criteria must hold. Only the keys named here reach the SQL, everything else travels as a parameter. What
is not stored has no key: the history and the error of secure fields; nor have their values, which are secret.
In a custom field or an address, text behind a NUL is not found, because SQLite's JSON functions end there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lvstate.emulator.backend import tenant
from lvstate.emulator.backend.account_fields import ADDRESS_FIELDS, ADDRESS_PARTS, INTEGER_FIELDS, TEXT_FIELDS

CONTAINS, EQUALS, AT_LEAST, AT_MOST = "instr({}, ?) > 0", "{} = ?", "{} >= ?", "{} <= ?"


@dataclass(frozen=True)
class Criterion:
    """One test of a search: its key, and the values that its SQL takes."""

    key: str
    values: tuple[str | int, ...]


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


_TEAM_NAMES = " ".join(f"WHEN {team} THEN '{name}'" for team, name in tenant.TEAM_NAMES.items() if name)

# Text that is not a column of its own name.
_TEXT_EXPRESSIONS = {
    "site": "location",
    "classificationName": "(SELECT c.name FROM account_classification c WHERE c.id = account.classificationId)",
    "typeName": "(SELECT t.name FROM account_type t WHERE t.id = account.typeId)",
    "agentName": "NULL",  # the tenant knows its agents by their ids only
    "agentTeamName": f"CASE account.agentTeamId {_TEAM_NAMES} END",
}
_ADDRESS_EXPRESSIONS = {
    f"{address}.{part}": f"json_extract({address}, '$.{part}')"
    for address in ADDRESS_FIELDS
    for part in ADDRESS_PARTS
}
_LINK = "SELECT l.{} FROM account_link l WHERE l.accountId = account.id ORDER BY l.id LIMIT 1"

_CONTAINED = {
    **{key: key for key in TEXT_FIELDS if key != "campaignId"},
    **{key: key for key in ("createdBy", "modifiedBy", "location")},
    **_TEXT_EXPRESSIONS,
    **_ADDRESS_EXPRESSIONS,
}
_EQUAL_TEXT = {"campaignId": "campaignId", "primaryAccountContact": f"({_LINK.format('contact')})"}
_EQUAL_NUMBERS = {
    **{key: key for key in (*INTEGER_FIELDS, "id", "number", "createdDate", "modifiedDate")},
    "clientId": f"(0 + {tenant.CLIENT_ID})",  # a bare number would be the number of a column to sort by
    "primaryContact": f"({_LINK.format('id')})",
}
_RANGES = ("createdDate", "modifiedDate", "annualRevenue")

TEXT_KEYS = frozenset(_CONTAINED) - frozenset(_ADDRESS_EXPRESSIONS) | frozenset(_EQUAL_TEXT)
"""The keys of a search body that take text."""

NUMBER_KEYS = frozenset(_EQUAL_NUMBERS) | {f"{key}{end}" for key in _RANGES for end in ("Start", "End")}
"""The keys of a search body that take a number."""

SORTABLE: Mapping[str, str] = {**_CONTAINED, **_EQUAL_TEXT, **_EQUAL_NUMBERS}
"""The SQL of each attribute with one value; those of addresses are written with a dot."""

_CONDITIONS: Mapping[str, str] = {
    **{key: CONTAINS.format(column) for key, column in _CONTAINED.items()},
    **{
        key: f"{CONTAINS.format(key.partition('.')[0])} AND {CONTAINS.format(expression)}"
        for key, expression in _ADDRESS_EXPRESSIONS.items()
    },
    **{key: EQUALS.format(column) for key, column in (_EQUAL_TEXT | _EQUAL_NUMBERS).items()},
    **{f"{key}Start": AT_LEAST.format(key) for key in _RANGES},
    **{f"{key}End": AT_MOST.format(key) for key in _RANGES},
    # The name of a field and a part of its value.
    "customFields": "instr(account.customFields, ?) > 0 AND EXISTS (SELECT 1 FROM json_each(account.customFields) f"
    " WHERE json_extract(f.value, '$.field') = ? AND instr(json_extract(f.value, '$.value'), ?) > 0)",
    # The account of a contact.
    "contacts": "account.id IN (SELECT l.accountId FROM account_link l WHERE l.contact = ?)",
    # Parts of the name and of the description, where empty asks for nothing.
    "notes": "EXISTS (SELECT 1 FROM account_note n WHERE n.accountId = account.id"
    " AND instr(n.name, ?) > 0 AND instr(coalesce(n.description, ''), ?) > 0)",
}


def where(search: AccountSearch) -> tuple[str, list[str | int]]:
    """The condition of a search, as SQL over the table `account`, and its parameters."""
    condition = " AND ".join(_CONDITIONS[criterion.key] for criterion in search.criteria)
    return condition or "TRUE", [value for criterion in search.criteria for value in _parameters(criterion)]


def _parameters(criterion: Criterion) -> tuple[str | int, ...]:
    if criterion.key == "customFields" or criterion.key in _ADDRESS_EXPRESSIONS:
        # Most accounts are passed over by a look at the stored text, which is much quicker than parsing it.
        return (json.dumps(criterion.values[-1], ensure_ascii=False)[1:-1], *criterion.values)
    return criterion.values


def order_by(search: AccountSearch) -> str:
    """The order of a search, as SQL over the table `account`; ids settle what is equal."""
    if search.order is None:
        return "id"
    return f"{SORTABLE[search.order.key]} {'DESC' if search.order.descending else 'ASC'}, id"
