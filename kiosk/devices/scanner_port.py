"""What all scanner modules share: a thread that listens, reports on the role's thread, coming back after unplugging."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.devices.plug import Attendant, Plugged, Wait
from kiosk.devices.qr_scanner import OnScan, ScanEvent


class ScannerPort(Plugged, ABC):
    """A scanner module on a port; its driver says only how the port is opened and what its bytes mean."""

    def __init__(self, port: str, post: Callable[[Act], None], wait: Wait) -> None:
        """Prepare; nothing is opened before `start`.

        Args:
            port: path of the device.
            post: brings reports to the role's thread.
            wait: passes the pauses between two looks for the device.
        """
        super().__init__("card scanner")
        self._path = port
        self._post = post
        self._on_scan: OnScan | None = None
        self._attendant = Attendant(self._listen, self._line_lost, "scanner", wait)

    def start(self, on_scan: OnScan) -> None:
        """Begin to listen."""
        self._on_scan = on_scan
        self._attendant.start()

    def stop(self) -> None:
        """End and release the port."""
        self._on_scan = None
        self._attendant.stop()
        self._turn("absent")

    @abstractmethod
    def _listen(self, stop: threading.Event) -> None:
        """Open the port and `_tell` what comes until `stop` is set; raise when the device is gone."""

    def _tell(self, event: ScanEvent) -> None:
        """Report on the role's thread."""

        def tell() -> None:
            if self._on_scan is not None:
                self._on_scan(event)

        self._post(tell)
