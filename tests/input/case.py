"""What a case of bad input is: a project with something wrong, and what has to be said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CLASSES = {
    "FILE": "a file that is not there, not regular, not readable, or outside the project",
    "ENC": "bytes that are no text, and characters that do not belong into a file",
    "YAML": "what no YAML parser reads",
    "LIMIT": "too large, too deep, too many",
    "ALIAS": "anchors, aliases and merge keys",
    "TAG": "tags and directives",
    "DUPKEY": "a key that stands twice",
    "SCALAR": "a plain scalar that is not read alike by everybody",
    "SCHEMA": "unknown or missing keys, wrong types",
    "VALUE": "the right type, out of range or of the wrong form",
    "NAME": "names that nobody could tell apart or see",
    "CLASH": "two declarations of one thing",
    "REF": "references to what is not there: variables, pins, previous names, environments",
    "POLICY": "against a rule of safety",
    "CONFIG": "flags, variables of the environment, the project file, the plan file",
    "SEC": "refused, because it would give something away",
}
"""The classes of bad input of the fault model."""

PROJECT = "version: 1\nenvironments: {test: {url: 'URL'}}\n"
"""`URL` stands for the listener that must not hear anything."""

Content = str | bytes | Callable[[Path], object]
"""Text, bytes, or what makes something else than a regular file at a path."""


@dataclass(frozen=True)
class Case:
    """One input that is wrong."""

    group: str
    name: str
    files: Mapping[str, Content] = field(default_factory=dict)
    places: Sequence[str] = ()
    """Every problem as `file:line:column code`, a warning's code in brackets; for problems without a place `- code`."""
    exit: int = 3
    arguments: Sequence[str] = ()
    """Instead of those that a project is judged with."""
    variables: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    """What the message or its hint has to name: an option, a variable, a place in a plan file."""

    @property
    def id(self) -> str:
        """What a test of it is called."""
        return f"{self.group}-{self.name}".replace(" ", "-")


def manifest(group: str, name: str, text: str | bytes, *places: str) -> Case:
    """A project with one manifest; places are in it."""
    return Case(
        group,
        name,
        {"manifests/a.yaml": text},
        tuple(f"manifests/a.yaml:{place}" for place in places),
    )


def group_name(group: str, name: str, value: str | bytes, place: str) -> Case:
    """A manifest whose one contact group has this for a name, written on line 3 from column 6 on."""
    head = b"version: 1\ncontact_groups:\n  a: "
    return manifest(group, name, head + (value.encode() if isinstance(value, str) else value) + b"\n", place)


def project(group: str, name: str, text: str | bytes, *places: str) -> Case:
    """A project whose lvstate.yaml is wrong; a sound manifest lies beside it."""
    return Case(
        group,
        name,
        {"lvstate.yaml": text, "manifests/a.yaml": SOUND},
        tuple(f"lvstate.yaml:{place}" for place in places),
    )


def url(group: str, name: str, written: str) -> Case:
    """A project file with a URL that gets no credentials; `validate` has no opinion about hosts, so this plans."""
    line = f"environments: {{test: {{client: A, url: {written}}}}}"
    return Case(
        group,
        name,
        {"lvstate.yaml": f"version: 1\n{line}\n", "manifests/a.yaml": SOUND},
        (f"lvstate.yaml:2:{line.index('url: ') + 6} refused-url",),
        arguments=("plan",),
    )


def usage(group: str, name: str, arguments: Sequence[str], about: str, **variables: str) -> Case:
    """A command line, or an environment, that is wrong; the project is sound."""
    return Case(group, name, {"manifests/a.yaml": SOUND}, (), 64, arguments, variables, about)


SOUND = "version: 1\ncontact_groups:\n  fresh: Fresh\n"
