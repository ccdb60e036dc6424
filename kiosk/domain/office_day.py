"""One simulated office day: the true policy, forecast and rules against invented visitors (product notes §4.3).

Pure and without events: the yardstick for the forecast and for the call order, thousands of visitors a second. The
demo's headless day exercises the real processes instead.
"""

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import fmean

import msgspec

from kiosk.domain.model_day import CALL_OVERHEAD_MINUTES, NO_SHOW_BLOCKS_MINUTES, Arrival
from kiosk.domain.office import Office
from kiosk.domain.queueing import QueuePolicy, choose
from kiosk.domain.snapshot import CounterState, WaitingTicket
from kiosk.domain.waiting import Forecast, LearnedDurations, forecast_newcomer
from kiosk.domain.yardsticks import Yardsticks

LONG_WAIT_MINUTES = 5.0
"""Waits above this are long enough for a relative error to mean something (product notes §4.5)."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One visitor of the simulated day: what was told, and what came true."""

    arrival: Arrival
    forecast: Forecast | None
    """Told when the number was taken; None if the day was played without forecasts."""
    waited_minutes: float
    """Until the service began, lunch included."""
    yardsticks: dict[str, float] = {}
    """What simple estimators would have told, by name."""


class QuoteError(msgspec.Struct, frozen=True, kw_only=True):
    """How good told times were (the figures of product notes §4.5); minutes, error = told - true."""

    n: int
    mean_wait: float
    mae: float
    bias: float
    within_5: float
    """Share told within 5 min."""
    long_n: int
    """Visitors who waited more than 5 min."""
    long_rel_mae: float
    """Their MAE by their mean wait."""
    long_bias: float
    long_late_10: float
    """Share of them who were told more than 10 min too little."""


class ForecastError(msgspec.Struct, frozen=True, kw_only=True):
    """How good the product's forecast was, beside simple estimators on the same visitors."""

    middle: QuoteError
    p50_kept: float
    """Share who waited no longer than the lower end of the range; 0.5 would be perfect."""
    p80_kept: float
    """Share who waited no longer than the upper end."""
    yardsticks: dict[str, QuoteError]


def play_day(
    office: Office,
    visitors: Sequence[Arrival],
    opens: datetime,
    policy: QueuePolicy | None = None,
    with_forecast: bool = True,
) -> list[Told]:
    """Return the visitors of one day who came to their turn, in order of arrival (no-shows are left out).

    Args:
        office: its counters are manned all day.
        visitors: in order of arrival, minutes after `opens`.
        opens: the moment of minute 0.
        policy: the call order.
        with_forecast: False skips the forecasts, which take most of the time.
    """
    day = _OfficeDay(office, visitors, opens, policy or QueuePolicy(), with_forecast)
    return day.play()


