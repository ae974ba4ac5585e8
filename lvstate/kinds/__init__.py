"""The kinds: one file each, found by being here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from lvstate.kinds.kind import Kind

__all__ = ["Kind", "all_kinds", "by_section", "kind_named"]


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which plans name them."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__) if m.name != "kind"]
    kinds: list[Kind] = [module.KIND for module in modules]
    return tuple(sorted(kinds, key=lambda kind: (kind.order, kind.name)))


@cache
def _by_name() -> dict[str, Kind]:
    return {kind.name: kind for kind in all_kinds()}


def kind_named(name: str) -> Kind:
    """Return the kind called `name`; raises KeyError."""
    return _by_name()[name]


def by_section(section: str) -> Kind | None:
    """Return the kind whose manifest section is `section`."""
    return next((kind for kind in all_kinds() if kind.section == section), None)
