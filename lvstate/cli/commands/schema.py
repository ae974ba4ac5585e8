"""`lvstate schema`: prints the JSON Schemas of what users write and what lvstate prints."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from lvstate.cli.options import global_options
from lvstate.errors import Exit, UsageError


@click.command(name="schema")
@click.argument("name", required=False)
@global_options
def command(name: str | None, **_: Any) -> int:
    """Print the JSON Schema called NAME; without NAME, all of them in one object by name.

    `openapi` prints the OpenAPI description of the vendor's two APIs and the session calls.
    """
    from lvstate.manifests import schema_named, schema_names

    names = schema_names()
    known = (*names, "openapi")  # no JSON Schema, hence not among those of no NAME
    if name is not None and name not in known:
        raise UsageError(f"there is no schema {name!r}", hint=f"choose one of {', '.join(known)}")
    document = schema_named(name) if name else {each: schema_named(each) for each in names}
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return Exit.OK
