"""Draws the snapshot: the full state of the office at one moment, for boards, tablets, the lobby and phones.

Computed once for each committed batch. Screens never add up increments, so a lost message can make them late but
never wrong.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kiosk.domain.office import Office
from kiosk.domain.queueing import QueuePolicy, order
from kiosk.domain.snapshot import CounterState, GroupState, Snapshot
from kiosk.domain.waiting import Forecast, forecast_all
from kiosk.hub.day import Day
from kiosk.hub.figures import figures_of
from kiosk.hub.inbox import Inbox

CALLS_SHOWN = 12
ANSWERS_SHOWN = 5
ANSWERS_FROM = timedelta(days=30)
"""Older answers are no news."""


class Painter:
    """Makes the snapshots of one office and one life of its hub."""

    def __init__(self, office: Office, policy: QueuePolicy, boot: str) -> None:
        self._office = office
        self._policy = policy
        self._boot = boot
        self.forecasts: dict[str, Forecast] = {}
        """What each waiting ticket was forecast in the newest picture."""

    def paint(
        self,
        day: Day,
        inbox: Inbox,
        rev: int,
        now: datetime,
        expression_stopped: bool = False,
        names: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """Return the office at `now`.

        Args:
            names: masked names that their owners want beside their numbers, by ticket.
        """
        counters = day.counter_states()
        waiting = order(day.queue(), now, self._policy)
        learned = day.learned().means()
        forecasts = forecast_all(self._office, now, waiting, counters, learned, self._policy)
        self.forecasts = forecasts.tickets
        groups = []
        for group in self._office.groups:
            low, high = in_minutes(forecasts.newcomers[group.key])
            groups.append(
                GroupState(
                    group=group.key,
                    waiting=sum(ticket.group == group.key for ticket in waiting),
                    low_minutes=low,
                    high_minutes=high,
                    learned_minutes=round(learned[group.key], 3),
                )
            )
        return Snapshot(
            rev=rev,
            hub=self._boot,
            at=now,
            day=day.day,
            counters=_named(counters, names or {}) if self._office.names_on_board else counters,
            waiting=tuple(waiting),
            parked=tuple(day.queue("parked")),
            groups=tuple(groups),
            calls=day.calls(CALLS_SHOWN),
            figures=figures_of(day, inbox),
            notices=notices_of(day),
            answered=inbox.lately_answered(ANSWERS_SHOWN, day.day - ANSWERS_FROM),
            expression_stopped=expression_stopped,
        )


def _named(counters: tuple[CounterState, ...], names: Mapping[str, str]) -> tuple[CounterState, ...]:
    return tuple(
        msgspec.structs.replace(state, name=names[state.ticket]) if state.ticket in names else state
        for state in counters
    )


def in_minutes(forecast: Forecast) -> tuple[int | None, int | None]:
    """Return the range in whole minutes as people are told: rounded, and the upper end never rounded down."""
    if forecast.low_minutes is None or forecast.high_minutes is None:
        return None, None
    low = round(forecast.low_minutes)
    return low, max(low, math.ceil(forecast.high_minutes))


def notices_of(day: Day) -> tuple[str, ...]:
    """Return what staff should know, as keys with their values: `double_call NUMBER COUNTER OTHER`.

    Only while the ticket is still open: afterwards the clash is history, kept in its visit.
    """
    return tuple(
        f"double_call {visit.number} {clash.counter} {clash.other}"
        for visit in day.visits.values()
        if visit.is_open
        for clash in visit.conflicts[-1:]
    )
