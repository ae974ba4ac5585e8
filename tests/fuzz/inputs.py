"""Makes inputs that nobody would write: bytes mutated, files spliced, YAML tokens shuffled, documents generated."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]

TOKENS = [
    *"{}[],:-?|>'\"#&*!%@`~\n \t\\=<$",
    "\n  ", "\n    ", ": ", "- ", "? ", "---\n", "...\n", "<<: ", "*a", "&a ", "!!str ", "!x ", "%YAML 1.1\n", "|\n", ">-\n", "''", '""',
    "${var.", "${var.region}", "$${var.", "}", "\\ud800", "\\U00110000", "\\x00", "\\", "\ufeff", "\u2028", "\x85", "\r", "\r\n", "\0",
    "no", "010", "0x1F", "12:30", "2024-01-01", "1e3", ".inf", "null", "true", "9" * 25, "-1", "0", "1.5",
    "version: 1\n", "contact_groups:\n", "custom_fields:\n", "account_types:\n", "removed:\n", "COL1: ", "name: ", "label: ", "id: ", "level: ",
    "previous_names: ", "data_type: LIST", "list_values: ", "reason: ", "in_use: allow", "environments: ", "url: ", "manifests: ", "variables: ",
    "unlisted: ", "ignore: ", "protect: ", "limits: ", "max_deletes: ", "contact_group/*", "a: ", "A", "\u00e9", "e\u0301", "\u202e", "\U0001f600",
]  # fmt: skip
KEYS = [
    "version", "contact_groups", "custom_fields", "account_classifications", "account_types", "removed", "name", "label", "id", "level",
    "previous_names", "data_type", "list_values", "reason", "in_use", "a", "b", "COL1", "COL30", "environments", "url", "client", "manifests",
    "variables", "default", "type", "unlisted", "ignore", "protect", "limits", "max_deletes", "empty_kind", "default_environment", "x y", "",
]  # fmt: skip
LEAVES: Sequence[Any] = [
    1, 0, -1, 2, 7, 10**18, 10**25, True, False, None, "", " ", "A", "B", "LIST", "DATE", "allow", "no", "~", "report", "delete", "drift",
    "emulator:", "manifests/", "**/*.yaml", "[z-a]", "contact_group/*", "account_type/[", "${var.r}", "${var.", "x" * 200, "e\u0301", "\u00e9", [], {},
]  # fmt: skip


def seeds() -> list[bytes]:
    """The files that are mutated: those of the test cases and of the examples."""
    folders = (TESTS / "schemas", TESTS / "manifests" / "cases", TESTS.parent / "examples")
    found = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.y*ml"))]
    return [data for data in found if len(data) < 20_000]


class Maker:
    """Makes inputs from a seed; the same seed makes the same inputs."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (no secrets)
        self._seeds = seeds()
        self._ways: list[Callable[[], bytes]] = [
            self._flipped,
            self._spliced,
            self._shuffled,
            self._tokens,
            self._document,
        ]

    def manifest(self) -> bytes:
        """Make what a manifest or a project file might hold."""
        return self._dice.choice(self._ways)()

    def plan(self, whole: dict[str, Any]) -> bytes:
        """Make what a plan file might hold, from one that is right."""
        text = json.dumps(whole)
        match self._dice.randrange(4):
            case 0:
                return self._flip(text.encode())
            case 1:
                return self._mix(
                    text,
                    ['"', "{", "}", "[", "]", ",", ":", "null", "1e999", "NaN", "-1", '"a"', "\\ud800", "\0"],
                ).encode()
            case _:
                document = json.loads(text)
                for _ in range(self._dice.randint(1, 4)):
                    self._bend(document)
                return json.dumps(document).encode()

    def _flipped(self) -> bytes:
        return self._flip(self._dice.choice(self._seeds))

    def _flip(self, data: bytes) -> bytes:
        found = bytearray(data)
        for _ in range(self._dice.randint(1, 8)):
            place = self._dice.randrange(len(found) + 1)
            match self._dice.randrange(4):
                case 0:
                    found[place : place + 1] = bytes([self._dice.randrange(256)])
                case 1:
                    del found[place : place + self._dice.randint(1, 8)]
                case 2:
                    found[place:place] = bytes([self._dice.randrange(256)]) * self._dice.choice((1, 1, 2, 40))
                case _:
                    found[place:place] = found[place : place + self._dice.randint(1, 60)]
        return bytes(found)

    def _spliced(self) -> bytes:
        first, second = self._dice.choice(self._seeds), self._dice.choice(self._seeds)
        return first[: self._dice.randrange(len(first) + 1)] + second[self._dice.randrange(len(second) + 1) :]

    def _shuffled(self) -> bytes:
        return self._mix(self._dice.choice(self._seeds).decode("utf-8", "replace"), TOKENS).encode()

    def _mix(self, text: str, tokens: Sequence[str]) -> str:
        for _ in range(self._dice.randint(1, 6)):
            place = self._dice.randrange(len(text) + 1)
            text = text[:place] + self._dice.choice(tokens) + text[place + self._dice.choice((0, 0, 1, 5)) :]
        return text

    def _tokens(self) -> bytes:
        head = self._dice.choice(("", "version: 1\n", "version: 1\ncontact_groups:\n  a: "))
        return (head + "".join(self._dice.choices(TOKENS, k=self._dice.randint(1, 60)))).encode()

    def _document(self) -> bytes:
        document = {"version": 1, **self._mapping(0)}
        return json.dumps(document, ensure_ascii=self._dice.random() < 0.5).encode("utf-8", "surrogatepass")

    def _mapping(self, depth: int) -> dict[str, Any]:
        return {self._dice.choice(KEYS): self._value(depth + 1) for _ in range(self._dice.randint(0, 5))}

    def _value(self, depth: int) -> Any:
        chosen = self._dice.random()
        if depth > 5 or chosen < 0.45:
            return self._dice.choice(LEAVES)
        return (
            self._mapping(depth)
            if chosen < 0.85
            else [self._value(depth + 1) for _ in range(self._dice.randint(0, 4))]
        )

    def _bend(self, document: Any) -> None:
        """Change, remove or add one value somewhere."""
        holder: Any = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                return
            key = self._dice.choice(keys)
            if isinstance(holder[key], dict | list) and holder[key] and self._dice.random() < 0.8:
                holder = holder[key]
                continue
            match self._dice.randrange(4):
                case 0:
                    del holder[key]
                case 1 if isinstance(holder, list):
                    holder.append(holder[key])
                case _:
                    holder[key] = self._dice.choice(LEAVES)
            return
