"""What the hub knows of its devices' clocks, kept in the ledger beside the events whose stamps they correct."""

from datetime import timedelta

import msgspec

from kiosk.domain.clocks import corrected, error_of, is_sane
from kiosk.domain.envelope import Envelope
from kiosk.domain.events import ClockSynchronised, Event
from kiosk.hub.ledger import Ledger

_KEY = "clocks"
MOST = 2_000
"""Boots remembered: about a year of an office that switches everything off at night."""

_RIGHT = timedelta(0)


class Clocks:
    """True time minus monotonic time of every boot that told it, by stream and boot."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._offsets = self._stored()

    def learn(self, envelope: Envelope, event: ClockSynchronised) -> bool:
        """Take a device's word about its own boot; return whether earlier stamps of it may have to be put right.

        Called inside the transaction that stores the event.
        """
        # what is on disk counts: an earlier attempt may have been rolled back
        offsets = self._stored()
        known = offsets.get(_name(envelope))
        if event.boot != envelope.boot or not is_sane(event.offset_s):
            return False
        if known is not None and abs(known - event.offset_s) < 1.0:
            return False
        # newest last, so that the oldest boots are forgotten first
        offsets.pop(_name(envelope), None)
        offsets[_name(envelope)] = event.offset_s
        while len(offsets) > MOST:
            del offsets[next(iter(offsets))]
        self._ledger.set_meta(_KEY, msgspec.json.encode(offsets).decode())
        self._offsets = offsets
        return True

    def true(self, envelope: Envelope, event: Event) -> Event:
        """Return the event with true moments, as far as they are known."""
        if not self._offsets:
            return event
        return corrected(event, self.error(envelope))

    def error(self, envelope: Envelope) -> timedelta:
        """Return how wrong the stamps of an envelope are."""
        if not self._offsets:
            return _RIGHT
        offset = self._offsets.get(_name(envelope))
        return _RIGHT if offset is None else error_of(envelope, offset)

    def _stored(self) -> dict[str, float]:
        return msgspec.json.decode(self._ledger.meta(_KEY) or "{}", type=dict[str, float])


def _name(envelope: Envelope) -> str:
    # with the stream: nobody corrects the stamps of another device
    return f"{envelope.stream} {envelope.boot}"
