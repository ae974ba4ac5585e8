"""Complete listings, or an error: never a part, and never "empty" for something else.

Pages after the first start one object early and must agree on it; where they do not, somebody
made or removed objects meanwhile, and the listing starts again. The value of `next` is never
followed, only its presence counts (REFERENCE 3; user contract, section 9). Pages that are probably
there are asked for side by side, behind a first one that is full; those that are surely there, because
a moment ago they were, together with the first. What is wrongly taken to be there costs a request and
no more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from lvstate.effects import Gather
from lvstate.errors import ServiceError
from lvstate.kinds.kind import Kind
from lvstate.model.resource import Live
from lvstate.wire.messages import PAGE_SIZE, Read, ShapeError
from lvstate.wire.shape import Page

Ask = Callable[[Read], Awaitable[Any]]

_STEP = PAGE_SIZE - 1
"""From one page's first object to the next one's: they overlap by one."""

_RESTARTS = 5
_MOST_PAGES = 10_000


class _Shifted(Exception):
    """The listing changed while it was read."""


async def complete_listing(
    kind: Kind, ask: Ask, *, expected: int = 0, known: int = 0, at_once: int = 8
) -> tuple[Live, ...]:
    """Read every object of a kind, in the service's order.

    `expected` is how many there probably are, `known` how many somebody has just seen. Not more than
    `at_once` pages are asked for side by side.

    Raises ServiceError when the answer does not have the documented shape, or when the list keeps
    changing; whatever `ask` raises passes through.
    """
    for _ in range(_RESTARTS + 1):
        try:
            objects = await _pages(kind, ask, expected, known, at_once)
        except _Shifted:
            known = 0
            continue
        except ShapeError as error:
            raise ServiceError(
                f"the list of {kind.noun}s does not have the documented shape: {error}",
                hint="nothing was changed; the service may have moved to another version",
            ) from error
        if len({live.id for live in objects}) == len(objects):
            return objects
    raise ServiceError(
        f"the list of {kind.noun}s keeps changing while it is read",
        hint="somebody else is making or removing them right now; try again later",
    )


async def _pages(kind: Kind, ask: Ask, expected: int, known: int, at_once: int) -> tuple[Live, ...]:
    async def page(offset: int) -> Page:
        return kind.shape.page(kind.name, await ask(kind.shape.list(offset, PAGE_SIZE)))

    async def pages(offsets: range) -> list[Page]:
        return await Gather([page(offset) for offset in offsets[:_MOST_PAGES]], at_once)

    if not kind.shape.paged:
        return (await page(0)).objects
    first, *wave = await pages(range(0, known, _STEP)) if known >= PAGE_SIZE else [await page(0)]
    objects = [*first.objects]
    if _last(first):
        if any(other.objects for other in wave):
            raise _Shifted
        return tuple(objects)
    if not wave and len(objects) == PAGE_SIZE and expected > PAGE_SIZE:
        wave = await pages(range(_STEP, expected - 1, _STEP))
    if _join(objects, wave):
        return tuple(objects)
    for _ in range(_MOST_PAGES - 1):
        if len(objects) < 2:
            raise _Shifted  # it says that more follow, and brings nothing new
        before = len(objects)
        if _join(objects, [await page(before - 1)]):
            return tuple(objects)
        if len(objects) == before:
            raise _Shifted
    raise ServiceError(f"the list of {kind.noun}s does not end")


def _join(objects: list[Live], wave: Sequence[Page]) -> bool:
    """Append pages that were asked for at every step; returns whether the listing ends with them.

    Behind a short page that says that more follow the places of the others are not known: they are
    left out, and asked for again.
    """
    for number, page in enumerate(wave):
        if not page.objects or page.objects[0].id != objects[-1].id:
            raise _Shifted
        objects += page.objects[1:]
        if _last(page):
            if any(other.objects for other in wave[number + 1 :]):
                raise _Shifted
            return True
        if len(page.objects) != PAGE_SIZE:
            return False
    return False


def _last(page: Page) -> bool:
    return len(page.objects) < PAGE_SIZE and not page.more
