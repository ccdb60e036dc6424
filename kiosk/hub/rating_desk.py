"""Which rating counts: one for each finished service, with a token that proves it, the first one only.

The rules are `domain.ratings`; here they meet the stored tokens and the keys of the counters' devices. A rating
without a right is kept as an event, without effect and with its reason; it is never deleted silently.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from kiosk.domain import events
from kiosk.domain.ratings import RatingToken, accept, grant_of, is_rateable, token_of_grant, token_of_offer
from kiosk.domain.replies import RatingOffer
from kiosk.hub.ingest import understood
from kiosk.hub.ledger import Ledger, RatingRow
from kiosk.messaging.identity import BadToken, verify_offline_token

LONGEST_TOKEN = 2000


def hash_of(token: str) -> str:
    """Return what is stored of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class RatingDesk:
    """Judges ratings against the ledger; writes only inside the caller's transaction."""

    def __init__(self, ledger: Ledger, device_keys: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._device_keys = device_keys

    def issue(self, offer: RatingOffer, now: datetime) -> None:
        """Keep the right that an offer gives."""
        self._ledger.add_token(hash_of(offer.token), token_of_offer(offer, now))

    def right_of(self, token: str) -> RatingToken | None:
        """Return what `token` gives the right to, or None if it is unknown or its signature is wrong."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        stored = self._ledger.token(hash_of(token))
        if stored is not None:
            return stored
        try:
            return token_of_grant(grant_of(verify_offline_token(token, self._device_keys)))
        except (BadToken, msgspec.ValidationError):
            return None

    def refusal_of(self, right: RatingToken | None, at: datetime) -> str | None:
        """Return why a rating with this right, given at `at`, would not count; None if it would."""
        rated = right is not None and self._ledger.rating(right.ticket, right.service) is not None
        refusal = accept(right, at, rated)
        if refusal is None and right is not None and right.offline and not self._is_finished(right):
            return "not_finished"
        return refusal

    def judge(self, event: events.RatingGiven, event_id: str, day: date) -> RatingRow | str:
        """Count a rating, or return why it does not count."""
        if not is_rateable(event.score):
            return "bad_score"
        right = self.right_of(event.token)
        if right is not None and (right.ticket, right.service) != (event.ticket, event.service):
            return "other_ticket"
        # by the device's clock: what was merged late was not given late
        refusal = self.refusal_of(right, event.at)
        if right is None or refusal is not None:
            return refusal or "unknown_token"
        row = RatingRow(
            ticket=right.ticket,
            service=right.service,
            score=event.score,
            counter=right.counter,
            officer=right.officer,
            offline=right.offline,
            way=event.way,
            day=day,
            at=event.at,
            event=event_id,
        )
        self._ledger.add_rating(row)
        self._ledger.use_token(hash_of(event.token), event.at)
        return row

    def _is_finished(self, right: RatingToken) -> bool:
        """Tell whether the books know the service that a counter vouches for: no finished service, no rating."""
        return any(
            isinstance(event, events.ServiceFinished)
            and (event.service, event.counter) == (right.service, right.counter)
            for event in (understood(envelope)[0] for envelope in self._ledger.events_of_ticket(right.ticket))
        )
