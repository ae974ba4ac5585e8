"""Publishes the JSON Schemas of the emulator's documents, which are made of the shapes it judges by.

`python -m lvstate.emulator.schemas` writes them; a test demands that they are what it would write.
"""

from __future__ import annotations

import json
from pathlib import Path

from lvstate.emulator import fault_documents, tenant_document


def compose() -> dict[str, str]:
    """The schemas as text, by name."""
    schemas = {"emulator-faults": fault_documents.schema(), "emulator-tenant": tenant_document.schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def main() -> None:
    """Write them into the checkout."""
    for name, text in compose().items():
        (Path(__file__).parents[2] / "schemas" / f"{name}.schema.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
