"""The files of a project: what is there, what may be read, and which of them are manifests."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from enum import Enum
from fnmatch import translate
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from lvstate.manifests.text import MAX_BYTES

PROJECT_FILE = "lvstate.yaml"

_ENDINGS = (".yaml", ".yml")
_NEAR_MISS = r"(?i)\.(?:ya?ml|yalm|ymal|yam)[^/]*\Z"
_MAGIC = re.compile(r"[*?\[]")
_MAX_FOLDERS = 64


class Kind(Enum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINKED_FOLDER = "linked folder"
    """Not followed: such links may lead in circles, or bring a file in twice."""
    SUBMODULE = "submodule"
    """Of a commit: another repository, whose files the commit does not hold."""
    OUTSIDE = "outside"
    """A link out of the project."""
    OTHER = "other"
    """A device, a socket, a named pipe, a link to nothing."""
    NOTHING = "nothing"


class Files(Protocol):
    """Where manifests are read from: a folder on disk, or a commit. Paths are relative, with `/`."""

    def kind(self, path: str) -> Kind:
        """Say what is at a path."""

    def names(self, folder: str) -> Sequence[str]:
        """Return the names in a folder, in any order; raises OSError."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes, at most one more than a manifest may have; raises OSError."""


class DiskFiles:
    """A folder on disk. Links to files are followed as long as they stay inside it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real = root.resolve()

    def kind(self, path: str) -> Kind:
        """Say what is at a path."""
        place = self._root / path
        try:
            real = place.resolve(strict=True)
            if not real.is_relative_to(self._real):
                return Kind.OUTSIDE
            mode = real.stat().st_mode
        except (OSError, RuntimeError, ValueError):  # RuntimeError: links in a circle, before Python 3.13
            return Kind.OTHER if place.is_symlink() else Kind.NOTHING
        if stat.S_ISDIR(mode):
            return Kind.LINKED_FOLDER if place.is_symlink() else Kind.FOLDER
        return Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER

    def names(self, folder: str) -> Sequence[str]:
        """Return the names in a folder."""
        return [entry.name for entry in (self._root / folder).iterdir()]

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        with (self._root / path).open("rb") as file:
            return file.read(MAX_BYTES + 1)


class Fault(NamedTuple):
    """Something wrong with a path; `entry` is the index of the project file's entry it came from."""

    entry: int
    code: str
    message: str
    hint: str | None = None
    fatal: bool = True


class Found(NamedTuple):
    """The manifests that a list of entries names, by path in order, each with the entry that named it first."""

    files: dict[str, int]
    faults: tuple[Fault, ...]

    def without(self, paths: frozenset[str]) -> Found:
        """Leave some files out."""
        return Found({path: entry for path, entry in self.files.items() if path not in paths}, self.faults)


def find(files: Files, entries: Sequence[str]) -> Found:
    """Return the manifests that files, folders and globs name."""
    found: dict[str, int] = {}
    faults: list[Fault] = []
    for index, entry in enumerate(entries):
        walk = _Walk(files, index, entry)
        walk.run()
        faults.extend(walk.faults)
        for path in walk.found:
            found.setdefault(path, index)
    return Found({path: found[path] for path in sorted(found)}, tuple(dict.fromkeys(faults)))


