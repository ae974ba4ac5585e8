"""Records on their way to the journal: flushed together, before the run waits, and never lost unseen."""

from __future__ import annotations

from typing import Any

import pytest

from lvstate.effects import (
    Append,
    Effect,
    Http,
    HttpRequest,
    Sleep,
)
from lvstate.errors import LvstateError
from tests.driver.running import driving, fetch, gather, run
from tests.driver.transports import Ledger


def record(number: int) -> dict[str, int]:
    return {"n": number}


def test_records_of_tasks_that_meet_are_written_together() -> None:
    ledger = Ledger()

    async def note(number: int) -> int:
        await Append(record(number))
        return number

    assert run(gather(*(note(number) for number in range(5))), journal=ledger) == [0, 1, 2, 3, 4]
    assert ledger.calls == [[record(number) for number in range(5)]]


def test_a_task_goes_on_only_when_its_record_is_written() -> None:
    ledger = Ledger()

    async def note() -> list[int]:
        seen = []
        for number in range(3):
            await Append(record(number))
            seen.append(len(ledger.calls))
        return seen

    assert run(note(), journal=ledger) == [1, 2, 3]


def test_an_error_of_the_journal_is_raised_in_every_task_that_waits_for_it() -> None:
    error = LvstateError("the disk is full")

    async def note() -> str:
        try:
            await Append(record(1))
        except LvstateError as raised:
            return "told" if raised is error else "told something else"
        return "not told"

    async def other() -> str:
        return await fetch("/other")

    assert run(gather(note(), other(), note()), journal=Ledger(error)) == ["told", "/other", "told"]


def test_an_error_of_the_journal_that_nobody_catches_ends_the_run() -> None:
    async def note() -> None:
        await Append(record(1))
        raise AssertionError("went on without its record")

    with pytest.raises(LvstateError, match="the disk is full"):
        run(note(), journal=Ledger(LvstateError("the disk is full")))


def test_a_record_that_nobody_waits_for_goes_to_disk_with_the_next_one() -> None:
    ledger = Ledger()

    async def note() -> int:
        await Append(record(1), wait=False)
        before = len(ledger.calls)
        await Append(record(2))
        return before

    assert run(note(), journal=ledger) == 0
    assert ledger.calls == [[record(1), record(2)]]


@pytest.mark.parametrize("effect", [Sleep(0.001), Http(HttpRequest("GET", "/x", {}), 5)])
def test_a_record_that_nobody_waits_for_is_on_disk_before_the_run_waits(effect: Effect[Any]) -> None:
    ledger = Ledger()

    async def note() -> int:
        await Append(record(1), wait=False)
        await effect
        return len(ledger.calls)

    assert run(note(), journal=ledger) == 1


def test_a_record_that_nobody_waits_for_is_on_disk_when_the_run_has_ended() -> None:
    ledger = Ledger()

    async def note() -> None:
        await Append(record(1), wait=False)

    run(note(), journal=ledger)
    assert ledger.calls == [[record(1)]]


def test_whoever_appends_next_is_told_of_a_record_that_did_not_find_its_place() -> None:
    async def note() -> str:
        await Append(record(1), wait=False)
        await Sleep(0.001)
        try:
            await Append(record(2))
        except LvstateError as raised:
            return raised.message
        return "not told"

    assert run(note(), journal=Ledger(LvstateError("the disk is full"))) == "the disk is full"


def test_without_a_journal_records_go_nowhere() -> None:
    async def note() -> str:
        await Append(record(1))
        return "on"

    assert run(note()) == "on"


def test_a_journal_may_be_given_between_two_runs() -> None:
    ledger = Ledger()

    async def note(number: int) -> None:
        await Append(record(number))

    with driving() as driver:
        driver.run(note(1))
        driver.journal = ledger
        driver.run(note(2))
    assert ledger.calls == [[record(2)]]
