from datetime import datetime, timedelta

from kiosk.clock import VIETNAM
from kiosk.demo.simulated_clock import SimulatedClock

MORNING = datetime(2026, 11, 24, 7, 30, tzinfo=VIETNAM)


def test_a_timer_runs_only_when_time_has_been_moved_to_it() -> None:
    clock = SimulatedClock(MORNING)
    rung: list[datetime] = []
    clock.wake_at(MORNING + timedelta(minutes=5), lambda: rung.append(clock.now()))

    clock.move_to(MORNING + timedelta(minutes=4))
    clock.run_due()
    assert rung == []
    assert clock.next_due() == MORNING + timedelta(minutes=5)

    clock.move_to(MORNING + timedelta(minutes=5))
    clock.run_due()
    assert rung == [MORNING + timedelta(minutes=5)]
    assert clock.next_due() is None


def test_timers_of_one_moment_run_in_the_order_in_which_they_were_set() -> None:
    clock = SimulatedClock(MORNING)
    rung: list[str] = []
    for name in ("first", "second", "third"):
        clock.wake_at(MORNING, lambda name=name: rung.append(name))
    clock.run_due()
    assert rung == ["first", "second", "third"]


def test_a_cancelled_timer_is_forgotten_and_no_longer_due() -> None:
    clock = SimulatedClock(MORNING)
    clock.wake_at(MORNING, lambda: None).cancel()
    assert clock.next_due() is None


def test_time_never_goes_back() -> None:
    clock = SimulatedClock(MORNING)
    clock.move_to(MORNING + timedelta(hours=1))
    clock.move_to(MORNING)
    assert clock.now() == MORNING + timedelta(hours=1)


def test_posted_work_runs_in_order_and_the_report_comes_when_nothing_is_left() -> None:
    clock = SimulatedClock(MORNING)
    told: list[str] = []
    clock.post(lambda: told.append("one"))
    clock.post(lambda: told.append("two"))

    def quiet() -> None:
        told.append("quiet")
        clock.stop()

    clock.run(quiet)
    assert told == ["one", "two", "quiet"]
