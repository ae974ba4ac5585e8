"""The loop that steps coroutines and performs their effects."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread, Timer
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from lvstate.driver import Driver
from lvstate.effects import (
    Effect,
    Gather,
    Http,
    HttpFault,
    HttpReply,
    HttpRequest,
    Now,
    Progress,
    Sleep,
    Stage,
    Stopping,
    Task,
    Until,
)
from lvstate.errors import ServiceError
from tests.driver.running import driving, fail, fetch, gather, run, value
from tests.driver.transports import PATIENCE, Echo, Hanging, Meeting


class Watched:
    """Tasks that say when they start and how they end."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.closed: list[str] = []
        self.finished: list[str] = []
        self.now = 0
        self.most = 0

    async def task(self, name: str, effect: Effect[Any]) -> str:
        self.started.append(name)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await effect
            self.finished.append(name)
        except GeneratorExit:
            self.closed.append(name)
            raise
        finally:
            self.now -= 1
        return name


# Results and errors


def test_the_result_of_the_root_is_the_result_of_the_run() -> None:
    assert run(value(7)) == 7


def test_the_error_of_the_root_is_the_error_of_the_run() -> None:
    error = ServiceError("no")
    with pytest.raises(ServiceError) as raised:
        run(fail(error, 0.0))
    assert raised.value is error


def test_a_driver_runs_one_task_after_another() -> None:
    with driving() as driver:
        assert [driver.run(fetch("/1")), driver.run(fetch("/2"))] == ["/1", "/2"]
        with pytest.raises(ServiceError):
            driver.run(fail(ServiceError("no")))
        assert driver.run(fetch("/3")) == "/3"


def test_what_is_no_effect_is_named() -> None:
    class Odd(Effect[None]):
        """Unknown to the driver."""

        def __repr__(self) -> str:
            return "Odd()"

    async def ask() -> None:
        await Odd()

    with pytest.raises(TypeError, match=r"not an effect: Odd\(\)"):
        run(ask())


# Gather


def test_results_come_in_the_order_of_the_tasks_whoever_ends_first() -> None:
    tasks = [value(1, 0.03), value(2, 0.0), value(3), value(4, 0.015)]
    assert run(gather(*tasks)) == [1, 2, 3, 4]


def test_answers_reach_the_task_that_asked() -> None:
    paths = [f"/{n}" for n in range(50)]
    assert run(gather(*(fetch(path) for path in paths), limit=50), parallelism=4) == paths


def test_nothing_to_gather_is_an_empty_list() -> None:
    assert run(gather()) == []


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), (10, 10), (99, 10), (0, 1)])
def test_at_most_so_many_tasks_run_at_once(limit: int, most: int) -> None:
    watched = Watched()
    names = [str(n) for n in range(10)]
    assert run(gather(*(watched.task(name, Sleep(0.002)) for name in names), limit=limit)) == names
    assert watched.most == most
    assert watched.started == names, "tasks start in their order"


def test_gathers_may_be_nested() -> None:
    async def inner(base: int) -> list[Any]:
        return await Gather([value(base + n, 0.002 * (3 - n)) for n in range(3)], 2)

    assert run(gather(*(inner(base) for base in (0, 10, 20)), limit=2)) == [
        [0, 1, 2],
        [10, 11, 12],
        [20, 21, 22],
    ]


def test_a_task_may_gather_again_and_again() -> None:
    async def twice() -> list[Any]:
        return [await Gather([value(1), value(2)], 1), await Gather([value(3)], 1)]

    assert run(twice()) == [[1, 2], [3]]


def test_the_first_error_closes_the_others_and_is_raised_where_they_are_gathered() -> None:
    watched = Watched()
    error = ServiceError("no")
    caught = []

    async def root() -> str:
        try:
            await Gather(
                [watched.task("asleep", Sleep(60)), fail(error, 0.0), watched.task("late", Now())], 2
            )
        except ServiceError as raised:
            caught.append(raised)
        assert watched.closed == ["asleep"], "the others are closed before the error is raised"
        return await fetch("/after")

    assert run(root()) == "/after"
    assert caught == [error]
    assert watched.started == ["asleep"], "what did not start never does"
    assert watched.finished == []


