"""Reads the project file: environments, variables, policy, and where the manifests are."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lvstate.errors import InvalidInput
from lvstate.kinds import all_kinds, by_section
from lvstate.manifests.files import PROJECT_FILE, Files, Kind
from lvstate.manifests.reader import read
from lvstate.manifests.schema import judge
from lvstate.manifests.text import alike, short
from lvstate.manifests.tree import Document, Items, Node, Path, Scalar
from lvstate.manifests.tree import Mapping as MappingNode
from lvstate.manifests.variables import OPENING, Variables
from lvstate.manifests.violations import Violation
from lvstate.model.problem import Problem, Severity, Source
from lvstate.model.project import Pattern, Policy, UnlistedMode

_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool}


class Target(NamedTuple):
    """One environment as the project file describes it."""

    name: str
    url: str
    url_source: Source
    client: str | None
    overlay: tuple[str, ...]
    variables: Variables


class ProjectFile(NamedTuple):
    """The project file, as far as it is right; `broken` holds the keys that are not."""

    document: Document
    broken: frozenset[str]
    manifests: tuple[str, ...]
    targets: Mapping[str, Target]
    default: str | None
    variables: Variables
    policy: Policy
    ignore_sources: Mapping[Pattern, Source]


def read_project(files: Files) -> ProjectFile:
    """Read lvstate.yaml; raises InvalidInput when there is none or it is not YAML."""
    document = read(PROJECT_FILE, _bytes(files))
    if document.whole and document.root is None:
        document.problems.append(
            document.text.error(0, 0, "empty-file", "the file is empty", "Begin with `version: 1`.")
        )
    if not document.whole or document.root is None:
        raise InvalidInput(f"{PROJECT_FILE} cannot be read", problems=document.problems)
    data = document.root.value
    found = [_in_other_words(violation, data) for violation in judge("project").violations(data)]
    if isinstance(data, dict):
        well_formed = {key: value for key, value in data.items() if key not in _tops(found)}
        if "variables" not in _tops(found):
            found += _variables(well_formed)
        found += [*_environments(well_formed), *_references(document.root)]
    for violation in found:
        mark = document.key(violation.path) if violation.at_key else document.value(violation.path)
        document.complain(mark, violation.code, violation.message, violation.hint)
    return _build(document, data if isinstance(data, dict) else {}, _tops(found))


def _bytes(files: Files) -> bytes:
    kind = files.kind(PROJECT_FILE)
    message, hint = f"{PROJECT_FILE} is not a regular file inside the project", None
    if kind is Kind.FILE:
        try:
            return files.read(PROJECT_FILE)
        except OSError as error:
            message = f"{PROJECT_FILE} cannot be read: {error.strerror}"
    elif kind is Kind.NOTHING:
        message, hint = (
            f"there is no {PROJECT_FILE} here",
            "`lvstate init` makes one; `-C DIR` names another folder.",
        )
        if files.kind("lvstate.yml") is Kind.FILE:
            hint = f"Rename lvstate.yml to {PROJECT_FILE}."
    problem = Problem(Severity.ERROR, "no-project", message, hint)
    raise InvalidInput(message, hint=hint, problems=[problem])


def _tops(found: list[Violation]) -> frozenset[str]:
    return frozenset(str(violation.path[0]) for violation in found if violation.path)


def _in_other_words(violation: Violation, data: Any) -> Violation:
    """Say more than the schema can where the domain knows more."""
    match violation.path:
        case ("unlisted", str(section)) if data["unlisted"].get(section) == "delete":
            kind = by_section(section)
            if kind is not None and not kind.shape.can_delete:
                message = f"{kind.noun}s cannot be deleted: LiveVox's API offers no delete for them"
                hint = "Use report, ignore or drift."
                return Violation(violation.path, "cannot-delete", message, hint)
        case ("ignore" | "protect" as key, int(index)) if isinstance(text := data[key][index], str):
            return _pattern(violation, text)
        case _:
            pass
    return violation


def _pattern(violation: Violation, text: str) -> Violation:
    names = [kind.name for kind in all_kinds()]
    kind, slash, glob = text.partition("/")
    if not (slash and kind and glob):
        message = f"`{text}` is not a pattern of the form kind/glob"
        return Violation(violation.path, "bad-pattern", message, f"For example: {names[0]}/test *")
    close = alike(kind, names)
    hint = f"Did you mean `{close[0]}`?" if close else f"The kinds are {', '.join(names)}."
    return Violation(violation.path, "unknown-kind", f"`{kind}` is not a kind", hint)


def _variables(data: Mapping[str, Any]) -> Iterator[Violation]:
    declared = data.get("variables") or {}
    for name, variable in declared.items():
        if "default" in variable and type(variable["default"]) is not _type(variable):
            message = f"the default is not of the variable's type, {variable['type']}"
            yield Violation(("variables", name, "default"), "wrong-type", message)
    for environment, target in data.get("environments", {}).items():
        for name, value in (target.get("variables") or {}).items():
            path = ("environments", environment, "variables", name)
            if name not in declared:
                close = alike(name, declared)
                hint = f"Did you mean `{close[0]}`?" if close else "Declare it under `variables:`."
                yield Violation(path, "undeclared-variable", f"`{name}` is not declared", hint, at_key=True)
            elif type(value) is not _type(declared[name]):
                wanted = next(word for word, kind in _TYPES.items() if kind is _type(declared[name]))
                message = f"`{name}` should be of type {wanted}, like its declaration"
                yield Violation(path, "wrong-type", message)


def _type(variable: Mapping[str, Any]) -> type:
    return _TYPES[variable["type"]] if "type" in variable else type(variable.get("default", ""))


def _environments(data: Mapping[str, Any]) -> Iterator[Violation]:
    names = list(data.get("environments", {}))
    if names and (default := data.get("default_environment")) is not None and default not in names:
        message = f"there is no environment called `{default}`"
        hint = f"There are {', '.join(names)}."
        yield Violation(("default_environment",), "unknown-environment", message, hint)
    seen: dict[str, str] = {}
    for name in names:
        if name.endswith("\n"):  # the end of a schema's pattern lies before a last line break as well
            yield Violation(
                ("environments", name), "bad-address", f"`{short(name)}` cannot be a key here", at_key=True
            )
        variable = name.upper().replace("-", "_")
        if (first := seen.setdefault(variable, name)) != name:
            message = f"`{name}` and `{first}` would read the same LVSTATE_{variable}_ variables"
            yield Violation(("environments", name), "environment-clash", message, "Rename one.", at_key=True)


def _references(node: Node, path: Path = ()) -> Iterator[Violation]:
    match node:
        case Scalar(value=str(text)) if OPENING in text:
            message = "variables are put into manifests, not into this file"
            yield Violation(path, "variable-here", message, "Write the value out.")
        case Items():
            for index, item in enumerate(node.nodes):
                yield from _references(item, (*path, index))
        case MappingNode():
            for key, value in node.nodes.items():
                yield from _references(value, (*path, key))
        case _:
            pass


def _build(document: Document, data: Mapping[str, Any], broken: frozenset[str]) -> ProjectFile:
    sound = {key: value for key, value in data.items() if key not in broken and value is not None}
    defaults = {name: v["default"] for name, v in sound.get("variables", {}).items() if "default" in v}
    ignore = tuple(Pattern.parse(text) for text in sound.get("ignore", ()))
    unlisted = {_kind(section): UnlistedMode(mode) for section, mode in sound.get("unlisted", {}).items()}
    limits = sound.get("limits", {})
    return ProjectFile(
        document,
        broken,
        manifests=tuple(sound.get("manifests", ("manifests/",))),
        targets={
            name: _target(document, name, t, defaults) for name, t in sound.get("environments", {}).items()
        },
        default=sound.get("default_environment"),
        variables=defaults,
        policy=Policy(
            unlisted=unlisted,
            unlisted_sources={
                _kind(section): document.source(document.key(("unlisted", section)))
                for section in sound.get("unlisted", {})
            },
            ignore=ignore,
            protect=tuple(Pattern.parse(text) for text in sound.get("protect", ())),
            max_deletes=limits.get("max_deletes", Policy().max_deletes),
            empty_kind_allowed=limits.get("empty_kind") == "allow",
        ),
        ignore_sources={
            pattern: document.source(document.value(("ignore", index)))
            for index, pattern in enumerate(ignore)
        },
    )


def _kind(section: str) -> str:
    kind = by_section(section)
    if kind is None:  # pragma: no cover  # the schema names the sections of the kinds that are here
        raise LookupError(section)
    return kind.name


def _target(document: Document, name: str, data: Mapping[str, Any], defaults: Variables) -> Target:
    return Target(
        name,
        data["url"],
        document.source(document.value(("environments", name, "url"))),
        data.get("client"),
        tuple(data.get("manifests", ())),
        {**defaults, **(data.get("variables") or {})},
    )
