"""Whole listings of any rows, or an error: never a part."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from lvstate.client.paging import all_rows
from lvstate.errors import ServiceError
from lvstate.wire.calls import Paged


class Shelf:
    """Rows that are given out in pages, honestly unless `tamper` has its way with a page."""

    def __init__(self, number: int, tamper: Callable[[Shelf, dict[str, Any]], Any] | None = None) -> None:
        self.rows: list[Any] = [{"id": n} for n in range(number)]
        self.asked: list[tuple[int, int]] = []
        self.most = 1000
        self.tells = True
        self._tamper = tamper

    async def ask(self, offset: int, count: int) -> Any:
        self.asked.append((offset, count))
        end = offset + min(count, self.most)
        page: dict[str, Any] = {"Rows": self.rows[offset:end]}
        if end < len(self.rows) and self.tells:
            page["next"] = "/somewhere?offset=1"
        return self._tamper(self, page) if self._tamper else page


def read(shelf: Shelf, count: int = 1000, offset: int = 0, *, optional: bool = False) -> list[Any]:
    paged = Paged(("rows", "others"), optional, offset, count)
    return [json.loads(line) for line in asyncio.run(all_rows(paged, shelf.ask))]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize(("number", "pages"), [(0, 1), (9, 1), (10, 2), (19, 3), (28, 4), (30, 4)])
def test_full_pages_overlap_by_one_row(number: int, pages: int, tells: bool) -> None:
    shelf = Shelf(number)
    shelf.tells = tells
    assert read(shelf, 10) == shelf.rows
    assert len(shelf.asked) <= pages + (not tells) + 1
    assert shelf.asked[1:2] in ([], [(9, 10)])


def test_pages_of_one_row_cannot_overlap() -> None:
    shelf = Shelf(3)
    assert read(shelf, 1) == shelf.rows
    assert [offset for offset, _ in shelf.asked] == [0, 1, 2, 3]


def test_a_short_page_with_next_goes_on_behind_its_last_row() -> None:
    shelf = Shelf(20)
    shelf.most = 4
    assert read(shelf, 10) == shelf.rows


def test_the_first_offset_is_the_callers() -> None:
    shelf = Shelf(25)
    assert read(shelf, 10, 20) == shelf.rows[20:]
    assert shelf.asked[0] == (20, 10)


def test_rows_without_an_id_are_told_apart_by_themselves() -> None:
    shelf = Shelf(0)
    shelf.rows = [{"account": "a"}, {"account": "A"}, "text", 7, {"other": 1}]
    assert read(shelf, 2) == shelf.rows


def test_a_list_that_shifts_once_is_read_again() -> None:
    def remove_first(shelf: Shelf, page: dict[str, Any]) -> Any:
        if len(shelf.asked) == 1:
            del shelf.rows[0]
        return page

    shelf = Shelf(25, remove_first)
    assert read(shelf, 10) == shelf.rows


def test_a_list_that_never_rests_is_an_error() -> None:
    def remove_first(shelf: Shelf, page: dict[str, Any]) -> Any:
        del shelf.rows[0]
        return page

    with pytest.raises(ServiceError):
        read(Shelf(500, remove_first), 10)


@pytest.mark.parametrize(
    "page",
    [
        {"Rows": [{"id": 1}, {"id": 1}]},
        {"Rows": [{"id": 1}, {"id": 2}]},
        {"Rows": [], "next": "x"},
        {"Rows": None},
        {"Rows": {}},
        {"Rows": [], "others": []},
        {"rows2": []},
        {},
        [],
        None,
    ],
    ids=str,
)
def test_pages_that_do_not_add_up_are_an_error(page: Any) -> None:
    with pytest.raises(ServiceError):
        read(Shelf(0, lambda _, __: page), 2)


def test_a_search_may_leave_its_empty_array_out() -> None:
    assert read(Shelf(0, lambda _, __: {}), optional=True) == []
    assert read(Shelf(0, lambda _, __: {"rows": None}), optional=True) == []
    with pytest.raises(ServiceError):
        read(Shelf(0, lambda _, __: {"next": "x"}), optional=True)


@pytest.mark.parametrize("more", [{"Next": "/x"}, {"next": None, "NEXT": "/x"}], ids=["case", "twice"])
def test_next_is_read_whatever_its_case_but_not_in_two_spellings(more: dict[str, Any]) -> None:
    shelf = Shelf(20, lambda shelf, page: page if len(shelf.asked) > 1 else {"Rows": page["Rows"], **more})
    shelf.most, shelf.tells = 15, False
    if len(more) == 1:
        assert read(shelf, 20) == shelf.rows
    else:
        with pytest.raises(ServiceError, match="more than once"):
            read(shelf, 20)
