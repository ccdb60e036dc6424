"""What all cameras that give frames by themselves share: a thread of their own, and coming back after a loss."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from kiosk.devices.camera import Frame
from kiosk.devices.plug import Attendant, Plugged, Wait


class LiveCamera(Plugged, ABC):
    """A camera whose driver says only how it is opened and how its frames are taken."""

    is_live = True

    def __init__(self, wait: Wait = threading.Event.wait) -> None:
        """Prepare; nothing is opened before `start`.

        Args:
            wait: passes the pauses between two looks for the camera.
        """
        super().__init__("camera")
        self._on_frame: Callable[[Frame], None] | None = None
        self._attendant = Attendant(self._serve, self._lost, "camera", wait)

    def start(self, on_frame: Callable[[Frame], None]) -> None:
        """Begin to look for the camera and to give frames, on the camera's thread."""
        self._on_frame = on_frame
        self._attendant.start()

    def stop(self) -> None:
        """End and release the camera."""
        self._on_frame = None
        self._attendant.stop()
        self._turn("absent")

    def _give(self, frame: Frame) -> None:
        """Hand on one frame: the camera works."""
        self._turn("ready")
        if self._on_frame is not None:
            self._on_frame(frame)

    @abstractmethod
    def _serve(self, stop: threading.Event) -> None:
        """Open the camera and `_give` its frames until `stop` is set; raise when it is gone."""

    def _lost(self, error: Exception) -> None:
        """Turn to what the error means."""
        self._line_lost(error)
