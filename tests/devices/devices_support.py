"""A ticket, fonts and lines for the tests of things with a plug."""

import os
import threading
import tty
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.clock import VIETNAM
from kiosk.devices.slip_spec import TicketSlip

FONTS = Path(__file__).parents[2] / "kiosk" / "ui" / "assets" / "fonts"
QR_DATA = Path(__file__).parents[1] / "data" / "qr"
SOON_S = 10.0
"""Only how long a broken test hangs; a good one waits no longer than the event takes."""


def a_slip(**changes: object) -> TicketSlip:
    """Return an everyday ticket."""
    everyday = TicketSlip(
        office="UBND phường Bến Nghé",
        number="A105",
        service="Chứng thực bản sao từ bản chính",
        group="Chứng thực",
        issued_at=datetime(2026, 11, 24, 8, 5, tzinfo=VIETNAM),
        waiting=7,
        forecast_minutes=(10, 20),
        counters=(1, 2, 3),
        priority=False,
        link="http://192.168.1.10:8080/t/0f8c2a6e4b7d41d59a3e6c1b8f20d7a4",
        papers=("Bản chính giấy tờ cần chứng thực", "Thẻ Căn cước còn hạn"),
    )
    return msgspec.structs.replace(everyday, **changes)


class Line:
    """A pseudo-terminal: the test holds one end, the driver opens the other by its path."""

    def __init__(self) -> None:
        self.end, self._device = os.openpty()
        tty.setraw(self._device)
        self.path = os.ttyname(self._device)

    def send(self, data: bytes) -> None:
        """Put bytes on the line."""
        os.write(self.end, data)

    def unplug(self) -> None:
        """Pull the cable."""
        for descriptor in (self._device, self.end):
            if descriptor >= 0:
                os.close(descriptor)
        self.end = self._device = -1


class Heard:
    """Collects what a driver's thread reports, and lets a test wait for it."""

    def __init__(self) -> None:
        self.all: list[object] = []
        self._changed = threading.Condition()

    def __call__(self, *what: object) -> None:
        with self._changed:
            self.all.append(what[0] if len(what) == 1 else what)
            self._changed.notify_all()

    def wait(self, until: Callable[[list[object]], bool]) -> list[object]:
        """Return everything heard once `until` is true of it."""
        with self._changed:
            assert self._changed.wait_for(lambda: until(self.all), SOON_S), f"heard only {self.all}"
            return list(self.all)


def at_once(act: Callable[[], None]) -> None:
    """Post by calling: for tests in which the driver's thread may report directly."""
    act()
