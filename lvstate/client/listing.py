"""Complete listings, or an error: never a part, and never "empty" for something else.

Pages after the first start one object early and must agree on it; where they do not, somebody
made or removed objects meanwhile, and the listing starts again. The value of `next` is never
followed, only its presence counts (REFERENCE 3; user contract, section 9).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from lvstate.errors import ServiceError
from lvstate.kinds.kind import Kind
from lvstate.model.resource import Live
from lvstate.wire.messages import PAGE_SIZE, Read, ShapeError
from lvstate.wire.shape import Page

Ask = Callable[[Read], Awaitable[Any]]

_RESTARTS = 5
_MOST_PAGES = 10_000


class _Shifted(Exception):
    """The listing changed while it was read."""


async def complete_listing(kind: Kind, ask: Ask) -> tuple[Live, ...]:
    """Read every object of a kind, in the service's order.

    Raises ServiceError when the answer does not have the documented shape, or when the list keeps
    changing; whatever `ask` raises passes through.
    """
    for _ in range(_RESTARTS + 1):
        try:
            objects = await _pages(kind, ask)
        except _Shifted:
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


async def _pages(kind: Kind, ask: Ask) -> tuple[Live, ...]:
    objects: list[Live] = []
    for _ in range(_MOST_PAGES):
        offset = max(len(objects) - 1, 0)
        page = kind.shape.page(kind.name, await ask(kind.shape.list(offset, PAGE_SIZE)))
        if objects:
            if not page.objects or page.objects[0].id != objects[-1].id:
                raise _Shifted
            objects += page.objects[1:]
        else:
            objects += page.objects
        if not kind.shape.paged or _last(page):
            return tuple(objects)
        if len(page.objects) < 2:
            raise _Shifted  # it says that more follow, and brings nothing new
    raise ServiceError(f"the list of {kind.noun}s does not end")


def _last(page: Page) -> bool:
    return len(page.objects) < PAGE_SIZE and not page.more
