"""Upwards: the hub's own events go to the city's centre through the same outbox and link that devices use for the hub.

Without a centre the rows count as delivered as soon as they stand in the ledger, which keeps them for good, so that the
outbox of an office that works alone does not grow for ever.
"""

from kiosk.clock import Act
from kiosk.messaging.outbox import Outbox


class LedgerIsTheEnd:
    """The forwarding of an office without a centre."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def settle(self) -> None:
        """Let go of every row that is committed: the ledger holds the same envelopes."""
        rows = self._outbox.window()
        while rows:
            self._outbox.acknowledge(rows[-1].sequence)
            rows = self._outbox.window()
