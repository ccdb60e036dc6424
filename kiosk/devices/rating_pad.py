"""The five keys with faces at a counter: one for each score, with a lamp and a beep that answer."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from kiosk.devices.plug import Plugged, StateListener

SCORES = (1, 2, 3, 4, 5)
"""From very dissatisfied to very satisfied, in the order of the keys from the left."""

OnPress = Callable[[int], None]


class Answer(NamedTuple):
    """How a pad answers a press: for eyes and for ears, because some people lack one of the two."""

    lamp_s: float
    beeps: int
    beep_s: float


ACCEPTED = Answer(lamp_s=0.8, beeps=1, beep_s=0.15)
REFUSED = Answer(lamp_s=0.0, beeps=2, beep_s=0.05)
"""A press while nobody is asked: the lamp stays dark, the beep stutters."""


def answer_to(accepted: bool) -> Answer:
    """Return how a press is answered."""
    return ACCEPTED if accepted else REFUSED


class RatingPad(Protocol):
    """Tells which face was pressed, and answers."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def start(self, on_press: OnPress) -> None:
        """Begin; `on_press` gets one of `SCORES` for each press, on the role's thread."""

    def stop(self) -> None:
        """End and release the device."""

    def acknowledge(self, accepted: bool) -> None:
        """Answer the last press with lamp and beep; returns at once."""


class VirtualRatingPad(Plugged):
    """A pad that is pressed by a call, and remembers its answers."""

    def __init__(self, on_answer: Callable[[bool], None] | None = None) -> None:
        """Prepare.

        Args:
            on_answer: told each answer, at once.
        """
        super().__init__("rating pad")
        self.answers: list[bool] = []
        self._on_answer = on_answer
        self._on_press: OnPress | None = None

    def start(self, on_press: OnPress) -> None:
        """Begin to pass on presses."""
        self._on_press = on_press
        self._turn("ready")

    def stop(self) -> None:
        """Stop passing on presses."""
        self._on_press = None
        self._turn("absent")

    def acknowledge(self, accepted: bool) -> None:
        """Remember the answer."""
        self.answers.append(accepted)
        if self._on_answer is not None:
            self._on_answer(accepted)

    def press(self, score: int) -> None:
        """Press one key.

        Raises:
            ValueError: if there is no such key.
        """
        if score not in SCORES:
            raise ValueError(f"no key {score}; there are {', '.join(map(str, SCORES))}")
        if self._on_press is not None:
            self._on_press(score)
