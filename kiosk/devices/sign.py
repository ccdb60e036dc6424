"""The number sign above a counter."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw

from kiosk.devices.plug import Plugged, StateListener
from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

MATRIX_COLUMNS, MATRIX_ROWS = 64, 16
"""The common indoor matrix: two P4.75 panels side by side."""
LARGEST_TYPE, SMALLEST_TYPE = 22, 9
_DOT = 6
_DARK, _LIT = (46, 12, 8), (255, 62, 32)


class Sign(Protocol):
    """Shows a few letters large."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def show(self, text: str) -> None:
        """Show `text` (empty: nothing) until the next; returns at once."""


class VirtualSign(Plugged):
    """A sign that can be looked at."""

    def __init__(self, on_text: Callable[[str], None] | None = None) -> None:
        """Prepare.

        Args:
            on_text: told each new text.
        """
        super().__init__("sign", "ready")
        self.text = ""
        self._on_text = on_text

    def show(self, text: str) -> None:
        """Remember the text."""
        if text == self.text:
            return
        self.text = text
        if self._on_text is not None:
            self._on_text(text)

    def picture(self) -> Image.Image:
        """Return the lit matrix as it looks."""
        dots = matrix_of(self.text)
        picture = Image.new("RGB", (MATRIX_COLUMNS * _DOT, MATRIX_ROWS * _DOT), (18, 10, 10))
        pen = ImageDraw.Draw(picture)
        for y in range(MATRIX_ROWS):
            for x in range(MATRIX_COLUMNS):
                colour = _LIT if dots.getpixel((x, y)) else _DARK
                pen.ellipse((x * _DOT + 1, y * _DOT + 1, x * _DOT + _DOT - 2, y * _DOT + _DOT - 2), fill=colour)
        return picture


def matrix_of(text: str, fonts: Path = SHIPPED_FONTS) -> Image.Image:
    """Return `text` as lit dots, centred and as large as fits; letters too small to read are cut at the right."""
    dots = Image.new("1", (MATRIX_COLUMNS, MATRIX_ROWS), 0)
    type_ = Fonts(fonts)
    words = type_.printable("number", text)
    if not words:
        return dots
    pen = ImageDraw.Draw(dots)
    for size in range(LARGEST_TYPE, SMALLEST_TYPE - 1, -1):
        font = type_.font("number", size)
        left, top, right, bottom = font.getbbox(words, mode="1")
        if right - left <= MATRIX_COLUMNS and bottom - top <= MATRIX_ROWS:
            break
    room = MATRIX_COLUMNS - (right - left), MATRIX_ROWS - (bottom - top)
    pen.text((max(0, room[0] // 2) - left, room[1] // 2 - top), words, font=font, fill=1)
    return dots
