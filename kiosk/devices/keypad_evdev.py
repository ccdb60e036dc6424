"""A USB number pad as the officer's keypad: our own reader of the kernel's input events.

The pad is grabbed, so that its keys never type into a window. No package: `evdev` has no aarch64 wheel.
"""

import fcntl
import glob
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator

from kiosk.clock import Act
from kiosk.devices.keypad import OnVerb
from kiosk.devices.plug import Attendant, Plugged

GRAB = 0x40044590
"""`EVIOCGRAB` of linux/input.h."""
EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value."""
_EV_KEY, _PRESSED = 1, 1
PADS = "/dev/input/by-id/*-event-kbd"
LOOK_S = 0.5

KEY_CODES: dict[int, str] = {
    96: "next",  # KP Enter
    28: "next",  # Enter
    78: "recall",  # KP plus
    55: "start",  # KP asterisk
    98: "park",  # KP slash
    74: "finish",  # KP minus
    14: "no_show",  # Backspace
    83: "transfer",  # KP dot
    69: "pause",  # Num Lock
    **dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True)),
    **dict(zip((11, 2, 3, 4, 5, 6, 7, 8, 9, 10), "0123456789", strict=True)),
}
"""Keys of a number pad by their codes in linux/input-event-codes.h; a sticker sheet names them."""


def presses(raw: bytes) -> Iterator[str]:
    """Yield the verb or digit of each press in whole input events; auto-repeat, release and other keys say nothing."""
    for _, _, kind, code, value in EVENT.iter_unpack(raw[: len(raw) // EVENT.size * EVENT.size]):
        if kind == _EV_KEY and value == _PRESSED and code in KEY_CODES:
            yield KEY_CODES[code]


class EvdevKeypad(Plugged):
    """A USB number pad; comes back by itself after it was pulled out."""

    def __init__(self, port: str, post: Callable[[Act], None]) -> None:
        """Prepare.

        Args:
            port: path of the input device; empty: the first keyboard by id, looked up at each opening.
            post: brings presses to the role's thread.
        """
        super().__init__("keypad")
        self._path = port
        self._post = post
        self._on_verb: OnVerb | None = None
        self._attendant = Attendant(self._listen, self._lost, "keypad")

    def start(self, on_verb: OnVerb) -> None:
        """Begin to listen."""
        self._on_verb = on_verb
        self._attendant.start()

    def stop(self) -> None:
        """End and release the pad."""
        self._on_verb = None
        self._attendant.stop()
        self._turn("absent")

    def _listen(self, stop: threading.Event) -> None:
        path = self._path or next(iter(sorted(glob.glob(PADS))), "")
        if not path:
            raise FileNotFoundError("no keypad is plugged in")
        device = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            fcntl.ioctl(device, GRAB, 1)
            self._turn("ready")
            while not stop.is_set():
                if select.select([device], [], [], LOOK_S)[0]:
                    for verb in presses(os.read(device, 64 * EVENT.size)):
                        self._press(verb)
        finally:
            os.close(device)

    def _press(self, verb: str) -> None:
        def tell() -> None:
            if self._on_verb is not None:
                self._on_verb(verb)

        self._post(tell)

    def _lost(self, _error: Exception) -> None:
        self._turn("absent", "cable")
