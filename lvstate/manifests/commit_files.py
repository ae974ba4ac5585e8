"""The files of a project as a commit holds them: links and submodules are judged as on disk, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from lvstate.errors import InvalidInput
from lvstate.manifests.files import Kind
from lvstate.manifests.repository import Entry, Repository
from lvstate.model.project import Commit

_FOLDER, _LINK, _SUBMODULE = "040000", "120000", "160000"
_MAX_LINKS = 40
"""As many as Linux follows."""
MAX_PATHS = 200_000
"""A commit may name one folder many times over, and so hold more paths than any disk."""


class _Place(NamedTuple):
    kind: Kind
    entry: Entry | None = None


class CommitFiles:
    """A folder of a repository at a commit."""

    def __init__(self, repository: Repository, commit: Commit) -> None:
        self._repository = repository
        self._root = Entry(_FOLDER, commit.id)
        self._folders: dict[str, dict[str, Entry]] = {}
        self._places: dict[str, _Place] = {}

    def kind(self, path: str) -> Kind:
        """Say what is at a path."""
        return self._place(path).kind

    def names(self, folder: str) -> Sequence[str]:
        """Return the names in a folder."""
        place = self._place(folder)
        if place.entry is None or place.entry.mode != _FOLDER:
            raise NotADirectoryError(folder)
        return list(self._folder(place.entry))

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        place = self._place(path)
        if place.entry is None:
            raise FileNotFoundError(path)
        return self._repository.blob(place.entry.id)

    def _folder(self, entry: Entry) -> dict[str, Entry]:
        if entry.id not in self._folders:
            self._folders[entry.id] = self._repository.folder(entry.id)
        return self._folders[entry.id]

    def _place(self, path: str) -> _Place:
        if path not in self._places:
            if len(self._places) >= MAX_PATHS:
                raise InvalidInput(f"the project holds more than {MAX_PATHS} paths at this commit")
            try:
                self._places[path] = self._walk(path)
            except OSError:  # a link that cannot be read
                self._places[path] = _Place(Kind.OTHER)
        return self._places[path]

    def _walk(self, path: str) -> _Place:
        """Go from the repository's root to a path, through links as a file system would."""
        prefix = self._repository.prefix
        ahead = [*reversed([*prefix, *path.split("/")])]
        names: list[str] = []
        entries = [self._root]
        links, ends_in_link = 0, False
        while ahead:
            name = ahead.pop()
            if name in ("", "."):
                continue
            if entries[-1].mode != _FOLDER:
                return _Place(Kind.OTHER if ends_in_link else Kind.NOTHING)
            if name == "..":
                if not names:
                    return _Place(Kind.OUTSIDE)
                names.pop()
                entries.pop()
                continue
            entry = self._folder(entries[-1]).get(name)
            if entry is None:
                return _Place(Kind.OTHER if ends_in_link else Kind.NOTHING)
            if entry.mode == _LINK:
                links += 1
                ends_in_link = ends_in_link or not ahead
                target = os.fsdecode(self._repository.blob(entry.id))
                if links > _MAX_LINKS:
                    return _Place(Kind.OTHER)
                if target.startswith("/"):
                    return _Place(Kind.OUTSIDE)
                ahead += reversed(target.split("/"))
                continue
            names.append(name)
            entries.append(entry)
        if tuple(names[: len(prefix)]) != prefix:
            return _Place(Kind.OUTSIDE)
        return _Place(_kind(entries[-1], ends_in_link=ends_in_link), entries[-1])


def _kind(entry: Entry, *, ends_in_link: bool) -> Kind:
    if entry.mode == _FOLDER:
        return Kind.LINKED_FOLDER if ends_in_link else Kind.FOLDER
    return Kind.SUBMODULE if entry.mode == _SUBMODULE else Kind.FILE
