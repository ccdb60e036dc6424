"""Keyboard and number pad in place of fingers: which button has the focus, and what a key does to it.

The number pad is the one of a kiosk for people who cannot reach or see the glass: 4 and 8 go back, 6 and 2 go on,
5 (the key with the nib) chooses, 0 reads the screen again, + and - change the volume, * calls for help, / switches
reading aloud. A keyboard's arrows, Tab, Enter and space do the same. Every press acts once, however long it is held.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.reading import buttons_of
from kiosk.ui.widgets.touch import TouchButton

TAB, ENTER, PAD_ENTER, SPACE, ESCAPE = 9, 13, 271, 32, 27
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
PAD_0, PAD_2, PAD_4, PAD_5, PAD_6, PAD_8 = 256, 258, 260, 261, 262, 264
PAD_DIVIDE, PAD_MULTIPLY, PAD_MINUS, PAD_PLUS = 267, 268, 269, 270
"""Key codes of SDL as Kivy passes them on."""

CHOOSE = (ENTER, PAD_ENTER, SPACE, PAD_5)
ON = (DOWN, RIGHT, PAD_6, PAD_2)
BACK = (UP, LEFT, PAD_4, PAD_8)
RELEASED_S = 1.0
"""A key that was not told again for so long is up, even if its release was never told; repeats come faster."""


def _nothing() -> None:
    """Do nothing: where a role has no such thing."""


@dataclass(frozen=True)
class PadActs:
    """What the pad's keys beside the focus do; a role hands in what it has."""

    switch_reading: Callable[[], None] = _nothing
    call_help: Callable[[], None] = _nothing
    read_again: Callable[[], None] = _nothing
    louder: Callable[[], None] = _nothing
    quieter: Callable[[], None] = _nothing
    stir: Callable[[], None] = _nothing
    """Somebody is there: called with every key that moves the focus."""

    def of(self, key: int) -> Callable[[], None] | None:
        """Return what `key` does, None if it is none of these keys."""
        return {
            PAD_DIVIDE: self.switch_reading,
            PAD_MULTIPLY: self.call_help,
            PAD_0: self.read_again,
            PAD_PLUS: self.louder,
            PAD_MINUS: self.quieter,
        }.get(key)


class FocusRing:
    """Moves a visible focus over the enabled buttons of a widget tree, in reading order.

    Args:
        root: the role's screens.
        acts: what the other keys of the pad do.
        on_focus: told the button that has the focus now, e.g. to read it aloud.
    """

    def __init__(
        self, root: Any, acts: PadActs | None = None, on_focus: Callable[[TouchButton], None] | None = None
    ) -> None:
        self._root = root
        self._acts = acts or PadActs()
        self._on_focus = on_focus
        self._at: TouchButton | None = None
        self._is_used = False
        self._held: dict[int, float] = {}

    @property
    def is_held(self) -> bool:
        """True while a button on the screen has the focus."""
        return self._at is not None and self._at in buttons_of(self._root)

    def key(self, key: int, modifiers: list[str], moment: float = 0.0) -> bool:
        """Handle a key that went down at `moment` (seconds); return True if it was used.

        A key that repeats because it is held acts once.
        """
        ours = key in (*CHOOSE, *ON, *BACK, TAB) or self._acts.of(key) is not None
        if not ours:
            return False
        before = self._held.get(key)
        self._held[key] = moment
        return (before is not None and moment - before < RELEASED_S) or self._press(key, modifiers)

    def key_up(self, key: int) -> None:
        """Handle a key that was let go."""
        self._held.pop(key, None)

    def touched(self) -> None:
        """Take the focus away: a finger does not need it."""
        self._is_used = False
        self._focus(None)

    def refresh(self) -> None:
        """Put the focus where it belongs after the screen has changed: on the first button, if the pad is in use."""
        if self._is_used and self._at not in (buttons := buttons_of(self._root)):
            self._focus(buttons[0] if buttons else None)

    def _press(self, key: int, modifiers: list[str]) -> bool:
        act = self._acts.of(key)
        if act is not None:
            act()
        elif key in CHOOSE and self._at is not None and self._at in buttons_of(self._root):
            self._at.activate()
        elif key == PAD_5:
            self._acts.switch_reading()
            self._move(1)
        elif key in BACK or (key == TAB and "shift" in modifiers):
            self._move(-1)
        elif key in CHOOSE:
            return False
        else:
            self._move(1)
        return True

    def _move(self, step: int) -> None:
        self._acts.stir()
        self._is_used = True
        buttons = buttons_of(self._root)
        index = buttons.index(self._at) + step if self._at in buttons else 0
        self._focus(buttons[index % len(buttons)] if buttons else None)

    def _focus(self, button: TouchButton | None) -> None:
        if self._at is not None:
            self._at.hold_focus(False)
        self._at = button
        if button is not None:
            button.hold_focus(True)
            if self._on_focus is not None:
                self._on_focus(button)


def walk(widget: Widget) -> Iterator[Widget]:
    """Yield a widget and everything under it."""
    yield widget
    for child in widget.children:
        yield from walk(child)
