"""Where results go: stdout, files named by `--write`, and stderr for everything beside them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from lvstate.cli.options import FORMATS, Globals, one_of
from lvstate.errors import UsageError

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
    width = shutil.get_terminal_size((80, 24)).columns if terminal else 80
    return Style(colour=terminal and not plain, width=max(width, 40))


def start_logging(chosen: Globals) -> None:
    """Log to stderr what was asked for."""
    import logging

    logging.basicConfig(
        stream=sys.stderr,
        level=logging.ERROR if chosen.quiet else getattr(logging, chosen.log_level.upper()),
        format="%(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("urllib3").setLevel(
        logging.WARNING
    )  # below that it logs paths, in which sessions stand


class Output:
    """Emits one result in the formats asked for; formats are checked before any work begins."""

    def __init__(self, chosen: Globals, formats: tuple[str, ...] = FORMATS) -> None:
        self._globals = chosen
        self._format = one_of(chosen.format, formats, "the format")
        self._files = [_parse_write(text, formats) for text in chosen.write]
        start_logging(chosen)

    def emit(self, renderers: Renderers) -> None:
        """Write the result to stdout and to every `--write` file."""
        from lvstate.views.terminal import Style

        for form, path in self._files:
            write_file(path, renderers[form](Style(colour=False, width=80)))
        sys.stdout.write(renderers[self._format](style_for(sys.stdout, no_color=self._globals.no_color)))
        sys.stdout.flush()

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


def write_file(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
