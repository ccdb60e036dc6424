"""How long a ticket will wait: the true call order, played forward (product notes §4.4, forward list-scheduling).

Every counter gets its next free time; the earliest one calls whom the policy would call; and so on until all waiting
tickets are placed. Played once with expected durations this gives the middle; played again with drawn durations it
gives the range: half of the citizens wait no longer than its lower end (P50), four in five no longer than its upper
end (P80). The draws are fixed and spread evenly over the distribution, so the same queue gives the same answer.

Nobody is promised what is not known: where no open counter can serve a ticket, there is no figure at all.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from kiosk.domain.office import Office
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.schedule import DRAWS, Play, Schedule
from kiosk.domain.snapshot import CounterState, WaitingTicket

LEARN_FROM = 40
"""The last so many durations of today count (product notes §4.4)."""
LEARN_WEIGHT = 10
"""The configured mean counts like so many durations (product notes §4.4)."""
LOW, HIGH = 0.5, 0.8
"""Which shares of the plays the two ends of the range are."""


_NEWCOMER = "~"
"""Id of somebody without a ticket; it sorts behind every id, as whoever comes last stands last."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a citizen can be told. The minutes are None where no open counter can serve the ticket."""

    place: int
    """1 = next among the tickets that compete for the same counters."""
    low_minutes: float | None = None
    """P50."""
    high_minutes: float | None = None
    """P80."""
    middle_minutes: float | None = None
    """Played with expected durations: the estimator of the published error figures."""


class Forecasts(msgspec.Struct, frozen=True, kw_only=True):
    """The forecasts of the whole office at one moment."""

    tickets: dict[str, Forecast]
    """By ticket id."""
    newcomers: dict[str, Forecast]
    """By service group: what an ordinary citizen would wait who comes now."""


class LearnedDurations:
    """The expected time at the counter by group: the configured means, corrected by what today shows."""

    def __init__(self, office: Office) -> None:
        self._configured = {group.key: group.mean_minutes for group in office.groups}
        self._seen: dict[str, deque[float]] = {key: deque(maxlen=LEARN_FROM) for key in self._configured}

    def add(self, group: str, minutes: float) -> None:
        """Count one finished service; groups that the office does not have, and no time at all, are ignored."""
        if group in self._seen and minutes > 0:
            self._seen[group].append(minutes)

    def mean(self, group: str) -> float:
        """Return the expected minutes of one service of `group`.

        Raises:
            KeyError: if the office has no such group.
        """
        seen = self._seen[group]
        return (sum(seen) + LEARN_WEIGHT * self._configured[group]) / (len(seen) + LEARN_WEIGHT)

    def means(self) -> dict[str, float]:
        """Return the expected minutes by group."""
        return {group: self.mean(group) for group in self._configured}


def forecast_all(
    office: Office,
    now: datetime,
    waiting: Iterable[WaitingTicket],
    counters: Sequence[CounterState],
    learned: Mapping[str, float],
    policy: QueuePolicy | None = None,
) -> Forecasts:
    """Return the forecast for every waiting ticket, and for an ordinary newcomer of every group.

    An ordinary newcomer stands behind everybody, so that one play serves all: the newcomer's turn comes when the
    first able counter has nobody left to call.
    """
    schedule = Schedule(office, now, list(waiting), counters, learned, policy or QueuePolicy())
    plays = [schedule.play(number) for number in range(DRAWS + 1)]
    newcomers: dict[str, Forecast] = {}
    for group in office.groups:
        able = schedule.counters_of(group.key)
        turns = [min((play.idle[index] for index in able), default=None) for play in plays]
        newcomer = WaitingTicket(ticket=_NEWCOMER, number="", group=group.key, arrived=now)
        ahead = _called_before(len(schedule.queue), turns[0], plays[0])
        newcomers[group.key] = _forecast(1 + schedule.rivals(newcomer, ahead), turns)
    tickets = {
        ticket.ticket: _forecast(
            1 + schedule.rivals(ticket, _called_before(place, plays[0].called[place], plays[0])),
            [play.called[place] for play in plays],
        )
        for place, ticket in enumerate(schedule.queue)
    }
    return Forecasts(tickets=tickets, newcomers=newcomers)


def forecast_newcomer(
    office: Office,
    now: datetime,
    waiting: Iterable[WaitingTicket],
    counters: Sequence[CounterState],
    learned: Mapping[str, float],
    group: str,
    priority: Priority,
    policy: QueuePolicy | None = None,
) -> Forecast:
    """Return what somebody who takes a number of `group` now will wait.

    Raises:
        KeyError: if the office has no such group.
    """
    newcomer = WaitingTicket(ticket=_NEWCOMER, number="", group=office.group(group).key, arrived=now, priority=priority)
    everybody = [ticket for ticket in waiting if ticket.ticket != _NEWCOMER]
    schedule = Schedule(office, now, [*everybody, newcomer], counters, learned, policy or QueuePolicy())
    me = next(place for place, ticket in enumerate(schedule.queue) if ticket.ticket == _NEWCOMER)
    turns = [schedule.play(number, until=me).called[me] for number in range(DRAWS + 1)]
    ahead = _called_before(me, turns[0], schedule.play(0))
    return _forecast(1 + schedule.rivals(newcomer, ahead), turns)


def _called_before(place: int, turn: float | None, play: Play) -> list[int]:
    """Return whom the policy calls before the ticket at `place`: a claim that overtakes later counts already now."""
    if turn is None:
        return list(range(place))
    return [other for other, moment in enumerate(play.called) if moment is not None and (moment, other) < (turn, place)]


def _forecast(place: int, minutes: list[float | None]) -> Forecast:
    middle, *drawn = minutes
    known = sorted(value for value in drawn if value is not None)
    if middle is None or not known:
        return Forecast(place=place)
    return Forecast(
        place=place,
        low_minutes=_share_of(known, LOW),
        high_minutes=_share_of(known, HIGH),
        middle_minutes=middle,
    )


def _share_of(ordered: list[float], share: float) -> float:
    position = share * len(ordered) - 0.5
    below = min(max(math.floor(position), 0), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * min(max(position - below, 0.0), 1.0)
