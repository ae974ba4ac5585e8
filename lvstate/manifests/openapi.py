"""Composes the published OpenAPI description of the vendor's APIs from its parts in `schemas/openapi/`.

`python -m lvstate.manifests.openapi` writes it (`make schemas`); a test demands that it is what this would write.
The parts are OpenAPI as it is, cut by resource: `root.yaml` is the head, every other part adds paths and
components, and none may repeat what another has.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from lvstate.manifests.schema import OPENAPI, schema_folder

PARTS = "openapi"
ROOT = "root.yaml"

Description = dict[str, Any]


def parts() -> list[Path]:
    """Return the files of the description, the head first, the others by name."""
    found = sorted((schema_folder() / PARTS).glob("*.yaml"))
    return sorted(found, key=lambda path: path.name != ROOT)


def compose() -> Description:
    """Return the whole description. Raises ValueError where two parts define the same thing."""
    head, *others = (yaml.safe_load(path.read_text("utf-8")) for path in parts())
    paths: Description = {}
    components: Description = {}
    for part in others:
        _add(paths, part.get("paths", {}))
        for section, entries in part.get("components", {}).items():
            _add(components.setdefault(section, {}), entries)
    return {**head, "paths": dict(sorted(paths.items())), "components": dict(sorted(components.items()))}


def render(description: Description) -> str:
    """Return the description as it is published."""
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"


def _add(known: Description, more: Description) -> None:
    if twice := known.keys() & more.keys():
        raise ValueError(f"{min(twice)} is in two parts of the description")
    known.update(more)


def main() -> None:
    """Write the description."""
    (schema_folder() / OPENAPI).write_text(render(compose()), "utf-8")


if __name__ == "__main__":
    main()
