"""The board's own camera through picamera2, which comes with the operating system and is imported only here."""

import threading
from collections.abc import Collection

import numpy as np

from kiosk.devices.camera_live import LiveCamera

BUFFERS = 4
"""More exhaust the board's contiguous memory (picamera2 issues 972, 1125)."""
NEAREST_DIOPTRES, FARTHEST_DIOPTRES = 10.0, 5.0
"""A card is held 10 to 20 cm away."""

LAMP_PERIOD_US = 10_000
"""Lamps on the mains of 50 Hz flicker a hundred times a second: shorter exposures than that show bands."""


def card_controls(known: Collection[str]) -> dict[str, int | float]:
    """Return what is set for cards, of the controls that this camera has: focus near, exposure short, light steady.

    Names and values are libcamera's: `AfMode` 0 manual, `AeExposureMode` 1 short, `AeFlickerMode` 1 by period.
    """
    wanted = {
        "AfMode": 0,
        "LensPosition": (NEAREST_DIOPTRES + FARTHEST_DIOPTRES) / 2,
        "AeExposureMode": 1,
        "AeFlickerMode": 1,
        "AeFlickerPeriod": LAMP_PERIOD_US,
    }
    return {name: value for name, value in wanted.items() if name in known}


class Picamera2Camera(LiveCamera):
    """A camera module; frames come on its own thread, always the newest. Needs Debian's python3-picamera2."""

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        super().__init__()
        self._size = (width, height)

    def _serve(self, stop: threading.Event) -> None:
        from picamera2 import Picamera2

        width, height = self._size
        # opened once for the whole session: repeated opening leaks (picamera2 issues 887, 958)
        with Picamera2() as camera:
            settings = camera.create_video_configuration(
                main={"size": self._size, "format": "YUV420"}, buffer_count=BUFFERS, queue=False
            )
            camera.configure(settings)
            camera.set_controls(card_controls(camera.camera_controls))
            camera.start()
            while not stop.is_set():
                planes = camera.capture_array("main")
                self._give(np.ascontiguousarray(planes[:height, :width], dtype=np.uint8))

    def _lost(self, error: Exception) -> None:
        self._turn("faulty" if isinstance(error, ImportError) else "absent", "camera")