@pytest.mark.parametrize(
    "effect",
    [Sleep(60), Until(lambda: False), Http(HttpRequest("GET", "/hang", {}), 60), Gather([value(1, 60.0)], 1)],
    ids=["sleep", "until", "http", "gather"],
)
def test_whatever_a_task_waits_for_an_error_beside_it_closes_it(effect: Effect[Any]) -> None:
    watched = Watched()
    transport = Hanging()
    started = time.monotonic()
    with pytest.raises(ServiceError):
        run(gather(watched.task("waits", effect), fail(ServiceError("no"), 0.01)), transport)
    transport.release.set()
    assert watched.closed == ["waits"]
    assert time.monotonic() - started < 5


def test_an_error_closes_nested_groups_from_the_inside() -> None:
    watched = Watched()

    async def group(name: str) -> None:
        try:
            await Gather([watched.task(f"{name}/{n}", Sleep(60)) for n in range(3)], 2)
        except GeneratorExit:
            watched.closed.append(name)
            raise

    with pytest.raises(ServiceError):
        run(gather(group("a"), group("b"), fail(ServiceError("no"), 0.01)))
    assert sorted(watched.closed) == ["a", "a/0", "a/1", "b", "b/0", "b/1"]
    assert watched.closed.index("a/0") < watched.closed.index("a")


def test_an_error_of_a_nested_group_that_nobody_catches_reaches_the_root() -> None:
    error = ServiceError("no")
    watched = Watched()

    async def middle() -> list[Any]:
        return await Gather([fail(error, 0.0), watched.task("inner", Sleep(60))], 2)

    with pytest.raises(ServiceError) as raised:
        run(gather(middle(), watched.task("outer", Sleep(60))))
    assert raised.value is error
    assert sorted(watched.closed) == ["inner", "outer"]


def test_a_failure_that_is_caught_inside_leaves_the_other_groups_alone() -> None:
    async def careful() -> str:
        try:
            await Gather([fail(ServiceError("no"))], 1)
        except ServiceError:
            return "caught"
        return "missed"

    assert run(gather(careful(), value("other", 0.01))) == ["caught", "other"]


def test_of_two_errors_at_once_the_first_is_raised() -> None:
    with pytest.raises(ServiceError, match="first"):
        run(gather(fail(ServiceError("first")), fail(ServiceError("second"))))


def test_a_request_that_still_waits_for_its_turn_is_not_sent_for_a_closed_task() -> None:
    transport = Hanging()

    async def root() -> str:
        try:
            await Gather([fetch("/hang"), fetch("/never"), fail(ServiceError("no"), 0.01)], 3)
        except ServiceError:
            transport.release.set()
        return await fetch("/after")

    assert run(root(), transport, parallelism=1) == "/after"
    assert transport.sent == ["/hang", "/after"]


# Until


def test_until_waits_for_what_another_task_does() -> None:
    box: list[str] = []

    async def waits() -> list[str]:
        await Until(lambda: bool(box))
        return list(box)

    async def works() -> None:
        box.append(await fetch("/x"))

    assert run(gather(waits(), waits(), works())) == [["/x"], ["/x"], None]


def test_until_goes_on_at_once_where_the_condition_holds() -> None:
    async def waits() -> str:
        await Until(lambda: True)
        return "on"

    assert run(waits()) == "on"


def test_until_is_looked_at_again_when_one_that_waited_has_made_the_next_true() -> None:
    order: list[int] = []

    async def step(number: int) -> None:
        await Until(lambda: len(order) == number)
        order.append(number)

    run(gather(*(step(number) for number in (3, 1, 0, 2))))
    assert order == [0, 1, 2, 3]


