"""The call order played forward: when each waiting ticket would be called (product notes §4.4).

Play 0 uses expected durations; the others use drawn ones, spread evenly over each distribution and always the same,
so that the same queue gives the same answer. Minutes count from the moment of the forecast.
"""

import heapq
import math
import random
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from statistics import NormalDist

import msgspec

from kiosk.domain.model_day import CALL_OVERHEAD_MINUTES
from kiosk.domain.office import CounterPlan, Office
from kiosk.domain.queueing import QueuePolicy, can_call, lines_of, order
from kiosk.domain.snapshot import CounterState, WaitingTicket

SMALLEST_REST = 0.35
"""Of a service that takes longer than expected, this share of the mean is still expected (product notes §4.4)."""
DRAWS = 24
"""Plays with drawn durations. They are spread evenly over each distribution, so few are enough for P50 and P80."""

_SHORTEST_REST = 0.2
"""Minutes that a service in progress lasts at least (product notes §4.4)."""
_BEYOND = 0.9995
"""A service this far in its tail is not understood by its distribution any more."""
SPEED_DOUBT = 0.12
"""Spread of the day's true speed around what was learned (standard deviation of its logarithm): all services of one
play are slower or faster together. It is that of the model office's hidden day factors; without it P80 is kept by
77-79 % only at load 1.15."""
_STREAMS = 251
"""Different orders of the draws. A ticket keeps its own while the queue moves, so its range does not jump about."""


class _Counter(msgspec.Struct):
    """One counter that is expected to call, and what is known of its present citizen."""

    plan: CounterPlan
    officer: str
    free: list[float]
    """Minutes until it can call: expected, then by draw."""


class Play(msgspec.Struct):
    """One way in which the waiting could go; minutes from now."""

    called: list[float | None]
    """By place in the queue; None where no open counter can serve the ticket."""
    idle: list[float]
    """By open counter: when it has nobody left to call."""


class Schedule:
    """Plays the policy forward; everything that is the same in all plays is worked out once."""

    def __init__(
        self,
        office: Office,
        now: datetime,
        waiting: list[WaitingTicket],
        counters: Sequence[CounterState],
        learned: Mapping[str, float],
        policy: QueuePolicy,
    ) -> None:
        self.queue = order(waiting, now, policy)
        self.open = _open_counters(office, now, counters, learned)
        self._plans = office.counters
        self._rivalry = [self._mask(ticket) for ticket in self.queue]
        self._counters = counters
        self._lunch = _minutes(now, office.lunch_from), _minutes(now, office.lunch_until)
        groups = {group.key: group for group in office.groups}
        laws = {key: _law(learned.get(key, group.mean_minutes), group.cv) for key, group in groups.items()}
        unknown = _law(10.0, 0.6)
        self._durations = [_durations(laws.get(ticket.group, unknown), ticket.ticket) for ticket in self.queue]
        lines = lines_of(self.queue, policy)
        buckets: dict[tuple[tuple[int, ...], float], list[tuple[float, int]]] = {}
        for place, ticket in enumerate(self.queue):
            line = lines[ticket.ticket]
            start = (line.start - now).total_seconds() / 60
            buckets.setdefault((self._able_open(ticket), line.weight), []).append((start, place))
        # Of tickets with the same weight and the same counters the one that started first is always ahead, so a
        # counter compares only the heads of a few lines and not the whole queue.
        self._lines = [(weight, sorted(tickets)) for (_, weight), tickets in buckets.items()]
        self._lines_of_counter = [
            [number for number, (able, _) in enumerate(buckets) if index in able] for index in range(len(self.open))
        ]

    def counters_of(self, group: str) -> list[int]:
        """Return the indexes of the open counters that take `group`."""
        return [index for index, counter in enumerate(self.open) if group in counter.plan.groups]

    def rivals(self, ticket: WaitingTicket, places: Iterable[int]) -> int:
        """Return how many of the tickets at `places` compete with `ticket` for a counter, open or not."""
        mine = self._mask(ticket)
        return sum(self._rivalry[place] & mine != 0 for place in places)

    def _mask(self, ticket: WaitingTicket) -> int:
        if ticket.only_counter is not None:
            return 1 << ticket.only_counter
        return sum(1 << plan.number for plan in self._plans if ticket.group in plan.groups)

    def _able_open(self, ticket: WaitingTicket) -> tuple[int, ...]:
        return tuple(
            index
            for index, counter in enumerate(self.open)
            if can_call(ticket, counter.plan, counter.officer, self._counters)
        )

    def play(self, number: int, until: int | None = None) -> Play:
        """Return play `number`, 0 with expected durations; stop once the ticket at place `until` is called."""
        called: list[float | None] = [None] * len(self.queue)
        idle = [0.0] * len(self.open)
        heads = [0] * len(self._lines)
        lunch_from, lunch_until = self._lunch
        agenda = [(counter.free[number], index) for index, counter in enumerate(self.open)]
        heapq.heapify(agenda)
        while agenda:
            moment, index = agenda[0]
            if lunch_from <= moment < lunch_until:
                heapq.heapreplace(agenda, (lunch_until, index))
                continue
            best_score, best_place, best_line = -1.0, 0, -1
            for line in self._lines_of_counter[index]:
                weight, tickets = self._lines[line]
                if heads[line] < len(tickets):
                    start, place = tickets[heads[line]]
                    score = weight * (moment - start) if moment > start else 0.0
                    if score > best_score or (score == best_score and place < best_place):
                        best_score, best_place, best_line = score, place, line
            if best_line < 0:
                idle[index] = moment
                heapq.heappop(agenda)
                continue
            heads[best_line] += 1
            called[best_place] = moment
            if best_place == until:
                break
            busy = CALL_OVERHEAD_MINUTES + self._durations[best_place][number]
            heapq.heapreplace(agenda, (moment + busy, index))
        return Play(called=called, idle=idle)


