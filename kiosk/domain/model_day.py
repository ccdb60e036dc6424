"""One day of visitors of the model office (product notes §4.3): who comes when, for what, and how long it takes.

The office is invented, not measured; it is stated so fully that anybody can rebuild it. Minutes count from 07:30.
"""

import math
import random as random_source

import msgspec

from kiosk.domain.priority import Priority

MODEL_COUNTERS = 5
"""Counters for which the rates below are made; other offices get arrivals in proportion."""
CALL_OVERHEAD_MINUTES = 0.3
"""A counter is busy for the service and this."""
NO_SHOW_BLOCKS_MINUTES = 0.8
"""How long a counter waits for somebody who does not come."""

_MORNING, _AFTERNOON = 0.42, 0.34
_RATES = (
    # from minute, until minute, arrivals per minute at load 1.0
    (0.0, 30.0, _MORNING * 0.8),
    (30.0, 120.0, _MORNING * 1.5),
    (120.0, 240.0, _MORNING * 0.8),
    (360.0, 375.0, _AFTERNOON * 0.8),
    (375.0, 450.0, _AFTERNOON * 1.35),
    (450.0, 570.0, _AFTERNOON * 0.8),
)
_DAY_MINUTES = 570.0
_SERVICES = (
    # group, mean minutes, coefficient of variation, share of tickets
    ("chung-thuc", 6.0, 0.7, 0.34),
    ("ho-tich", 14.0, 0.6, 0.22),
    ("dat-dai", 20.0, 0.8, 0.14),
    ("bao-tro", 12.0, 0.7, 0.12),
    ("kinh-doanh", 10.0, 0.6, 0.08),
    ("tra-ket-qua", 3.0, 0.5, 0.10),
)
_DAY_FACTORS = (0.85, 1.0, 1.0, 1.2)
"""Hidden speed of the day: multiplies every service mean and is known to no estimator."""
_PRIORITY_SHARE = 0.12
_NO_SHOW_SHARE = 0.05


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One visitor of the day."""

    minute: float
    """Minutes after 07:30."""
    group: str
    priority: Priority
    service_minutes: float
    """Time at the counter, without the call overhead; what it would have been, where the visitor does not come."""
    is_no_show: bool


def rate(minute: float) -> float:
    """Return the arrivals per minute at load 1.0, `minute` minutes after 07:30."""
    return next((per_minute for start, end, per_minute in _RATES if start <= minute < end), 0.0)


def arrivals(random: random_source.Random, load: float, counters: int = MODEL_COUNTERS) -> list[Arrival]:
    """Return one day's visitors in order of arrival: a Poisson process made by thinning.

    Args:
        random: the only source of chance; the same state gives the same day.
        load: 1.0 gives about 178 visitors for five counters.
        counters: visitors come in proportion to the counters.

    Raises:
        ValueError: if `load` or `counters` is not positive.
    """
    if load <= 0 or counters < 1:
        raise ValueError(f"an office day needs a positive load and a counter, not load {load}, {counters} counters")
    factor = random.choice(_DAY_FACTORS)
    scale = load * counters / MODEL_COUNTERS
    ceiling = max(1.0, scale * max(per_minute for _, _, per_minute in _RATES))
    groups = [(group, mean * factor, cv) for group, mean, cv, _ in _SERVICES]
    shares = [share for *_, share in _SERVICES]
    day: list[Arrival] = []
    minute = random.expovariate(ceiling)
    while minute < _DAY_MINUTES:
        if random.random() * ceiling < rate(minute) * scale:
            group, mean, cv = random.choices(groups, weights=shares)[0]
            day.append(
                Arrival(
                    minute=minute,
                    group=group,
                    priority=Priority.PRIORITY if random.random() < _PRIORITY_SHARE else Priority.ORDINARY,
                    service_minutes=_log_normal(random, mean, cv),
                    is_no_show=random.random() < _NO_SHOW_SHARE,
                )
            )
        minute += random.expovariate(ceiling)
    return day


def _log_normal(random: random_source.Random, mean: float, cv: float) -> float:
    variance = math.log(1.0 + cv * cv)
    return random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))