class _OfficeDay:
    """The state of the day while it is played."""

    def __init__(
        self, office: Office, visitors: Sequence[Arrival], opens: datetime, policy: QueuePolicy, with_forecast: bool
    ) -> None:
        self._office = office
        self._visitors = visitors
        self._opens = opens
        self._policy = policy
        self._with_forecast = with_forecast
        self._waiting: dict[str, WaitingTicket] = {}
        self._counters = {
            plan.number: CounterState(counter=plan.number, state="idle", officer=f"cb{plan.number:02d}")
            for plan in office.counters
        }
        self._learned = LearnedDurations(office)
        self._yardsticks = Yardsticks(office)
        self._forecasts: dict[int, Forecast | None] = {}
        self._quotes: dict[int, dict[str, float]] = {}
        self._waited: dict[int, float] = {}
        # what comes: moment, kind (an end of service before an arrival of the same moment), index
        self._agenda: list[tuple[datetime, int, int]] = [
            (self._moment(visitor.minute), 1, index) for index, visitor in enumerate(visitors)
        ]
        after_lunch = datetime.combine(opens.date(), office.lunch_until, tzinfo=opens.tzinfo)
        self._agenda.append((after_lunch, 2, 0))
        heapq.heapify(self._agenda)

    def play(self) -> list[Told]:
        while self._agenda:
            now, kind, index = heapq.heappop(self._agenda)
            if kind == 0:
                self._end(index)
            elif kind == 1:
                self._arrive(index, now)
            self._call_all(now)
        return [
            Told(
                arrival=visitor,
                forecast=self._forecasts[index],
                waited_minutes=self._waited[index],
                yardsticks=self._quotes[index],
            )
            for index, visitor in enumerate(self._visitors)
            if not visitor.is_no_show
        ]

    def _moment(self, minute: float) -> datetime:
        return self._opens + timedelta(minutes=minute)

    def _arrive(self, index: int, now: datetime) -> None:
        visitor = self._visitors[index]
        self._forecasts[index] = None
        self._quotes[index] = {}
        if self._with_forecast:
            waiting, counters, learned = self._waiting.values(), list(self._counters.values()), self._learned.means()
            self._quotes[index] = self._yardsticks.quotes(now, visitor.group, waiting, counters, learned)
            self._forecasts[index] = forecast_newcomer(
                self._office,
                now,
                waiting,
                counters,
                learned,
                visitor.group,
                visitor.priority,
                self._policy,
            )
        ticket = WaitingTicket(
            ticket=f"{index:06d}",
            number=str(index),
            group=visitor.group,
            arrived=now,
            priority=visitor.priority,
        )
        self._waiting[ticket.ticket] = ticket

    def _call_all(self, now: datetime) -> None:
        if self._office.is_lunch(now):
            return
        for plan in self._office.counters:
            state = self._counters[plan.number]
            if state.state != "idle":
                continue
            choice = choose(self._waiting.values(), plan, now, self._policy, officer=state.officer)
            if choice is None:
                continue
            ticket = self._waiting.pop(choice.ticket)
            index = int(ticket.ticket)
            visitor = self._visitors[index]
            self._waited[index] = (now - ticket.arrived).total_seconds() / 60
            if not visitor.is_no_show:
                self._yardsticks.entered(visitor.group, self._waited[index])
            busy = NO_SHOW_BLOCKS_MINUTES if visitor.is_no_show else visitor.service_minutes + CALL_OVERHEAD_MINUTES
            self._counters[plan.number] = CounterState(
                counter=plan.number,
                state="calling" if visitor.is_no_show else "serving",
                officer=state.officer,
                ticket=ticket.ticket,
                group=ticket.group,
                since=now,
            )
            heapq.heappush(self._agenda, (now + timedelta(minutes=busy), 0, plan.number))

    def _end(self, counter: int) -> None:
        state = self._counters[counter]
        if state.state == "serving":
            self._learned.add(state.group, self._visitors[int(state.ticket)].service_minutes)
        self._counters[counter] = CounterState(counter=counter, state="idle", officer=state.officer)


def forecast_error(told: Iterable[Told]) -> ForecastError:
    """Return how good the forecasts of the visitors were who had one.

    Raises:
        ValueError: if none of them had.
    """
    rows: list[tuple[Told, float, float, float]] = []
    for person in told:
        known = person.forecast
        if known is None or known.middle_minutes is None or known.low_minutes is None or known.high_minutes is None:
            continue
        rows.append((person, known.middle_minutes, known.low_minutes, known.high_minutes))
    if not rows:
        raise ValueError("no visitor was told a time")
    return ForecastError(
        middle=quote_error((middle, person.waited_minutes) for person, middle, _, _ in rows),
        p50_kept=fmean(person.waited_minutes <= low for person, _, low, _ in rows),
        p80_kept=fmean(person.waited_minutes <= high for person, _, _, high in rows),
        yardsticks={
            name: quote_error((person.yardsticks[name], person.waited_minutes) for person, *_ in rows)
            for name in rows[0][0].yardsticks
        },
    )


def quote_error(pairs: Iterable[tuple[float, float]]) -> QuoteError:
    """Return how good told times were; `pairs` holds (told, true) minutes.

    Raises:
        ValueError: if there are none.
    """
    known = list(pairs)
    if not known:
        raise ValueError("no visitor was told a time")
    errors = [told - waited for told, waited in known]
    long_waits = [(told - waited, waited) for told, waited in known if waited > LONG_WAIT_MINUTES]
    long_mean = fmean(waited for _, waited in long_waits) if long_waits else 0.0
    return QuoteError(
        n=len(known),
        mean_wait=fmean(waited for _, waited in known),
        mae=fmean(abs(error) for error in errors),
        bias=fmean(errors),
        within_5=fmean(abs(error) <= 5.0 for error in errors),
        long_n=len(long_waits),
        long_rel_mae=fmean(abs(error) for error, _ in long_waits) / long_mean if long_waits else 0.0,
        long_bias=fmean(error for error, _ in long_waits) if long_waits else 0.0,
        long_late_10=fmean(error < -10.0 for error, _ in long_waits) if long_waits else 0.0,
    )
