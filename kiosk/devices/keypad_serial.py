"""A keypad on a serial line (microcontroller boards): one word or one digit a line."""

import threading
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.devices.keypad import KEYS, OnVerb
from kiosk.devices.plug import Attendant, Plugged

LOOK_S = 0.5
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


class SerialKeypad(Plugged):
    """A serial keypad; comes back by itself after it was pulled out."""

    def __init__(self, port: str, post: Callable[[Act], None], baud: int = 9600) -> None:
        """Prepare.

        Args:
            port: path of the device.
            post: brings presses to the role's thread.
        """
        super().__init__("keypad")
        self._path = port
        self._post = post
        self._baud = baud
        self._on_verb: OnVerb | None = None
        self._attendant = Attendant(self._listen, self._lost, "keypad")

    def start(self, on_verb: OnVerb) -> None:
        """Begin to listen."""
        self._on_verb = on_verb
        self._attendant.start()

    def stop(self) -> None:
        """End and release the line."""
        self._on_verb = None
        self._attendant.stop()
        self._turn("absent")

    def _listen(self, stop: threading.Event) -> None:
        import serial

        lines = KeyLines()
        with serial.Serial(self._path, self._baud, timeout=LOOK_S, exclusive=True) as line:
            self._turn("ready")
            while not stop.is_set():
                data = line.read(1)
                for key in lines.feed(data + line.read(line.in_waiting)) if data else ():
                    self._press(key)

    def _press(self, key: str) -> None:
        def tell() -> None:
            if self._on_verb is not None:
                self._on_verb(key)

        self._post(tell)

    def _lost(self, _error: Exception) -> None:
        self._turn("absent", "cable")
