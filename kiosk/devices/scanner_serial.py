"""A scanner module in USB-COM mode: text over a serial line."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.clock import Act
from kiosk.devices.plug import Wait
from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scan_assembly import IDLE_S, ScanAssembler, scan_text
from kiosk.devices.scanner_families import FAMILIES, USB_IDS, WAKE_S, ScannerFamily
from kiosk.devices.scanner_port import ScannerPort

AGAIN_S = 1.5
"""A module in continuous mode sends a card that is held over it again and again; a pause means a new presentation."""
AGAIN_TRIGGER_S = 3.0
"""A module in command mode stops looking after a while, of some five seconds unless told; so it is told again."""
WRITE_TIMEOUT_S = 1.0
LINES = Path("/sys/class/tty")


def plugged_in_line(lines: Path = LINES) -> str:
    """Return the device of a scanner module that is plugged in and known by its USB ids; empty if there is none.

    Args:
        lines: where the kernel lists its serial lines.
    """
    for line in sorted(lines.glob("ttyACM*")):
        # the line hangs on an interface of the USB device
        usb = (line / "device").resolve().parent
        try:
            ids = (usb / "idVendor").read_text().strip(), (usb / "idProduct").read_text().strip()
        except OSError:
            continue
        if ids in USB_IDS:
            return f"/dev/{line.name}"
    return ""


class SerialScanner(ScannerPort):
    """Listens to a scanner module; comes back by itself after it was pulled out."""

    def __init__(
        self,
        port: str,
        post: Callable[[Act], None],
        baud: int = 9600,
        monotonic: Callable[[], float] = time.monotonic,
        family: ScannerFamily = FAMILIES["any"],
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare.

        Args:
            port: path of the device, best under `/dev/serial/by-id`, which stays the same at every plug; empty: the
                first module that is known by its USB ids, looked up at each opening.
            post: brings reports to the role's thread.
            family: how the module is triggered; `any` looks by itself.
            wait: passes the pauses between two looks for the device.
        """
        super().__init__(port, post, wait)
        self._baud = baud
        self._monotonic = monotonic
        self._family = family
        self._last: tuple[bytes, float] = (b"", 0.0)

    def _listen(self, stop: threading.Event) -> None:
        import serial

        path = self._path or plugged_in_line()
        if not path:
            raise FileNotFoundError("no scanner module is plugged in")
        assembler = ScanAssembler(self._family.answers)
        with serial.Serial(path, self._baud, timeout=IDLE_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True) as line:
            self._turn("ready")
            trigger = _Trigger(line, self._family)
            while not stop.is_set():
                data = line.read(1)
                scans = assembler.feed(data + line.read(line.in_waiting)) if data else assembler.idle()
                for scan in scans:
                    self._take(scan)
                # never into a scan that is under way: the answer would stand in the middle of it
                if scans or not data:
                    trigger.keep(is_spent=bool(scans))
            trigger.stop()

    def _take(self, scan: bytes) -> None:
        now = self._monotonic()
        is_held = scan == self._last[0] and now - self._last[1] < AGAIN_S
        self._last = (scan, now)
        if is_held:
            return
        text = scan_text(scan)
        self._tell(ScanEvent("unreadable") if text is None else ScanEvent("text", text, "serial"))


class _Trigger:
    """Keeps a module in command mode looking."""

    def __init__(self, line: Any, family: ScannerFamily) -> None:
        self._line = line
        self._family = family
        self._told: float | None = None

    def keep(self, is_spent: bool) -> None:
        """Trigger where the module has ended its look: it never began, read a code, or waited for too long."""
        if not self._family.trigger:
            return
        now = time.monotonic()
        if is_spent or self._told is None or now - self._told >= AGAIN_TRIGGER_S:
            self._told = now
            self._send(self._family.trigger)

    def stop(self) -> None:
        """End the look, so that no lamp burns over a closed kiosk."""
        if self._family.stop:
            self._send(self._family.stop)

    def _send(self, command: bytes) -> None:
        if self._family.wake:
            self._line.write(self._family.wake)
            time.sleep(WAKE_S)
        self._line.write(command)
