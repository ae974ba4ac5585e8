"""The manifests' room: files come in, a Project comes out, or InvalidInput with every problem and its place.

Nothing here is imported before it is asked for: most commands need one door only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lvstate.manifests.baseline import load_baseline, load_project_at
    from lvstate.manifests.files import DiskFiles, Files
    from lvstate.manifests.files import Kind as FileKind
    from lvstate.manifests.loader import check_project, load_environment, load_project
    from lvstate.manifests.schema import schema_named, schema_names
    from lvstate.manifests.writer import render, render_document

__all__ = [
    "DiskFiles",
    "FileKind",
    "Files",
    "check_project",
    "load_baseline",
    "load_environment",
    "load_project",
    "load_project_at",
    "render",
    "render_document",
    "schema_named",
    "schema_names",
]

_HOMES = {
    "DiskFiles": ("files", "DiskFiles"),
    "FileKind": ("files", "Kind"),
    "Files": ("files", "Files"),
    "check_project": ("loader", "check_project"),
    "load_baseline": ("baseline", "load_baseline"),
    "load_environment": ("loader", "load_environment"),
    "load_project": ("loader", "load_project"),
    "load_project_at": ("baseline", "load_project_at"),
    "render": ("writer", "render"),
    "render_document": ("writer", "render_document"),
    "schema_named": ("schema", "schema_named"),
    "schema_names": ("schema", "schema_names"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)
