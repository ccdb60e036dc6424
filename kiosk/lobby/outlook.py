"""What a newcomer may be told about waiting: from the hub's last picture and the tickets that it cannot know yet."""

import math
from collections.abc import Iterable
from datetime import datetime

import msgspec

from kiosk.domain.events import TicketIssued
from kiosk.domain.office import Office
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.snapshot import Snapshot, WaitingTicket
from kiosk.domain.waiting import forecast_newcomer


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Place and range of waiting for one newcomer."""

    place: int
    """1 = next; 0 where nothing is known."""
    low_minutes: int | None = None
    """P50; None where there never was a picture of the office."""
    high_minutes: int | None = None
    """P80."""
    is_old: bool = False
    """True if the hub is away, so that the picture may be old."""


class Outlook:
    """Keeps the last snapshot and the own tickets that are not in it."""

    def __init__(self, office: Office, policy: QueuePolicy | None = None) -> None:
        self._office = office
        self._policy = policy or QueuePolicy()
        self._own: dict[str, WaitingTicket] = {}
        self.snapshot: Snapshot | None = None
        self.hub_is_here = False

    def take(self, snapshot: Snapshot, hub_has_all: bool) -> None:
        """Note the hub's newest picture.

        Args:
            hub_has_all: no event of this device waits for the hub, so that the picture holds every own ticket.
        """
        self.snapshot = snapshot
        if hub_has_all:
            self._own.clear()
            return
        for ticket in (*snapshot.waiting, *snapshot.parked):
            self._own.pop(ticket.ticket, None)
        for post in snapshot.counters:
            self._own.pop(post.ticket, None)

    def add(self, issued: TicketIssued) -> None:
        """Note a number that was just taken here."""
        self._own[issued.ticket] = WaitingTicket(
            ticket=issued.ticket,
            number=issued.number,
            group=issued.services[0].group,
            arrived=issued.at,
            priority=issued.priority,
        )

    def remove(self, ticket: str) -> None:
        """Forget a number that was voided."""
        self._own.pop(ticket, None)

    @property
    def waiting(self) -> int | None:
        """Return how many wait in the office as far as this kiosk can tell; None without any picture."""
        return None if self.snapshot is None else len(self.snapshot.waiting) + len(self._own)

    def newcomer(self, group: str, priority: Priority, now: datetime) -> Told:
        """Return what somebody who takes a number for `group` now may be told."""
        if self.snapshot is None:
            able = set(self._office.counters_able(group))
            ahead = [own for own in self._own.values() if able.intersection(self._office.counters_able(own.group))]
            return Told(place=len(ahead) + 1, is_old=True)
        learned = {state.group: state.learned_minutes for state in self.snapshot.groups}
        waiting = _in_order_of_arrival((*self.snapshot.waiting, *self._own.values()))
        forecast = forecast_newcomer(
            self._office, now, waiting, self.snapshot.counters, learned, group, priority, self._policy
        )
        low, high = forecast.low_minutes, forecast.high_minutes
        return Told(
            place=forecast.place,
            low_minutes=None if low is None else round(low),
            high_minutes=None if high is None else math.ceil(high),
            is_old=not self.hub_is_here,
        )

    def typical_range(self) -> tuple[int | None, int | None]:
        """Return the range for the home screen: the groups' ranges, weighted by how many wait for each."""
        groups = [] if self.snapshot is None else self.snapshot.groups
        known = [(g.waiting + 1, g.low_minutes, g.high_minutes) for g in groups]
        lows = [(weight, low) for weight, low, _ in known if low is not None]
        highs = [(weight, high) for weight, _, high in known if high is not None]
        return _weighted_mean(lows), _weighted_mean(highs)

    def counters_open(self) -> int:
        """Return at how many counters an officer is signed in."""
        return 0 if self.snapshot is None else sum(post.state != "closed" for post in self.snapshot.counters)


def _in_order_of_arrival(tickets: Iterable[WaitingTicket]) -> tuple[WaitingTicket, ...]:
    return tuple(sorted(tickets, key=lambda ticket: (ticket.arrived, ticket.ticket)))


def _weighted_mean(values: list[tuple[int, int]]) -> int | None:
    if not values:
        return None
    return round(sum(weight * value for weight, value in values) / sum(weight for weight, _ in values))
