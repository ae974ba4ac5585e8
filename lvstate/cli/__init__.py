"""The command line: it binds options, asks, prints and exits; the rooms below do the work."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import click

from lvstate.cli.failure import report_failure, told_with_its_variable
from lvstate.cli.root import root
from lvstate.errors import Exit, LvstateError, UsageError

if TYPE_CHECKING:
    from lvstate.cli.output import Output

__all__ = ["main", "run"]


def main() -> None:
    """Run the command line of this process and exit with its code."""
    gc.set_threshold(500_000)  # a command makes much and throws little away: looking at it often is in vain
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process as it stands.

    To take it apart object by object, for the system to take all of it back anyway, is a twentieth of a small
    plan. A database wants to be closed, so where the emulator ran the long way is taken.
    """
    if "sqlite3" in sys.modules:
        gc.freeze()
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 (as the interpreter would)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; a failure is told in the format asked for."""
    opened: list[Output] = []
    try:
        code = root.main(args=list(arguments), prog_name="lvstate", standalone_mode=False, obj=opened)
        sys.stdout.flush()
    except click.exceptions.Exit as asked:
        return asked.exit_code
    except (click.Abort, KeyboardInterrupt):
        return report_failure(arguments, _interrupted(), opened)
    except click.UsageError as error:
        return report_failure(arguments, told_with_its_variable(_usage(error)), opened)
    except UsageError as error:
        return report_failure(arguments, told_with_its_variable(error), opened)
    except LvstateError as error:
        return report_failure(arguments, error, opened)
    except BrokenPipeError:
        # The reader of stdout went away: nobody is left to tell, and Python must not try at exit.
        import signal

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        told = LvstateError(f"{what}{error.strerror or type(error).__name__}")
        return report_failure(arguments, told, opened)
    except Exception as error:  # noqa: BLE001 (a mistake of ours: told, with its place on request)
        import logging

        if logging.getLogger().isEnabledFor(logging.DEBUG):
            _show_where(error)
        return report_failure(arguments, _internal(error), opened)
    return int(code) if isinstance(code, int) else Exit.OK


class _Interrupted(LvstateError):
    kind = "interrupted"
    exit_code = Exit.INTERRUPTED


def _interrupted() -> LvstateError:
    return _Interrupted("interrupted")


def _internal(error: Exception) -> LvstateError:
    return LvstateError(
        f"internal error: {type(error).__name__}",
        hint="this is a mistake in lvstate; --log-level debug shows where",
    )


def _show_where(error: BaseException | None) -> None:
    """Print the frames of an error and of those behind it, without their texts, which may repeat a secret."""
    import traceback

    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"{type(error).__name__} at\n{frames}")
        error = error.__cause__ or error.__context__


def _usage(error: click.UsageError) -> UsageError:
    path = error.ctx.command_path if error.ctx is not None else "lvstate"
    return UsageError(error.format_message(), hint=f"{path} --help")
