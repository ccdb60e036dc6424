"""Sockets whose plugs are pulled on purpose, and pauses that pass only when a simulated clock says so.

The drivers are the real ones on their own threads, over pseudo-terminals; only the time that they wait between two
looks for their device is simulated, so that a day of unplugging takes seconds.
"""

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 20.0
"""Real seconds in which a driver must have done what it is waited for; longer is a hang."""


class Hang(RuntimeError):
    """A driver did not come to rest; the text says which and in what state it was."""


class Socket:
    """A device file that comes and goes: the driver opens it by its path, the bench holds the other end."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._path = path
        self._end = self._device = -1

    @property
    def is_plugged(self) -> bool:
        """Tell whether the device is there."""
        return self._end >= 0

    def plug(self) -> None:
        """Put the device in."""
        self._end, self._device = os.openpty()
        tty.setraw(self._device)
        os.set_blocking(self._end, False)
        self._path.symlink_to(os.ttyname(self._device))

    def pull(self) -> None:
        """Pull it out: the path is gone and whoever has it open gets an error."""
        self._path.unlink()
        end, device = self._end, self._device
        self._end = self._device = -1
        os.close(device)
        os.close(end)

    def send(self, data: bytes) -> None:
        """Let the device say something."""
        os.write(self._end, data)

    def heard(self, seconds: float) -> bytes:
        """Return what was sent to the device, waiting up to `seconds` for the first byte; empty if it is pulled out."""
        with contextlib.suppress(OSError, ValueError):
            if select.select([self._end], [], [], seconds)[0]:
                return os.read(self._end, 65536)
        return b""


class Pause:
    """The pauses of one driver: it rests here until the bench lets it go on."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._changed = threading.Condition(threading.RLock())
        self._due: float | None = None

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Rest until the simulated clock has moved on by `seconds`, or `stop` is set."""
        with self._changed:
            self._due = self._now() + seconds
            self._changed.notify_all()
            while self._due is not None and not stop.is_set():
                self._changed.wait(0.05)
            self._due = None

    @property
    def is_resting(self) -> bool:
        """Tell whether the driver rests here."""
        return self.due is not None

    @property
    def due(self) -> float | None:
        """Return when the pause is over; None while the driver is at work."""
        with self._changed:
            return self._due

    def end(self) -> None:
        """Let the driver go on."""
        with self._changed:
            self._due = None
            self._changed.notify_all()

    def reached(self, until: Callable[[], bool]) -> bool:
        """Wait in real time until `until` is true; return whether it became so. It is asked after each change."""
        with self._changed:
            return self._changed.wait_for(until, PATIENCE_S)

    def stir(self) -> None:
        """Something about the driver has changed: look again."""
        with self._changed:
            self._changed.notify_all()
