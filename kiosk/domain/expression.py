"""Face expressions: from frame scores to one word a visit, and from visits to counts that point at nobody.

Called `biểu cảm`, never feelings: a smile is not happiness (product notes §6.4). A visit leaves one of four counts and
nothing else. Counts are published once, for closed periods, in cells of at least k visits that never overlap, so that
no difference of published cells says anything about fewer people.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from kiosk.domain.events import ExpressionWindow

K = 10
"""Visits below which a cell is not published (product notes §6.4)."""
GOOD_FRAMES = 8
"""A visit with fewer usable frames says nothing (expression notes §12.2)."""
CONFIDENCE = 0.6
"""Mean probability that the largest class needs (expression notes §12.3)."""
LONGEST_S = 8.0
"""The end of a visit is watched no longer (product notes §6.4); service and counter each see to it."""
OUTCOMES = ("positive", "neutral", "negative", "uncertain")


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What the watched end of one visit showed, and how much that rests on; the answer of the vision service."""

    estimate: str
    """`positive`, `neutral`, `negative`; `uncertain` if no class is sure enough; `none` without enough good frames."""
    score: float = 0.0
    """Mean of positive minus negative, -1..1."""
    confidence: float = 0.0
    """Mean probability of the largest class."""
    frames_seen: int = 0
    frames_good: int = 0
    why_not: str = ""
    """The commonest reason of frames that did not count; empty with an estimate."""


def counts_as(said: Estimate) -> str | None:
    """Return as which of `OUTCOMES` a visit is counted; None if nobody was looked at, so that there is none to count.

    A visit that was looked at without an answer is uncertain: the share of those is published with the rest.
    """
    if said.frames_seen < 1:
        return None
    return said.estimate if said.estimate in OUTCOMES else "uncertain"


