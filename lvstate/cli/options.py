"""Options: each with its LVSTATE_ variable, the global ones accepted before and after the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
from click.core import ParameterSource

from lvstate.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json")
"""What a command can render that says nothing else."""

LOG_LEVELS = ("error", "warning", "info", "debug")


class Option(click.Option):
    """An option `--foo-bar` that `LVSTATE_FOO_BAR` stands in for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.envvar is None:
            longest = max(self.opts, key=len)
            self.envvar = f"LVSTATE_{longest.lstrip('-').replace('-', '_').upper()}"

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer what only lvstate knows, else what click knows."""
        from lvstate.cli import completion

        offered = completion.offered(self, ctx, incomplete)
        return super().shell_complete(ctx, incomplete) if offered is None else offered


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option with its variable."""
    return click.option(*names, cls=Option, **settings)


class PositiveNumber(click.ParamType[float]):
    """Seconds, or another amount above zero (or from zero, or from the least that makes sense)."""

    name = "number"

    def __init__(self, *, zero: bool = False, least: float = 0.0) -> None:
        self._zero = zero
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse what is no finite number in range."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a number", param, ctx)
        if not (self._least <= number < 1e9) or (number == 0 and not self._zero):
            self.fail(f"{value!r} is out of range", param, ctx)
        return number


class Globals(NamedTuple):
    """The global options of one run."""

    chdir: Path
    env: str | None
    format: str
    write: tuple[str, ...]
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    parallelism: int
    rate: float | None
    quiet: bool
    no_color: bool
    log_level: str
    timeout: float
    deadline: float


_GLOBAL: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("-C", "--chdir"),
        {
            "metavar": "DIR",
            "type": click.Path(),
            "default": ".",
            "help": "The project's folder [default: here].",
        },
    ),
    (("-e", "--env"), {"metavar": "NAME", "help": "The environment [default: the project file's]."}),
    (
        ("--format",),
        {
            "metavar": "NAME",
            "default": "text",
            "help": "What stdout holds: text, json, or another format that the command's help names "
            "[default: text].",
        },
    ),
    (
        ("--write",),
        {
            "metavar": "FORMAT=FILE",
            "multiple": True,
            "help": "Also write the result to a file, in any of these formats; may be repeated.",
        },
    ),
    (
        ("--select",),
        {"metavar": "KIND/GLOB", "multiple": True, "help": "Only these addresses; may be repeated."},
    ),
    (
        ("--exclude",),
        {"metavar": "KIND/GLOB", "multiple": True, "help": "Not these addresses; may be repeated."},
    ),
    (
        ("--parallelism",),
        {
            "metavar": "N",
            "type": click.IntRange(1, 64),
            "default": 8,
            "help": "Requests under way at once [default: 8].",
        },
    ),
    (
        ("--rate",),
        {
            "metavar": "N",
            "type": PositiveNumber(least=0.001),
            "help": "Requests a second at most, evenly spaced [default: no limit].",
        },
    ),
    (
        ("--timeout",),
        {
            "metavar": "SECONDS",
            "type": PositiveNumber(),
            "default": 30.0,
            "help": "For one request and its answer [default: 30].",
        },
    ),
    (
        ("--deadline",),
        {
            "metavar": "SECONDS",
            "type": PositiveNumber(zero=True),
            "default": 600.0,
            "help": "For all waiting that the service asks for [default: 600].",
        },
    ),
    (("--quiet",), {"is_flag": True, "help": "Nothing on stderr but errors."}),
    (("--no-color",), {"is_flag": True, "help": "No colour, as with NO_COLOR."}),
    (
        ("--log-level",),
        {
            "type": click.Choice(LOG_LEVELS),
            "default": "warning",
            "metavar": "LEVEL",
            "help": f"What is logged to stderr: {', '.join(LOG_LEVELS)} [default: warning].",
        },
    ),
)

_KEY = "lvstate.globals"


def any_format_options(function: F) -> F:
    """Add the global options to `lvstate` itself, before a command is known."""
    for names, settings in reversed(_GLOBAL):
        function = option(*names, **settings)(function)
    return function


def rendering_options(formats: Iterable[str], *, without: frozenset[str] = frozenset()) -> Callable[[F], F]:
    """Add the global options to a command that renders these formats, which its help names.

    `without` are those to which the command gives a meaning of its own.
    """
    *others, last = formats

    def add(function: F) -> F:
        for names, settings in reversed(_GLOBAL):
            if not without.isdisjoint(names):
                continue
            if "--format" in names:
                told = f"What stdout holds: {', '.join(others)} or {last} [default: text]."
                settings = {**settings, "help": told}
            function = option(*names, **settings)(function)
        return function

    return add


def global_options(function: F) -> F:
    """Add the global options to a command that renders text and JSON."""
    return rendering_options(FORMATS)(function)


def remember_globals(ctx: click.Context) -> None:
    """Keep what stood before the command for `globals_of`."""
    given = {
        name: value
        for name, value in ctx.params.items()
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    ctx.meta[_KEY] = given


def globals_of(ctx: click.Context) -> Globals:
    """Merge what stood before and after the command: after wins, repeatable options add up."""
    from pathlib import Path

    before: dict[str, Any] = ctx.meta.get(_KEY, {})
    merged: dict[str, Any] = {}
    for name in Globals._fields:
        after = ctx.params[name]
        here = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if name in before and isinstance(after, tuple):
            merged[name] = before[name] + (after if here else ())
        else:
            merged[name] = after if here or name not in before else before[name]
    return Globals(**{**merged, "chdir": Path(merged["chdir"])})


def one_of(value: str, known: tuple[str, ...], what: str) -> str:
    """Return the value if it is known; raises UsageError that lists what is."""
    if value in known:
        return value
    raise UsageError(f"{what} {value!r} is not known here", hint=f"choose one of {', '.join(known)}")
