"""A rating pad on the board's own pins: five buttons to ground, a lamp, a beeper."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kiosk.clock import Act
from kiosk.devices.key_port import KeyPort, Read, Stroke
from kiosk.devices.pins import pin_factory
from kiosk.devices.plug import Wait
from kiosk.devices.rating_pad import SCORES, answer_to

BOUNCE_S = 0.02
"""Contacts of push buttons settle within a few milliseconds; the kernel waits this long."""


class GpioRatingPad(KeyPort[int]):
    """Five buttons on pins, pulled up and pressed to ground; lamp and beeper are lit by high, through a transistor."""

    def __init__(
        self,
        keys: Sequence[int],
        lamp: int | None,
        beeper: int | None,
        post: Callable[[Act], None],
        pins: Callable[[], Any] = pin_factory,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare; no pin is touched before `start`.

        Args:
            keys: GPIO numbers of the five keys, from very dissatisfied to very satisfied.
            lamp: GPIO number of the answering lamp, or None.
            beeper: GPIO number of an active beeper, or None.
            post: brings presses to the role's thread.
            pins: makes the pin factory for gpiozero, at each opening.

        Raises:
            ValueError: if there are not five keys.
        """
        if len(keys) != len(SCORES):
            raise ValueError(f"{len(keys)} keys; a rating pad has {len(SCORES)}")
        super().__init__("rating pad", self._open, post, (), monotonic, wait)
        self._keys = tuple(keys)
        self._lamp_pin, self._beeper_pin = lamp, beeper
        self._pins = pins
        self._lamp: Any = None
        self._beeper: Any = None

    def acknowledge(self, accepted: bool) -> None:
        """Light the lamp and sound the beeper; returns at once."""
        answer = answer_to(accepted)
        lamp, beeper = self._lamp, self._beeper
        if lamp is not None and answer.lamp_s:
            lamp.blink(on_time=answer.lamp_s, off_time=0, n=1)
        if beeper is not None:
            beeper.blink(on_time=answer.beep_s, off_time=2 * answer.beep_s, n=answer.beeps)

    @contextlib.contextmanager
    def _open(self) -> Iterator[Read[int]]:
        # the library is read when a pad of pins is opened, and never before
        from gpiozero import LED, Button

        strokes: queue.SimpleQueue[Stroke[int]] = queue.SimpleQueue()

        def teller(stroke: Stroke[int]) -> Callable[[], None]:
            return lambda: strokes.put(stroke)

        def read(seconds: float) -> list[Stroke[int]]:
            with contextlib.suppress(queue.Empty):
                return [strokes.get(timeout=seconds)]
            return []

        with contextlib.ExitStack() as held:
            pins = self._pins()
            held.callback(pins.close)
            for pin, score in zip(self._keys, SCORES, strict=True):
                button = held.enter_context(Button(pin, pull_up=True, bounce_time=BOUNCE_S, pin_factory=pins))
                button.when_pressed = teller(Stroke(score, "down"))
                button.when_released = teller(Stroke(score, "up"))
            if self._lamp_pin is not None:
                self._lamp = held.enter_context(LED(self._lamp_pin, pin_factory=pins))
            if self._beeper_pin is not None:
                self._beeper = held.enter_context(LED(self._beeper_pin, pin_factory=pins))
            held.callback(self._let_go)
            yield read

    def _let_go(self) -> None:
        self._lamp = self._beeper = None
