"""Runs coroutines on a real driver, as its tests do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lvstate.driver import Driver, Transport
from lvstate.effects import (
    Gather,
    Http,
    HttpReply,
    HttpRequest,
    Sleep,
    Task,
)
from tests.driver.transports import PATIENCE, Echo


@contextmanager
def driving(transport: Transport | None = None, **options: Any) -> Iterator[Driver]:
    driver = Driver(transport or Echo(), **options)
    try:
        yield driver
    finally:
        driver.close()


def run(task: Task[Any], transport: Transport | None = None, **options: Any) -> Any:
    with driving(transport, **options) as driver:
        return driver.run(task)


async def value(result: Any, after: float | None = None) -> Any:
    if after is not None:
        await Sleep(after)
    return result


async def fetch(path: str, deadline: float = PATIENCE) -> str:
    answer = await Http(HttpRequest("GET", path, {}), deadline)
    return answer.body.decode() if isinstance(answer, HttpReply) else f"{answer.stage.name}: {answer.reason}"


async def fail(error: Exception, after: float | None = None) -> Any:
    if after is not None:
        await Sleep(after)
    raise error


async def gather(*tasks: Task[Any], limit: int = 8) -> list[Any]:
    return await Gather(tasks, limit)
