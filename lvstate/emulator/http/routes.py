"""The route table: every operation that a module of `resources` declares, found by path, then by verb."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from lvstate.emulator.http import resources
from lvstate.emulator.http.operations import Operation


@dataclass(frozen=True)
class Route:
    """What answers at one path: operations for each verb, and the variable segments of this request."""

    operations: Mapping[str, Sequence[Operation]]
    segments: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether the path can be reached without a session."""
        return all(each.roles is None for same_verb in self.operations.values() for each in same_verb)


class Routes:
    """All paths, or `strict` only those of the Method lines; static segments win over variable ones."""

    def __init__(self, operations: Iterable[Operation], *, strict: bool = False) -> None:
        self.operations = tuple(operations)
        by_path: dict[str, dict[str, list[Operation]]] = {}
        for operation in self.operations:
            for verb, path in operation.places(strict=strict):
                same = by_path.setdefault(path, {}).setdefault(verb, [])
                same.append(operation)
                if len(same) > 1 and any(each.is_meant is None for each in same):
                    raise ValueError(f"{verb} {path} is declared twice")
        self._by_path = by_path
        rules = [Rule(path, endpoint=path) for path in by_path]
        self._paths = Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False).bind("")

    def find(self, path: str | None) -> Route | None:
        """What answers at a path (`EmulatorRequest.routing_path`), or None."""
        if path is None:
            return None
        try:
            endpoint, segments = self._paths.match(path)
        except NotFound:
            return None
        return Route(self._by_path[endpoint], segments)


def all_routes(*, strict: bool = False) -> Routes:
    """The routes of every module in `resources`; a new module there needs no other mention."""
    modules = sorted(module.name for module in pkgutil.iter_modules(resources.__path__))
    found: list[Operation] = []
    for name in modules:
        found += importlib.import_module(f"{resources.__name__}.{name}").OPERATIONS
    return Routes(found, strict=strict)