@pytest.mark.parametrize("others", [0, 1, 3])
def test_tasks_that_all_wait_for_each_other_are_noticed(others: int) -> None:
    watched = Watched()
    tasks = [watched.task(str(n), Until(lambda: False)) for n in range(others + 1)]
    with pytest.raises(RuntimeError, match="every task waits for another"):
        run(gather(*tasks))
    assert len(watched.closed) == others + 1


# Time


def test_now_never_runs_backwards() -> None:
    async def ask() -> list[float]:
        return [await Now() for _ in range(5)]

    moments = run(ask())
    assert moments == sorted(moments)
    assert all(isinstance(moment, float) for moment in moments)


def test_sleep_lasts_as_long_as_asked_and_sleepers_do_not_wait_for_each_other() -> None:
    async def nap() -> float:
        before = await Now()
        await Sleep(0.05)
        return await Now() - before

    started = time.monotonic()
    naps = run(gather(*(nap() for _ in range(8))))
    assert min(naps) >= 0.05
    assert time.monotonic() - started < 0.3


@pytest.mark.parametrize("seconds", [0, -5])
def test_sleep_of_nothing_or_less_goes_on(seconds: float) -> None:
    assert run(value("awake", seconds)) == "awake"


def test_work_goes_on_while_one_sleeps() -> None:
    async def work() -> int:
        for n in range(20):
            await fetch(f"/{n}")
        return 20

    order: list[str] = []

    async def named(name: str, task: Task[Any]) -> None:
        await task
        order.append(name)

    run(gather(named("sleeper", value(None, 0.5)), named("worker", work())))
    assert order == ["worker", "sleeper"]


# Stop


def test_a_stop_wakes_all_who_sleep() -> None:
    async def nap() -> bool:
        await Sleep(60)
        return await Stopping()

    with driving() as driver:
        timer = Timer(0.02, driver.stop)
        timer.start()
        started = time.monotonic()
        assert driver.run(gather(nap(), nap(), nap())) == [True, True, True]
        assert time.monotonic() - started < 5
        assert driver.stopping
        timer.join()


def test_nobody_falls_asleep_after_a_stop() -> None:
    async def nap() -> bool:
        before = await Stopping()
        for _ in range(3):
            await Sleep(60)
        return before

    started = time.monotonic()
    with driving() as driver:
        assert not driver.stopping
        driver.stop()
        assert driver.run(nap())
    assert time.monotonic() - started < 5


def test_without_a_stop_nobody_is_stopping() -> None:
    async def ask() -> bool:
        return await Stopping()

    assert run(ask()) is False


def test_a_stop_from_a_signal_handler_is_heard_while_an_exchange_is_under_way() -> None:
    transport = Hanging()

    async def watch() -> bool:
        await Sleep(60)
        transport.release.set()
        return await Stopping()

    with driving(transport) as driver:

        def interrupt() -> None:
            transport.hanging.wait(PATIENCE)
            os.kill(os.getpid(), signal.SIGUSR1)

        previous = signal.signal(signal.SIGUSR1, lambda *_: driver.stop())
        thread = Thread(target=interrupt)
        try:
            thread.start()
            # The exchange is finished, not cut off.
            assert driver.run(gather(fetch("/hang"), watch())) == ["late", True]
        finally:
            thread.join()
            signal.signal(signal.SIGUSR1, previous)


def test_a_stop_does_not_fire_the_deadlines_of_exchanges() -> None:
    with driving(Echo(delay=0.1)) as driver:
        timer = Timer(0.02, driver.stop)
        timer.start()
        assert driver.run(fetch("/x")) == "/x"
        timer.join()


