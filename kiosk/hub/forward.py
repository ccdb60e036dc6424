"""Upwards: the hub's own events go to the city's centre through the same outbox and link that devices use for the hub.

Without a centre the rows count as delivered as soon as they stand in the ledger, which keeps them for good, so that the
outbox of an office that works alone does not grow for ever.
"""

from typing import Protocol

from kiosk.messaging.outbox import Outbox


class Forward(Protocol):
    """What becomes of the hub's own outbox."""

    def start(self) -> None:
        """Begin to send."""

    def settle(self) -> None:
        """Tidy up at the end of a business day."""

    def stop(self) -> None:
        """End."""


class LedgerIsTheEnd:
    """The forwarding of an office without a centre."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def start(self) -> None:
        """Tidy up what the last life of the hub left."""
        self.settle()

    def stop(self) -> None:
        """Nothing is under way."""

    def settle(self) -> None:
        """Let go of every row that is committed: the ledger holds the same envelopes."""
        rows = self._outbox.window()
        while rows:
            self._outbox.acknowledge(rows[-1].sequence)
            rows = self._outbox.window()
