"""A camera that sees a drawn face which moves a little: the counter's virtual twin, for demo and training."""

import itertools
import threading
from collections.abc import Callable

import numpy as np

from kiosk.devices.camera import Frame, VirtualCamera
from kiosk.devices.drawn_face import MOODS, drawn_face

EVERY_S = 0.1


class DrawnFaceCamera(VirtualCamera):
    """Sees a face from its own thread while it is on, one mood after the other unless told."""

    def __init__(self, mood: str = "") -> None:
        """Prepare.

        Args:
            mood: one of `kiosk.devices.drawn_face.MOODS`; anything else: the next one each time the camera goes on.
        """
        super().__init__()
        self._moods = itertools.cycle((mood,) if mood in MOODS else MOODS)
        # drawn now: a service that has locked itself in has better things to do
        self._faces = {name: drawn_face(name) for name in MOODS}
        self._off = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_frame: Callable[[Frame], None]) -> None:
        """Begin to see."""
        self.stop()
        super().start(on_frame)
        off = self._off = threading.Event()
        self._thread = threading.Thread(target=self._see, args=(next(self._moods), off), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the eye."""
        self._off.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None
        super().stop()

    def _see(self, mood: str, off: threading.Event) -> None:
        for number in itertools.count():
            self.hold(np.roll(self._faces[mood], (number * 7 % 5 - 2, number * 3 % 5 - 2), axis=(0, 1)))
            if off.wait(EVERY_S):
                return
