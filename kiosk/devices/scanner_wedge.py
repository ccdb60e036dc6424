"""A scanner module that types like a keyboard: the ID number only, for sites that can get no other.

Key codes carry no Vietnamese: letters with marks are dropped or garbled on the way (card notes §8.1), so the first
field is taken, if it is a card's twelve digits, and the rest ignored. The device is grabbed: nothing that it types
reaches a window, and no input method rewrites it.
"""

import glob
import threading
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.devices.input_events import InputPort, grab
from kiosk.devices.key_port import Stroke
from kiosk.devices.keypad_evdev import PADS
from kiosk.devices.plug import Wait
from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scanner_port import ScannerPort

IDLE_S = 0.3
"""A pause after which a scan is over: modules type a key every few milliseconds and need no Enter at the end."""
LONGEST_KEYS = 1024
"""More keys in one go are no card."""
DIGITS = 12
_END, _BAR = "end", "bar"
_AIM = ("]", "q", "1")
"""The symbology id of QR codes, which some modules type before the text: its digit would glue to the number."""

_SILENT = (29, 42, 54, 56, 58, 69, 97, 100)
"""Shift, Control, Alt and the locks, which are held and write nothing."""
KEY_CODES: dict[int, str] = {
    **{code: "?" for code in range(1, 128) if code not in _SILENT},
    **dict(zip((11, 2, 3, 4, 5, 6, 7, 8, 9, 10), "0123456789", strict=True)),
    **dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True)),
    **{27: "]", 16: "q", 43: _BAR, 86: _BAR, 28: _END, 96: _END},
}
"""What matters of a keyboard's keys, by their codes in linux/input-event-codes.h; every other key is noise."""


class NumberAssembler:
    """Collects keys until a scan is complete. Pure."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._is_drowned = False

    def key(self, key: str) -> str | None:
        """Take one of `KEY_CODES`' values; return the number if it ends a scan, empty if that was none."""
        if key == _END:
            return self.idle()
        if len(self._keys) >= LONGEST_KEYS:
            self._is_drowned = True
        else:
            self._keys.append(key)
        return None

    def idle(self) -> str | None:
        """Note a pause; return the number of the scan that it ends, empty if that was none, None without a scan."""
        keys, is_drowned = self._keys, self._is_drowned
        self._keys, self._is_drowned = [], False
        if not keys:
            return None
        if tuple(keys[:3]) == _AIM:
            keys = keys[3:]
        field = keys[: keys.index(_BAR)] if _BAR in keys else keys
        number = "".join(field)
        return number if len(field) == DIGITS and number.isdecimal() and not is_drowned else ""


class WedgeScanner(ScannerPort):
    """A scanner in keyboard mode; comes back by itself after it was pulled out."""

    def __init__(
        self,
        port: str,
        post: Callable[[Act], None],
        wait: Wait = threading.Event.wait,
        grab: Callable[[int], None] = grab,
    ) -> None:
        """Prepare.

        Args:
            port: path of the input device; empty: the first keyboard by id, looked up at each opening.
            post: brings reports to the role's thread.
            wait: passes the pauses between two looks for the device.
        """
        super().__init__(port, post, wait)
        self._grab = grab

    def _listen(self, stop: threading.Event) -> None:
        path = self._path or next(iter(sorted(glob.glob(PADS))), "")
        if not path:
            raise FileNotFoundError("no scanner in keyboard mode is plugged in")
        assembler = NumberAssembler()
        with InputPort(path, KEY_CODES, self._grab) as read:
            self._turn("ready")
            while not stop.is_set():
                strokes = read(IDLE_S)
                for number in _told_by(strokes, assembler) if strokes else [assembler.idle()]:
                    if number is not None:
                        self._tell(ScanEvent("number", number, "wedge") if number else ScanEvent("unreadable"))


def _told_by(strokes: list[Stroke[str]], assembler: NumberAssembler) -> list[str | None]:
    """Return what the presses among these strokes complete."""
    return [assembler.key(stroke.key) for stroke in strokes if stroke.kind != "up"]
