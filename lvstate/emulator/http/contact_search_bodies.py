"""A contact search as it is written: JSON to a tree and its sorts (contact-api.txt: Find Matching Contact).

Where the page is silent: a tree has at most 100 conditions and is at most 50 deep, and there are at most 20
sorts; a criterion must not be empty.
"""

from __future__ import annotations

from lvstate.emulator.backend.contact_search import Condition, ContactSearch, Node, Rule, Sort, Test
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.bodies import Fields, as_object

MAX_CONDITIONS = 100
MAX_DEPTH = 50
MAX_SORTS = 20
MAX_LENGTH = 255


def contact_search(body: Fields) -> ContactSearch:
    """`{"search": node, "sort"?: [{"field", "order"}]}`, where a lone sort needs no array.

    Raises InvalidValue.
    """
    search = body.nested("search")
    if search is None:
        raise InvalidValue("search is required.")
    root = _node(search, MAX_DEPTH)
    if _conditions(root) > MAX_CONDITIONS:
        raise InvalidValue(f"A search has at most {MAX_CONDITIONS} conditions.")
    return ContactSearch(root, _sorts(body))


def _node(node: Fields, depth: int) -> Node:
    if depth == 0:
        raise InvalidValue(f"A search is at most {MAX_DEPTH} rules deep.")
    is_negated = bool(node.boolean("isNegated"))
    if node.has("rule") == node.has("field"):
        raise InvalidValue("A node of a search has either a rule or a field.")
    if not node.has("rule"):
        return _condition(node)
    rule = node.required_text("rule")
    if rule not in ("AND", "OR"):
        raise InvalidValue("rule must be AND or OR.")
    left, right = node.nested("left"), node.nested("right")
    if left is None or right is None:
        raise InvalidValue("A rule needs left and right.")
    return Rule(rule == "AND", _node(left, depth - 1), _node(right, depth - 1), is_negated)


def _condition(node: Fields) -> Condition:
    """A leaf; its own `isNegated` has no effect, as the vendor says."""
    field, criteria = node.required_text("field"), node.required_text("criteria")
    if len(criteria) > MAX_LENGTH:
        raise InvalidValue(f"criteria must not be longer than {MAX_LENGTH} characters.")
    try:
        test = Test(node.required_text("condition"))
    except ValueError:
        raise InvalidValue(f"condition must be one of {', '.join(each.value for each in Test)}.") from None
    return Condition(field, test, criteria)


def _conditions(node: Node) -> int:
    return 1 if isinstance(node, Condition) else _conditions(node.left) + _conditions(node.right)


def _sorts(body: Fields) -> tuple[Sort, ...]:
    given = body.values.get("sort")
    entries = [given] if isinstance(given, dict) else body.array("sort") or []
    if len(entries) > MAX_SORTS:
        raise InvalidValue(f"A search has at most {MAX_SORTS} sorts.")
    return tuple(_sort(as_object(entry, "An entry of sort")) for entry in entries)


def _sort(entry: Fields) -> Sort:
    field, order = entry.required_text("field"), entry.required_text("order").upper()
    if order not in ("ASC", "DESC"):
        raise InvalidValue("order must be ASC or DESC.")
    return Sort(field, is_descending=order == "DESC")