class _Walk:
    """Follows one entry of the project file."""

    def __init__(self, files: Files, index: int, entry: str) -> None:
        self.found: list[str] = []
        self.faults: list[Fault] = []
        self._files = files
        self._index = index
        self._entry = entry

    def run(self) -> None:
        entry = self._entry
        path = PurePosixPath(entry)
        if path.is_absolute() or ".." in path.parts or "\\" in entry or re.match(r"[A-Za-z]:", entry):
            hint = "Write a path below the folder of lvstate.yaml, with / between folders."
            self._fault("outside-project", f"`{entry}` is not a path inside the project", hint)
            return
        before = len(self.faults)
        if _MAGIC.search(entry):
            fixed = []
            for part in path.parts:
                if _MAGIC.search(part):
                    break
                fixed.append(part)
            self._folder("/".join(fixed) or ".", _Glob(str(path)), 0)
        else:
            self._named(str(path))
        if not self.found and not any(fault.fatal for fault in self.faults[before:]):
            hint = "Manifests end in .yaml or .yml; hidden files are passed over."
            self._fault("no-manifest", f"`{entry}` names no manifest", hint)

    def _named(self, path: str) -> None:
        match self._files.kind(path):
            case Kind.FOLDER:
                self._folder(path, None, 0)
            case Kind.FILE if path.endswith(_ENDINGS):
                self.found.append(path)
            case Kind.FILE:
                self._fault("not-yaml", f"`{path}` does not end in .yaml or .yml", "Rename it.")
            case Kind.NOTHING:
                self._fault("no-manifest", f"`{path}` does not exist")
            case kind:
                self._odd(path, kind)

    def _folder(self, folder: str, pattern: _Glob | None, depth: int) -> None:
        """Walk a folder; with a pattern, take what it matches, and all below a folder that it matches."""
        if depth == 0 and (kind := self._files.kind(folder)) is not Kind.FOLDER:
            if kind is not Kind.NOTHING:
                self._odd(folder, kind)
            return
        if depth > _MAX_FOLDERS:
            self._fault("nested-too-deep", f"`{folder}` is more than {_MAX_FOLDERS} folders deep")
            return
        try:
            names = sorted(self._files.names(folder))
        except OSError as error:
            self._fault("unreadable", f"`{folder}` cannot be read: {error.strerror}")
            return
        for name in names:
            if not name.startswith("."):
                self._member(name if folder == "." else f"{folder}/{name}", pattern, depth)

    def _member(self, path: str, pattern: _Glob | None, depth: int) -> None:
        if not path.isprintable():
            shown = path.encode("unicode_escape").decode("ascii")
            self._fault("bad-file-name", f"the name of `{shown}` cannot be printed", "Rename it.")
            return
        wanted = pattern is None or pattern.matches(path)
        kind = self._files.kind(path)
        if kind is Kind.FOLDER:
            self._folder(path, None if wanted else pattern, depth + 1)
        elif not wanted or path == PROJECT_FILE:
            return
        elif path.endswith(_ENDINGS):
            if kind is Kind.FILE:
                self.found.append(path)
            else:
                self._odd(path, kind)
        elif re.search(_NEAR_MISS, path):
            message = f"`{path}` is passed over: it does not end in .yaml or .yml"
            self.faults.append(
                Fault(self._index, "passed-over", message, "Rename or remove it.", fatal=False)
            )
        elif kind in (Kind.LINKED_FOLDER, Kind.SUBMODULE) or (
            kind is Kind.OUTSIDE and not PurePosixPath(path).suffix
        ):
            self._odd(path, kind)

    def _odd(self, path: str, kind: Kind) -> None:
        if kind is Kind.LINKED_FOLDER:
            message = f"`{path}` is a link to a folder, which is not followed"
            self._fault("linked-folder", message, "Name the folder itself under `manifests:`.")
        elif kind is Kind.SUBMODULE:
            message = f"`{path}` is a submodule, whose files the commit does not hold"
            self._fault("submodule", message, "Keep the manifests in the repository itself.")
        elif kind is Kind.OUTSIDE:
            message = f"`{path}` is a link that leads out of the project"
            self._fault("outside-project", message, "Copy the manifests into the project.")
        else:
            self._fault(
                "not-a-file",
                f"`{path}` is not a regular file",
                "Remove it, or name the manifests one by one.",
            )

    def _fault(self, code: str, message: str, hint: str | None = None) -> None:
        self.faults.append(Fault(self._index, code, message, hint))


class _Glob:
    """`*`, `?` and `[...]` stay within a folder, `**` is any number of folders; never slow, whatever the pattern."""

    def __init__(self, pattern: str) -> None:
        # What fnmatch makes of a part does not backtrack across its stars, and takes `[z-a]` for what it is: nothing.
        self._parts = [
            None if part == "**" else re.compile(translate(part)).match for part in pattern.split("/")
        ]

    def matches(self, path: str) -> bool:
        """Whether a path is meant, going through all ways to read the pattern side by side."""
        reached = self._beyond(0)
        for name in path.split("/"):
            following: set[int] = set()
            for place in reached - {len(self._parts)}:
                part = self._parts[place]
                if part is None:
                    following |= {place, *self._beyond(place + 1)}
                elif part(name):
                    following |= self._beyond(place + 1)
            reached = following
        return len(self._parts) in reached

    def _beyond(self, place: int) -> set[int]:
        """Return a place in the pattern, and those behind it that no folder is needed for."""
        found = {place}
        while place < len(self._parts) - 1 and self._parts[place] is None:
            place += 1
            found.add(place)
        return found
