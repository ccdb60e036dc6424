"""What counts of expressions are worth at a site: do they go up and down with what citizens say by hand?

Pure. One pair is one published window and the ratings of the same counter and days: never a visit, never an officer.
"""

import math
from collections.abc import Sequence

import msgspec

from kiosk.domain.statistics import Z_95

FEW = 10
"""Windows below which nothing is concluded: the interval of r = 0.5 is then wider than one."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One window beside its ratings."""

    positive: float
    """Share of smile-like visits among those with an answer, 0..1."""
    satisfied: float
    """Share of ratings of 4 or 5, 0..1."""


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """The correlation of both shares over the windows of a site."""

    windows: int
    r: float | None
    """Pearson's; None where one of the shares never changes or there are fewer than 3 windows."""
    low: float | None
    """95 % interval by Fisher's transformation; None below 4 windows."""
    high: float | None
    verdict: str
    """`too_few`, `nothing_shown` (the interval holds 0), `agrees` or `disagrees`."""


def agreement_of(pairs: Sequence[Pair]) -> Agreement:
    """Return how far expressions and ratings agree, with its interval."""
    n = len(pairs)
    r = _pearson([pair.positive for pair in pairs], [pair.satisfied for pair in pairs])
    if r is None:
        return Agreement(windows=n, r=None, low=None, high=None, verdict="too_few" if n < FEW else "nothing_shown")
    low, high = _interval(r, n)
    if n < FEW or low is None or high is None:
        verdict = "too_few"
    elif low > 0:
        verdict = "agrees"
    elif high < 0:
        verdict = "disagrees"
    else:
        verdict = "nothing_shown"
    return Agreement(windows=n, r=r, low=low, high=high, verdict=verdict)


def _pearson(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    n = len(xs)
    if n < 3:
        return None
    mean_x, mean_y = math.fsum(xs) / n, math.fsum(ys) / n
    spread_x = math.fsum((x - mean_x) ** 2 for x in xs)
    spread_y = math.fsum((y - mean_y) ** 2 for y in ys)
    # rounding leaves some 1e-32 where every value is the same
    if spread_x < 1e-12 or spread_y < 1e-12:
        return None
    together = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return max(-1.0, min(1.0, together / math.sqrt(spread_x * spread_y)))


def _interval(r: float, n: int) -> tuple[float | None, float | None]:
    if n < 4:
        return None, None
    middle = math.atanh(max(-0.999999, min(0.999999, r)))
    half = Z_95 / math.sqrt(n - 3)
    return math.tanh(middle - half), math.tanh(middle + half)
