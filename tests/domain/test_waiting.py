import random
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.office import CounterPlan, Office, ServiceGroup, model_office
from kiosk.domain.priority import Priority
from kiosk.domain.snapshot import CounterState, WaitingTicket
from kiosk.domain.waiting import Forecast, LearnedDurations, forecast_all, forecast_newcomer

VN = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=VN)


def an_office(counters: int = 1, mean: float = 10.0) -> Office:
    groups = tuple(
        ServiceGroup(key=key, letter=key.upper(), name=key, name_en=key, mean_minutes=mean, cv=0.6) for key in "ab"
    )
    plans = tuple(CounterPlan(number=n, groups=("a", "b")) for n in range(1, counters + 1))
    return Office(name="", authority="", groups=groups, counters=plans)


def a_ticket(name: str, waited: float, group: str = "a", **more: object) -> WaitingTicket:
    arrived = NOW - timedelta(minutes=waited)
    return WaitingTicket(ticket=name, number=name, group=group, arrived=arrived, **more)  # type: ignore[arg-type]  # the fields' names vary


def idle(*counters: int) -> list[CounterState]:
    return [CounterState(counter=n, state="idle", officer=f"cb{n}") for n in counters]


def serving(counter: int, elapsed: float, group: str = "a") -> CounterState:
    since = NOW - timedelta(minutes=elapsed)
    return CounterState(counter=counter, state="serving", ticket=f"x{counter}", group=group, since=since)


def learned(office: Office) -> dict[str, float]:
    return LearnedDurations(office).means()


def newcomer(
    office: Office, waiting: list[WaitingTicket], counters: list[CounterState], now: datetime = NOW
) -> Forecast:
    return forecast_newcomer(office, now, waiting, counters, learned(office), "a", Priority.ORDINARY)


def test_with_a_free_counter_nobody_waits() -> None:
    forecast = newcomer(an_office(), [], idle(1))
    assert (forecast.place, forecast.low_minutes, forecast.high_minutes, forecast.middle_minutes) == (1, 0, 0, 0)


def test_the_middle_adds_up_the_expected_services_ahead() -> None:
    office = an_office(counters=1, mean=10)
    forecast = newcomer(office, [a_ticket("t1", 9), a_ticket("t2", 4)], [serving(1, 4)])
    assert forecast.place == 3
    assert forecast.middle_minutes == pytest.approx((10 - 4) + 2 * (10 + 0.3))


def test_a_service_that_takes_long_is_still_expected_to_last_a_while() -> None:
    forecast = newcomer(an_office(mean=10), [], [serving(1, 60)])
    assert forecast.middle_minutes == pytest.approx(3.5)


def test_the_range_is_wider_the_more_is_unknown() -> None:
    office = an_office()
    ends = []
    for count in (1, 4, 12):
        forecast = newcomer(office, [a_ticket(f"t{n}", 20 - n) for n in range(count)], [serving(1, 1)])
        assert forecast.low_minutes is not None
        assert forecast.high_minutes is not None
        ends.append(forecast.high_minutes - forecast.low_minutes)
    assert ends == sorted(ends)
    assert ends[0] > 0


def test_a_closed_or_paused_counter_is_not_counted_on() -> None:
    office = an_office(counters=3)
    states = [*idle(1), CounterState(counter=2, state="closed"), CounterState(counter=3, state="paused")]
    alone = newcomer(office, [a_ticket("t1", 5)], states)
    assert alone.middle_minutes == pytest.approx(10.3)


def test_where_no_open_counter_can_serve_no_time_is_told() -> None:
    office = an_office()
    closed = [CounterState(counter=1, state="closed")]
    forecast = newcomer(office, [a_ticket("t1", 5)], closed)
    assert (forecast.place, forecast.low_minutes, forecast.high_minutes) == (2, None, None)
    everybody = forecast_all(office, NOW, [a_ticket("t1", 5)], closed, learned(office))
    assert everybody.tickets["t1"] == Forecast(place=1)
    assert everybody.newcomers["b"] == Forecast(place=2)


def test_lunch_is_waited_through() -> None:
    office = an_office()
    before_lunch = NOW.replace(hour=11, minute=25)
    busy = [CounterState(counter=1, state="serving", ticket="x", group="a", since=before_lunch)]
    forecast = newcomer(office, [], busy, before_lunch)
    assert forecast.middle_minutes == pytest.approx(125)


def test_in_the_morning_before_anybody_sits_there_the_opening_is_waited_for() -> None:
    office = an_office(counters=2)
    early = NOW.replace(hour=7, minute=20)
    closed = [CounterState(counter=n, state="closed") for n in (1, 2)]
    assert newcomer(office, [], closed, early).middle_minutes == pytest.approx(10)


def test_a_newcomer_with_a_claim_overtakes_later_and_is_told_so() -> None:
    office = an_office()
    waiting = [a_ticket(f"t{n}", 2) for n in range(10)]
    plain = forecast_newcomer(office, NOW, waiting, [serving(1, 0)], learned(office), "a", Priority.ORDINARY)
    claim = forecast_newcomer(office, NOW, waiting, [serving(1, 0)], learned(office), "a", Priority.PRIORITY)
    assert (plain.place, claim.place) == (11, 1)
    assert plain.middle_minutes is not None
    assert claim.middle_minutes is not None
    assert claim.middle_minutes < plain.middle_minutes


