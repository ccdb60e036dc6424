"""Upwards: what the office does goes to the city's centre through the same outbox and link that devices use.

The ledger holds everything; a second outbox (`uplink.db`) carries copies of it up, a few at a time, and remembers in
the same transaction how far it has come. Each copy names the event's origin, so that a hub which was restored, or a
centre which lost its database, may get any of it again: it counts once. Citizens' own words, tokens and names stay at
the office. Without a centre the ledger is the end.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from kiosk.clock import Clock, Timer, Wake
from kiosk.domain.envelope import Envelope
from kiosk.domain.replies import Telemetry
from kiosk.domain.written import PRIVATE, without
from kiosk.hub.fleet import HUB, Fleet
from kiosk.hub.ingest import understood
from kiosk.hub.ledger import Ledger
from kiosk.messaging.client import Transport
from kiosk.messaging.link import HubLink
from kiosk.messaging.outbox import WINDOW, Outbox, open_database
from kiosk.messaging.topics import UplinkTopics

DATABASE = "uplink.db"
ROLL_UP = timedelta(minutes=5)
"""How often the centre is told of each device (messaging notes §9)."""
GATHER = timedelta(seconds=1)
"""Pause before new rows are copied: a commit more for each event would be felt in calls, and wears the card."""
AT_ONCE = 200
"""Rows of the ledger copied in one turn, so that no call waits."""
AHEAD = 2 * WINDOW
"""Copies that may wait; the rest waits in the ledger, where it lies anyway."""
_PLACE = "copied"

log = logging.getLogger(__name__)


class Forward(Protocol):
    """What becomes of the hub's own outbox, and who else is told of the office's events."""

    def start(self) -> None:
        """Begin to send."""

    def wake(self) -> None:
        """Look at the ledger: there is something new in it."""

    def settle(self) -> None:
        """Tidy up at the end of a business day."""

    def stop(self) -> None:
        """End."""


class LedgerIsTheEnd:
    """Lets go of the hub's own rows: the ledger, which they were committed with, keeps the same envelopes for good.

    The whole forwarding of an office without a centre.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def start(self) -> None:
        """Tidy up what the last life of the hub left."""
        self.settle()

    def wake(self) -> None:
        """Nobody else is to be told."""

    def stop(self) -> None:
        """Nothing is under way."""

    def settle(self) -> None:
        """Let go of every row that is committed."""
        rows = self._outbox.window()
        while rows:
            self._outbox.acknowledge(rows[-1].sequence)
            rows = self._outbox.window()


class Uplink:
    """The forwarding of an office with a centre."""

    def __init__(
        self,
        own: Outbox,
        ledger: Ledger,
        folder: Path,
        transport: Transport,
        topics: UplinkTopics,
        clock: Clock,
        timer: Timer,
        fleet: Fleet,
        *,
        new_id: Callable[[], str],
        boot: str,
        clk: str,
        machine: str = "",
        office: str = "",
        health: Callable[[], Telemetry] | None = None,
    ) -> None:
        """Open the outbox upwards.

        Args:
            own: the hub's own outbox, whose rows stand in `ledger`.
            folder: where `uplink.db` lies.
            transport: connection to the centre's broker.
            fleet: what devices told of themselves.
            machine: which board this is: a copied card does not go on in the stream of the other one.
            office: what the office is called.
            health: how the hub itself is.

        Raises:
            sqlite3.Error: if the database cannot be opened.
        """
        self._end = LedgerIsTheEnd(own)
        self._ledger = ledger
        self._clock = clock
        self._fleet = fleet
        self._health = health
        self.outbox = Outbox(
            open_database(folder / DATABASE),
            source=topics.source(topics.hub),
            boot=boot,
            now=clock.now,
            mono=clock.monotonic,
            new_id=new_id,
            clk=clk,
            machine=machine,
        )
        self.link = HubLink(transport, self.outbox, topics, topics.hub, clock, timer, boot, "hub", office)
        self.link.on_change = self._on_change
        self.link.on_new_ledger = self._begin_again
        self._place = self._known_place()
        self._copying: Wake | None = None
        self._rolling: Wake | None = None
        self._is_stopped = False

    def start(self) -> None:
        """Connect, and copy what came while nobody looked."""
        self._end.start()
        self.link.start()
        self.wake()
        self._plan_roll_up()

    def wake(self) -> None:
        """Copy what is new, soon."""
        if self._copying is None and not self._is_stopped:
            self._copying = self._clock.wake_at(self._clock.now() + GATHER, self._copy_some)

    def settle(self) -> None:
        """Let go of the hub's own rows: they go up from the ledger."""
        self._end.settle()

    def stop(self) -> None:
        """Say goodbye; what waits stays on the disk."""
        self._is_stopped = True
        for wake in (self._rolling, self._copying):
            if wake is not None:
                wake.cancel()
        self.link.stop()

    # copying ----------------------------------------------------------------------------------------------------

    def _copy_some(self) -> None:
        self._copying = None
        if self._is_stopped or self.outbox.pending() >= AHEAD:
            return
        rows = self._ledger.events_after(self._place, AT_ONCE)
        if not rows:
            return
        with self.outbox.transaction():
            for row in rows:
                data = None if row.fault else told_upwards(row.envelope)
                if data is not None:
                    self.outbox.pass_on(row.envelope, data, row.day)
            self._remember_place(rows[-1].received)
        if len(rows) == AT_ONCE:
            self._clock.post(self._copy_some)

    def _on_change(self) -> None:
        if self.outbox.pending() < WINDOW and self._ledger.last_received > self._place:
            self.wake()

    def _known_place(self) -> int:
        """Return up to which row the ledger was copied; a restored ledger numbers anew what came after its backup."""
        life, _, place = self.outbox.remembered(_PLACE).partition(":")
        if not place:
            return 0
        return int(place) if life == self._ledger.life("") else min(int(place), self._ledger.restored_at)

    def _remember_place(self, received: int) -> None:
        self.outbox.remember(_PLACE, f"{self._ledger.life('')}:{received}")
        self._place = received

    def _begin_again(self) -> None:
        log.warning("the centre has another database than before: it is told everything that this office still knows")
        with self.outbox.transaction():
            self._remember_place(0)
        self.wake()

    # devices ----------------------------------------------------------------------------------------------------

    def _plan_roll_up(self) -> None:
        self._rolling = self._clock.wake_at(self._clock.now() + ROLL_UP, self._roll_up)

    def _roll_up(self) -> None:
        if self._health is not None:
            self._fleet.note(HUB, self._health())
        told = self._fleet.rolled_up(self._clock.now())
        if told:
            with self.outbox.transaction():
                for event in told:
                    self.outbox.put(event)
        self._plan_roll_up()


def told_upwards(envelope: Envelope) -> bytes | None:
    """Return what of an event's data the centre may know, as JSON; None if nothing.

    What this version cannot read could hold anything, so it stays.
    """
    event, fault = understood(envelope)
    if event is None or fault:
        return None
    # encoded anew: a field that only a newer version knows stays as well
    return msgspec.json.encode(without(event, PRIVATE.get(type(event), ())))
