"""When the next request may go out."""

from __future__ import annotations

import itertools
from random import Random
from typing import NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lvstate.client.pacing import RETRY_BUDGET, Pacing, seconds
from lvstate.effects import HttpRequest, Sleep
from tests.client.virtual_time import VirtualTime

DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


class Dice(Random):
    """Always falls the same."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


def no_request(request: HttpRequest) -> NoReturn:
    raise AssertionError("pacing sends nothing")


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime(no_request)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("999999", 999999),
        ("Wed, 21 Oct 2015 07:28:30 GMT", 30),
        ("Wednesday, 21-Oct-15 07:29:00 GMT", 60),
        ("Wed, 21 Oct 2015 09:28:01 +0200", 1),
        (DATE, 0),
    ],
)
def test_seconds_and_dates_are_understood(text: str, wait: float) -> None:
    assert seconds(text, DATE) == wait


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-1",
        "+5",
        "1.5",
        "1e3",
        "0x10",
        "٣",
        "²",
        "1000000",
        "10, 20",
        "Wed, 21 Oct 2015 07:27:59 GMT",
        "Wed, 21 Oct 2015 07:28:30 -0000",
        "Wed, 32 Oct 2015 07:28:30 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    ],
)
def test_nonsense_is_as_good_as_nothing(text: str) -> None:
    assert seconds(text, DATE) is None


@pytest.mark.parametrize("date", [None, "", "today", "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"])
def test_a_date_counts_from_the_answers_own_date_and_from_no_other_clock(date: str | None) -> None:
    assert seconds("Wed, 21 Oct 2099 07:28:30 GMT", date) is None


def test_no_header_asks_for_nothing() -> None:
    assert seconds(None, DATE) is None


@given(
    st.text(max_size=60) | st.from_regex(r"(Mon, )?\d+ Jan \d+ \d+:\d+:\d+ [+-]\d+", fullmatch=True),
    st.text(),
)
@example("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", DATE)
def test_no_header_of_a_service_breaks_the_run(retry_after: str, date: str) -> None:
    for known in (date, DATE):
        wait = seconds(retry_after, known)
        assert wait is None or wait >= 0


def test_who_was_not_asked_to_wait_does_not(time: VirtualTime) -> None:
    time.run(Pacing().turn())
    assert time.now == 0


@pytest.mark.parametrize("dice", [0.0, 0.5, 0.999])
def test_busy_makes_everybody_wait_as_long_as_the_service_asked(time: VirtualTime, dice: float) -> None:
    pacing = Pacing(random=Dice(dice))
    seen: list[float] = []

    async def told() -> bool:
        return await pacing.busy(1, "30", None)

    async def other() -> None:
        await pacing.turn()
        seen.append(time.now)

    assert time.run(told())
    time.outcomes(other(), other(), other())
    assert seen == [30, 30, 30]


def test_an_own_wait_longer_than_the_one_asked_for_wins(time: VirtualTime) -> None:
    pacing = Pacing(random=Dice(0.999))
    assert time.run(pacing.busy(7, "1", None))
    time.run(pacing.turn())
    assert time.now == pytest.approx(20, abs=0.1)


def test_two_pauses_overlap_and_do_not_add_up(time: VirtualTime) -> None:
    pacing = Pacing(deadline=45)
    assert time.outcomes(
        pacing.busy(1, "30", None), pacing.busy(1, "40", None), pacing.busy(1, "20", None)
    ) == [
        True,
        True,
        True,
    ]
    time.run(pacing.turn())
    assert time.now == 40
    assert pacing.waited == 40


def test_a_pause_that_is_prolonged_while_one_waits_is_waited_for_too(time: VirtualTime) -> None:
    pacing = Pacing()
    assert time.run(pacing.busy(1, "10", None))

    async def prolong() -> None:
        await Sleep(9)
        assert await pacing.busy(1, "10", None)

    time.outcomes(pacing.turn(), prolong())
    assert time.now == 19


def test_a_wait_beyond_the_deadline_is_not_started(time: VirtualTime) -> None:
    pacing = Pacing(deadline=60)
    assert not time.run(pacing.busy(1, "61", None))
    time.run(pacing.turn())
    assert time.now == 0


def test_waits_add_up_to_the_deadline_and_no_further(time: VirtualTime) -> None:
    pacing = Pacing(deadline=60)

    async def patient() -> list[bool]:
        answers = []
        for _ in range(4):
            answers.append(await pacing.busy(1, "20", None))
            await pacing.turn()
        return answers

    assert time.run(patient()) == [True, True, True, False]
    assert time.now == 60


def test_a_busy_service_does_not_use_up_retries(time: VirtualTime) -> None:
    pacing = Pacing()
    for _ in range(30):
        assert time.run(pacing.busy(1, "1", None))
    assert pacing.retries_left == RETRY_BUDGET


def test_a_run_has_twenty_retries(time: VirtualTime) -> None:
    pacing = Pacing()
    assert [time.run(pacing.retry(1)) for _ in range(22)] == [True] * 20 + [False] * 2


def test_after_the_last_retry_nothing_waits(time: VirtualTime) -> None:
    pacing = Pacing(retries_left=0)
    assert not time.run(pacing.retry(1, "30", None))
    assert time.now == 0


def test_a_retry_waits_for_itself_alone_where_the_service_asked_for_nothing(time: VirtualTime) -> None:
    pacing = Pacing()
    time.run(pacing.retry(1))
    waited = time.now
    assert waited > 0
    time.run(pacing.turn())
    assert time.now == waited


def test_a_retry_makes_everybody_wait_where_the_service_asked_for_it(time: VirtualTime) -> None:
    pacing = Pacing()
    assert time.run(pacing.retry(1, "25", None))
    time.run(pacing.turn())
    assert time.now == 25


def test_a_retry_can_make_everybody_wait_without_being_asked(time: VirtualTime) -> None:
    pacing = Pacing(random=Dice(0.0))
    assert time.run(pacing.retry(4, all_wait=True))
    time.run(pacing.turn())
    assert time.now == 2


def test_a_retry_does_not_wait_beyond_the_deadline(time: VirtualTime) -> None:
    assert not time.run(Pacing(deadline=10).retry(1, "25", None))


@pytest.mark.parametrize(
    ("attempt", "ceiling"),
    [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 16.0), (7, 20.0), (60, 20.0), (5000, 20.0)],
)
def test_waits_double_up_to_twenty_seconds_and_half_of_each_is_luck(attempt: int, ceiling: float) -> None:
    for dice, wait in ((0.0, ceiling / 2), (0.5, ceiling * 0.75), (0.999999, ceiling)):
        time = VirtualTime(no_request)
        time.run(Pacing(random=Dice(dice)).retry(attempt))
        assert time.now == pytest.approx(wait, rel=1e-3)


def test_two_runs_do_not_wait_in_step() -> None:
    waits = set()
    for _ in range(5):
        time = VirtualTime(no_request)
        time.run(Pacing().retry(6))
        waits.add(time.now)
    assert len(waits) > 1


def test_who_waits_is_let_go_when_the_run_stops(time: VirtualTime) -> None:
    pacing = Pacing()
    assert time.run(pacing.busy(1, "300", None))
    time.stop_at(5)
    time.run(pacing.turn())
    assert time.now == 5


def test_under_a_rate_requests_go_out_evenly_and_none_is_saved_up_for_later(time: VirtualTime) -> None:
    pacing = Pacing(rate=4)
    sent: list[float] = []

    async def worker(rest: float) -> None:
        for _ in range(3):
            assert await pacing.turn()
            sent.append(time.now)
            await Sleep(rest)

    time.outcomes(worker(0), worker(0.1), worker(3))
    gaps = [after - before for before, after in itertools.pairwise(sent)]
    assert sent[:3] == [0, 0.25, 0.5]
    assert min(gaps) >= 0.25
    assert sum(gap == 0.25 for gap in gaps) >= 4


def test_a_slot_that_falls_into_a_pause_is_taken_behind_it(time: VirtualTime) -> None:
    pacing = Pacing(rate=2, random=Dice(0))
    sent: list[float] = []

    async def worker() -> None:
        assert await pacing.turn()
        sent.append(time.now)

    async def busy() -> None:
        assert await pacing.busy(1, "10", None)

    time.outcomes(worker(), worker(), worker(), busy())
    assert sent[0] == 0
    assert sent[1] >= 10
    assert sent[2] - sent[1] >= 0.5


def test_who_waits_for_a_slot_wakes_when_the_run_is_to_stop(time: VirtualTime) -> None:
    pacing = Pacing(rate=0.01)
    time.run(pacing.turn())
    time.stop_at(3)
    assert time.run(pacing.turn())
    assert time.now == 3
