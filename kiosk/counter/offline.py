"""The right to rate a service that was finished while the hub was away: the counter's device vouches for it."""

from datetime import datetime

from kiosk.counter.post import Post
from kiosk.domain.events import RatingOffered, ServiceFinished
from kiosk.domain.ratings import TABLET_WINDOW, OfflineGrant, grant_payload
from kiosk.domain.replies import RatingOffer
from kiosk.messaging.identity import DeviceKey, sign_offline_token


class OfflineRights:
    """Signs with the device's own key, which the hub knows."""

    def __init__(self, key: DeviceKey, device: str) -> None:
        self._key = key
        self._device = device

    def offer(self, finished: ServiceFinished, before: Post) -> RatingOffer:
        """Return the right to rate `finished`; `before` is the counter as it was during the service.

        There is no link for a phone: the page behind it is the hub's, and the hub is away.
        """
        number = before.work.number if before.work is not None else ""
        grant = OfflineGrant(
            ticket=finished.ticket,
            number=number,
            service=finished.service,
            counter=finished.counter,
            officer=finished.officer,
            at=finished.at,
        )
        return RatingOffer(
            token=sign_offline_token(self._key, self._device, grant_payload(grant)),
            ticket=finished.ticket,
            number=number,
            service=finished.service,
            counter=finished.counter,
            officer=finished.officer,
            officer_name=before.name,
            expires=finished.at + TABLET_WINDOW,
        )


def offered_of(offer: RatingOffer, now: datetime) -> RatingOffered:
    """Return the event that goes with an offline right."""
    return RatingOffered(
        at=now,
        ticket=offer.ticket,
        service=offer.service,
        counter=offer.counter,
        officer=offer.officer,
        expires=offer.expires,
        offline=True,
    )
