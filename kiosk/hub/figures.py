"""The day's figures: what was done, and how satisfied people were, each share with its n and its 95 % interval."""

from collections.abc import Iterable

import msgspec

from kiosk.domain.ratings import SATISFIED
from kiosk.domain.snapshot import Figures
from kiosk.hub.day import Day, Service
from kiosk.hub.inbox import Inbox
from kiosk.hub.ledger import RatingRow


def wilson(k: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson interval of k of n (product notes §5)."""
    share = k / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """How satisfied those were who rated; shares are 0..1."""

    n: int
    k: int
    """Ratings of 4 or 5."""
    offered: int
    """How many were asked: the response rate is n of this."""
    share: float | None = None
    low: float | None = None
    """Wilson 95 %; None while n = 0."""
    high: float | None = None


class OfficerFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one officer (or one counter) did today. Evidence, never a verdict: no ranking is made of it."""

    finished: int
    mean_minutes: float | None
    rated: Rated


def rated_of(ratings: Iterable[RatingRow], offered: int) -> Rated:
    """Return the satisfaction of `ratings` with its interval."""
    scores = [row.score for row in ratings]
    k, n = sum(score in SATISFIED for score in scores), len(scores)
    if n == 0:
        return Rated(n=0, k=0, offered=offered)
    low, high = wilson(k, n)
    return Rated(n=n, k=k, offered=offered, share=k / n, low=low, high=high)


def figures_of(day: Day, inbox: Inbox) -> Figures:
    """Return the office's figures of one day."""
    states = [visit.state for visit in day.visits.values()]
    rated = rated_of(day.ratings.values(), len(day.offered))
    return Figures(
        issued=sum(visit.arrived is not None for visit in day.visits.values()),
        waiting=sum(visit.is_waiting for visit in day.visits.values()),
        serving=states.count("called") + states.count("serving"),
        parked=states.count("parked"),
        finished=states.count("finished"),
        no_show=states.count("no_show"),
        voided=states.count("void"),
        rated=rated.n,
        satisfied=rated.k,
        score_sum=sum(row.score for row in day.ratings.values()),
        satisfied_low=rated.low,
        satisfied_high=rated.high,
        petitions=inbox.filed_on(day.day),
        petitions_answered=inbox.answered_on(day.day),
    )


def figures_of_counter(day: Day, counter: int) -> OfficerFigures:
    """Return what was done at one counter, whoever sat there."""
    return _figures(
        [service for service in day.services.values() if service.counter == counter],
        [row for row in day.ratings.values() if row.counter == counter],
        sum(offer.counter == counter for offer in day.offered.values()),
    )


def figures_of_officer(day: Day, officer: str) -> OfficerFigures:
    """Return what one officer did, at whatever counter."""
    return _figures(
        [service for service in day.services.values() if service.officer == officer],
        [row for row in day.ratings.values() if row.officer == officer],
        sum(offer.officer == officer for offer in day.offered.values()),
    )


def _figures(services: list[Service], ratings: list[RatingRow], offered: int) -> OfficerFigures:
    minutes = [service.minutes for service in services if service.minutes is not None]
    return OfficerFigures(
        finished=len(services),
        mean_minutes=sum(minutes) / len(minutes) if minutes else None,
        rated=rated_of(ratings, offered),
    )
