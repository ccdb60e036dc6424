"""Cameras: grey frames in memory, never on a disk.

A real camera calls `on_frame` from its own thread, as fast as the listener takes frames, always with the newest one.
The virtual camera calls it on the thread that shows something to it, so that tests and simulated days have an order.
"""

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from kiosk.devices.plug import Plugged, StateListener

Frame = npt.NDArray[np.uint8]
"""A grey picture: height x width, 0 black to 255 white."""

MAX_PIXELS = 64_000_000
"""Larger than any camera of a kiosk (8000 x 6000 is 48 million); more is refused before it is unpacked."""
_BLANK = np.full((36, 64), 128, dtype=np.uint8)
_BLANKS_AFTER_A_CARD = 16


class NotAFrame(ValueError):
    """The file is no picture, or a damaged one; the message says which."""


class Camera(Protocol):
    """A source of grey frames."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    @property
    def is_live(self) -> bool:
        """Return whether frames follow one another by themselves, so that slow work may be spread over them."""

    def start(self, on_frame: Callable[[Frame], None]) -> None:
        """Begin; frames come until `stop`."""

    def stop(self) -> None:
        """End and release the camera."""


class VirtualCamera(Plugged):
    """A camera that sees what it is shown."""

    is_live = False

    def __init__(self) -> None:
        super().__init__("camera")
        self._on_frame: Callable[[Frame], None] | None = None

    def start(self, on_frame: Callable[[Frame], None]) -> None:
        """Begin to see."""
        self._on_frame = on_frame
        self._turn("ready")

    def stop(self) -> None:
        """Close the eye; what is shown from now on is not seen."""
        self._on_frame = None
        self._turn("absent")

    def show(self, picture: Frame | Path | str | bytes) -> None:
        """Hold something before the camera and take it away again.

        Raises:
            NotAFrame: if a path or bytes were given that hold no picture.
        """
        self.hold(picture)
        self.clear()

    def hold(self, picture: Frame | Path | str | bytes) -> None:
        """Let the camera take one frame of something that stays in view.

        Raises:
            NotAFrame: as in `show`.
        """
        frame = picture if isinstance(picture, np.ndarray) else read_frame(picture)
        if self._on_frame is not None:
            self._on_frame(frame)

    def clear(self) -> None:
        """Empty the view, long enough for anybody to notice."""
        for _ in range(_BLANKS_AFTER_A_CARD):
            if self._on_frame is not None:
                self._on_frame(_BLANK)


def read_frame(source: Path | str | bytes) -> Frame:
    """Return the picture in a file (or in the bytes of one) as a grey frame, whatever its depth and colours.

    Raises:
        NotAFrame: if it is empty, no picture, cut off, or larger than `MAX_PIXELS`.
        OSError: if the file cannot be read.
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not raw:
        raise NotAFrame("the file is empty")
    try:
        # Pillow warns of odd tags; what comes of the picture is said by us or by nobody
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(raw)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise NotAFrame(f"{width} x {height} pixels are more than {MAX_PIXELS}")
            return _grey(picture)
    except NotAFrame:
        raise
    except UnidentifiedImageError:
        raise NotAFrame("not a picture of a known format") from None
    except Exception as error:
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error ... on damaged files
        raise NotAFrame(f"the picture is damaged: {error}") from None


def _grey(picture: Image.Image) -> Frame:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;"):
        deep = np.asarray(picture).astype(np.float64)
        deep = np.nan_to_num(deep, nan=0.0, posinf=65535.0, neginf=0.0)
        # 16-bit files say nothing about the bits in use: what fits into 8 is 8 bits deep
        scale = 1.0 if deep.max(initial=0.0) <= 255 else 257.0
        return np.clip(deep / scale, 0, 255).astype(np.uint8)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        picture = Image.alpha_composite(paper, coloured)
    return np.asarray(picture.convert("L"), dtype=np.uint8)
