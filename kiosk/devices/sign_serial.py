"""A number sign on a serial or RS-485 line: one frame a change, in the protocol that the sign knows."""

import contextlib
import queue
import threading

from kiosk.devices.plug import Attendant, Plugged, Wait
from kiosk.devices.sign_protocols import ALONE, PROTOCOLS, SignPlace, SignProtocol

WRITE_TIMEOUT_S = 2.0
LOOK_S = 0.5


class SerialSign(Plugged):
    """A sign; what it shall show is sent again after it was pulled out and is back."""

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        protocol: SignProtocol = PROTOCOLS["text"],
        place: SignPlace = ALONE,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare; the line is opened with the first text.

        Args:
            port: path of the device.
            wait: passes the pauses between two looks for the device.
        """
        super().__init__("sign")
        self._path = port
        self._baud = baud
        self._protocol = protocol
        self._place = place
        self._text = ""
        self._changes: queue.Queue[str] = queue.Queue()
        self._attendant = Attendant(self._serve, self._line_lost, "sign", wait)
        self._is_running = False

    def show(self, text: str) -> None:
        """Show `text`; returns at once. Only the newest text is sent where several wait."""
        self._text = text
        self._changes.put(text)
        if not self._is_running:
            self._is_running = True
            self._attendant.start()

    def stop(self) -> None:
        """End and release the line."""
        self._attendant.stop()
        self._is_running = False
        self._turn("absent")

    def _serve(self, stop: threading.Event) -> None:
        import serial

        with serial.Serial(
            self._path,
            self._baud,
            bytesize=self._protocol.data_bits,
            parity=self._protocol.parity,
            timeout=0,
            write_timeout=WRITE_TIMEOUT_S,
            exclusive=True,
        ) as line:
            line.write(self._protocol.frame(self._text, self._place))
            self._turn("ready")
            while not stop.is_set():
                # some signs answer: nothing is made of it, but a line that is gone shows itself by it
                line.read(line.in_waiting)
                with contextlib.suppress(queue.Empty):
                    text = self._changes.get(timeout=LOOK_S)
                    while not self._changes.empty():
                        text = self._changes.get_nowait()
                    line.write(self._protocol.frame(text, self._place))