def _open_counters(
    office: Office, now: datetime, counters: Sequence[CounterState], learned: Mapping[str, float]
) -> list[_Counter]:
    plans = {plan.number: plan for plan in office.counters}
    states = {state.counter: state for state in counters if state.counter in plans}
    manned = sorted(number for number, state in states.items() if state.state not in ("closed", "paused"))
    before_opening = max(0.0, _minutes(now, office.opens))
    if not manned and (before_opening > 0 or office.is_lunch(now)):
        # nobody sits there yet, as every morning: all are expected when the office opens
        return [_Counter(plan, "", [before_opening] * (DRAWS + 1)) for plan in office.counters]
    return [
        _Counter(
            plans[number],
            states[number].officer,
            [max(before_opening, rest) for rest in _rests(office, now, states[number], learned)],
        )
        for number in manned
    ]


def _rests(office: Office, now: datetime, state: CounterState, learned: Mapping[str, float]) -> list[float]:
    """Return the minutes until the counter is free: expected, then by draw."""
    group = next((group for group in office.groups if group.key == state.group), None)
    if state.state not in ("calling", "serving") or group is None:
        return [0.0] * (DRAWS + 1)
    mean = learned.get(group.key, group.mean_minutes)
    law = _law(mean, group.cv)
    elapsed = max(0.0, (now - state.since).total_seconds() / 60) if state.since else 0.0
    if state.state == "calling":
        walk = max(0.0, CALL_OVERHEAD_MINUTES - elapsed)
        return [walk + minutes for minutes in _durations(law, state.ticket)]
    normal = NormalDist()
    passed = normal.cdf((math.log(elapsed) - law.mu) / law.sigma) if elapsed > 0 else 0.0
    rests = [max(mean - elapsed, SMALLEST_REST * mean)]
    for share in _shares()[_stream(state.ticket)]:
        # the draw is from what is still possible after so long: longer than the time that has passed
        possible = passed + (1.0 - passed) * share
        if possible > _BEYOND:
            rests.append(SMALLEST_REST * mean)
        else:
            rests.append(max(_SHORTEST_REST, math.exp(law.mu + law.sigma * normal.inv_cdf(possible)) - elapsed))
    return rests


class _Law(msgspec.Struct, frozen=True):
    """A log-normal distribution of minutes."""

    mean: float
    mu: float
    sigma: float


def _law(mean: float, cv: float) -> _Law:
    variance = math.log(1.0 + cv * cv)
    return _Law(mean, math.log(mean) - variance / 2, math.sqrt(variance))


def _durations(law: _Law, ticket: str) -> list[float]:
    normals = _normals()
    speeds = normals[_STREAMS]
    draws = zip(normals[_stream(ticket)], speeds, strict=True)
    return [law.mean, *(math.exp(law.mu + law.sigma * z + SPEED_DOUBT * speed) for z, speed in draws)]


def _stream(ticket: str) -> int:
    return zlib.crc32(ticket.encode()) % _STREAMS


@lru_cache(maxsize=1)
def _shares() -> tuple[tuple[float, ...], ...]:
    """Return, by stream, the middles of `DRAWS` equal shares of a distribution, each stream in an order of its own.

    The last stream is that of the day's speed.
    """
    chance = random.Random(20261124)
    middles = [(number + 0.5) / DRAWS for number in range(DRAWS)]
    return tuple(tuple(chance.sample(middles, DRAWS)) for _ in range(_STREAMS + 1))


@lru_cache(maxsize=1)
def _normals() -> tuple[tuple[float, ...], ...]:
    """Return `_shares` as values of the standard normal distribution."""
    inverse = NormalDist().inv_cdf
    return tuple(tuple(inverse(share) for share in shares) for shares in _shares())


def _minutes(now: datetime, at: time) -> float:
    moment = now.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
    return (moment - now).total_seconds() / 60
