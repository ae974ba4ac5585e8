"""Where results go: stdout, files named by `--write`, and stderr for everything beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from lvstate.cli.logs import start_logging
from lvstate.cli.options import FORMATS, Globals, one_of
from lvstate.errors import LvstateError, UsageError

if TYPE_CHECKING:
    from lvstate.model.problem import Problem
    from lvstate.views.terminal import Style

Renderers = Mapping[str, "Callable[[Style], str]"]
"""How a result is rendered, by format."""


def style_for(stream: TextIO, *, no_color: bool) -> Style:
    """Decide colour and width for a stream."""
    from lvstate.views.terminal import Style

    plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    terminal = stream.isatty()
    width = 80
    if terminal:
        from shutil import get_terminal_size

        width = get_terminal_size((80, 24)).columns
    return Style(colour=terminal and not plain, width=max(width, 40))


class Output:
    """Emits one result in the formats asked for; formats and files are checked before any work begins.

    A run that fails after that is told in these formats too: the Output leaves itself in the
    context's `obj`, a list, for whoever hears of the failure.
    """

    def __init__(self, chosen: Globals, formats: Collection[str] = FORMATS) -> None:
        self._globals = chosen
        self._format = one_of(chosen.format, tuple(formats), "the format")
        self._files = [_parse_write(text, tuple(formats)) for text in chosen.write]
        _check_files([path for _, path in self._files])
        self._emitted = False
        context = click.get_current_context(silent=True)
        if context is not None and isinstance(context.obj, list):
            context.obj.append(self)
        start_logging(chosen)

    def emit(self, renderers: Renderers) -> None:
        """Write the result to every `--write` file and to stdout, also when a file cannot be written.

        Raises LvstateError that names the first such file.
        """
        from lvstate.views.terminal import Style

        self._emitted = True
        faults = []
        for form, path in self._files:
            try:
                write_file(path, renderers[form](Style(colour=False, width=80)))
            except LvstateError as fault:
                faults.append(fault)
        sys.stdout.write(renderers[self._format](style_for(sys.stdout, no_color=self._globals.no_color)))
        sys.stdout.flush()
        if faults:
            raise faults[0]

    def emit_error(self, error: LvstateError) -> bool:
        """Write a failure in the formats asked for that can hold one; return whether stdout says it all.

        SARIF and JUnit are for machines: people are told on stderr as well.
        """
        if self._emitted:
            return False
        from lvstate.cli.formats import ERROR

        folder = folder_in_repository(self._globals.chdir)
        for form, path in self._files:
            if form in ERROR:
                with suppress(LvstateError):
                    write_file(path, ERROR[form](error, folder))
        if self._format not in ERROR:
            return False
        sys.stdout.write(ERROR[self._format](error, folder))
        sys.stdout.flush()
        return self._format in ("json", "github")

    def warn(self, problems: tuple[Problem, ...]) -> None:
        """Show warnings about the input on stderr."""
        if problems and not self._globals.quiet:
            from lvstate.views import text

            sys.stderr.write(text.problems(problems, style_for(sys.stderr, no_color=self._globals.no_color)))


def _parse_write(text: str, formats: tuple[str, ...]) -> tuple[str, Path]:
    form, equals, file = text.partition("=")
    if not (equals and file):
        raise UsageError(f"--write takes FORMAT=FILE, not {text!r}")
    return one_of(form, formats, "the format"), Path(file)


def _check_files(paths: list[Path]) -> None:
    """Refuse what cannot become a file, so that an apply does not end without its report."""
    for place, path in enumerate(paths):
        if path in paths[:place]:
            raise UsageError(f"--write names {path} twice", hint="give every format a file of its own")
        try:
            folder = path.is_dir()
        except OSError as error:
            raise UsageError(f"--write cannot write {path}: {error.strerror}") from error
        if folder:
            raise UsageError(f"--write cannot write {path}: it is a folder")
        if not path.parent.is_dir():
            raise UsageError(f"--write cannot write {path}: there is no folder {path.parent}")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise UsageError(f"--write cannot write {path}: the folder {path.parent} is not writable")


def folder_in_repository(project: Path) -> str:
    """Return a project's folder relative to the repository it lies in, "" for the top, with slashes.

    Outside any repository the working directory stands for it, if the project lies there.
    """
    folder = project.resolve()
    top = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), Path.cwd())
    return "" if folder == top or top not in folder.parents else folder.relative_to(top).as_posix()


def write_file(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file whole or not at all; raises LvstateError when it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        draft.replace(path)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise


def _unwritable(path: Path, error: OSError) -> LvstateError:
    return LvstateError(f"{path} cannot be written: {error.strerror or type(error).__name__}")
