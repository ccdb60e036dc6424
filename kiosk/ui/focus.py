"""Keyboard and number pad in place of fingers: which button has the focus, and what a key does to it."""

from collections.abc import Iterator
from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.widgets.touch import TouchButton

TAB, ENTER, PAD_ENTER, SPACE, ESCAPE = 9, 13, 271, 32, 27
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
"""Key codes of SDL as Kivy passes them on."""


class FocusRing:
    """Moves a visible focus over the enabled buttons of a widget tree, in reading order."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._at: TouchButton | None = None

    def key(self, key: int, modifiers: list[str]) -> bool:
        """Handle a key: Tab and arrows move, Enter and space act. Return True if the key was used."""
        if key in (ENTER, PAD_ENTER, SPACE) and self._at is not None and self._at in self._buttons():
            self._at.activate()
            return True
        if key in (DOWN, RIGHT) or (key == TAB and "shift" not in modifiers):
            self._move(1)
            return True
        if key in (UP, LEFT, TAB):
            self._move(-1)
            return True
        return False

    def _move(self, step: int) -> None:
        buttons = self._buttons()
        if self._at is not None:
            self._at.hold_focus(False)
        if not buttons:
            self._at = None
            return
        index = buttons.index(self._at) + step if self._at in buttons else 0
        self._at = buttons[index % len(buttons)]
        self._at.hold_focus(True)

    def _buttons(self) -> list[TouchButton]:
        found = [widget for widget in walk(self._root) if isinstance(widget, TouchButton) and widget.is_enabled]
        return sorted(found, key=lambda button: (-round(button.top), round(button.x)))


def walk(widget: Widget) -> Iterator[Widget]:
    """Yield a widget and everything under it."""
    yield widget
    for child in widget.children:
        yield from walk(child)
