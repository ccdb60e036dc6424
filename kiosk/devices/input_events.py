"""The kernel's input devices: key pads that speak HID, grabbed so that their keys never type into a window.

Our own reader of `struct input_event`: the `evdev` package has no aarch64 wheel.
"""

import errno
import fcntl
import os
import select
import struct
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Generic

from kiosk.devices.key_port import Read, Stroke
from kiosk.devices.key_watch import Key

GRAB = 0x40044590
"""`EVIOCGRAB` of linux/input.h."""
EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value."""
EV_SYN, EV_KEY, EV_LED, EV_SND = 0x00, 0x01, 0x11, 0x12
LED_SCROLL, SND_BELL = 0x02, 0x01
_UP, _DOWN = 0, 1


def strokes(raw: bytes, keys: Mapping[int, Key]) -> Iterator[Stroke[Key]]:
    """Yield what whole input events tell of the named keys; the kernel's auto-repeat and other keys say nothing.

    Args:
        keys: our names by the codes in linux/input-event-codes.h.
    """
    for _, _, kind, code, value in EVENT.iter_unpack(raw[: len(raw) // EVENT.size * EVENT.size]):
        if kind == EV_KEY and code in keys and value in (_UP, _DOWN):
            yield Stroke(keys[code], "down" if value == _DOWN else "up")


def grab(descriptor: int) -> None:
    """Take an input device for ourselves.

    Raises:
        OSError: if somebody else has it.
    """
    fcntl.ioctl(descriptor, GRAB, 1)


class InputPort(Generic[Key]):
    """One input device while it is open."""

    def __init__(self, path: str, keys: Mapping[int, Key], grab: Callable[[int], None] = grab) -> None:
        """Open and grab it.

        Raises:
            OSError: if it is not there, or is somebody else's.
        """
        try:
            self._device = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except PermissionError:
            # a pad without lamps may be readable only
            self._device = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._keys = keys
        try:
            grab(self._device)
        except OSError:
            os.close(self._device)
            raise

    def __enter__(self) -> Read[Key]:
        return self.read

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._device)

    def read(self, seconds: float) -> list[Stroke[Key]]:
        """Return what comes within `seconds`.

        Raises:
            OSError: if the device is gone.
        """
        if not select.select([self._device], [], [], seconds)[0]:
            return []
        raw = os.read(self._device, 64 * EVENT.size)
        if not raw:
            raise OSError(errno.ENODEV, "the input device is gone")
        return list(strokes(raw, self._keys))

    def tell(self, kind: int, code: int, value: int) -> None:
        """Switch one of the device's lamps or its bell; a device that has none does nothing.

        Raises:
            OSError: if it takes no orders.
        """
        os.write(self._device, EVENT.pack(0, 0, kind, code, value) + EVENT.pack(0, 0, EV_SYN, 0, 0))
