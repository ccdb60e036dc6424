"""Large numbers whose box is as high as the digits and not as their font's line.

A line of Inter is 1.21 em high because letters may carry two marks; a digit is 0.73 em. On a board that is read across
a room the difference is a third of the size, so a number takes the whole height that it is given.
"""

from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.text import Text

_DIGIT_EM = 0.80
"""Height kept for a digit: 0.727 em of cap height and a little air."""
_LINE_EM = 1.37
"""Height that `Text` asks for a line of numbers, with a margin for rounding."""


class Digits(Part):
    """A number of `size` u, smaller where its box is smaller; `text` may hold letters, signs and spaces."""

    def __init__(
        self, look: Look, text: str, size: float, colour: str | None = None, halign: str = "left", fixed: bool = True
    ) -> None:
        """Make a number.

        Args:
            fixed: keep the size in large type, where layout has no room to grow.
        """
        super().__init__(look)
        size = size / look.large if fixed else size
        self.label = Text(look, text, size=size, weight="number", colour=colour, halign=halign, lines=1)
        self._size = look.text_px(size)
        self.add_widget(self.label)

    def natural_height(self, width: float) -> float:
        """Return the height of the digits."""
        return self._size * _DIGIT_EM

    def natural_width(self) -> float:
        """Return the width of the number."""
        return self.label.natural_width()

    def arrange(self) -> None:
        """Give the label a line's height around the same middle."""
        high = max(self.height, min(self.height / _DIGIT_EM, self._size) * _LINE_EM)
        self.label.place(self.x, self.center_y - high / 2, self.width, high)
