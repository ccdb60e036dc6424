"""The number sign above a counter."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw

from kiosk.devices.plug import Plugged, StateListener
from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

MATRIX_COLUMNS, MATRIX_ROWS = 64, 16
"""The common indoor matrix: two P4.75 panels side by side."""
LARGEST_TYPE = 1.4
"""Of the rows: digits then reach from edge to edge."""
SMALLEST_TYPE = 9
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

    def __init__(
        self,
        on_text: Callable[[str], None] | None = None,
        columns: int = MATRIX_COLUMNS,
        rows: int = MATRIX_ROWS,
        fonts: Path = SHIPPED_FONTS,
    ) -> None:
        """Prepare.

        Args:
            on_text: told each new text.
            columns: width of the matrix, dots.
            rows: its height, dots.
            fonts: folder of the fonts.
        """
        super().__init__("sign", "ready")
        self.text = ""
        self.size = (columns, rows)
        self._fonts = Fonts(fonts)
        self._on_text = on_text

    def show(self, text: str) -> None:
        """Remember the text."""
        if text == self.text:
            return
        self.text = text
        if self._on_text is not None:
            self._on_text(text)

    def dots(self) -> Image.Image:
        """Return the lit dots."""
        return matrix_of(self.text, self._fonts, *self.size)

    def picture(self) -> Image.Image:
        """Return the lit matrix as it looks."""
        dots, (columns, rows) = self.dots(), self.size
        picture = Image.new("RGB", (columns * _DOT, rows * _DOT), (18, 10, 10))
        pen = ImageDraw.Draw(picture)
        for y in range(rows):
            for x in range(columns):
                colour = _LIT if dots.getpixel((x, y)) else _DARK
                pen.ellipse((x * _DOT + 1, y * _DOT + 1, x * _DOT + _DOT - 2, y * _DOT + _DOT - 2), fill=colour)
        return picture


def matrix_of(text: str, fonts: Fonts, columns: int = MATRIX_COLUMNS, rows: int = MATRIX_ROWS) -> Image.Image:
    """Return `text` as lit dots, centred and as large as fits; what is too long ends with its last whole word."""
    dots = Image.new("1", (columns, rows), 0)
    words = fonts.printable("number", text).split()
    # first smaller, then shorter: a number is one word and is never cut but by the edge
    while words:
        line = " ".join(words)
        size = _largest_size(line, fonts, columns, rows)
        if size > SMALLEST_TYPE or len(words) == 1 or _box(line, fonts, size)[2] <= columns:
            break
        words.pop()
    else:
        return dots
    left, top, width, height = _box(line, fonts, size)
    place = max(0, (columns - width) // 2) - left, (rows - height) // 2 - top
    ImageDraw.Draw(dots).text(place, line, font=fonts.font("number", size), fill=1)
    return dots


def _largest_size(line: str, fonts: Fonts, columns: int, rows: int) -> int:
    largest = max(SMALLEST_TYPE, round(rows * LARGEST_TYPE))
    _, _, width, height = _box(line, fonts, largest)
    # letters grow with their size, so the first guess is right or a little too large
    size = min(largest, int(largest * min(columns / max(1, width), rows / max(1, height))) + 1)
    while size > SMALLEST_TYPE:
        _, _, width, height = _box(line, fonts, size)
        if width <= columns and height <= rows:
            return size
        size -= 1
    return SMALLEST_TYPE


def _box(line: str, fonts: Fonts, size: int) -> tuple[int, int, int, int]:
    """Return where the ink of a line begins, and how wide and high it is."""
    left, top, right, bottom = (int(edge) for edge in fonts.font("number", size).getbbox(line, mode="1"))
    return left, top, right - left, bottom - top
