"""The office's calendar: no number for a day on which nobody would call it."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import VIETNAM
from kiosk.domain.hours import FAR_DAYS, OpeningHours

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=VIETNAM))
CALENDARS = st.builds(
    OpeningHours,
    opens=st.sampled_from((time(0, 10), time(7, 30), time(8, 0))),
    closes=st.sampled_from((time(11, 30), time(17, 0), time(23, 59))),
    closed_weekdays=st.sets(st.integers(0, 6)).map(tuple),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20).map(tuple),
    early_minutes=st.integers(0, 60),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def test_numbers_are_given_from_a_little_before_opening_until_closing() -> None:
    hours = OpeningHours(early_minutes=15)
    told = [hours.gives_numbers(at(24, *clock)) for clock in ((7, 14), (7, 15), (12, 0), (16, 59), (17, 0))]
    assert told == [False, True, True, True, False]


def test_a_weekend_and_a_holiday_are_closed() -> None:
    hours = OpeningHours(holidays=(date(2026, 11, 24),))
    assert not hours.gives_numbers(at(24, 9))
    assert not hours.gives_numbers(at(28, 9)), "a Saturday"
    assert hours.next_opening(at(27, 18)) == at(30, 7, 30), "Friday evening: Monday"
    assert OpeningHours().next_opening(at(24, 6)) == at(24, 7, 30)


def test_an_office_that_never_opens_promises_nothing() -> None:
    assert OpeningHours(closed_weekdays=tuple(range(7))).next_opening(at(24, 9)) is None


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_ahead_on_a_working_day_and_none_is_skipped(hours: OpeningHours, now: datetime) -> None:
    opening = hours.next_opening(now)
    if opening is None:
        assert all(not hours.is_working_day(now.date() + timedelta(days=n)) for n in range(1, FAR_DAYS))
        return
    assert opening > now
    assert hours.is_working_day(opening.date())
    between = (now.date() + timedelta(days=n) for n in range(1, (opening.date() - now.date()).days))
    assert not any(hours.is_working_day(day) for day in between)


@given(CALENDARS, MOMENTS)
def test_a_number_is_only_given_on_a_working_day(hours: OpeningHours, now: datetime) -> None:
    if hours.gives_numbers(now):
        assert hours.is_working_day(now.date())
        assert now.time() < hours.closes
