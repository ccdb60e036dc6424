"""What to tell somebody whose card cannot be read yet: closer, further, tilt, still, too bright. Pure.

From what is measured in the frame: the code's size where it was found, how sharp it is, how much of it shines, how it
leans; and where no code was found, whether anything is held up at all. A hint is told only after it was true for most
of half a second, and taken back when the card was read or is gone.
"""

from collections import Counter, deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.devices.camera import Frame
from kiosk.devices.qr_decoder import Sight
from kiosk.devices.qr_engines import CodePlace

SMALL_DOTS = 1.8
"""Dots a module below which a code is held too far away (card notes §5.2: surely read from 1.4 on)."""
SLANTED = 1.7
"""Longest side of the code by its shortest, from which it leans too much: about 45 degrees."""
SHINING_LEVEL = 250
SHINING_SHARE, WHITE_SHARE = 0.08, 0.45
"""Of the code's dots: from the first on a reflection hides some, from the second on (a code is half white) the whole
card is too bright."""
DARK_LEVEL = 55
"""Brightness of the white parts below which the noise of the camera is as strong as the code."""
BLURRED = 0.3
"""Mean step between neighbouring dots, in contrasts a module: about a half in a sharp code, since half of all
neighbouring modules differ."""
CLEAR = 40
"""Contrast in grey levels below which sharpness cannot be told from noise."""

RECENT, MOST = 8, 5
"""Frames over which a hint must hold, and in how many of them: half a second at fifteen frames a second."""
SHOW_AFTER = 20
"""Frames for which something without any code must be held up before its other side is asked for."""
_CELL = 16
_CHANGED_LEVELS, _CHANGED_SHARE = 20.0, 0.12
_SETTLING = 0.01
"""By which share the memory of the empty view follows each frame: shadows of the day, not cards."""


class Measures(NamedTuple):
    """What a found code looks like."""

    dots_per_module: float
    slant: float
    """Longest side by shortest."""
    is_cut: bool
    """It touches the edge of the frame."""
    shining: float
    """Share of its dots that are white beyond measure."""
    white: float
    """Brightness of its light parts, 0 to 255."""
    contrast: float
    """Grey levels between its light and its dark parts."""
    sharpness: float
    """Mean step between neighbouring dots, in contrasts a module."""


def measured(frame: Frame, place: CodePlace) -> Measures:
    """Return what the code at `place` looks like."""
    left, top, right, low = place.box(0.0, frame.shape)
    piece = frame[top:low, left:right]
    if piece.shape[0] < 2 or piece.shape[1] < 2:
        return Measures(place.dots_per_module, 1.0, True, 0.0, 0.0, 0.0, 0.0)
    dark, light = np.percentile(piece[::2, ::2], (8, 92))
    # two dots together: single white ones are grain, not a reflection
    calm = np.asarray(Image.fromarray(np.ascontiguousarray(piece)).reduce(2))
    step = np.abs(np.diff(piece.astype(np.int16), axis=1)).mean()
    contrast = float(light - dark)
    xs, ys = [x for x, _ in place.corners], [y for _, y in place.corners]
    return Measures(
        dots_per_module=place.dots_per_module,
        slant=max(place.sides) / max(1e-6, min(place.sides)),
        is_cut=min(xs) < 1 or min(ys) < 1 or max(xs) > frame.shape[1] - 1 or max(ys) > frame.shape[0] - 1,
        shining=float((calm >= SHINING_LEVEL).mean()),
        white=float(light),
        contrast=contrast,
        sharpness=float(step) * place.dots_per_module / max(contrast, 1.0),
    )


def hint_for(code: Measures) -> str:
    """Return the hint that a code with these measures needs, the surest cause first; empty: nothing stands out."""
    if code.is_cut:
        return "further"
    if code.white < DARK_LEVEL:
        return "too_dark"
    if code.shining > WHITE_SHARE:
        return "too_bright"
    if code.shining > SHINING_SHARE:
        return "tilt"
    if code.slant > SLANTED:
        return "flat"
    if code.dots_per_module < SMALL_DOTS:
        return "closer"
    if code.contrast >= CLEAR and code.sharpness < BLURRED:
        return "still"
    return ""


class CardGuide:
    """Turns what consecutive frames of a live picture show into hints, each told once."""

    def __init__(self) -> None:
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._told = ""
        self._empty: npt.NDArray[np.float32] | None = None
        self._held_frames = 0

    @property
    def told(self) -> str:
        """Return the hint that stands now; empty: none."""
        return self._told

    def see(self, frame: Frame, sight: Sight) -> str | None:
        """Return the new hint, an empty text when the last is to be taken back, None where nothing changes."""
        if sight.scans or sight.is_garbled:
            self._recent.clear()
            self._held_frames = 0
            return self._tell("")
        if sight.place is not None:
            self._held_frames = 0
            self._recent.append(hint_for(measured(frame, sight.place)))
        else:
            self._recent.append(self._hint_without_code(frame))
        hint, times = Counter(self._recent).most_common(1)[0]
        return self._tell(hint) if times >= MOST else None

    def _tell(self, hint: str) -> str | None:
        if hint == self._told:
            return None
        self._told = hint
        return hint

    def _hint_without_code(self, frame: Frame) -> str:
        small = np.asarray(Image.fromarray(frame).reduce(_CELL), dtype=np.float32)
        if self._empty is None or self._empty.shape != small.shape:
            self._empty = small
            self._held_frames = 0
            return ""
        apart = small - self._empty
        # a lamp that is switched on changes all of the view; a card changes a part of it
        changed = np.abs(apart - np.median(apart)) > _CHANGED_LEVELS
        self._empty = self._empty + np.float32(_SETTLING) * apart
        if changed.mean() < _CHANGED_SHARE:
            self._held_frames = 0
            return ""
        self._held_frames += 1
        if self._held_frames < SHOW_AFTER:
            return ""
        held = small[changed]
        if np.percentile(held, 92) < DARK_LEVEL:
            return "too_dark"
        return "too_bright" if (held >= SHINING_LEVEL).mean() > WHITE_SHARE else "other_side"
