"""gpiozero's pins on libgpiod 2: one line request a pin, edges heard by one thread a factory.

Pull-ups, debouncing and time stamps are the kernel's. There is no PWM and no SPI: nothing here needs them.
"""

import dataclasses
import os
import select
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gpiod import LineSettings
from gpiod.edge_event import EdgeEvent
from gpiod.line import Bias, Direction, Edge, Value
from gpiozero.exc import (
    PinFixedPull,
    PinInvalidBounce,
    PinInvalidEdges,
    PinInvalidFunction,
    PinInvalidPull,
    PinPWMUnsupported,
    PinSetInput,
)
from gpiozero.pins.local import get_pi_revision
from gpiozero.pins.pi import PiFactory, PiPin

CONSUMER = "kiosk"
"""Shown by `gpioinfo` beside each line that we hold."""
PULLS = {"floating": Bias.DISABLED, "up": Bias.PULL_UP, "down": Bias.PULL_DOWN}
AT_REST = LineSettings(direction=Direction.INPUT, bias=Bias.DISABLED)
EDGES = {"none": Edge.NONE, "rising": Edge.RISING, "falling": Edge.FALLING, "both": Edge.BOTH}


class EdgeWatch:
    """Waits on any number of lines with one thread, which runs only while there are lines."""

    def __init__(self) -> None:
        self._tell: dict[int, Callable[[], None]] = {}
        self._lock = threading.Lock()
        self._wake: tuple[int, int] | None = None

    def add(self, descriptor: int, tell: Callable[[], None]) -> None:
        """Call `tell` from the watching thread whenever `descriptor` can be read."""
        with self._lock:
            self._tell[descriptor] = tell
            if self._wake is None:
                self._wake = os.pipe()
                threading.Thread(target=self._run, args=(self._wake[0],), name="pins", daemon=True).start()
            self._stir()

    def remove(self, descriptor: int) -> None:
        """Watch it no more; the last one ends the thread."""
        with self._lock:
            if self._tell.pop(descriptor, None) is not None:
                self._stir()

    def _stir(self) -> None:
        if self._wake is not None:
            os.write(self._wake[1], b".")

    def _run(self, wake: int) -> None:
        while True:
            poll = select.poll()
            poll.register(wake, select.POLLIN)
            with self._lock:
                if not self._tell:
                    self._end()
                    return
                for descriptor in self._tell:
                    poll.register(descriptor, select.POLLIN)
            for descriptor, _ in poll.poll():
                if descriptor == wake:
                    os.read(wake, 64)
                    continue
                with self._lock:
                    tell = self._tell.get(descriptor)
                if tell is not None:
                    tell()

    def _end(self) -> None:
        if self._wake is not None:
            for end in self._wake:
                os.close(end)
            self._wake = None


