"""The windows of expressions beside what citizens said by hand: for the leader's page and the study of agreement.

Windows come from the counters' boxes, or are the sum of boxes with few, each of k visits or more. Nothing here knows a
ticket or an officer: ratings are taken by counter and day, and no figure of an officer is made of any of it.
"""

from datetime import date, timedelta

import msgspec

from kiosk.domain.agreement import Pair
from kiosk.domain.events import ExpressionWindow
from kiosk.domain.statistics import Share, satisfied_share, share_of
from kiosk.hub.ingest import understood
from kiosk.hub.ledger import Ledger

SHOWN = 30
"""Windows on the leader's page."""
LEAST_RATINGS = 5
"""Ratings below which a window's satisfaction is mostly chance, and left out of the study."""


class WindowLine(msgspec.Struct, frozen=True, kw_only=True):
    """One window and the ratings of the same counter and days."""

    day: date
    days: int
    counter: int | None
    visits: int
    positive: Share
    """Of the visits with an answer, as the two below."""
    neutral: Share
    negative: Share
    abstained: Share
    """Visits without an answer, of all."""
    satisfied: Share


def window_lines(ledger: Ledger, newest: int | None = None) -> list[WindowLine]:
    """Return the published windows, newest first, at most `newest` of them."""
    lines = []
    for envelope, fault in ledger.expression_windows(newest):
        event, _ = understood(envelope)
        if isinstance(event, ExpressionWindow) and not fault:
            lines.append(_line(ledger, event))
    return sorted(lines, key=lambda line: (line.day, line.counter or 0), reverse=True)


def pairs_of(lines: list[WindowLine]) -> list[Pair]:
    """Return what the study of agreement compares: windows with an answer and enough ratings."""
    return [
        Pair(positive=line.positive.share, satisfied=line.satisfied.share)
        for line in lines
        if line.positive.share is not None and line.satisfied.share is not None and line.satisfied.n >= LEAST_RATINGS
    ]


def _line(ledger: Ledger, window: ExpressionWindow) -> WindowLine:
    answered = window.visits - window.uncertain
    scores = [
        row.score
        for offset in range(window.days)
        for row in ledger.ratings_of_day(window.day + timedelta(days=offset))
        if window.counter in (None, row.counter)
    ]
    return WindowLine(
        day=window.day,
        days=window.days,
        counter=window.counter,
        visits=window.visits,
        positive=share_of(window.positive, answered),
        neutral=share_of(window.neutral, answered),
        negative=share_of(window.negative, answered),
        abstained=share_of(window.uncertain, window.visits),
        satisfied=satisfied_share(scores),
    )
