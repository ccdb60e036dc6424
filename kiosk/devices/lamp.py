"""The lamp over the card slot: lit while cards are waited for, dark when the scanner rests.

Even light is worth more than any filter: it shortens the exposure, and so the smear of a moving hand.
"""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.devices.pins import pin_factory
from kiosk.devices.plug import Plugged, loss_of


class Lamp(Protocol):
    """A light that can be switched."""

    def light(self, is_lit: bool) -> None:
        """Switch it; returns at once and never raises: a kiosk without its lamp still reads most cards."""


class VirtualLamp:
    """A lamp that only remembers."""

    def __init__(self) -> None:
        self.switched: list[bool] = []
        """Every change, oldest first."""

    @property
    def is_lit(self) -> bool:
        """Return whether it shines."""
        return bool(self.switched) and self.switched[-1]

    def light(self, is_lit: bool) -> None:
        """Remember it."""
        if is_lit != self.is_lit:
            self.switched.append(is_lit)


class GpioLamp(Plugged):
    """A lamp behind a transistor on one of the header's pins; high lights it. The pin is held while it shines."""

    def __init__(self, pin: int, pins: Callable[[], Any] = pin_factory) -> None:
        """Prepare; no pin is touched before it is lit for the first time.

        Args:
            pin: its GPIO number.
            pins: makes the pin factory for gpiozero, at each lighting.
        """
        super().__init__("card lamp")
        self._pin = pin
        self._pins = pins
        self._held: tuple[Any, Any] | None = None

    def light(self, is_lit: bool) -> None:
        """Switch it."""
        if is_lit and self._held is None:
            try:
                self._held = self._lit()
                self._turn("ready")
            except Exception as error:
                # gpiozero and the pin factory raise their own kinds; most mean that there is no such pin for us
                logging.getLogger(__name__).debug("lamp on GPIO %s: %s", self._pin, error)
                state, reason = loss_of(error)
                self._turn("faulty", reason if state == "faulty" else "pins")
        elif not is_lit and self._held is not None:
            lamp, factory = self._held
            self._held = None
            lamp.close()
            factory.close()
            self._turn("absent")

    def _lit(self) -> tuple[Any, Any]:
        # the library is read when a lamp is lit, and never before
        from gpiozero import LED

        factory = self._pins()
        try:
            return LED(self._pin, initial_value=True, pin_factory=factory), factory
        except Exception:
            factory.close()
            raise
