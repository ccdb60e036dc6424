"""Which presses of a key count: not those of a trembling hand, and not those of a key that is stuck. Pure.

Moments are monotonic seconds. Devices differ in what they tell: some say when a key goes down and up again, some only
repeat it while it is held. Both are the same here.
"""

from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

DOUBLE_PRESS_S = 0.5
"""The same key again within this time is one press (EN 301 549, 5.8)."""
CHATTER_S = 0.04
"""A digit may be typed twice in a row; only the contact's own bouncing is too fast for fingers."""
REPEATS_S = 1.5
"""A keypad that sends a key again and again leaves no longer pause than this between two."""
STUCK_S = 10.0
"""Nobody holds a key for so long."""


Key = TypeVar("Key", bound=Hashable)


class KeyWatch(Generic[Key]):
    """Follows the keys of one device."""

    def __init__(self, quick: Collection[Key] = ()) -> None:
        """Begin with no key down.

        Args:
            quick: keys that are rightly pressed twice in a row, such as the digits of a number.
        """
        self._quick = quick
        self._down: dict[Key, float] = {}
        """Keys that are held, by the moment they went down."""
        self._last: dict[Key, float] = {}
        self._since: dict[Key, float] = {}
        """When the present run of repeats began."""

    def press(self, key: Key, at: float) -> bool:
        """Note a press, or a repeat of it; tell whether it counts."""
        last = self._last.get(key)
        self._last[key] = at
        if last is None or at - last > REPEATS_S:
            self._since[key] = at
            return key not in self._down
        if key in self._down or at - self._since[key] >= STUCK_S:
            return False
        return at - last >= (CHATTER_S if key in self._quick else DOUBLE_PRESS_S)

    def hold(self, key: Key, at: float) -> bool:
        """Note that a key went down on a device that will tell when it goes up; tell whether the press counts."""
        counts = self.press(key, at)
        self._down.setdefault(key, at)
        return counts

    def release(self, key: Key) -> None:
        """Note that a held key went up."""
        self._down.pop(key, None)

    def stuck(self, at: float) -> frozenset[Key]:
        """Return the keys that nobody can be pressing any more."""
        held = {key for key, since in self._down.items() if at - since >= STUCK_S}
        repeating = {
            key for key, last in self._last.items() if at - last <= REPEATS_S and last - self._since[key] >= STUCK_S
        }
        return frozenset(held | repeating)
