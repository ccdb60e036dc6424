"""A camera's newest frame for whoever looks at it by hand: one frame in memory, never a queue, never a file."""

import threading
from collections.abc import Iterator

import numpy as np

from kiosk.devices.camera import Camera, Frame


class NewestFrame:
    """Takes frames from the camera's thread and gives the last one to another."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._arrived = threading.Condition()
        self._frame: Frame | None = None
        self._is_over = False

    def frames(self, patience_s: float = 1.0) -> Iterator[Frame | None]:
        """Yield the newest frame each time there is a new one, None after `patience_s` without; ends with `stop`."""
        self._camera.start(self._take)
        try:
            while not self._is_over:
                with self._arrived:
                    self._arrived.wait_for(lambda: self._frame is not None or self._is_over, patience_s)
                    frame, self._frame = self._frame, None
                if not self._is_over:
                    yield frame
        finally:
            self._camera.stop()

    def stop(self) -> None:
        """End `frames`; safe from any thread."""
        with self._arrived:
            self._is_over = True
            self._arrived.notify_all()

    def _take(self, frame: Frame) -> None:
        with self._arrived:
            self._frame = np.array(frame)
            self._arrived.notify_all()
