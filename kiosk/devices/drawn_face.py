"""A face that is nobody's: drawn ellipses that a face detector takes for a person at a counter.

For the demo, training and benchmarks: no picture of a human being is part of the product. Proves the steps, says
nothing of accuracy on people.
"""

import functools

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

MOODS = ("smile", "calm", "frown")
_FINE = 4
"""Drawn so much larger and averaged down: smooth edges."""
_WIDTH, _HEIGHT = 640, 480
_SKIN, _HAIR, _WALL, _SHIRT, _DARK = 200, 35, 150, 70, 45


@functools.cache
def drawn_face(mood: str = "calm") -> npt.NDArray[np.uint8]:
    """Return a grey frame of 640x480 with one drawn face of about 180 dots.

    Raises:
        ValueError: if `mood` is none of `MOODS`.
    """
    if mood not in MOODS:
        raise ValueError(f"a drawn face can {', '.join(MOODS)}, not {mood!r}")
    sheet = _Sheet()
    _head(sheet)
    for side in (-1, 1):
        _eye(sheet, side, mood)
    _nose(sheet)
    _mouth(sheet, mood)
    return sheet.frame()


class _Sheet:
    """Paper whose middle is 0, 0; units are dots of the frame."""

    def __init__(self) -> None:
        self.image = Image.new("L", (_WIDTH * _FINE, _HEIGHT * _FINE), _WALL)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        x, y = _WIDTH / 2, _HEIGHT / 2
        return (x + left) * _FINE, (y + top) * _FINE, (x + right) * _FINE, (y + bottom) * _FINE

    def oval(self, x: float, y: float, half_width: float, half_height: float, shade: int) -> None:
        self.pen.ellipse(self.box(x - half_width, y - half_height, x + half_width, y + half_height), fill=shade)

    def arc(
        self, x: float, y: float, half_width: float, half_height: float, start: int, end: int, shade: int, width: float
    ) -> None:
        box = self.box(x - half_width, y - half_height, x + half_width, y + half_height)
        self.pen.arc(box, start, end, fill=shade, width=round(width * _FINE))

    def line(self, points: list[tuple[float, float]], shade: int, width: float) -> None:
        places = [self.box(x, y, x, y)[:2] for x, y in points]
        self.pen.line(places, fill=shade, width=round(width * _FINE), joint="curve")

    def frame(self) -> npt.NDArray[np.uint8]:
        small = self.image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(1.0))
        lit = np.asarray(small).astype(np.float32)
        # light from the left and the grain of a sensor: flat shades have no sharpness to judge
        lit *= 1.05 - ((np.arange(_WIDTH) - 240) / _WIDTH) ** 2
        lit += np.random.default_rng(1).normal(0, 2, lit.shape)
        return np.clip(lit, 0, 255).astype(np.uint8)


def _head(sheet: _Sheet) -> None:
    sheet.oval(0, 230, 190, 110, _SHIRT)
    sheet.pen.rectangle(sheet.box(-38, 80, 38, 160), fill=_SKIN - 35)
    sheet.oval(0, -30, 118, 140, _HAIR)
    sheet.oval(0, 10, 92, 122, _SKIN)
    for side in (-1, 1):
        sheet.oval(side * 94, 15, 14, 26, _SKIN - 15)
    sheet.pen.pieslice(sheet.box(-95, -125, 95, 30), 180, 360, fill=_HAIR)
    sheet.oval(0, 20, 90, 95, _SKIN)


def _eye(sheet: _Sheet, side: int, mood: str) -> None:
    x = side * 38
    if mood == "frown":
        sheet.line([(x - side * 26, -18), (x, -26), (x + side * 24, -28)], _DARK, 8)
    else:
        sheet.arc(x, -14, 24, 18, 200, 340, _DARK + 5, 7)
    sheet.oval(x, 0, 20, 7 if mood == "smile" else 10, 245)
    sheet.oval(x, 0, 9, 7 if mood == "smile" else 9, 40)
    sheet.oval(x + 3, -3, 2.5, 2.5, 250)
    sheet.arc(x, 0, 21, 12, 190, 350, _DARK, 4)
    if mood == "smile":
        # raised cheeks push the lower lid up
        sheet.arc(x, 10, 22, 10, 200, 340, _SKIN - 60, 3)
        sheet.oval(x + side * 14, 44, 22, 15, _SKIN + 12)


def _nose(sheet: _Sheet) -> None:
    points = [(-4, 5), (-15, 45), (15, 45), (4, 5)]
    sheet.pen.polygon([sheet.box(x, y, x, y)[:2] for x, y in points], fill=_SKIN - 12)
    for side in (-1, 1):
        sheet.oval(side * 8, 45, 4, 3, 120)


def _mouth(sheet: _Sheet, mood: str) -> None:
    if mood == "smile":
        sheet.pen.chord(sheet.box(-50, 38, 50, 96), 5, 175, fill=110)
        sheet.pen.chord(sheet.box(-46, 46, 46, 90), 8, 172, fill=252)
        for side in (-1, 1):
            sheet.arc(side * 48, 58, 22, 34, *((110, 200) if side < 0 else (-20, 70)), _SKIN - 70, 4)
    elif mood == "frown":
        sheet.arc(0, 98, 36, 22, 190, 350, 85, 9)
        for side in (-1, 1):
            sheet.line([(side * 26, 48), (side * 46, 84)], _SKIN - 55, 4)
    else:
        sheet.oval(0, 76, 28, 6, 120)
        sheet.line([(-28, 76), (28, 76)], 80, 3)