class FrameScore(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of one frame; the three probabilities add up to about 1."""

    positive: float
    neutral: float
    negative: float
    is_good: bool = True
    """False if the frame failed a quality gate (size, pose, blur, light)."""


class VisitExpression(msgspec.Struct, frozen=True, kw_only=True):
    """One visit in one word, and how much it rests on."""

    outcome: str
    """One of `OUTCOMES`."""
    valence: float
    """Mean of positive minus negative, -1..1; 0 if nothing usable was seen."""
    good_frames: int


def visit_expression(frames: Iterable[FrameScore]) -> VisitExpression:
    """Return the word for a visit: the class with the largest mean probability, if it is sure enough."""
    good = [frame for frame in frames if frame.is_good]
    if len(good) < GOOD_FRAMES:
        return VisitExpression(outcome="uncertain", valence=0.0, good_frames=len(good))
    means = {
        "positive": sum(frame.positive for frame in good) / len(good),
        "neutral": sum(frame.neutral for frame in good) / len(good),
        "negative": sum(frame.negative for frame in good) / len(good),
    }
    largest = max(means, key=lambda outcome: means[outcome])
    return VisitExpression(
        outcome=largest if means[largest] >= CONFIDENCE else "uncertain",
        valence=means["positive"] - means["negative"],
        good_frames=len(good),
    )


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many visits had which outcome."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    uncertain: int = 0

    @property
    def visits(self) -> int:
        """Return all visits that were counted."""
        return self.positive + self.neutral + self.negative + self.uncertain

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum."""
        return Counts(
            positive=self.positive + other.positive,
            neutral=self.neutral + other.neutral,
            negative=self.negative + other.negative,
            uncertain=self.uncertain + other.uncertain,
        )

    def with_visit(self, outcome: str) -> "Counts":
        """Return the counts with one more visit.

        Raises:
            ValueError: if `outcome` is none of `OUTCOMES`.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}, not {outcome!r}")
        return self.plus(Counts(**{outcome: 1}))


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A published cell."""

    first: date
    days: int
    """1, or 7 for what was gathered over a week."""
    counter: int | None
    """None where counters were merged."""
    counts: Counts
    cells: tuple[tuple[date, int], ...]
    """Which counter-days are in it; known inside only."""


class DayClosing(msgspec.Struct, frozen=True, kw_only=True):
    """What a closed day publishes, and what it keeps for the week."""

    windows: tuple[Window, ...]
    kept: Mapping[tuple[date, int], Counts]


def close_day(day: date, counters: Mapping[int, Counts], k: int = K) -> DayClosing:
    """Return the cells of one closed day: a counter with at least `k` visits for itself, the others together.

    Counters that do not reach `k` even together are kept for the week. No sum over the office is published, since the
    sum minus the counters would lay bare the rest.
    """
    seen = {counter: counts for counter, counts in sorted(counters.items()) if counts.visits}
    large = {counter: counts for counter, counts in seen.items() if counts.visits >= k}
    small = {counter: counts for counter, counts in seen.items() if counts.visits < k}
    windows = [
        Window(first=day, days=1, counter=counter, counts=counts, cells=((day, counter),))
        for counter, counts in large.items()
    ]
    rest = _sum(small.values())
    if small and rest.visits >= k:
        cells = tuple((day, counter) for counter in small)
        windows.append(Window(first=day, days=1, counter=None, counts=rest, cells=cells))
        small = {}
    return DayClosing(windows=tuple(windows), kept={(day, counter): counts for counter, counts in small.items()})


def close_week(kept: Mapping[tuple[date, int], Counts], k: int = K) -> tuple[Window, ...]:
    """Return the one cell of what a week's days kept; nothing if even that is below `k`: it is then forgotten.

    Raises:
        ValueError: if the days are not of one week, Monday to Sunday.
    """
    if not kept:
        return ()
    mondays = {day - timedelta(days=day.weekday()) for day, _ in kept}
    if len(mondays) != 1:
        raise ValueError("only the days of one week are closed together")
    counts = _sum(kept.values())
    if counts.visits < k:
        return ()
    return (Window(first=mondays.pop(), days=7, counter=None, counts=counts, cells=tuple(sorted(kept))),)


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What a box publishes at one moment, and which of its cells it forgets with that."""

    windows: tuple[Window, ...]
    forgotten: frozenset[tuple[date, int]]


def close_before(
    today: date, cells: Mapping[tuple[date, int], Counts], k: int = K, open_days: frozenset[date] = frozenset()
) -> Closing:
    """Return what a box publishes of the counter-days that it holds: its closed days, then its closed weeks.

    A box holds the counters that it serves, usually one, and sends nothing below `k`: such a day joins the office's
    under masks (`masked_sums`) or waits in the box for its week, and a week that stays below `k` is forgotten. What
    is published is forgotten, so that no visit is ever in two cells, whatever the clock does afterwards.

    Args:
        open_days: small days of which it is not known yet whether they join the office's; their weeks wait.
    """
    open_weeks = {day - timedelta(days=day.weekday()) for day in open_days}
    monday = today - timedelta(days=today.weekday())
    windows: list[Window] = []
    forgotten: set[tuple[date, int]] = set()
    weeks: dict[date, dict[tuple[date, int], Counts]] = {}
    for day in sorted({day for day, _ in cells if day < today}):
        closing = close_day(day, {counter: counts for (at, counter), counts in cells.items() if at == day}, k)
        windows += closing.windows
        weeks.setdefault(day - timedelta(days=day.weekday()), {}).update(closing.kept)
        forgotten |= {cell for window in closing.windows for cell in window.cells}
    for first, kept in sorted(weeks.items()):
        if first < monday and first not in open_weeks:
            windows += [_named(window) for window in close_week(kept, k)]
            forgotten |= kept.keys()
    return Closing(windows=tuple(windows), forgotten=frozenset(forgotten))


def _named(window: Window) -> Window:
    """Return the window with its counter, where all of it is of one."""
    counters = {counter for _, counter in window.cells}
    return msgspec.structs.replace(window, counter=counters.pop()) if len(counters) == 1 else window


def windows_of(cells: Mapping[tuple[date, int], Counts], k: int = K) -> list[Window]:
    """Return everything that closed weeks publish of the counter-days `cells`, by date."""
    days: dict[date, dict[int, Counts]] = {}
    for (day, counter), counts in cells.items():
        days.setdefault(day, {})[counter] = counts
    windows: list[Window] = []
    kept: dict[date, dict[tuple[date, int], Counts]] = {}
    for day in sorted(days):
        closing = close_day(day, days[day], k)
        windows += closing.windows
        kept.setdefault(day - timedelta(days=day.weekday()), {}).update(closing.kept)
    for monday in sorted(kept):
        windows += close_week(kept[monday], k)
    return sorted(windows, key=lambda window: (window.first, window.days, window.counter or 0))


def event_of_window(window: Window, at: datetime) -> ExpressionWindow:
    """Return the event that publishes `window`."""
    return ExpressionWindow(
        at=at,
        day=window.first,
        days=window.days,
        counter=window.counter,
        visits=window.counts.visits,
        positive=window.counts.positive,
        neutral=window.counts.neutral,
        negative=window.counts.negative,
        uncertain=window.counts.uncertain,
    )


def is_publishable(window: ExpressionWindow) -> bool:
    """Tell whether a window keeps the rules: whole counts that add up to `K` visits or more, of a day or a week."""
    parts = (window.positive, window.neutral, window.negative, window.uncertain)
    return window.days in (1, 7) and min(parts) >= 0 and sum(parts) == window.visits >= K


def _sum(parts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in parts:
        total = total.plus(part)
    return total
