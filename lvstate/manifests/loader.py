"""Puts a project together for one environment: files in, declarations out, every problem collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lvstate.errors import InvalidInput, UsageError
from lvstate.manifests import clashes
from lvstate.manifests.entries import Entry, Layer, gather, patch
from lvstate.manifests.files import DiskFiles, Fault, Files, Found, find
from lvstate.manifests.project import ProjectFile, Target, read_project
from lvstate.manifests.reader import read, without_collector
from lvstate.manifests.text import alike
from lvstate.manifests.tree import Document
from lvstate.manifests.variables import Variables
from lvstate.model.problem import Problem, Severity
from lvstate.model.project import Environment, Project
from lvstate.model.resource import Declared, Removal, Value

MOST_PROBLEMS = 100
"""How many errors, and how many warnings, are told in one run."""


def load_project(
    root: Path,
    environment: str | None = None,
    *,
    url: str | None = None,
    client: str | None = None,
    files: Files | None = None,
    found: Callable[[Environment], object] = lambda _: None,
) -> Project:
    """Read a project for one environment; raises InvalidInput with every problem, UsageError for a wrong choice.

    `url` and `client` win over the project file. `files` reads from elsewhere than the folder `root`.
    `found` is told the environment before any manifest is read.
    """
    with without_collector():
        loading = _Loading(files or _disk(root))
        target = choose(loading.project, environment)
        if target is None:
            loading.check(None)
            raise _invalid(loading.problems())
        chosen = _environment(target, url, client)
        found(chosen)
        return _load(root, loading, target, chosen)


def check_project(
    root: Path, environment: str | None = None, *, files: Files | None = None
) -> tuple[Problem, ...]:
    """Return all problems and warnings of a project, in one environment or in every one."""
    try:
        loading = _Loading(files or _disk(root))
    except InvalidInput as error:
        return _ordered(problem for problem in error.problems if isinstance(problem, Problem))
    chosen = [choose(loading.project, environment)] if environment else list(loading.project.targets.values())
    for target in chosen or [None]:
        loading.check(target)
    return loading.problems()


def _load(root: Path, loading: _Loading, target: Target, environment: Environment) -> Project:
    content = loading.check(target)
    problems = loading.problems()
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise _invalid(problems)
    return Project(
        root,
        environment,
        tuple(_declared(entry) for entry in content.declared),
        tuple(_removal(entry) for entry in content.removals),
        loading.project.policy,
        problems,
        tuple(_declared(entry) for entry in content.released),
    )


def load_environment(
    root: Path,
    environment: str | None = None,
    *,
    url: str | None = None,
    client: str | None = None,
    files: Files | None = None,
) -> tuple[Path, Environment]:
    """Read the project file alone, for a command that needs a tenant and no manifests; raises as `load_project`."""
    project = read_project(files or _disk(root))
    target = choose(project, environment)
    problems = _ordered(project.document.problems)
    if target is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise _invalid(problems)
    return root, _environment(target, url, client)


def choose(project: ProjectFile, environment: str | None) -> Target | None:
    """Return the environment to use; None when the project file is too broken to tell; raises UsageError."""
    targets = project.targets
    if "environments" in project.broken or not targets:
        return None
    if environment is None:
        if project.default is not None:
            return targets[project.default]
        if "default_environment" in project.broken or len(targets) == 1:
            return next(iter(targets.values()))
        raise UsageError("name an environment", hint=f"`-e NAME`; there are {', '.join(targets)}.")
    if environment not in targets:
        close = alike(environment, targets)
        hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(targets)}."
        raise UsageError(f"there is no environment called {environment}", hint=hint)
    return targets[environment]


def _environment(target: Target, url: str | None, client: str | None) -> Environment:
    return Environment(
        target.name, url or target.url, None if url else target.url_source, client or target.client
    )


def _disk(root: Path) -> Files:
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder")
    return DiskFiles(root)


class _Content(NamedTuple):
    declared: Sequence[Entry]
    removals: Sequence[Entry]
    released: Sequence[Entry]


class _Loading:
    """One run over the files of a project: each is parsed once, however many environments use it."""

    def __init__(self, files: Files) -> None:
        self.project: ProjectFile = read_project(files)
        self._files = files
        self._parsed: dict[str, Document] = {}
        self._told: list[Problem] = []
        self._overlays = {name: find(files, target.overlay) for name, target in self.project.targets.items()}
        self._base = self._find_base()

    def check(self, target: Target | None) -> _Content:
        """Judge everything for one environment; without one, what can be said of the base alone."""
        variables: Variables | None = target.variables if target else None
        if "variables" in self.project.broken or "environments" in self.project.broken:
            variables = None
        base_files = self._documents(self._base)
        base = gather(base_files, "manifest", variables)
        overlay_files = self._documents(self._overlays[target.name]) if target else []
        merged, released = patch(base, gather(overlay_files, "overlay", variables))
        content = _content(merged, released)
        if merged.whole and target is not None:
            clashes.check(self.project, content.declared, content.removals)
        for document in (*base_files, *overlay_files):
            self._told.extend(document.problems)
        if target:
            self._tell_faults(self._overlays[target.name].faults, ("environments", target.name, "manifests"))
        return content

    def problems(self) -> tuple[Problem, ...]:
        """Return what has been found so far, each problem once, in the order of files."""
        return _ordered((*self.project.document.problems, *self._told))

    def _find_base(self) -> Found:
        if "manifests" in self.project.broken:
            return Found({}, ())
        found = find(self._files, self.project.manifests)
        base = found.without(frozenset(path for overlay in self._overlays.values() for path in overlay.files))
        emptied = sorted(set(found.files.values()) - set(base.files.values()))
        message, hint = (
            "nothing but overlays of environments is found here",
            "Name the manifests that they patch.",
        )
        self._tell_faults(
            (*found.faults, *(Fault(entry, "only-overlays", message, hint) for entry in emptied)),
            ("manifests",),
        )
        return base

    def _documents(self, found: Found) -> list[Document]:
        return [self._read(path).copy() for path in found.files]

    def _read(self, path: str) -> Document:
        if path not in self._parsed:
            try:
                self._parsed[path] = read(path, self._files.read(path))
            except OSError as error:
                document = read(path, b"")
                document.whole = False
                document.complain(
                    document.value(()), "unreadable", f"the file cannot be read: {error.strerror}"
                )
                self._parsed[path] = document
        return self._parsed[path]

    def _tell_faults(self, faults: Iterable[Fault], path: tuple[str, ...]) -> None:
        document = self.project.document.copy()
        document.problems.clear()
        for fault in faults:
            mark = document.value((*path, fault.entry))
            text = document.text
            tell = text.error if fault.fatal else text.warning
            self._told.append(tell(mark.line, mark.column, fault.code, fault.message, fault.hint))


def _content(layer: Layer, released: Sequence[Entry]) -> _Content:
    sound = [entry for key, entry in layer.entries.items() if key not in layer.broken]
    return _Content(
        [entry for entry in sound if not entry.removed],
        [entry for entry in sound if entry.removed],
        released,
    )


def _declared(entry: Entry) -> Declared:
    values = entry.values
    fields: dict[str, Value] = {}
    for name in entry.kind.field_names:
        if name in values:
            value = values[name]
            fields[name] = tuple(value) if isinstance(value, list) else value
    return Declared(
        entry.kind.name,
        entry.address,
        fields,
        entry.source,
        values.get("id"),
        tuple(values.get("previous_names", ())),
    )


def _removal(entry: Entry) -> Removal:
    values = entry.values
    return Removal(
        entry.kind.name,
        entry.address,
        entry.source,
        values.get(entry.kind.name_field),
        values.get("id"),
        values.get("reason"),
        values.get("in_use") == "allow",
    )


def _invalid(problems: Sequence[Problem]) -> InvalidInput:
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    places = {problem.source.file for problem in errors if problem.source}
    where = f" in {len(places)} files" if len(places) > 1 else "".join(f" in {place}" for place in places)
    return InvalidInput(f"{len(errors)} error{'' if len(errors) == 1 else 's'}{where}", problems=problems)


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    unique = sorted(dict.fromkeys(problems), key=_position)
    kept: list[Problem] = []
    left = 0
    for severity in Severity:
        of_it = [problem for problem in unique if problem.severity is severity]
        kept.extend(of_it[:MOST_PROBLEMS])
        left += len(of_it[MOST_PROBLEMS:])
    kept.sort(key=_position)
    if left:
        kept.append(Problem(Severity.WARNING, "more-problems", f"and {left} more", "Correct these first."))
    return tuple(kept)


def _position(problem: Problem) -> tuple[str, int, int, str, str]:
    source = problem.source
    if source is None:
        return ("", 0, 0, problem.code, problem.message)
    return (source.file, source.line, source.column, problem.code, problem.message)
