"""A plan of thousands of changes, as a first import into a grown tenant may be."""

from __future__ import annotations

from lvstate.model.change import Blocked, Change, Create, Delete, FieldChange, Plan, Update, Usage
from lvstate.model.problem import Source
from tests.views.examples import FINGERPRINT, PRODUCTION


def busy_plan(changes: int = 5_000, deletes: int = 300, blocked: int = 300) -> Plan:
    """So many changes, `deletes` of them deletes, and as many blocked items beside them."""
    source = Source("environments/production/manifests/contact-groups.yaml", 1234, 3)
    made: list[Change] = []
    for number in range(changes - deletes):
        if number % 3 == 0:
            name = f"Collections West Early Stage {number}"
            made.append(
                Create("contact_group", f"west-{number}", name, (FieldChange("name", None, name),), source)
            )
        elif number % 3 == 1:
            old, new = f"Client Bank of America {number}", f"Client BOA {number}"
            moved = FieldChange("name", old, new)
            made.append(
                Update("contact_group", f"boa-{number}", new, 20_000 + number, (moved,), source=source)
            )
        else:
            level, named = (
                FieldChange("level", number, number + 1),
                FieldChange("name", f"T {number}", f"Type {number}"),
            )
            made.append(
                Update("account_type", f"t-{number}", f"Type {number}", number, (named, level), source=source)
            )
    for number in range(deletes):
        name = f"Legacy account type {number}"
        fields = (FieldChange("name", name, None), FieldChange("level", number, None))
        made.append(Delete("account_type", f"old-{number}", name, 90_000 + number, fields, Usage(0), source))
    stopped = tuple(
        Blocked(
            "account_classification",
            f"gone-{number}",
            f"Retired classification {number}",
            "delete",
            "in-use",
            "12 accounts use it",
            "move them to another one first, or say `in_use: allow` in the entry under `removed:`",
            (70_000 + number,),
            Usage(12),
            source,
        )
        for number in range(blocked)
    )
    return Plan(PRODUCTION, "production", tuple(made), stopped, (), (), FINGERPRINT)
