"""A keyboard with a plug, typing into the text that the touch keyboard on the screen writes.

Only where such a text is on the screen. Tab and the arrows up and down move the focus as everywhere; while a button
holds the focus, Enter and space are its own. What types faster than any hand is a scanner that somebody plugged in:
its characters are taken back, and what follows is dropped until it pauses.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from kiosk.ui.focus import ENTER, LEFT, PAD_ENTER, RELEASED_S, RIGHT, SPACE, walk
from kiosk.ui.keyboard import REPEAT_AFTER_S, REPEAT_EVERY_S, Keyboard

BACKSPACE = 8
MACHINE_KEYS = 6
"""So many keys in a row decide."""
MACHINE_S = 0.03
"""Between keys of a wedge scanner there are 1 to 15 ms; the quickest typists need 60 on average."""
PAUSE_S = 0.5
"""After such a silence the scanner is done."""
_COMMANDS = {"ctrl", "alt", "meta"}
_SHIFTED = dict(zip("1234567890-=[];',./`\\", '!@#$%^&*()_+{}:"<>?~|', strict=True))
"""Signs of a US keyboard, the one in use here: Kivy gives the key, not the sign."""


class _Held(NamedTuple):
    """A key that is down: when the keyboard told of it last, and when it may act again."""

    told: float
    next: float


class PhysicalKeys:
    """Hands keys of a real keyboard to the `Keyboard` on the screen.

    Args:
        root: the widget tree in which it may be shown.
        method: how it types, `telex` or `vni`.
        now: seconds that only grow.
    """

    def __init__(self, root: Any, method: str, now: Callable[[], float]) -> None:
        self._root, self._method, self._now = root, method, now
        self._last = float("-inf")
        self._quick = 0
        self._changed = 0
        self._is_machine = False
        self._held: dict[int, _Held] = {}

    def key(self, key: int, modifiers: list[str], focus_is_held: bool) -> bool:
        """Handle a key. Return True if it was used.

        Args:
            key: Kivy's code: the character itself for letters, digits and signs; the number pad has codes of its own.
            focus_is_held: a button has the focus, so that Enter, space and arrows are its own.
        """
        keyboard = next((widget for widget in walk(self._root) if isinstance(widget, Keyboard)), None)
        if keyboard is None:
            self._quick = self._changed = 0
            return False
        pressed = _meaning(key, modifiers, focus_is_held)
        if pressed is None:
            return False
        if self._is_only_held(key):
            return True
        if self._comes_from_a_machine(keyboard):
            return True
        before = keyboard.text
        method = "direct" if keyboard.kind != "vi" else self._method
        keyboard.press(pressed, method=method, is_upper="shift" in modifiers or "capslock" in modifiers)
        self._changed += keyboard.text != before
        return True

    def key_up(self, key: int) -> None:
        """Handle a key that was let go."""
        self._held.pop(key, None)

    def _is_only_held(self, key: int) -> bool:
        """Tell whether a key that is down still says nothing new: only backspace repeats, late and slowly."""
        now = self._now()
        held = self._held.get(key)
        if held is None or now - held.told >= RELEASED_S:
            self._held[key] = _Held(now, now + REPEAT_AFTER_S)
            return False
        repeats = key == BACKSPACE and now >= held.next
        self._held[key] = _Held(now, now + REPEAT_EVERY_S if repeats else held.next)
        return not repeats

    def _comes_from_a_machine(self, keyboard: Keyboard) -> bool:
        now = self._now()
        pause, self._last = now - self._last, now
        if pause > MACHINE_S and not (self._is_machine and pause < PAUSE_S):
            self._quick = self._changed = 0
            self._is_machine = False
            return False
        self._quick += 1
        if not self._is_machine and self._quick + 1 >= MACHINE_KEYS:
            self._is_machine = True
            for _ in range(self._changed):
                keyboard.press("undo")
        return self._is_machine


def _meaning(key: int, modifiers: list[str], focus_is_held: bool) -> str | None:
    """Return what the touch keyboard calls this key, None if it is not for writing."""
    if _COMMANDS & set(modifiers):
        return "undo" if "ctrl" in modifiers and key == ord("z") else None
    if key == BACKSPACE:
        return "backspace"
    if focus_is_held and key in (ENTER, PAD_ENTER, SPACE, LEFT, RIGHT):
        return None
    named = {ENTER: "done", PAD_ENTER: "done", LEFT: "left", RIGHT: "right"}.get(key)
    if named is not None:
        return named
    if not SPACE <= key <= ord("~"):
        return None
    character = chr(key)
    return _SHIFTED.get(character, character) if "shift" in modifiers else character
