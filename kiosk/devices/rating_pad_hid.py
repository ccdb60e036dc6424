"""A rating pad that speaks HID: five keys of a small USB keyboard, its lamp and bell for answers."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from kiosk.clock import Act
from kiosk.devices.input_events import EV_LED, EV_SND, LED_SCROLL, SND_BELL, InputPort, grab
from kiosk.devices.key_port import KeyPort, Read, Stroke
from kiosk.devices.plug import Wait
from kiosk.devices.rating_pad import SCORES, answer_to

KEY_CODES: dict[int, int] = {
    **dict(zip((2, 3, 4, 5, 6), SCORES, strict=True)),  # 1 to 5
    **dict(zip((79, 80, 81, 75, 76), SCORES, strict=True)),  # the same on a number block
    **dict(zip((59, 60, 61, 62, 63), SCORES, strict=True)),  # F1 to F5
    **dict(zip((30, 48, 46, 32, 18), SCORES, strict=True)),  # A to E
}
"""What five-key pads send from the factory, by the codes in linux/input-event-codes.h."""


class HidRatingPad(KeyPort[int]):
    """A five-key USB pad; comes back by itself after it was pulled out."""

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
            port: path of the input device.
            post: brings presses to the role's thread.
        """
        super().__init__("rating pad", self._open, post, (), monotonic, wait)
        self._path = port
        self._grab = grab
        self._input: InputPort[int] | None = None
        self._changes: list[tuple[float, int, int, int]] = []
        """What lamp and bell still have to do: moment, then kind, code and value of the event."""
        self._lock = threading.Lock()

    def acknowledge(self, accepted: bool) -> None:
        """Light the lamp and sound the bell; returns at once."""
        answer, now = answer_to(accepted), self._monotonic()
        changes = []
        if answer.lamp_s:
            changes += [(now, EV_LED, LED_SCROLL, 1), (now + answer.lamp_s, EV_LED, LED_SCROLL, 0)]
        for beep in range(answer.beeps):
            begins = now + beep * 3 * answer.beep_s
            changes += [(begins, EV_SND, SND_BELL, 1), (begins + answer.beep_s, EV_SND, SND_BELL, 0)]
        with self._lock:
            self._changes = sorted(changes)
        self._play()

    @contextlib.contextmanager
    def _open(self) -> Iterator[Read[int]]:
        port = InputPort(self._path, KEY_CODES, self._grab)
        with port as read:
            self._input = port
            try:

                def read_and_play(seconds: float) -> list[Stroke[int]]:
                    self._play()
                    return read(min(seconds, self._until_next()))

                yield read_and_play
            finally:
                self._input = None

    def _until_next(self) -> float:
        with self._lock:
            return max(0.0, self._changes[0][0] - self._monotonic()) if self._changes else float("inf")

    def _play(self) -> None:
        """Do what is due. A pad without lamp or bell refuses: its tablet answers then."""
        with self._lock:
            while self._changes and self._changes[0][0] <= self._monotonic():
                _, kind, code, value = self._changes.pop(0)
                if self._input is not None:
                    with contextlib.suppress(OSError):
                        self._input.tell(kind, code, value)
