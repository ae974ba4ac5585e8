"""A project as it is read from disk for one environment: declarations, policy, target."""

from collections.abc import Mapping
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple, Self

from lvstate.model.problem import Problem, Source
from lvstate.model.resource import Declared, Removal


class UnlistedMode(Enum):
    """What becomes of live objects that no manifest declares."""

    REPORT = "report"
    IGNORE = "ignore"
    DRIFT = "drift"
    DELETE = "delete"


class Pattern(NamedTuple):
    """`kind/glob`, matched case-sensitively; what the glob sees is the caller's choice."""

    kind: str
    glob: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split `kind/glob`; raises ValueError when there is no slash or a side is empty."""
        kind, slash, glob = text.partition("/")
        if not (kind and slash and glob):
            raise ValueError(text)
        return cls(kind, glob)

    def matches(self, kind: str, name: str) -> bool:
        """Whether an object of `kind` called `name` is meant; `*` stands for every kind."""
        return self.kind in ("*", kind) and fnmatchcase(name, self.glob)

    def __str__(self) -> str:
        """Return the pattern as it is written."""
        return f"{self.kind}/{self.glob}"


class Selection(NamedTuple):
    """`--select` and `--exclude`: patterns of addresses. Nothing selected means everything."""

    select: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    def __bool__(self) -> bool:
        """Whether the run is narrowed at all."""
        return bool(self.select or self.exclude)

    def touches(self, kind: str) -> bool:
        """Whether any address of this kind may be looked at."""
        return not self.select or any(p.kind in ("*", kind) for p in self.select)

    def includes(self, kind: str, address: str) -> bool:
        """Whether the run looks at this address."""
        chosen = not self.select or any(p.matches(kind, address) for p in self.select)
        return chosen and not any(p.matches(kind, address) for p in self.exclude)


EVERYTHING = Selection()
"""A run that is not narrowed."""


class Policy(NamedTuple):
    """What the project file says about objects as a whole."""

    unlisted: Mapping[str, UnlistedMode] = {}
    """By kind; a kind that is not named is reported."""
    unlisted_sources: Mapping[str, Source] = {}
    ignore: tuple[Pattern, ...] = ()
    protect: tuple[Pattern, ...] = ()
    max_deletes: int = 5
    empty_kind_allowed: bool = False

    def mode(self, kind: str) -> UnlistedMode:
        """How unlisted objects of `kind` are treated."""
        return self.unlisted.get(kind, UnlistedMode.REPORT)


class Environment(NamedTuple):
    """One target: a name and where it is."""

    name: str
    url: str
    url_source: Source | None = None
    """Where the project file says so; None when LVSTATE_URL does."""
    client: str | None = None
    sole: bool = True
    """Whether this run serves only this environment, so that the plain LVSTATE_* names apply."""


class Project(NamedTuple):
    """Everything a command needs to know from disk.

    Declarations stand in manifest order: files by path, then by position.
    """

    root: Path
    environment: Environment
    declared: tuple[Declared, ...]
    removals: tuple[Removal, ...]
    policy: Policy
    warnings: tuple[Problem, ...] = ()
    released: tuple[Declared, ...] = ()
    """Declared, but left alone in this environment: their live objects are treated as ignored."""
    baseline: "Baseline | None" = None
    """The same project as it was, for a three-way plan."""

    def kinds(self) -> frozenset[str]:
        """The kinds that are declared, removed or configured: no other is ever read."""
        named = {d.kind for d in self.declared} | {r.kind for r in self.removals}
        return frozenset(named | set(self.policy.unlisted))


class Commit(NamedTuple):
    """A commit of the repository, and the ref by which somebody named it."""

    ref: str
    id: str

    def __str__(self) -> str:
        """Return how people recognise it: `main (1a2b3c4)`."""
        return self.id[:7] if self.ref == self.id else f"{self.ref} ({self.id[:7]})"


class Baseline(NamedTuple):
    """A project as it was at a commit; `allow_create` may be created although it was there already."""

    commit: Commit
    project: Project
    allow_create: tuple[str, ...] = ()
    """Printed addresses."""
