"""A scanner module in USB-COM mode: text over a serial line."""

import threading
import time
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.devices.plug import Attendant, Plugged
from kiosk.devices.qr_scanner import OnScan, ScanEvent
from kiosk.devices.scan_assembly import IDLE_S, ScanAssembler, scan_text

AGAIN_S = 1.5
"""A module in continuous mode sends a card that is held over it again and again; a pause means a new presentation."""


class SerialScanner(Plugged):
    """Listens to a scanner module; comes back by itself after it was pulled out."""

    def __init__(
        self,
        port: str,
        post: Callable[[Act], None],
        baud: int = 9600,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            port: path of the device, best under `/dev/serial/by-id`, which stays the same at every plug.
            post: brings reports to the role's thread.
        """
        super().__init__("card scanner")
        self._path = port
        self._post = post
        self._baud = baud
        self._monotonic = monotonic
        self._on_scan: OnScan | None = None
        self._last: tuple[bytes, float] = (b"", 0.0)
        self._attendant = Attendant(self._listen, self._lost, "scanner")

    def start(self, on_scan: OnScan) -> None:
        """Begin to listen."""
        self._on_scan = on_scan
        self._attendant.start()

    def stop(self) -> None:
        """End and release the line."""
        self._on_scan = None
        self._attendant.stop()
        self._turn("absent")

    def _listen(self, stop: threading.Event) -> None:
        import serial

        assembler = ScanAssembler()
        with serial.Serial(self._path, self._baud, timeout=IDLE_S, exclusive=True) as line:
            self._turn("ready")
            while not stop.is_set():
                data = line.read(1)
                scans = assembler.feed(data + line.read(line.in_waiting)) if data else assembler.idle()
                for scan in scans:
                    self._take(scan)

    def _take(self, scan: bytes) -> None:
        now = self._monotonic()
        is_held = scan == self._last[0] and now - self._last[1] < AGAIN_S
        self._last = (scan, now)
        if is_held:
            return
        text = scan_text(scan)
        event = ScanEvent("unreadable") if text is None else ScanEvent("text", text, "serial")
        self._post(lambda: self._report(event))

    def _report(self, event: ScanEvent) -> None:
        if self._on_scan is not None:
            self._on_scan(event)

    def _lost(self, _error: Exception) -> None:
        self._turn("absent", "cable")
