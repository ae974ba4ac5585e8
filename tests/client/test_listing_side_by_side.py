"""Pages that are asked for side by side: the same objects, the same number of requests, the same care."""

from __future__ import annotations

from typing import Any

import pytest

from lvstate.client.listing import complete_listing
from lvstate.driver import Driver
from lvstate.effects import HttpReply, HttpRequest
from lvstate.model.resource import Live
from tests.client.test_listing import GROUP, Groups


class Nobody:
    def perform(self, request: HttpRequest, deadline: float) -> HttpReply:
        raise AssertionError(f"not asked here: {request} within {deadline}")


def read(groups: Groups, expected: int, known: int = 0) -> tuple[Live, ...]:
    found: tuple[Live, ...] = Driver(Nobody()).run(
        complete_listing(GROUP, groups.ask, expected=expected, known=known)
    )
    return found


@pytest.mark.parametrize("says_next", [True, False])
@pytest.mark.parametrize("expected", [0, 1, 999, 1000, 1001, 1999, 3000, 4000])
@pytest.mark.parametrize("count", [0, 1, 1000, 1001, 1999, 2000, 3000, 3997])
def test_whatever_is_expected_every_object_is_read_once(
    count: int, expected: int, *, says_next: bool
) -> None:
    groups = Groups(count, says_next=says_next)
    assert [live.id for live in read(groups, expected)] == groups.ids


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 1998, 1999, 2000, 2997, 2998, 2999, 5000])
def test_where_as_many_live_as_are_expected_no_request_is_useless(count: int) -> None:
    one_by_one, side_by_side = Groups(count), Groups(count)
    read(one_by_one, 0)
    read(side_by_side, count)
    assert sorted(side_by_side.offsets) == one_by_one.offsets


@pytest.mark.parametrize("says_next", [True, False])
@pytest.mark.parametrize("known", [0, 1, 999, 1000, 1001, 1999, 3000, 4000])
@pytest.mark.parametrize("count", [0, 1, 1000, 1001, 1999, 2000, 3000, 3997])
def test_whatever_was_seen_before_every_object_is_read_once(
    count: int, known: int, *, says_next: bool
) -> None:
    groups = Groups(count, says_next=says_next)
    assert [live.id for live in read(groups, 0, known)] == groups.ids


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 1998, 1999, 2000, 2997, 2998, 2999, 5000])
def test_what_was_seen_a_moment_ago_is_asked_for_all_at_once_and_nothing_else(count: int) -> None:
    one_by_one, all_at_once = Groups(count), Groups(count)
    read(one_by_one, 0)
    read(all_at_once, 0, count)
    assert sorted(all_at_once.offsets) == one_by_one.offsets


def test_a_service_with_smaller_pages_is_read_though_more_was_seen() -> None:
    groups = Groups(1500, most=500)
    assert [live.id for live in read(groups, 1500, 1500)] == groups.ids


def test_behind_a_first_page_that_is_short_nothing_is_asked() -> None:
    groups = Groups(400)
    read(groups, 50_000)
    assert groups.offsets == [0]


def test_a_service_with_smaller_pages_is_read_one_page_after_the_other() -> None:
    groups = Groups(1500, most=500)
    assert [live.id for live in read(groups, 1500)] == groups.ids
    assert groups.offsets == [0, 499, 998, 1497]


def test_what_is_removed_between_the_pages_of_a_wave_begins_the_listing_anew() -> None:
    groups = Groups(3500)
    groups.before = {2: lambda: groups.ids.remove(7)}
    assert [live.id for live in read(groups, 3500)] == groups.ids
    assert groups.offsets == [0, 999, 1998, 2997, 0, 999, 1998, 2997]


def test_a_page_in_the_middle_that_ends_the_list_before_others_is_not_believed() -> None:
    groups = Groups(3500, says_next=False)
    whole = groups.ask
    asked: list[Any] = []

    async def ask(request: Any) -> Any:
        page = await whole(request)
        asked.append(request)
        if len(asked) == 2:
            del page["contactGroup"][500:]
        return page

    groups.ask = ask  # type: ignore[method-assign]
    assert [live.id for live in read(groups, 3500)] == groups.ids
    assert len(asked) == 8
