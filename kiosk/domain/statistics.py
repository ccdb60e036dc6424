"""Honest figures: shares with their uncertainty, signs of manipulated ratings, the official scores (product notes §5).

Nothing here deletes a rating or judges a person: flags are shown with their evidence, raw and filtered side by side.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from statistics import NormalDist
from typing import NamedTuple

import msgspec

from kiosk.domain.ratings import SATISFIED, SCORES

Z_95 = NormalDist().inv_cdf(0.975)
MIN_RATINGS = 30
"""Ratings of an officer in a month below which no share is shown (product notes §5)."""
TOO_FAST = timedelta(seconds=3)
"""Two ratings of one counter within this time are not two citizens (product notes §5)."""
SUSPICIOUS_P = 0.001
"""A flag needs chance to be this unlikely: hundreds of counter-days are looked at in a year."""


class Interval(NamedTuple):
    """Where a true share lies with 95 % confidence, 0..1."""

    low: float
    high: float


def wilson(k: int, n: int, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of `k` of `n` (product notes §5).

    Raises:
        ValueError: if `n` is 0 (there is no share of nothing), or `k` is not within 0..n.
    """
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"a share needs 0 <= k <= n and n > 0, not {k} of {n}")
    share = k / n
    spread = 1.0 + z * z / n
    centre = (share + z * z / (2 * n)) / spread
    half = z / spread * math.sqrt(share * (1.0 - share) / n + z * z / (4 * n * n))
    # at the ends the interval closes exactly; rounding must not push it past the share itself
    return Interval(0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half))


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share with everything that it takes to judge it."""

    k: int
    n: int
    share: float | None
    """None while n = 0."""
    low: float | None
    high: float | None

    @property
    def is_enough(self) -> bool:
        """Tell whether there are enough ratings to show a share for a person."""
        return self.n >= MIN_RATINGS


def share_of(k: int, n: int) -> Share:
    """Return `k` of `n` as a share with its interval; unknown while n = 0."""
    if n == 0:
        return Share(k=0, n=0, share=None, low=None, high=None)
    low, high = wilson(k, n)
    return Share(k=k, n=n, share=k / n, low=low, high=high)


def satisfied_share(scores: Iterable[int]) -> Share:
    """Return the share of 4 and 5 among `scores`."""
    known = list(scores)
    return share_of(sum(score in SATISFIED for score in known), len(known))


def response_rate(rated: int, offered: int) -> Share:
    """Return how many of those who were asked did rate; more ratings than offers (merged late) count as all."""
    return share_of(min(rated, offered), offered)


def is_clearly_different(one: Share, other: Share) -> bool:
    """Tell whether two shares may be put in an order: only when their intervals do not overlap and n suffices."""
    if not (one.is_enough and other.is_enough):
        return False
    first, second = wilson(one.k, one.n), wilson(other.k, other.n)
    return first.low > second.high or second.low > first.high


class RatingMark(msgspec.Struct, frozen=True, kw_only=True):
    """What the search for manipulation looks at."""

    rating: str
    """Id of the rating."""
    at: datetime
    score: int
    counter: int
    officer: str = ""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """Something about ratings that deserves a look."""

    kind: str
    """`too_fast`, `out_of_hours`, `streak` or `not_random`."""
    counter: int
    ratings: tuple[str, ...]
    p: float | None = None
    """Probability of this by chance, where it can be said."""


def integrity_flags(
    marks: Iterable[RatingMark], opens: time, closes: time, grace: timedelta = timedelta(hours=1)
) -> list[Flag]:
    """Return what is odd about the ratings, by counter; nothing is filtered here.

    Args:
        marks: ratings of one office, in any order.
        opens: start of the office's hours.
        closes: end of the office's hours; those who waited are served after it.
        grace: how long after `closes` a rating at the tablet is still in order.
    """
    by_counter: dict[int, list[RatingMark]] = defaultdict(list)
    for mark in marks:
        by_counter[mark.counter].append(mark)
    everybody = [mark.score for rows in by_counter.values() for mark in rows]
    flags: list[Flag] = []
    for counter in sorted(by_counter):
        rows = sorted(by_counter[counter], key=lambda mark: (mark.at, mark.rating))
        flags += _too_fast(counter, rows)
        late = [mark.rating for mark in rows if not _in_hours(mark.at, opens, closes, grace)]
        if late:
            flags.append(Flag(kind="out_of_hours", counter=counter, ratings=tuple(late)))
        flags += _streaks(counter, rows, everybody)
        p = runs_test([mark.score in SATISFIED for mark in rows])
        if p is not None and p < SUSPICIOUS_P:
            flags.append(Flag(kind="not_random", counter=counter, ratings=tuple(mark.rating for mark in rows), p=p))
    return flags


def without_flagged(marks: Iterable[RatingMark], flags: Iterable[Flag]) -> list[RatingMark]:
    """Return the filtered ratings, to be shown beside the raw ones.

    Only single ratings that no citizen can have given are left out; a statistical sign condemns no rating.
    """
    odd = {rating for flag in flags if flag.kind in ("too_fast", "out_of_hours") for rating in flag.ratings}
    return [mark for mark in marks if mark.rating not in odd]


def runs_test(outcomes: Sequence[bool]) -> float | None:
    """Return the two-sided p of Wald and Wolfowitz's runs test; None with fewer than ten of either outcome.

    Small p: the outcomes come in blocks, or alternate, more than independent citizens would.
    """
    yes = sum(outcomes)
    no = len(outcomes) - yes
    if yes < 10 or no < 10:
        return None
    runs = 1 + sum(one != other for one, other in pairwise(outcomes))
    n = yes + no
    mean = 1.0 + 2.0 * yes * no / n
    variance = (mean - 1.0) * (mean - 2.0) / (n - 1.0)
    return 2.0 * (1.0 - NormalDist().cdf(abs(runs - mean) / math.sqrt(variance)))


def streak_p(length: int, n: int, share: float) -> float:
    """Return the probability that `n` independent trials of probability `share` hold a run of at least `length`.

    Raises:
        ValueError: if `length` is not positive or `share` is not within 0..1.
    """
    if length < 1 or not 0.0 <= share <= 1.0:
        raise ValueError(f"a streak needs a length of at least 1 and a share within 0..1, not {length} and {share}")
    # chance of no such run after i trials; a first run ends at i where a miss stands just before it
    without = [1.0] * (n + 1)
    for i in range(length, n + 1):
        just_before = 1.0 if i == length else without[i - length - 1] * (1.0 - share)
        without[i] = without[i - 1] - just_before * share**length
    return min(1.0, max(0.0, 1.0 - without[n]))


def _too_fast(counter: int, rows: Sequence[RatingMark]) -> list[Flag]:
    return [
        Flag(kind="too_fast", counter=counter, ratings=(later.rating,))
        for earlier, later in pairwise(rows)
        if later.at - earlier.at < TOO_FAST
    ]


def _in_hours(at: datetime, opens: time, closes: time, grace: timedelta) -> bool:
    start = datetime.combine(at.date(), opens, tzinfo=at.tzinfo)
    end = datetime.combine(at.date(), closes, tzinfo=at.tzinfo) + grace
    return start <= at <= end


def _streaks(counter: int, rows: Sequence[RatingMark], everybody: Sequence[int]) -> list[Flag]:
    flags: list[Flag] = []
    for extreme in (SCORES[0], SCORES[-1]):
        longest = _longest(rows, extreme)
        if len(longest) < 2:
            continue
        # measured against the whole office, a little towards the unknown, so that one counter cannot set the norm
        share = (sum(score == extreme for score in everybody) + 1) / (len(everybody) + 2)
        p = streak_p(len(longest), len(rows), share)
        if p < SUSPICIOUS_P:
            flags.append(Flag(kind="streak", counter=counter, ratings=tuple(mark.rating for mark in longest), p=p))
    return flags


def _longest(rows: Sequence[RatingMark], score: int) -> list[RatingMark]:
    best: list[RatingMark] = []
    present: list[RatingMark] = []
    for mark in rows:
        present = [*present, mark] if mark.score == score else []
        if len(present) > len(best):
            best = present
    return best


class ScoreTable(msgspec.Struct, frozen=True, kw_only=True):
    """How official points become a grade. Tables change with circulars, so a site may hand in its own."""

    source: str = "Thông tư 01/2018/TT-VPCP, Điều 13-15"
    officer_indicators: tuple[int, ...] = (1, 2, 3, 4, 7)
    agency_indicators: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9)
    officer_bands: tuple[tuple[float, str], ...] = ((5.0, "full"), (3.5, "most"), (0.0, "below"))
    """From so many points: 100 % of the task, 70 to 100 %, below 70 %."""
    agency_bands: tuple[tuple[float, str], ...] = (
        (15.0, "excellent"),
        (12.0, "good"),
        (9.0, "fair"),
        (6.0, "average"),
        (0.0, "weak"),
    )


class OfficialScore(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of official points and its grade; without a grade while indicators are missing."""

    points: float
    grade: str
    """Key of a band, or empty."""
    missing: tuple[int, ...]


def official_score(points: Mapping[int, float], for_officer: bool, table: ScoreTable | None = None) -> OfficialScore:
    """Return the official score of `points` by indicator (1 to 9; each 0 to 2 points).

    Raises:
        ValueError: if a value is not within 0..2.
    """
    rules = table or ScoreTable()
    if any(not 0 <= value <= 2 for value in points.values()):
        raise ValueError("an indicator gives 0 to 2 points")
    wanted = rules.officer_indicators if for_officer else rules.agency_indicators
    missing = tuple(indicator for indicator in wanted if indicator not in points)
    total = sum(points[indicator] for indicator in wanted if indicator in points)
    bands = rules.officer_bands if for_officer else rules.agency_bands
    grade = "" if missing else next(name for least, name in bands if total >= least)
    return OfficialScore(points=total, grade=grade, missing=missing)
