"""A chip of the kernel's GPIO interface that a test can touch: what `gpiod` documents, with a pipe for its edges."""

import os
import time
from collections.abc import Iterable

from gpiod import EdgeEvent, LineSettings
from gpiod._ext import EDGE_EVENT_TYPE_FALLING, EDGE_EVENT_TYPE_RISING
from gpiod.line import Bias, Direction, Edge, Value

Config = dict[Iterable[int | str] | int | str, LineSettings | None]


class PressedRequest:
    """One held line, as `gpiod.LineRequest`."""

    def __init__(self, chip: "HandChip", offset: int, settings: LineSettings) -> None:
        self._chip = chip
        self._offset = offset
        self._edges, self._push = os.pipe()
        self._pending: list[EdgeEvent] = []
        self.history: list[LineSettings] = []
        self.level = Value.INACTIVE
        self._apply(settings)

    @property
    def fd(self) -> int:
        """Return what can be read once there are edges."""
        return self._edges

    def get_value(self, line: int | str) -> Value:
        """Return the level."""
        assert line == self._offset
        return self.level

    def set_value(self, line: int | str, value: Value) -> None:
        """Drive the line."""
        assert line == self._offset
        assert self.history[-1].direction is Direction.OUTPUT, "the kernel drives only outputs"
        self.level = value

    def reconfigure_lines(self, config: Config) -> None:
        """Change the line's settings."""
        settings = config[self._offset]
        assert settings is not None
        self._apply(settings)

    def read_edge_events(self, max_events: int | None = None) -> list[EdgeEvent]:
        """Return the edges since the last time."""
        os.read(self._edges, 4096)
        told, self._pending = self._pending, []
        return told

    def release(self) -> None:
        """Give the line back."""
        os.close(self._edges)
        os.close(self._push)
        del self._chip.held[self._offset]

    def change(self, level: Value) -> None:
        """Let the world outside change the level."""
        if level is self.level:
            return
        self.level = level
        wanted = self.history[-1].edge_detection
        rises = level is Value.ACTIVE
        if wanted is Edge.BOTH or wanted is (Edge.RISING if rises else Edge.FALLING):
            kind = EDGE_EVENT_TYPE_RISING if rises else EDGE_EVENT_TYPE_FALLING
            self._pending.append(EdgeEvent(kind, time.monotonic_ns(), self._offset, 1, 1))
            os.write(self._push, b"e")

    def _apply(self, settings: LineSettings) -> None:
        driven = settings.direction is Direction.OUTPUT
        assert not (driven and settings.edge_detection is not Edge.NONE), "the kernel refuses edges of outputs"
        self.history.append(settings)
        if driven:
            self.level = settings.output_value
        elif settings.bias is not Bias.AS_IS:
            self.level = Value.ACTIVE if settings.bias is Bias.PULL_UP else Value.INACTIVE


class HandChip:
    """A chip, as `gpiod.Chip`; `held` are the lines in use, by offset."""

    def __init__(self) -> None:
        self.held: dict[int, PressedRequest] = {}
        self.is_open = True

    def request_lines(
        self,
        config: Config,
        consumer: str | None = None,
        event_buffer_size: int | None = None,
        output_values: dict[int | str, Value] | None = None,
    ) -> PressedRequest:
        """Hold one line.

        Raises:
            OSError: if it is held already.
        """
        ((offset, settings),) = config.items()
        assert isinstance(offset, int)
        assert settings is not None
        if offset in self.held:
            raise OSError(16, "Device or resource busy")
        self.held[offset] = PressedRequest(self, offset, settings)
        return self.held[offset]

    def close(self) -> None:
        """Close it."""
        self.is_open = False
