import itertools
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import events
from kiosk.domain.shifts import Shift, ShiftEvent, officer_at, shifts_of, timesheet

OPENS = datetime(2026, 11, 24, 7, 30, tzinfo=timezone(timedelta(hours=7)))


def at(minute: float) -> datetime:
    return OPENS + timedelta(minutes=minute)


def came(minute: float, officer: str = "cb01", counter: int = 1) -> events.OfficerSignedIn:
    return events.OfficerSignedIn(at=at(minute), officer=officer, name=f"Cán bộ {officer}", counter=counter)


def left(minute: float, officer: str = "cb01", counter: int = 1) -> events.OfficerSignedOut:
    return events.OfficerSignedOut(at=at(minute), officer=officer, counter=counter)


def paused(minute: float, counter: int = 1, reason: str = "") -> events.CounterPaused:
    return events.CounterPaused(at=at(minute), counter=counter, reason=reason)


def reopened(minute: float, counter: int = 1) -> events.CounterReopened:
    return events.CounterReopened(at=at(minute), counter=counter)


def the_shifts(*happened: ShiftEvent) -> list[Shift]:
    return shifts_of((f"hub-{n}", event) for n, event in enumerate(happened))


def test_a_shift_lasts_from_sign_in_to_sign_out_with_its_pauses() -> None:
    (shift,) = the_shifts(came(0), paused(60, reason="họp"), reopened(75), left(240))
    assert (shift.start, shift.end, shift.ended_by) == (at(0), at(240), "signed_out")
    assert [(pause.start, pause.end, pause.reason) for pause in shift.pauses] == [(at(60), at(75), "họp")]
    assert (shift.present_minutes(at(999)), shift.paused_minutes(at(999))) == (240, 15)


def test_a_sign_out_ends_the_pause_too() -> None:
    (shift,) = the_shifts(came(0), paused(60), left(90))
    assert shift.pauses[0].end == at(90)


def test_whoever_sits_down_where_somebody_forgot_to_sign_out_ends_that_shift() -> None:
    first, second = the_shifts(came(0, "cb01"), came(100, "cb02"), left(200, "cb02"))
    assert (first.officer, first.end, first.ended_by) == ("cb01", at(100), "replaced")
    assert (second.officer, second.ended_by) == ("cb02", "signed_out")


def test_an_officer_sits_at_one_counter() -> None:
    first, second = the_shifts(came(0, "cb01", 1), came(50, "cb01", 2))
    assert (first.end, first.ended_by, second.counter, second.end) == (at(50), "moved", 2, None)


def test_signing_in_twice_or_out_where_nobody_sits_changes_nothing() -> None:
    (shift,) = the_shifts(left(0), paused(1), reopened(2), came(5), came(9), left(20, "cb09"), reopened(30))
    assert (shift.start, shift.end, shift.pauses) == (at(5), None, ())


def test_a_service_belongs_to_whoever_was_signed_in_then() -> None:
    shifts = the_shifts(came(0, "cb01"), left(100, "cb01"), came(110, "cb02"))
    assert [officer_at(shifts, 1, at(minute)) for minute in (-1, 0, 99, 100, 110, 500)] == [
        "", "cb01", "cb01", "", "cb02", "cb02",
    ]  # fmt: skip
    assert officer_at(shifts, 2, at(50)) == ""


def test_the_timesheet_adds_up_an_officers_day_and_marks_what_is_open() -> None:
    rows = timesheet(
        the_shifts(came(0), paused(60), reopened(70), left(240), came(360), left(570), came(0, "cb02", 2)), at(600)
    )
    mine, other = rows
    assert (mine.officer, mine.first_in, mine.last_out, mine.counters) == ("cb01", at(0), at(570), (1,))
    assert (mine.present_minutes, mine.paused_minutes, mine.working_minutes) == (450, 10, 440)
    assert mine.is_complete
    assert (other.last_out, other.present_minutes, other.is_complete) == (None, 600, False)


_events = st.one_of(
    st.builds(came, st.integers(0, 5), st.sampled_from(["cb01", "cb02"]), st.integers(1, 2)),
    st.builds(left, st.integers(0, 5), st.sampled_from(["cb01", "cb02"]), st.integers(1, 2)),
    st.builds(paused, st.integers(0, 5), st.integers(1, 2)),
    st.builds(reopened, st.integers(0, 5), st.integers(1, 2)),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_events, min_size=1, max_size=6))
def test_every_permutation_gives_the_same_sound_shifts(happened: list[ShiftEvent]) -> None:
    known = [(f"hub-{n}", event) for n, event in enumerate(happened)]
    shifts = shifts_of(known)
    assert all(shifts_of([*order, order[0]]) == shifts for order in itertools.permutations(known))
    for one, other in itertools.combinations(shifts, 2):
        if one.counter == other.counter or one.officer == other.officer:
            assert one.end is not None
            assert one.end <= other.start
