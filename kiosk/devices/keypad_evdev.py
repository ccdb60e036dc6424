"""A USB number pad as the officer's keypad."""

import glob
import threading
import time
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.devices.input_events import InputPort, grab
from kiosk.devices.key_port import KeyPort
from kiosk.devices.keypad import DIGITS
from kiosk.devices.plug import Wait

PADS = "/dev/input/by-id/*-event-kbd"

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


class EvdevKeypad(KeyPort[str]):
    """A USB number pad; comes back by itself after it was pulled out."""

    def __init__(
        self,
        port: str,
        post: Callable[[Act], None],
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Event.wait,
        grab: Callable[[int], None] = grab,
    ) -> None:
        """Prepare.

        Args:
            port: path of the input device; empty: the first keyboard by id, looked up at each opening.
            post: brings presses to the role's thread.
        """

        def opened() -> InputPort[str]:
            path = port or next(iter(sorted(glob.glob(PADS))), "")
            if not path:
                raise FileNotFoundError("no keypad is plugged in")
            return InputPort(path, KEY_CODES, grab)

        super().__init__("keypad", opened, post, DIGITS, monotonic, wait)
