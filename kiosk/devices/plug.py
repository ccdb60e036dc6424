"""What every thing with a plug has in common: a state that people can be told, and somebody who plugs it in again.

A driver is *absent* (not there, or not yet looked at), *ready*, or *faulty* (there, but of no use until somebody does
something). Changes are told once. Listeners may be called from a driver's own thread: post what you do with them.
"""

import logging
import threading
from collections.abc import Callable
from typing import Literal

DeviceState = Literal["absent", "ready", "faulty"]
StateListener = Callable[[str, str], None]
"""Is told the state and the reason: a key such as `paper_out` or `cable`; empty when ready."""

FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 2.0
"""A device must be back two seconds after it was plugged in, so no pause between two looks is longer."""


class Plugged:
    """State, reason and listener of one device; drivers inherit it."""

    def __init__(self, name: str, state: DeviceState = "absent", reason: str = "") -> None:
        self.name = name
        self.on_state: StateListener | None = None
        self._state: DeviceState = state
        self._reason = reason

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
        log = logging.getLogger(__name__)
        if state == "ready":
            log.info("%s is ready", self.name)
        else:
            log.warning("%s is %s: %s", self.name, state, reason or "unknown")
        if self.on_state is not None:
            self.on_state(state, reason)


class Attendant:
    """Keeps a device in use on a thread of its own: opens it, serves it, and opens it again after it was pulled out."""

    def __init__(self, serve: Callable[[threading.Event], None], lost: Callable[[Exception], None], name: str) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            serve: opens the device and uses it until the event is set; raises when the device is gone.
            lost: told the error each time; whoever it is decides what is worth saying.
            name: of the thread.
        """
        self._serve = serve
        self._lost = lost
        self._name = name
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
            try:
                self._serve(stop)
                pause = FIRST_RETRY_S
            except Exception as error:
                # whatever a driver library raises means the same to people: the device is gone
                self._lost(error)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_RETRY_S)
