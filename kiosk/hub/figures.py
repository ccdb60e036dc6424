"""The day's figures: what was done, and how satisfied people were, each share with its n and its 95 % interval."""

from collections.abc import Iterable

import msgspec

from kiosk.domain.office import Office
from kiosk.domain.snapshot import Figures
from kiosk.domain.statistics import Flag, RatingMark, Share, integrity_flags, response_rate, satisfied_share
from kiosk.hub.day import Day, Service
from kiosk.hub.inbox import Inbox
from kiosk.hub.ledger import RatingRow


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """How satisfied those were who rated, and how many were asked."""

    satisfied: Share
    response: Share


class OfficerFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one officer (or one counter) did today. Evidence, never a verdict: no ranking is made of it."""

    finished: int
    mean_minutes: float | None
    rated: Rated


def rated_of(ratings: Iterable[RatingRow], offered: int) -> Rated:
    """Return the satisfaction of `ratings` with its interval."""
    satisfied = satisfied_share(row.score for row in ratings)
    return Rated(satisfied=satisfied, response=response_rate(satisfied.n, offered))


def figures_of(day: Day, inbox: Inbox) -> Figures:
    """Return the office's figures of one day."""
    states = [visit.state for visit in day.visits.values()]
    rated = rated_of(day.ratings.values(), len(day.offered)).satisfied
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


def flags_of(day: Day, office: Office) -> list[Flag]:
    """Return what is odd about the day's ratings at the counters: to be looked at, never deleted.

    Phones are left out: at home it is nobody's fault to rate at night, or a second after somebody else.
    """
    marks = [
        RatingMark(rating=row.event, at=row.at, score=row.score, counter=row.counter, officer=row.officer)
        for row in day.ratings.values()
        if row.way != "phone"
    ]
    return integrity_flags(marks, office.opens, office.closes)


def _figures(services: list[Service], ratings: list[RatingRow], offered: int) -> OfficerFigures:
    minutes = [service.minutes for service in services if service.minutes is not None]
    return OfficerFigures(
        finished=len(services),
        mean_minutes=sum(minutes) / len(minutes) if minutes else None,
        rated=rated_of(ratings, offered),
    )
