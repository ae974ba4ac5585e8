"""Prints the plan document of a project in which everything happens; run under different hash seeds."""

from __future__ import annotations

import json
import sys

from lvstate.model.change import Usage
from lvstate.model.document import plan_document
from tests.engine.declarations import (
    account_type,
    classification,
    column,
    group,
    plan,
    project,
    removal,
)
from tests.engine.model_tenant import ModelTenant
from tests.engine.stepping import Stage


def busy_plan(seed: int = 0, *, reversed_listings: bool = False, parallelism: int = 4) -> str:
    """The plan document as JSON: creates, renames, slots, blocked, unlisted and warnings of every code."""
    tenant = ModelTenant(
        Stage(seed),
        contact_group={
            n: {"name": name} for n, name in enumerate(("A", "B", "C", "Twin", "Twin", "gold", "GOLD"))
        },
        custom_field={
            "COL1": {
                "label": "Colour",
                "data_type": "LIST",
                "list_values": ("red", "green", "blue", "black"),
            },
            "COL10": {"label": "Stray"},
            "COL9": {"label": "Stray"},
        },
        account_type={n: {"name": f"Type {n}", "level": n} for n in range(12)},
        account_classification={1: {"name": "Gold", "level": 1}, 2: {"name": "GOLD", "level": 2}},
    )
    tenant.reversed = reversed_listings
    tenant.accounts |= {3: Usage(5), 4: Usage(1000, more=True)}
    wanted = project(
        group("a", "B", pin=0),
        group("b", "A", pin=1),
        group("t", "Twin"),
        group("z", "Zulu"),
        group("y", "Golden\u200b"),
        group("x", "Gold"),
        column("COL2", label="New", data_type="DATE"),
        column("COL1", label="Shade", data_type="LIST", list_values=("white",)),
        column("COL3", data_type="DATE"),
        classification("g", "gold"),
        classification("h", "Gold", level=4),
        account_type("n2", "New 2", level=4),
        account_type("n1", "New 1", level=3),
        account_type("p", "Pinned", pin=77),
        *(removal("account_type", f"t{n}", f"Type {n}", in_use_allowed=n == 4) for n in range(5)),
        unlisted={"account_type": "drift", "contact_group": "report"},
        protect=["account_type/Type 2"],
    )
    return json.dumps(plan_document(plan(tenant, wanted, parallelism=parallelism)))


if __name__ == "__main__":
    sys.stdout.write(busy_plan())
