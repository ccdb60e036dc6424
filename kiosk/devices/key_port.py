"""A device with keys on a port: opened, listened to, and opened again after it was pulled out.

The drivers say only how their port is opened and what its bytes mean; which presses count, what a stuck key does and
how a press reaches the role's thread is the same for all.
"""

import threading
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Generic, Literal, NamedTuple

from kiosk.clock import Act
from kiosk.devices.key_watch import Key, KeyWatch
from kiosk.devices.plug import Attendant, Plugged, Wait

LOOK_S = 0.5
"""The longest wait for a key before somebody looks whether to stop, and whether a key is stuck."""


class Stroke(NamedTuple, Generic[Key]):
    """What a device told of one key."""

    key: Key
    kind: Literal["tap", "down", "up"]
    """`tap`: this device never says when a key goes up."""


Read = Callable[[float], list[Stroke[Key]]]
"""Returns the strokes that come within so many seconds, at the latest then; raises when the device is gone."""


class KeyPort(Plugged, Generic[Key]):
    """Keys on a port; drivers hand in how it is opened."""

    def __init__(
        self,
        name: str,
        opened: Callable[[], AbstractContextManager[Read[Key]]],
        post: Callable[[Act], None],
        quick: Collection[Key] = (),
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare; nothing is opened before `start`.

        Args:
            opened: opens the port for as long as its context lasts.
            post: brings presses to the role's thread.
            quick: keys that may be pressed twice in a row.
            wait: passes the pauses between two looks for the device.
        """
        super().__init__(name)
        self._opened = opened
        self._post = post
        self._quick = quick
        self._monotonic = monotonic
        self._on_key: Callable[[Key], None] | None = None
        self._attendant = Attendant(self._listen, self._line_lost, name, wait)

    def start(self, on_key: Callable[[Key], None]) -> None:
        """Begin to listen."""
        self._on_key = on_key
        self._attendant.start()

    def stop(self) -> None:
        """End and release the port."""
        self._on_key = None
        self._attendant.stop()
        self._turn("absent")

    def _listen(self, stop: threading.Event) -> None:
        watch = KeyWatch[Key](self._quick)
        with self._opened() as read:
            self._turn("ready")
            while not stop.is_set():
                for stroke in read(LOOK_S):
                    if self._counts(watch, stroke):
                        self._tell(stroke.key)
                if watch.stuck(self._monotonic()):
                    self._turn("faulty", "stuck_key")
                else:
                    self._turn("ready")

    def _counts(self, watch: KeyWatch[Key], stroke: Stroke[Key]) -> bool:
        now = self._monotonic()
        match stroke.kind:
            case "tap":
                return watch.press(stroke.key, now)
            case "down":
                return watch.hold(stroke.key, now)
            case _:
                watch.release(stroke.key)
                return False

    def _tell(self, key: Key) -> None:
        def tell() -> None:
            if self._on_key is not None:
                self._on_key(key)

        self._post(tell)