def test_a_stop_does_not_lift_the_deadlines_of_exchanges() -> None:
    transport = Hanging()
    with driving(transport) as driver:
        timer = Timer(0.02, driver.stop)
        timer.start()
        answer = driver.run(fetch("/hang", 0.05))
        timer.join()
    transport.release.set()
    assert answer.startswith("MAYBE_SENT")


# Progress


def test_progress_is_told_in_order_and_between_the_steps_of_a_task() -> None:
    told: list[Any] = []

    async def work() -> None:
        for n in range(3):
            await Progress(n, 3, "groups")
            told.append("step")

    run(work(), progress=lambda *words: told.append(words))
    assert told == [(0, 3, "groups"), "step", (1, 3, "groups"), "step", (2, 3, "groups"), "step"]


def test_progress_that_nobody_watches_is_no_matter() -> None:
    async def work() -> str:
        await Progress(1, 1, "x")
        return "on"

    assert run(work()) == "on"


# Exchanges


@pytest.mark.parametrize("parallelism", [1, 2, 5])
def test_so_many_exchanges_as_allowed_are_under_way_at_once_and_no_more(parallelism: int) -> None:
    transport = Meeting(parallelism)
    paths = [f"/{n}" for n in range(parallelism * 4)]
    assert run(gather(*map(fetch, paths), limit=100), transport, parallelism=parallelism) == paths
    assert len(transport.threads) == parallelism
    assert sorted(transport.sent) == sorted(paths)


def test_no_more_workers_start_than_there_is_work() -> None:
    transport = Echo()

    async def one_by_one() -> None:
        for n in range(10):
            await fetch(f"/{n}")

    run(one_by_one(), transport, parallelism=8)
    assert len(transport.threads) == 1


def test_exchanges_start_in_the_order_in_which_they_were_asked_for() -> None:
    transport = Echo(delay=0.001)
    paths = [f"/{n}" for n in range(20)]
    run(gather(*map(fetch, paths), limit=100), transport, parallelism=1)
    assert transport.sent == paths
    assert transport.most_at_once == 1


def test_an_exchange_is_given_up_after_its_deadline_even_when_the_transport_hangs() -> None:
    transport = Hanging()

    async def ask() -> HttpReply | HttpFault:
        return await Http(HttpRequest("GET", "/hang", {}), 0.05)

    started = time.monotonic()
    answer = run(ask(), transport)
    took = time.monotonic() - started
    transport.release.set()
    assert answer == HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline")
    assert 0.05 <= took < 2


def test_other_work_goes_on_while_an_exchange_hangs() -> None:
    transport = Hanging()

    async def work() -> list[str]:
        return [await fetch(f"/{n}") for n in range(30)]

    hung, worked = run(gather(fetch("/hang", 0.1), work()), transport, parallelism=2)
    transport.release.set()
    assert hung.startswith("MAYBE_SENT")
    assert worked == [f"/{n}" for n in range(30)]


def test_an_exchange_that_was_given_up_leaves_its_place_to_another() -> None:
    transport = Hanging()
    answers = run(
        gather(fetch("/hang/1", 0.02), fetch("/hang/2", 0.02), fetch("/x"), limit=3), transport, parallelism=1
    )
    transport.release.set()
    assert [answer[:10] for answer in answers] == ["MAYBE_SENT", "MAYBE_SENT", "/x"]


def test_an_answer_that_comes_after_the_exchange_was_given_up_reaches_nobody() -> None:
    transport = Hanging()

    async def root() -> list[str]:
        answers = [await fetch("/hang", 0.02)]
        transport.release.set()
        assert transport.late.wait(PATIENCE)
        await Sleep(0.02)
        return answers + [await fetch(f"/{n}") for n in range(3)]

    first, *others = run(root(), transport, parallelism=1)
    assert first.startswith("MAYBE_SENT")
    assert others == ["/0", "/1", "/2"]


