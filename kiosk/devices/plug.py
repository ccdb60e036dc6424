"""What every thing with a plug has in common: a state that people can be told, and somebody who plugs it in again.

A driver is *absent* (not there, or not yet looked at), *ready*, or *faulty* (there, but of no use until somebody does
something). Changes are told once. Listeners may be called from a driver's own thread: post what you do with them.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable
from typing import Literal

DeviceState = Literal["absent", "ready", "faulty"]
StateListener = Callable[[str, str], None]
"""Is told the state and the reason: a key such as `paper_out` or `cable`; empty when all is well."""

FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 1.0
"""A device must be back two seconds after it was plugged in: a pause between two looks leaves half of that for the
opening."""
IN_USE = (errno.EBUSY, errno.EAGAIN)
FORBIDDEN = (errno.EACCES, errno.EPERM)


class Plugged:
    """State, reason and listener of one device; drivers inherit it."""

    def __init__(self, name: str, state: DeviceState = "absent", reason: str = "") -> None:
        self.name = name
        self.on_state: StateListener | None = None
        self._state: DeviceState = state
        self._reason = reason
        self._lost_at: float | None = None

    @property
    def state(self) -> DeviceState:
        """Return `absent`, `ready` or `faulty`."""
        return self._state

    @property
    def reason(self) -> str:
        """Return why the device is not ready, as a key; empty when it is."""
        return self._reason

    def _turn(self, state: DeviceState, reason: str = "") -> None:
        if (state, reason) == (self._state, self._reason):
            return
        self._state, self._reason = state, reason
        self._log(state, reason)
        if self.on_state is not None:
            self.on_state(state, reason)

    def _log(self, state: DeviceState, reason: str) -> None:
        """One line when it is lost and one when it is back, however often its reason changes between."""
        log = logging.getLogger(__name__)
        if state != "ready":
            if not reason:
                # a driver that was ended: nobody lost anything
                return
            if self._lost_at is None:
                self._lost_at = time.monotonic()
                log.warning("%s is %s: %s", self.name, state, reason)
        elif self._lost_at is None:
            log.info("%s is ready", self.name)
        else:
            log.warning("%s is back after %s", self.name, _spoken(time.monotonic() - self._lost_at))
            self._lost_at = None

    def _line_lost(self, error: Exception) -> None:
        """Turn to what an error of the device's line means."""
        self._turn(*loss_of(error))


def loss_of(error: Exception) -> tuple[DeviceState, str]:
    """Return what an error while a device was opened or used means: state and reason.

    Whatever a driver library raises means that the device is gone, unless the kernel says that it is there: then
    somebody else has it (`in_use`), or this service may not use it (`forbidden`).
    """
    number = getattr(error, "errno", None)
    if number in IN_USE:
        return "faulty", "in_use"
    if number in FORBIDDEN:
        return "faulty", "forbidden"
    return "absent", "cable"


def _spoken(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


Wait = Callable[[threading.Event, float], object]
"""Waits so many seconds, or until the event is set."""


class Attendant:
    """Keeps a device in use on a thread of its own: opens it, serves it, and opens it again after it was pulled out."""

    def __init__(
        self,
        serve: Callable[[threading.Event], None],
        lost: Callable[[Exception], None],
        name: str,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            serve: opens the device and uses it until the event is set; raises when the device is gone.
            lost: told the error each time; whoever it is decides what is worth saying.
            name: of the thread.
            wait: passes the pause between two looks; a simulated day has its own.
        """
        self._serve = serve
        self._lost = lost
        self._name = name
        self._wait = wait
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for the device."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._stop,), name=self._name, daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End the thread and wait for it; harmless when it never ran."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        self._thread = None

    def _run(self, stop: threading.Event) -> None:
        pause = FIRST_RETRY_S
        while not stop.is_set():
            began = time.monotonic()
            try:
                self._serve(stop)
            except Exception as error:
                # whatever a driver library raises means the same to people: the device is gone
                self._lost(error)
                if time.monotonic() - began > LONGEST_RETRY_S:
                    # it was in use until now: a plug that slipped is often back at once
                    pause = FIRST_RETRY_S
                self._wait(stop, pause)
                pause = min(pause * 2, LONGEST_RETRY_S)
