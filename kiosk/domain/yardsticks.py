"""The simple estimators that other systems use (product notes §4.4): what our forecast is measured against."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from statistics import fmean

from kiosk.domain.office import Office
from kiosk.domain.snapshot import CounterState, WaitingTicket

ROLLING = 30
"""Waits of which the rolling mean is taken."""


class Yardsticks:
    """What each simple estimator would tell, from what it saw of the day so far."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._last: dict[str, float] = {}
        self._recent: deque[float] = deque(maxlen=ROLLING)
        self._lunch_minutes = _minutes_between(office.lunch_from, office.lunch_until)

    def entered(self, group: str, waited_minutes: float) -> None:
        """Note that a ticket of `group` came to its turn."""
        self._last[group] = waited_minutes
        self._recent.append(waited_minutes)

    def quotes(
        self,
        now: datetime,
        group: str,
        waiting: Iterable[WaitingTicket],
        counters: Sequence[CounterState],
        learned: Mapping[str, float],
    ) -> dict[str, float]:
        """Return by estimator the minutes that a newcomer of `group` would be told; `waiting` is without the newcomer.

        Raises:
            KeyError: if the office has no such group.
        """
        own = self._office.group(group)
        able = set(self._office.counters_able(group))
        ahead = [one.group for one in waiting if able.intersection(self._office.counters_able(one.group))]
        at_able = [state for state in counters if state.counter in able]
        queue_length = naive = 0.0
        if all(state.state != "idle" for state in at_able):
            in_progress = sum(learned[state.group] / 2 for state in at_able if state.group)
            queue_length = (sum(learned[one] for one in ahead) + in_progress) / len(able)
            naive = len(ahead) * own.mean_minutes / len(able)
        last = self._last.get(group, 0.0)
        return {
            "naive_config": naive,
            "les": last,
            "les_lunch": self._over_lunch(now, last),
            "rolling_30": fmean(self._recent) if self._recent else 0.0,
            "queue_length": queue_length,
            "queue_length_lunch": self._over_lunch(now, queue_length),
        }

    def _over_lunch(self, now: datetime, quote: float) -> float:
        to_lunch = _minutes_between(now.time(), self._office.lunch_from)
        return quote + self._lunch_minutes if 0 < to_lunch < quote else quote


def _minutes_between(start: time, end: time) -> float:
    return (end.hour - start.hour) * 60 + (end.minute - start.minute) + (end.second - start.second) / 60
