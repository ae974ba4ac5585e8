"""Problems of the user's input, and errors, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.errors import InvalidInput
from lvstate.model.problem import Problem, Severity
from lvstate.views.terminal import Style, Tint, columns, escape, spelled
from lvstate.views.workflow_commands import OBEYED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.errors import LvstateError
    from lvstate.model.problem import Source

_TAB = 4
"""Tab stops of a quoted line."""

_CUT = "..."
_TINTS = {Severity.ERROR: Tint.RED, Severity.WARNING: Tint.YELLOW}


def problems_text(problems: Sequence[Problem], style: Style) -> str:
    """Return every problem with the user's own line and a caret below it, and how many there are."""
    lines = []
    for problem in problems:
        lines += [*_problem_lines(problem, style), ""]
    return "\n".join([*lines, _count(problems, style)]) + "\n"


def error_text(error: LvstateError, style: Style) -> str:
    """Return an error and what to do about it; where it is about files, the problems in them instead."""
    problems = _problems_of(error)
    if problems:
        return problems_text(problems, style)
    lines = [f"{style.paint('error:', Tint.BOLD, Tint.RED)} {escape(error.message)}"]
    if error.hint:
        lines += style.fold(escape(error.hint), "hint: ")
    return "\n".join(lines) + "\n"


def _problems_of(error: LvstateError) -> list[Problem]:
    if not isinstance(error, InvalidInput):
        return []
    return [problem for problem in error.problems if isinstance(problem, Problem)]


def _problem_lines(problem: Problem, style: Style) -> list[str]:
    where = ""
    if problem.source is not None:
        source = problem.source
        where = style.paint(f"{escape(source.file)}:{source.line}:{source.column}:", Tint.BOLD) + " "
    severity = style.paint(f"{problem.severity.value}:", Tint.BOLD, _TINTS[problem.severity])
    lines = [f"{where}{severity} {escape(problem.message)} [{escape(problem.code)}]"]
    if problem.source is not None and problem.excerpt is not None:
        lines += _excerpt_lines(problem.excerpt, problem.source, style)
    if problem.hint:
        lines += style.fold(escape(problem.hint), "    hint: ")
    return lines


def _count(problems: Sequence[Problem], style: Style) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    parts = [f"{errors} error{'' if errors == 1 else 's'}"] if errors else []
    parts += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    if errors:
        return style.paint(f"Invalid: {', '.join(parts)}.", Tint.BOLD, Tint.RED)
    return style.paint(f"Valid: {parts[0] if parts else 'no problems'}.", Tint.GREEN)


# --- the user's line --------------------------------------------------------------------------


def _excerpt_lines(excerpt: str, source: Source, style: Style) -> list[str]:
    gutter = f"    {source.line} | "
    room = max(style.width - len(gutter), 2 * len(_CUT) + 10) if style.width else 0
    line, caret = _window(*_drawn(excerpt.rstrip("\r\n"), source.column), room)
    margin = f"{' ' * (len(gutter) - 2)}| "
    return [
        f"{style.paint(gutter, Tint.DIM)}{line}".rstrip(),
        f"{style.paint(margin, Tint.DIM)}{' ' * caret}{style.paint('^', Tint.BOLD, Tint.RED)}",
    ]


def _drawn(excerpt: str, column: int) -> tuple[list[str], int]:
    """Return what is drawn for each character, and the number of the one the caret is for."""
    pieces: list[str] = []
    obeyed = {found.start(): spelled(found) for found in OBEYED.finditer(excerpt)}
    at = 0
    for place, char in enumerate(excerpt):
        if char == "\t":
            piece = " " * (_TAB - at % _TAB)
        elif place in obeyed:
            piece = obeyed[place]
        else:  # with a letter before it, as a combining mark that begins a text is escaped
            piece = escape(f"x{char}")[1:] if pieces else escape(char)
        pieces.append(piece)
        at += columns(piece)
    caret = min(column - 1, len(pieces))
    while 0 < caret < len(pieces) and columns(pieces[caret]) == 0:
        caret -= 1
    return pieces, caret


def _window(pieces: list[str], caret: int, room: int) -> tuple[str, int]:
    """Cut a long line to what is around the caret; return it and the caret's distance in columns."""
    widths = [columns(piece) for piece in pieces]
    if not room or sum(widths) < room:
        return "".join(pieces), sum(widths[:caret])
    start, end = caret, caret
    used = 2 * len(_CUT) + 1
    while start > 0 and used + widths[start - 1] <= room // 2:
        start -= 1
        used += widths[start]
    while end < len(pieces) and used + widths[end] <= room:
        used += widths[end]
        end += 1
    while start > 0 and used + widths[start - 1] <= room:
        start -= 1
        used += widths[start]
    left, right = _CUT if start else "", _CUT if end < len(pieces) else ""
    return left + "".join(pieces[start:end]) + right, len(left) + sum(widths[start:caret])
