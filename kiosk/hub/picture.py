"""Draws the snapshot: the full state of the office at one moment, for boards, tablets, the lobby and phones.

Computed once for each committed batch. Screens never add up increments, so a lost message can make them late but
never wrong.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

import msgspec

from kiosk.domain.office import Office
from kiosk.domain.queueing import QueuePolicy, order
from kiosk.domain.snapshot import CounterState, GroupState, Snapshot, WaitingTicket
from kiosk.domain.waiting import Forecast, forecast_all
from kiosk.hub.day import Day
from kiosk.hub.figures import figures_of
from kiosk.hub.inbox import Inbox

CALLS_SHOWN = 12
WAITING_BYTES = 128 * 1024
PARKED_BYTES = 32 * 1024
"""Of the picture: a broker drops whoever sends 256 KiB, again and again. Some 500 tickets wait in it, the next ones to
be called; the counts are of all."""
NOTICES_SHOWN = 50
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
            waiting=_first(waiting, WAITING_BYTES),
            parked=_first(day.queue("parked"), PARKED_BYTES),
            groups=tuple(groups),
            calls=day.calls(CALLS_SHOWN),
            figures=figures_of(day, inbox),
            notices=notices_of(day),
            answered=inbox.lately_answered(ANSWERS_SHOWN, day.day - ANSWERS_FROM),
            expression_stopped=expression_stopped,
        )


def _first(tickets: Sequence[WaitingTicket], room: int) -> tuple[WaitingTicket, ...]:
    """Return as many of the first tickets as go into so many bytes."""
    sizes = accumulate(len(msgspec.json.encode(ticket)) + 1 for ticket in tickets)
    return tuple(ticket for ticket, size in zip(tickets, sizes, strict=True) if size <= room)


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
    )[:NOTICES_SHOWN]