class GpiodPin(PiPin):  # type: ignore[misc]  # gpiozero ships no types
    """One pin; its line is requested at first use and given back by `close`, after which it may be used again."""

    def __init__(self, factory: "GpiodFactory", info: Any) -> None:
        super().__init__(factory, info)
        self._lock = threading.RLock()
        self._request: Any = None
        self._settings = AT_REST
        self._edges = "both"

    def close(self) -> None:
        """Give the line back."""
        self.when_changed = None
        with self._lock:
            if self._request is not None:
                self._request.release()
                self._request = None
            self._settings = AT_REST

    def output_with_state(self, state: float) -> None:
        """Drive the pin, from the first moment with `state`: a lamp that is lit by low does not flash."""
        self._drive(_value_of(state))

    def input_with_pull(self, pull: str) -> None:
        """Listen to the pin, with its pull from the first moment."""
        self._configure(direction=Direction.INPUT, bias=self._bias_of(pull))

    def _configure(self, **changes: Any) -> Any:
        """Change settings, and the line with them; return the request that holds the line."""
        with self._lock:
            settings = dataclasses.replace(self._settings, **changes)
            if self._request is None:
                self._request = self.factory.chip.request_lines({self._number: settings}, consumer=CONSUMER)
            elif settings != self._settings:
                self._request.reconfigure_lines({self._number: settings})
            self._settings = settings
            return self._request

    def _get_function(self) -> str:
        return "output" if self._settings.direction is Direction.OUTPUT else "input"

    def _set_function(self, value: str) -> None:
        if value not in ("input", "output"):
            raise PinInvalidFunction(f'invalid function "{value}" for pin {self!r}')
        if value == "output":
            self._drive(self._settings.output_value)
        elif self.function == "output":
            self._configure(direction=Direction.INPUT, bias=Bias.DISABLED)
        else:
            self._configure()

    def _drive(self, value: Value) -> None:
        # a driven line has neither a pull nor edges
        self._configure(direction=Direction.OUTPUT, bias=Bias.AS_IS, edge_detection=Edge.NONE, output_value=value)

    def _get_state(self) -> int:
        return int(self._configure().get_value(self._number) is Value.ACTIVE)

    def _set_state(self, value: float) -> None:
        if self.function != "output":
            raise PinSetInput(f"cannot set state of pin {self!r}")
        with self._lock:
            self._configure().set_value(self._number, _value_of(value))
            # kept, so that no later change of another setting switches the lamp
            self._settings = dataclasses.replace(self._settings, output_value=_value_of(value))

    def _get_pull(self) -> str:
        return next((pull for pull, bias in PULLS.items() if bias is self._settings.bias), "floating")

    def _set_pull(self, value: str) -> None:
        if self.function != "input":
            raise PinFixedPull(f"cannot set pull on non-input pin {self!r}")
        self._configure(bias=self._bias_of(value))

    def _bias_of(self, pull: str) -> Bias:
        if self.info.pull and self.info.pull != pull:
            raise PinFixedPull(f"{self!r} has a physical pull-{self.info.pull} resistor")
        if pull not in PULLS:
            raise PinInvalidPull(f'invalid pull "{pull}" for pin {self!r}')
        return PULLS[pull]

    def _get_bounce(self) -> float | None:
        return self._settings.debounce_period.total_seconds() or None

    def _set_bounce(self, value: float | None) -> None:
        if value is not None and value < 0:
            raise PinInvalidBounce("bounce must be 0 or greater")
        self._configure(debounce_period=timedelta(seconds=value or 0))

    def _get_edges(self) -> str:
        return self._edges

    def _set_edges(self, value: str) -> None:
        if value not in EDGES:
            raise PinInvalidEdges(f'invalid edges "{value}" for pin {self!r}')
        self._edges = value
        if self.when_changed is not None:
            self._configure(edge_detection=EDGES[value])

    def _get_frequency(self) -> None:
        return None

    def _set_frequency(self, value: float | None) -> None:
        if value is not None:
            raise PinPWMUnsupported(f"no PWM on pin {self!r}")

    def _enable_event_detect(self) -> None:
        with self._lock:
            request = self._configure(edge_detection=EDGES[self._edges])
            self.factory.edges.add(request.fd, self._hear)

    def _disable_event_detect(self) -> None:
        with self._lock:
            if self._request is not None:
                self.factory.edges.remove(self._request.fd)
                self._configure(edge_detection=Edge.NONE)

    def _hear(self) -> None:
        with self._lock:
            events = self._request.read_edge_events() if self._request is not None else []
        for event in events:
            with self._when_changed_lock:
                if self._when_changed is None:
                    return
                is_high = event.event_type is EdgeEvent.Type.RISING_EDGE
                self._call_when_changed(event.timestamp_ns / 1e9, int(is_high))


class GpiodFactory(PiFactory):  # type: ignore[misc]  # gpiozero ships no types
    """The header's pins, each a line of one chip."""

    def __init__(self, chip: Any, revision: int | None = None) -> None:
        """Take over an open chip.

        Args:
            chip: a `gpiod.Chip`.
            revision: the board's code, from which gpiozero knows the header; None: read from the board.
        """
        super().__init__()
        self.chip = chip
        self.edges = EdgeWatch()
        self.pin_class = GpiodPin
        self._revision = revision

    def close(self) -> None:
        """Give back all lines and the chip."""
        super().close()
        self.chip.close()

    @staticmethod
    def ticks() -> float:
        """Return seconds of the clock that the kernel stamps edges with."""
        return time.monotonic()

    @staticmethod
    def ticks_diff(later: float, earlier: float) -> float:
        """Return the seconds between two ticks."""
        return later - earlier

    def _get_revision(self) -> int:
        return int(get_pi_revision() if self._revision is None else self._revision)


def _value_of(state: float) -> Value:
    return Value.ACTIVE if state else Value.INACTIVE
