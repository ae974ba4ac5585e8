"""One module a section of the tenant document, each with `SECTION`; `all_sections` finds them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from lvstate.emulator.section import Section


@cache
def all_sections() -> tuple[Section, ...]:
    """Every section, those that others refer to first; a new module here needs no other mention."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}").SECTION for name in names]
    return tuple(sorted(found, key=lambda section: section.rank))
