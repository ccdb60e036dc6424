"""A keypad on a serial line (microcontroller boards): one word or one digit a line."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.clock import Act
from kiosk.devices.key_port import KeyPort, Read, Stroke
from kiosk.devices.keypad import DIGITS, KEYS
from kiosk.devices.plug import Wait

LONGEST_LINE = 32


class KeyLines:
    """Turns bytes into keys: each line holds one of `KEYS`; everything else on the line is noise."""

    def __init__(self) -> None:
        self._line = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """Take bytes as they come; return the keys that they complete."""
        keys = []
        for value in data:
            if value not in b"\r\n":
                # the end of an endless line is as much noise as its beginning
                self._line = (self._line + bytes((value,)))[-LONGEST_LINE:]
                continue
            word = self._line.decode("ascii", "replace").strip().lower()
            self._line.clear()
            if word in KEYS:
                keys.append(word)
        return keys


class SerialKeypad(KeyPort[str]):
    """A serial keypad; comes back by itself after it was pulled out."""

    def __init__(
        self,
        port: str,
        post: Callable[[Act], None],
        baud: int = 9600,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare.

        Args:
            port: path of the device.
            post: brings presses to the role's thread.
        """

        @contextmanager
        def opened() -> Iterator[Read[str]]:
            import serial

            lines = KeyLines()
            with serial.Serial(port, baud, exclusive=True) as line:

                def read(seconds: float) -> list[Stroke[str]]:
                    line.timeout = seconds
                    data = line.read(1)
                    keys = lines.feed(data + line.read(line.in_waiting)) if data else []
                    return [Stroke(key, "tap") for key in keys]

                yield read

        super().__init__("keypad", opened, post, DIGITS, monotonic, wait)
