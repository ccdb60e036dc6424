"""Which ratings count: one for each finished service, by a one-time token, within its time (product notes §5).

A token is the hub's own, or one that a counter's device signed while the hub was away; signatures are checked by
`messaging.identity`, the rules are here. Whichever token came first wins, and nothing is ever deleted: a rating
that is refused stays an event without effect.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kiosk.domain.replies import RatingOffer

TABLET_WINDOW = timedelta(seconds=30)
"""How long the tablet asks (VNPT iQMS; product notes §5)."""
PHONE_WINDOW = timedelta(hours=24)
"""How long the same token is good behind the printed or shown QR code."""
CHANGE_WINDOW = timedelta(seconds=3)
"""Within this time after the touch the tablet lets the face be changed, before the rating is sent."""
DEBOUNCE = timedelta(seconds=0.5)
"""The same key within this time is one press (EN 301 549, 5.8)."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a device's clock may be ahead before its moments are doubted."""
SCORES = (1, 2, 3, 4, 5)
SATISFIED = (4, 5)
"""Scores that count as satisfied."""
ASK_WHY = (1, 2, 3)
"""Scores after which the tablet asks for reasons."""
MAX_COMMENT = 1000
"""Letters; longer comments are cut where they enter."""


class RatingToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a one-time token gives the right to; the token itself is known only to its holder."""

    ticket: str
    number: str
    service: int
    counter: int
    officer: str
    officer_name: str = ""
    issued: datetime
    used: bool = False
    offline: bool = False
    """True if a counter's device signed it while the hub was away."""


class OfflineGrant(msgspec.Struct, frozen=True, kw_only=True):
    """The content that a counter's device signs for a ticket which it called by hand and finished."""

    ticket: str
    number: str
    service: int
    counter: int
    officer: str
    at: datetime


def grant_payload(grant: OfflineGrant) -> dict[str, object]:
    """Return the grant as plain JSON values, for `messaging.identity.sign_offline_token`."""
    payload: dict[str, object] = msgspec.to_builtins(grant)
    return payload


def grant_of(payload: Mapping[str, object]) -> OfflineGrant:
    """Return the grant that a verified token holds.

    Raises:
        msgspec.ValidationError: if fields are missing or have a wrong type.
    """
    return msgspec.convert(dict(payload), type=OfflineGrant)


def token_of_offer(offer: RatingOffer, issued: datetime) -> RatingToken:
    """Return what the hub keeps of an offer it made at `issued`."""
    return RatingToken(
        ticket=offer.ticket,
        number=offer.number,
        service=offer.service,
        counter=offer.counter,
        officer=offer.officer,
        officer_name=offer.officer_name,
        issued=issued,
    )


def token_of_grant(grant: OfflineGrant, officer_name: str = "") -> RatingToken:
    """Return the right that a counter's signed grant gives."""
    return RatingToken(
        ticket=grant.ticket,
        number=grant.number,
        service=grant.service,
        counter=grant.counter,
        officer=grant.officer,
        officer_name=officer_name,
        issued=grant.at,
        offline=True,
    )


def accept(token: RatingToken | None, now: datetime, rated_already: bool) -> str | None:
    """Return why a rating does not count, or None if it does.

    Args:
        token: what the token gives the right to, or None if the token is unknown or its signature is wrong.
        now: when the citizen rated, by the device's clock: a rating that was merged late was not given late.
        rated_already: whether this service of the ticket has a rating that counts, by whatever token.

    Returns:
        `unknown_token`, `already_rated`, `too_late`, `too_early` or None.
    """
    if token is None:
        return "unknown_token"
    if token.used or rated_already:
        return "already_rated"
    if now > token.issued + PHONE_WINDOW:
        return "too_late"
    if now < token.issued - CLOCK_TOLERANCE:
        return "too_early"
    return None


def is_rateable(score: int) -> bool:
    """Tell whether `score` is one of the five faces."""
    return score in SCORES