def test_a_worker_that_comes_back_late_is_used_again() -> None:
    transport = Hanging()

    async def root() -> None:
        await fetch("/hang", 0.02)
        transport.release.set()
        assert transport.late.wait(PATIENCE)
        await Sleep(0.02)
        for n in range(5):
            await fetch(f"/{n}")

    run(root(), transport, parallelism=1)
    assert len(transport.threads) == 1, "nobody was hired in its place"


def test_the_answer_to_an_exchange_of_a_run_that_failed_does_not_reach_the_next_run() -> None:
    transport = Hanging()
    with driving(transport) as driver:
        with pytest.raises(ServiceError):
            driver.run(gather(fetch("/hang"), fail(ServiceError("no"), 0.01)))
        transport.release.set()
        assert transport.late.wait(PATIENCE)
        assert driver.run(gather(*(fetch(f"/{n}") for n in range(10)))) == [f"/{n}" for n in range(10)]


def test_a_worker_that_dies_costs_one_exchange_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.excepthook", lambda _: None)

    class Broken(Echo):
        def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
            if request.path == "/broken":
                raise ZeroDivisionError
            return super().perform(request, deadline)

    broken, *others = run(
        gather(fetch("/broken", 0.02), *(fetch(f"/{n}") for n in range(5)), limit=9), Broken(), parallelism=1
    )
    assert broken.startswith("MAYBE_SENT")
    assert others == [f"/{n}" for n in range(5)]


# The end


def test_workers_go_home_when_the_driver_is_closed() -> None:
    transport = Meeting(4)
    with driving(transport, parallelism=4) as driver:
        driver.run(gather(*(fetch(f"/{n}") for n in range(4))))
        assert all(thread.is_alive() and thread.daemon for thread in transport.threads)
    for thread in transport.threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in transport.threads)


def test_an_interrupt_in_the_middle_closes_every_task() -> None:
    watched = Watched()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    async def tell() -> None:
        await Sleep(0.01)
        await Progress(1, 2, "x")

    with pytest.raises(KeyboardInterrupt):
        run(
            gather(watched.task("a", Sleep(60)), watched.task("b", Until(lambda: False)), tell()),
            progress=interrupt,
        )
    assert sorted(watched.closed) == ["a", "b"]


def test_an_exit_raised_inside_a_task_leaves_the_run_at_once() -> None:
    watched = Watched()

    async def leave() -> None:
        await Sleep(0.0)
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        run(gather(leave(), watched.task("a", Sleep(60))))
    assert watched.closed == ["a"]


# Stop and the queue


async def put(path: str) -> HttpReply | HttpFault:
    return await Http(HttpRequest("PUT", path, {}), PATIENCE, writes=True)


def test_a_write_that_waits_for_a_free_slot_is_not_sent_after_a_stop() -> None:
    transport = Hanging()

    async def stop(driver: Driver) -> None:
        await Sleep(0.02)
        driver.stop()
        transport.release.set()

    with driving(transport, parallelism=1) as driver:
        first, second, third, _ = driver.run(gather(put("/hang"), put("/x"), fetch("/y"), stop(driver)))
    assert isinstance(first, HttpReply), "what is under way gets its answer"
    assert second == HttpFault(Stage.NOT_SENT, "the run was interrupted")
    assert third == "/y", "a read changes nothing"
    assert transport.sent == ["/hang", "/y"]


def test_a_write_is_sent_while_nobody_stops() -> None:
    assert run(put("/x")) == HttpReply(200, {}, b"/x")


# Workers


def workers() -> set[Thread]:
    return {thread for thread in enumerate_threads() if thread.name.startswith("lvstate-http-")}


def test_a_worker_that_was_stuck_when_the_driver_closed_ends_too() -> None:
    transport = Hanging()
    before = workers()
    with driving(transport) as driver:
        driver.run(gather(fetch("/hang/1", 0.02), fetch("/hang/2", 0.02), fetch("/x")))
    mine = workers() - before
    assert mine, "two hang"
    transport.release.set()
    for thread in mine:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in mine)
