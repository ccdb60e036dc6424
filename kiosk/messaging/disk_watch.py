"""Watches the disk under an outbox: an alarm while there is room, and more room for tickets when it gets tight."""

import logging
import sqlite3
from collections.abc import Callable

from kiosk.clock import Clock, Timer, Wake
from kiosk.domain.events import DeviceFaulted, DeviceRecovered, Event
from kiosk.messaging.outbox import Outbox

LOOK_S = 60.0
PART = "disk"

log = logging.getLogger(__name__)


class DiskWatch:
    """Tells once when the disk gets tight, and once when there is room again; works on the role's thread."""

    def __init__(self, outbox: Outbox, clock: Clock, timer: Timer, record: Callable[[Event], object]) -> None:
        """Begin.

        Args:
            outbox: whose disk it is.
            clock: for the moments of the events.
            timer: real seconds.
            record: puts an event into the books of this device.
        """
        self.is_alarmed = False
        self._outbox = outbox
        self._clock = clock
        self._timer = timer
        self._record = record
        self._wake: Wake | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._look()

    def stop(self) -> None:
        """Watch no more."""
        if self._wake is not None:
            self._wake.cancel()

    def _look(self) -> None:
        self._wake = self._timer.wake_after(LOOK_S, self._look)
        is_tight = self._outbox.disk_is_nearly_full
        try:
            if is_tight:
                # what the hub has is kept for a hub that is restored; today's tickets come first
                self._outbox.purge()
            if is_tight == self.is_alarmed:
                return
            self._record(self._event(is_tight))
        except sqlite3.Error as error:
            # the disk may be too full for its own alarm: it is told as soon as there is room
            log.error("the disk is full, and its alarm cannot be stored (%s)", error)
            return
        self.is_alarmed = is_tight
        log.warning("the disk is %s", "nearly full" if is_tight else "roomy again")

    def _event(self, is_tight: bool) -> Event:
        now = self._clock.now()
        if is_tight:
            return DeviceFaulted(at=now, part=PART, reason="nearly_full")
        return DeviceRecovered(at=now, part=PART)
