"""What all widgets share: the look they are drawn with, and a layout that is done at once.

Kivy's own layouts settle over several frames; a frame that goes out in between shows half a screen. Here a parent
asks `natural_height` and calls `place`, top down, in one go: after `place` everything stands where it belongs.
"""

from dataclasses import dataclass
from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.tokens import KIOSK_TYPE, Palette, Type


@dataclass(frozen=True)
class Look:
    """How a screen is drawn: theme, scale and type."""

    palette: Palette
    u: float
    """Pixels of one u."""
    type: Type = KIOSK_TYPE
    large: float = 1.0
    """Factor of text sizes; `tokens.LARGE` for large type."""
    is_wide: bool = False
    """True on a panel that is wider than high: pages stand in two columns."""

    def px(self, size: float) -> float:
        """Return `size` u in whole pixels, never less than 1 for a positive size."""
        return float(max(1, round(size * self.u))) if size > 0 else 0.0

    def text_px(self, size: float) -> float:
        """Return a text size of `size` u in pixels, with large type."""
        return size * self.u * self.large


class Part(Widget):  # type: ignore[misc]  # Kivy ships no types
    """A widget that is placed by its parent and draws itself into exactly that box."""

    def __init__(self, look: Look, **kwargs: Any) -> None:
        self._placing = True
        # Kivy's style sheet goes by class name: without this, our Button would be drawn with its rules; and its first
        # size of 100 x 100 would have every page laid out once before it has a place
        super().__init__(size_hint=(None, None), size=(0, 0), **{"__no_builder": True}, **kwargs)
        self.look = look
        self.is_private = False
        """True where it tells something of the citizen: read aloud only where nobody else can hear."""
        self._placing = False

    def natural_height(self, width: float) -> float:
        """Return the height in px that the widget wants at `width` px."""
        return 0.0

    def natural_width(self) -> float:
        """Return the width in px that the widget wants when nothing else decides."""
        return 0.0

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Take this box (px, origin at the bottom left of the window) and lay out everything inside, at once."""
        self._placing = True
        self.pos = (round(x), round(y))
        self.size = (max(0, round(x + width) - round(x)), max(0, round(y + height) - round(y)))
        self._placing = False
        self.arrange()

    def arrange(self) -> None:
        """Draw and place what is inside after the box changed."""

    def replace(self) -> None:
        """Lay out again in the present box, after the contents changed."""
        if self.width > 1 and self.height > 1:
            self.arrange()

    def on_pos(self, *_args: object) -> None:
        """Follow a parent that is no part."""
        if not self._placing:
            self.arrange()

    def on_size(self, *_args: object) -> None:
        """Follow a parent that is no part."""
        if not self._placing:
            self.arrange()


def place(widget: Widget, x: float, y: float, width: float, height: float) -> None:
    """Place any Kivy widget: a `Part` in one go, another by its pos and size."""
    if isinstance(widget, Part):
        widget.place(x, y, width, height)
    else:
        widget.size_hint = (None, None)
        widget.pos = (round(x), round(y))
        widget.size = (round(width), round(height))


def height_of(widget: Widget, width: float) -> float:
    """Return the natural height of any Kivy widget at `width`, px."""
    return widget.natural_height(width) if isinstance(widget, Part) else float(widget.height)


def width_of(widget: Widget) -> float:
    """Return the natural width of any Kivy widget, px."""
    return widget.natural_width() if isinstance(widget, Part) else float(widget.width)


class Gap(Part):
    """Empty space; its box gives it a size."""
