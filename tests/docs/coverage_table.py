"""The table of docs/coverage.md: what stands behind each of the 42 methods, counted by playing the exchanges."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import test_golden_exchanges, test_roles
from tests.exchanges import test_the_client_plays
from tests.openapi.description import operations

Exchange = dict[str, Any]
Player = Callable[[Exchange], None]
"""Plays one exchange; raises whatever a test may raise where it does not pass."""

EXCHANGES = Path(__file__).parent.parent / "exchanges"

# The methods in the order of the vendor's pages.
METHODS = {
    "Contact": (
        "Bulk Contact Download",
        "Create Contact",
        "Bulk Create Contact",
        "Delete Contact",
        "Find Matching Contact",
        "List Contact",
        "Read Contact",
        "Update Contact",
        "Bulk Update Contact",
        "Update Contact DND",
        "Update Multiple Contacts' DND",
        "List Accounts Associated with the Contact",
    ),
    "Contact Groups": (
        "Create Contact Group",
        "List Contact Group",
        "Read Contact Group",
        "Update Contact Group",
    ),
    "Contact Notes": ("List Contact Notes", "Read Contact Note"),
    "Custom Field": ("List Custom Field", "Read Custom Field", "Update Custom Field"),
    "Account": (
        "Create Account",
        "Create Multiple Accounts",
        "Read Account",
        "List Accounts",
        "Find Matching Accounts",
        "Update Account",
        "Add Note to Account",
        "Delete Account",
    ),
    "Link / Unlink": (
        "Link Account to Contact",
        "Link Account to Multiple Contacts",
        "Unlink an Account With a Contact",
    ),
    "Account Classifications": (
        "Create Classification",
        "Read Classification",
        "List All Classification",
        "Update Classification",
        "Delete Classification",
    ),
    "Account Types": ("Create Type", "Read Type", "List All Types", "Update Type", "Delete Type"),
}

# Who plays the side of the emulator, and who that of a client: by the name under `players` of an exchange, or by another
# name where they play whatever they do not skip.
EMULATOR: dict[str, Player] = {"emulator": test_golden_exchanges.test_the_answer_is_the_documented_one}
CLIENTS: dict[str, Player] = {
    "client": test_the_client_plays.test_the_client_sends_what_is_documented_and_understands_the_answer,
}

HEAD = """\
# What stands behind each method

Made by `tests/docs/test_coverage_table.py`; `UPDATE_GOLDEN=1` writes it anew. Do not edit it by hand.

- **emulator**, **client**: golden exchanges of `tests/exchanges/` that pass, of those that are theirs to play.
  The client is lvstate's own, which knows the four kinds it manages, or `lvstate api`.
- **OpenAPI**: the operation in `schemas/openapi.json` (`lvstate schema openapi`).
- **roles**: who may call it by the matrix of `tests/emulator/test_roles.py`, which tries all of Sysadmin, sUperuser,
  Manager, It user and agents: it demands an answer for these and a 403 for the others.
"""


@dataclass(frozen=True)
class Row:
    """One method."""

    method: str
    emulator: str
    client: str
    operation: str
    roles: str

    def __str__(self) -> str:
        cells = (self.method, self.emulator, self.client, self.operation, self.roles)
        return f"| {' | '.join(cells)} |"


def render() -> str:
    """The whole page."""
    return HEAD + "".join(_section(title, methods) for title, methods in METHODS.items())


def rows(methods: tuple[str, ...]) -> Iterator[Row]:
    """The rows of these methods; what a method does not have is a dash."""
    by_method = {method: operation.id for operation in operations() for method in operation.methods}
    known = _exchanges()
    for method in methods:
        operation, tried = by_method.get(method), test_roles.MATRIX.get(method)
        yield Row(
            method,
            _played(known.get(method, []), EMULATOR),
            _played(known.get(method, []), CLIENTS),
            f"`{operation}`" if operation else "-",
            " ".join(tried[2]) if tried else "-",
        )


def _section(title: str, methods: tuple[str, ...]) -> str:
    lines = [
        "",
        f"## {title}",
        "",
        "| method | emulator | client | OpenAPI | roles |",
        "|---|---|---|---|---|",
        *map(str, rows(methods)),
    ]
    return "\n".join(lines) + "\n"


def _exchanges() -> dict[str, list[Exchange]]:
    documents = [json.loads(file.read_text("utf-8")) for file in sorted(EXCHANGES.glob("*.json"))]
    return {document["method"]: document["exchanges"] for document in documents}


def _played(exchanges: list[Exchange], players: dict[str, Player]) -> str:
    """How many exchanges pass with each of the players that plays them, of how many that any plays."""
    outcomes: list[bool] = []
    for exchange in exchanges:
        others = {"emulator", "client"} - set(exchange.get("players", ["emulator", "client"]))
        passed = [_passes(player, exchange) for name, player in players.items() if name not in others]
        if any(outcome is not None for outcome in passed):
            outcomes.append(False not in passed)
    return f"{sum(outcomes)} of {len(outcomes)}" if outcomes else "-"


def _passes(player: Player, exchange: Exchange) -> bool | None:
    """Whether it passes; None where the player skips it."""
    try:
        player(exchange)
    except pytest.skip.Exception:
        return None
    except Exception:  # noqa: BLE001 - whatever it is, the exchange did not pass
        return False
    return True
