"""Progress of a long apply: one line on stderr that is redrawn, on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_EVERY = 0.1


@contextmanager
def progress_on(stream: TextIO, *, quiet: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """Give a function that shows (done, total, what); None where nobody watches."""
    if quiet or not stream.isatty():
        yield None
        return
    drawn = 0
    next_time = 0.0
    started = time.monotonic()

    def show(done: int, total: int, what: str) -> None:
        nonlocal drawn, next_time
        now = time.monotonic()
        if now < next_time and done < total:
            return
        next_time = now + _EVERY
        rate = done / max(now - started, 0.001)
        left = (total - done) / max(rate, 0.001)
        line = f"{done}/{total} {what[:50]}  {rate:.0f}/s, {left:.0f} s left"[:79]
        stream.write(f"\r{line:<{drawn}}")
        stream.flush()
        drawn = len(line)

    try:
        yield show
    finally:
        if drawn:
            stream.write("\r" + " " * drawn + "\r")
            stream.flush()
