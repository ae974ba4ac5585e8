"""Asks Git which commit a ref means and what its folders and files hold; never writes, and runs no hook or helper."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from lvstate.errors import UsageError
from lvstate.manifests.text import MAX_BYTES
from lvstate.model.project import Commit

# Nothing a repository's own configuration says may start a program, ask a question or reach the network.
_GIT = (
    "git",
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor="),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),
)
_PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "SUDO_UID")
"""The user's own configuration is read for `safe.directory`: who trusts a folder is theirs to say."""
_FIXED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_ID = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})\n\Z")
_LONGEST_REF = 1000


class Entry(NamedTuple):
    """What a folder of a commit holds under one name: Git's mode and the object's id."""

    mode: str
    id: str


class Repository:
    """The repository around a folder; `prefix` is where in it the folder is. Raises UsageError where there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batch: subprocess.Popen[bytes] | None = None
        done = self._run("rev-parse", "--is-inside-work-tree", "--show-prefix")
        inside, _, prefix = done.stdout.removesuffix(b"\n").partition(b"\n")
        if done.returncode == 0 and inside == b"true":
            self.prefix = tuple(os.fsdecode(part) for part in prefix.split(b"/") if part)
            return
        said = _said(done.stderr)
        if "dubious ownership" in said:
            hint = f"if you trust it: git config --global --add safe.directory {folder.resolve()}"
            raise UsageError(f"Git does not open this repository: {said}", hint=hint)
        hint = "--base compares with a commit, so the project has to be in a clone"
        reason = f": {said}" if said and "not a git repository" not in said else ""
        raise UsageError(f"{folder.resolve()} is not inside a Git repository{reason}", hint=hint)

    def commit(self, ref: str) -> Commit:
        """Return the commit that a ref means; raises UsageError when it means none."""
        if not ref.strip() or not ref.isprintable() or len(ref) > _LONGEST_REF:
            raise UsageError(f"{ref[:60]!r} is no Git ref", hint="for example origin/main, a tag or a commit")
        found = self._resolve(f"{ref}^{{commit}}")
        if _ID.match(found):
            return Commit(ref, found.strip().decode("ascii"))
        raise self._no_commit(ref)

    def folder(self, tree: str) -> dict[str, Entry]:
        """Return what a tree, or the root of a commit, holds; raises UsageError when Git cannot tell."""
        done = self._run("ls-tree", "-z", "--full-tree", tree)
        if done.returncode:
            message = f"Git cannot read the folders of this commit: {_said(done.stderr)}"
            raise UsageError(message, hint="where the clone is partial, make a full one")
        entries = {}
        for line in done.stdout.split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, _, object_id = facts.decode("ascii").split(" ")
            entries[os.fsdecode(name)] = Entry(mode, object_id)
        return entries

    def blob(self, object_id: str) -> bytes:
        """Return a file's bytes, at most one more than a manifest may have; raises OSError."""
        if self._batch is None:
            self._batch = self._start("cat-file", "--batch")
        asked, answer = _pipes(self._batch)
        try:
            asked.write(f"{object_id}\n".encode("ascii"))
            asked.flush()
            head = answer.readline().split()
            if len(head) != 3:
                raise OSError(errno.EIO, "Git does not have its contents here (is the clone partial?)")
            size = int(head[2])
            data = answer.read(min(size, MAX_BYTES + 1))
            if size > MAX_BYTES:
                self.close()  # the rest is not worth reading
            else:
                answer.read(1)  # a line feed
        except BrokenPipeError as error:
            raise OSError(errno.EIO, "Git ended") from error
        return data

    def close(self) -> None:
        """End the process that reads files."""
        batch, self._batch = self._batch, None
        if batch is not None:
            batch.kill()
            for pipe in _pipes(batch):
                with suppress(BrokenPipeError):
                    pipe.close()
            batch.wait()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what it started."""
        self.close()

    def _no_commit(self, ref: str) -> UsageError:
        """Say why a ref means no commit."""
        found, kind = self._resolve(ref), ""
        if _ID.match(found):
            kind = self._run("cat-file", "-t", found.strip().decode("ascii")).stdout.strip().decode("ascii")
        if kind not in ("", "commit"):
            return UsageError(f"{ref!r} is a {kind}, not a commit", hint="name a branch, a tag or a commit")
        if kind == "commit" or (found and not _ID.match(found)):  # main^! prints one commit, for example
            return UsageError(f"{ref!r} is a range, not a commit", hint="name one commit to compare with")
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = "`git branch --all` and `git tag` list what there is; `git fetch` brings what is missing"
        if shallow:
            hint = "the clone is shallow: fetch the whole history, `fetch-depth: 0` in actions/checkout"
        return UsageError(f"there is no commit {ref!r} in this repository", hint=hint)

    def _resolve(self, revision: str) -> bytes:
        # What begins with a dash is a name, not an option.
        return self._run("rev-parse", "--verify", "--quiet", "--end-of-options", revision).stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        with _told_if_missing():
            return subprocess.run(
                [*_GIT, *arguments],
                cwd=self._folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with _told_if_missing():
            return subprocess.Popen(
                [*_GIT, *arguments],
                cwd=self._folder,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )


@contextmanager
def _told_if_missing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"git cannot be run: {error.strerror}"
        raise UsageError(message, hint="--base needs Git 2.30 or newer on the PATH") from error


def _environment() -> dict[str, str]:
    """Nothing of the caller's GIT_* variables, which point a hook's children at another repository."""
    return {**{name: os.environ[name] for name in _PASSED_ON if name in os.environ}, **_FIXED}


def _pipes(process: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    if process.stdin is None or process.stdout is None:  # pragma: no cover  # started with both
        raise LookupError("no pipes")
    return process.stdin, process.stdout  # type: ignore[return-value]


def _said(stderr: bytes) -> str:
    """Return the first thing Git complained of, in one line."""
    text = stderr.decode("utf-8", errors="replace").strip()
    return text.partition("\n")[0].removeprefix("fatal: ").removeprefix("error: ")