def test_only_tickets_for_the_same_counters_are_ahead() -> None:
    office = model_office(5)
    land = [a_ticket(f"t{n}", 30, "dat-dai") for n in range(6)]
    everybody = forecast_all(office, NOW, land, idle(1, 2, 3, 4, 5), learned(office))
    assert everybody.newcomers["dat-dai"].place == 7
    assert everybody.newcomers["chung-thuc"] == Forecast(place=1, low_minutes=0, high_minutes=0, middle_minutes=0)


def test_a_ticket_handed_to_a_counter_waits_for_that_counter() -> None:
    office = an_office(counters=2)
    states = [serving(1, 0), *idle(2)]
    forecasts = forecast_all(office, NOW, [a_ticket("mine", 5, only_counter=1)], states, learned(office))
    assert forecasts.tickets["mine"].middle_minutes == pytest.approx(10)


def test_an_office_learns_its_durations_within_the_day() -> None:
    durations = LearnedDurations(an_office(mean=10))
    assert durations.mean("a") == 10
    for _ in range(10):
        durations.add("a", 20)
    assert durations.mean("a") == 15
    for _ in range(100):
        durations.add("a", 5)
    assert durations.mean("a") == pytest.approx((40 * 5 + 10 * 10) / 50)
    durations.add("unknown", 5)
    durations.add("b", 0)
    assert durations.means()["b"] == 10


_groups = st.sampled_from([group.key for group in model_office(5).groups])
_waiting = st.lists(
    st.builds(
        lambda name, waited, group, priority, front, only: a_ticket(
            f"t{name}", waited, group, priority=priority, front=front, only_counter=only
        ),
        st.integers(0, 500),
        st.integers(-3, 100),
        _groups,
        st.sampled_from(list(Priority)),
        st.booleans(),
        st.none() | st.integers(1, 9),
    ),
    max_size=25,
    unique_by=lambda one: one.ticket,
)
_states = st.lists(
    st.builds(
        lambda state, elapsed, group: (state, elapsed, group),
        st.sampled_from(["closed", "idle", "calling", "serving", "paused"]),
        st.integers(-2, 400),
        st.sampled_from(["", "chung-thuc", "dat-dai", "unknown"]),
    ),
    min_size=5,
    max_size=5,
).map(
    lambda rows: [
        CounterState(counter=n, state=state, ticket=f"x{n}", group=group, since=NOW - timedelta(minutes=elapsed))
        for n, (state, elapsed, group) in enumerate(rows, 1)
    ]
)


@settings(max_examples=80, deadline=None)
@given(_waiting, _states, st.integers(-150, 720), st.randoms(use_true_random=False))
def test_every_forecast_is_sound_and_does_not_depend_on_the_order_of_its_input(
    waiting: list[WaitingTicket], states: list[CounterState], minutes: int, chance: random.Random
) -> None:
    office = model_office(5)
    now = NOW + timedelta(minutes=minutes)
    forecasts = forecast_all(office, now, waiting, states, learned(office))
    assert set(forecasts.tickets) == {one.ticket for one in waiting}
    assert set(forecasts.newcomers) == {group.key for group in office.groups}
    for forecast in (*forecasts.tickets.values(), *forecasts.newcomers.values()):
        assert 1 <= forecast.place <= len(waiting) + 1
        told = (forecast.low_minutes, forecast.high_minutes, forecast.middle_minutes)
        assert all(value is None for value in told) or all(value is not None and value >= 0 for value in told)
        if forecast.low_minutes is not None and forecast.high_minutes is not None:
            assert forecast.low_minutes <= forecast.high_minutes
    mixed, mixed_states = list(waiting), list(states)
    chance.shuffle(mixed)
    chance.shuffle(mixed_states)
    assert forecast_all(office, now, mixed, mixed_states, learned(office)) == forecasts


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 100), _groups, st.sampled_from(list(Priority))), max_size=20),
    st.lists(st.integers(0, 30), min_size=5, max_size=5),
)
def test_one_schedule_for_all_tells_an_ordinary_newcomer_the_same_as_an_own_one(
    people: list[tuple[int, str, Priority]], elapsed: list[int]
) -> None:
    office = model_office(5)
    waiting = [a_ticket(f"t{n}", waited, group, priority=claim) for n, (waited, group, claim) in enumerate(people)]
    states = [serving(n, minutes, office.counters[n - 1].groups[0]) for n, minutes in enumerate(elapsed, 1)]
    shared = forecast_all(office, NOW, waiting, states, learned(office)).newcomers
    for group in office.groups:
        own = forecast_newcomer(office, NOW, waiting, states, learned(office), group.key, Priority.ORDINARY)
        assert shared[group.key] == own


def test_whoever_takes_a_number_in_the_same_instant_stands_behind() -> None:
    now = datetime(2026, 11, 24, 8, 0, tzinfo=timezone(timedelta(hours=7)))
    waiting = [WaitingTicket(ticket="ff" * 16, number="A001", group="chung-thuc", arrived=now)]
    told = forecast_newcomer(model_office(), now, waiting, (), {}, "chung-thuc", Priority.ORDINARY)
    assert told.place == 2
