"""The officer's keypad: a few keys that say what to do next, and digits."""

from collections.abc import Callable
from typing import Protocol

from kiosk.devices.plug import Plugged, StateListener

VERBS = ("next", "recall", "start", "no_show", "park", "transfer", "finish", "pause")
"""The queue's verbs, in the field's words (design, *Call*)."""
DIGITS = tuple("0123456789")
KEYS = VERBS + DIGITS

OnVerb = Callable[[str], None]


class Keypad(Protocol):
    """Tells which key was pressed."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def start(self, on_verb: OnVerb) -> None:
        """Begin; `on_verb` gets one of `KEYS` for each press, on the role's thread."""

    def stop(self) -> None:
        """End and release the device."""


class VirtualKeypad(Plugged):
    """A keypad that is pressed by a call."""

    def __init__(self) -> None:
        super().__init__("keypad")
        self._on_verb: OnVerb | None = None

    def start(self, on_verb: OnVerb) -> None:
        """Begin to pass on presses."""
        self._on_verb = on_verb
        self._turn("ready")

    def stop(self) -> None:
        """Stop passing on presses."""
        self._on_verb = None
        self._turn("absent")

    def press(self, verb: str) -> None:
        """Press one key.

        Raises:
            ValueError: if there is no such key.
        """
        if verb not in KEYS:
            raise ValueError(f'no key "{verb}"; there are {", ".join(KEYS)}')
        if self._on_verb is not None:
            self._on_verb(verb)
