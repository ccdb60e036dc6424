"""Officers who sign in at a counter's keypad: their numbers, what makes a PIN, and how often somebody may guess."""

import itertools
from collections.abc import Iterable

import msgspec

SHORTEST_PIN, LONGEST_PIN = 4, 8
LONGEST_NUMBER = 6
MOST_TRIES = 5
"""Wrong PINs for one officer, and at one counter, within `TRIES_WITHIN_S`: one in ten thousand guesses takes a week."""
TRIES_WITHIN_S = 300.0


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works at the counters."""

    number: str
    """What is typed at the keypad: digits, not beginning with 0."""
    name: str


def is_officer_number(text: str) -> bool:
    """Tell whether `text` can be an officer's number; 0 is the key that signs out."""
    return text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= LONGEST_NUMBER


def pin_fault(pin: str) -> str:
    """Return why `pin` cannot be one: `digits`, `length`, `guessable`; empty if it can.

    A PIN of one digit or a run such as 1234 is what a stranger tries first.
    """
    if not (pin.isascii() and pin.isdigit()):
        return "digits"
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
        return "length"
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in itertools.pairwise(pin)}
    return "guessable" if len(steps) == 1 and steps <= {0, 1, 9} else ""


class Tries:
    """Wrong PINs of a while; moments are monotonic seconds, handed in."""

    def __init__(self) -> None:
        self._wrong: dict[str, list[float]] = {}

    def is_too_many(self, whose: Iterable[str], now: float) -> bool:
        """Tell whether one of these has guessed too often."""
        return any(len(self._recent(who, now)) >= MOST_TRIES for who in whose)

    def note(self, whose: Iterable[str], now: float) -> None:
        """Count a wrong PIN for each of these."""
        for who in whose:
            self._wrong[who] = [*self._recent(who, now), now]

    def forget(self, whose: Iterable[str]) -> None:
        """A right PIN: the counting begins anew."""
        for who in whose:
            self._wrong.pop(who, None)

    def _recent(self, who: str, now: float) -> list[float]:
        return [moment for moment in self._wrong.get(who, ()) if now - moment < TRIES_WITHIN_S]
