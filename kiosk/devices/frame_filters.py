"""Grey frames made easier to read: enlarged, evenly lit, sharper. Pillow and numpy only, no OpenCV."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from kiosk.devices.camera import Frame

Grey = npt.NDArray[np.float32]
CELL = 4
"""Light varies slowly: its statistics are taken on cells of 4 x 4 dots, which costs a sixteenth."""
REACH_CELLS = 4
"""Half the width of the neighbourhood, in cells: 36 dots, several modules of a code at any size that can be read."""
CONTRAST = 45.0
NOISE_FLOOR = 2.0
"""Grey levels of spread below which a neighbourhood holds nothing but noise."""


def enlarged(frame: Frame, times: int) -> Frame:
    """Return the frame `times` as wide and high."""
    height, width = frame.shape
    picture = Image.fromarray(frame).resize((width * times, height * times), Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.uint8)


def reduced(frame: Frame, most_pixels: int) -> Frame:
    """Return the frame with at most `most_pixels`, by a whole factor; the frame itself if it is small enough."""
    if frame.size <= most_pixels:
        return frame
    return np.asarray(Image.fromarray(frame).reduce(math.ceil(math.sqrt(frame.size / most_pixels))), dtype=np.uint8)


def sharpened(frame: Frame, strength: float) -> Frame:
    """Return the frame with edges steeper by `strength`: undoes a slight defocus or motion."""
    mask = ImageFilter.UnsharpMask(radius=2, percent=round(strength * 100), threshold=0)
    return np.asarray(Image.fromarray(frame).filter(mask), dtype=np.uint8)


def evened(frame: Frame) -> Frame:
    """Return the frame with the same brightness and contrast everywhere: undoes shadows, dim light and soft glare."""
    height, width = frame.shape
    if min(height, width) < 2 * CELL:
        return frame
    light: Grey = frame.astype(np.float32)
    mean = _blurred(np.asarray(Image.fromarray(light).reduce(CELL), dtype=np.float32))
    square = _blurred(np.asarray(Image.fromarray(light * light).reduce(CELL), dtype=np.float32))
    spread = np.sqrt(np.maximum(square - mean * mean, 0)) + NOISE_FLOOR
    base = _stretched(mean, width, height)
    gain = _stretched((CONTRAST / spread).astype(np.float32), width, height)
    even: Frame = np.clip(128 + (light - base) * gain, 0, 255).astype(np.uint8)
    return even


def _stretched(cells: Grey, width: int, height: int) -> Grey:
    return np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)


def _blurred(cells: Grey) -> Grey:
    """Return the mean over the neighbourhood of each cell."""
    wide = 2 * REACH_CELLS + 1
    padded = np.pad(cells.astype(np.float64), ((REACH_CELLS + 1, REACH_CELLS), (REACH_CELLS + 1, REACH_CELLS)), "edge")
    total = padded.cumsum(axis=0).cumsum(axis=1)
    inside = total[wide:, wide:] - total[:-wide, wide:] - total[wide:, :-wide] + total[:-wide, :-wide]
    mean: Grey = (inside / wide**2).astype(np.float32)
    return mean
