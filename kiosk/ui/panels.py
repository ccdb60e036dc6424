"""The panels that screens are drawn for: how large they are in millimetres, and how large a target must be on them.

Pure data. A finger of 80 needs 16 mm whatever the pixels (accessibility notes §8), so a rule in u would be right for
one panel only.
"""

import math
from typing import NamedTuple

MM_PER_INCH = 25.4
FINGER_MM = 16.0
"""Best for elderly hands; 10 mm is clearly worse (accessibility notes §8)."""
CHOICE_MM = 13.26
"""Height of one of several choices that stand close together on the tablet: 78 u of 10.1 inch (field/ui.md §2.5)."""
KEY_MM = 12.58
"""Height of a key of the tablet's keyboard, and of the phrases and kinds above it: 74 u of 10.1 inch."""


class Least(NamedTuple):
    """The least size of a target, mm."""

    width: float
    height: float


class Panel(NamedTuple):
    """A glass with pixels."""

    width: int
    height: int
    """Pixels."""
    inches: float
    """Diagonal."""
    targets: dict[str, Least]
    """Least size by what a button is for (`TouchButton.target`); empty where nobody touches."""

    @property
    def px_per_mm(self) -> float:
        """Return the pixels of a millimetre."""
        return math.hypot(self.width, self.height) / (self.inches * MM_PER_INCH)


_WHOLE = Least(FINGER_MM, FINGER_MM)
TARGETS: dict[str, dict[str, Least]] = {
    "lobby": {"answer": _WHOLE, "choice": _WHOLE, "key": _WHOLE},
    "counter": {"answer": _WHOLE, "choice": Least(CHOICE_MM, CHOICE_MM), "key": Least(FINGER_MM, KEY_MM)},
    "board": {},
}
"""By role, then by what a button is for."""

HOME_SIZES = {"lobby": (1080, 1920), "counter": (1280, 800), "board": (1920, 1080)}
"""Pixels of the panel that each role's screens are made for, and drawn on where a site says no other."""

INCHES = {
    ("lobby", 1080, 1920): 21.5,
    ("lobby", 1920, 1080): 21.5,
    ("lobby", 1280, 800): 10.1,
    ("lobby", 1024, 600): 10.1,
    ("counter", 1280, 800): 10.1,
    ("counter", 1920, 1080): 15.6,
    ("board", 1920, 1080): 65.0,
    ("board", 3840, 2160): 65.0,
}
"""Diagonals of the panels that offices have."""
USUAL_INCHES = {"lobby": 21.5, "counter": 10.1, "board": 65.0}


def panel_of(role: str, width: int, height: int) -> Panel:
    """Return the panel of a role with these pixels; one that is not in the table has the role's usual diagonal."""
    return Panel(width, height, INCHES.get((role, width, height), USUAL_INCHES[role]), TARGETS[role])
