"""The expression service: one process, one Unix socket, one counter; what it sees dies in its memory.

The counter writes one JSON object a line and gets one back for each:

    {"do": "start"}   the visit is ending: the camera goes on      -> {"watching": true, "camera": "ready"}
    {"do": "stop"}    say what was seen; the camera goes off       -> an Estimate of kiosk.domain.expression
    {"do": "cancel"}  the citizen declined: forget, say nothing    -> {"watching": false, ...}
    {"do": "health"}                                               -> {"watching", "camera", "visits", "sandbox"}

Nothing here can hold a rating up: answers never wait for the camera, and after `LONGEST_S` seconds, or when the counter
goes away, the camera goes off by itself.
"""

import contextlib
import json
import selectors
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kiosk.devices.camera import Camera, Frame
from kiosk.domain.expression import LONGEST_S, Estimate
from kiosk.vision.expressions import ExpressionReader, Visit

EVERY_S = 0.2
"""5 frames a second (field note §12.1)."""
LONGEST_LINE = 4096


class Watch:
    """The end of one visit at a time: takes frames from the camera's thread, answers on the counter's."""

    def __init__(self, reader: ExpressionReader, camera: Camera, monotonic: Callable[[], float]) -> None:
        self.visits = 0
        self._reader = reader
        self._camera = camera
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._visit: Visit | None = None
        self._until = 0.0
        self._next_at = 0.0
        self._buffer: Frame = np.zeros((0, 0), np.uint8)
        self._said: Estimate | None = None

    @property
    def is_on(self) -> bool:
        """Return whether the camera is being looked through."""
        return self._visit is not None

    def seconds_left(self) -> float | None:
        """Return when `rest` is due; None while nothing is watched."""
        return None if self._visit is None else max(0.0, self._until - self._monotonic())

    def start(self) -> None:
        """Begin to watch; a visit that nobody ended is forgotten first."""
        self.cancel()
        with self._lock:
            self._visit = Visit(self._reader)
            self._until = self._monotonic() + LONGEST_S
            self._next_at = 0.0
        self.visits += 1
        self._camera.start(self.take)

    def take(self, frame: Frame) -> None:
        """Look at a frame, at most five a second; the camera's thread calls this."""
        with self._lock:
            now = self._monotonic()
            if self._visit is None or now < self._next_at or now >= self._until or frame.ndim != 2:
                return
            self._next_at = now + EVERY_S
            if self._buffer.shape != frame.shape:
                self._buffer.fill(0)
                self._buffer = np.zeros(frame.shape, np.uint8)
            np.copyto(self._buffer, frame)
            self._visit.see(self._buffer, now)

    def conclude(self) -> Estimate:
        """Return what the visit showed; the camera is still to be put away with `rest`."""
        with self._lock:
            visit, self._visit = self._visit, None
        if visit is None:
            said, self._said = self._said, None
            return said or Estimate(estimate="none", why_not="not_started")
        estimate = visit.estimate()
        visit.forget()
        if estimate.frames_seen == 0:
            ready = self._camera.state == "ready"
            return msgspec.structs.replace(estimate, why_not="no_frames" if ready else f"camera_{self._camera.state}")
        return estimate

    def rest(self) -> None:
        """Put the camera away and overwrite what is left of frames; an answer that nobody asked for yet is kept."""
        if self._visit is not None:
            self._said = self.conclude()
        self._camera.stop()
        with self._lock:
            self._buffer.fill(0)
            self._reader.forget()

    def cancel(self) -> None:
        """Forget the visit, answer and all."""
        with self._lock:
            visit, self._visit, self._said = self._visit, None, None
        if visit is not None:
            visit.forget()
            self.rest()


class VisionService:
    """The socket's side: one counter at a time; the newest connection is the counter's."""

    def __init__(self, watch: Watch, camera: Camera, listener: socket.socket, sandbox: Mapping[str, str]) -> None:
        self._watch = watch
        self._camera = camera
        self._listener = listener
        self._sandbox = dict(sandbox)
        self._selector = selectors.DefaultSelector()
        self._counter: socket.socket | None = None
        self._line = b""
        self._stopping = False

    def run(self) -> None:
        """Serve until `stop`."""
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._welcome)
        try:
            while not self._stopping:
                for key, _ in self._selector.select(self._watch.seconds_left()):
                    key.data()
                if self._watch.seconds_left() == 0.0:
                    self._watch.rest()
        finally:
            self._part()
            self._selector.close()

    def stop(self) -> None:
        """End `run` after the request that is being served."""
        self._stopping = True

    def answer(self, line: bytes) -> tuple[dict[str, Any], bool]:
        """Return the reply to one line, and whether the camera is to be put away after it."""
        try:
            asked = json.loads(line)
            verb = asked.get("do") if isinstance(asked, dict) else None
        except ValueError:
            verb = None
        match verb:
            case "start":
                self._watch.start()
                return {"watching": True, "camera": self._camera.state}, False
            case "stop":
                return msgspec.to_builtins(self._watch.conclude()), True
            case "cancel":
                self._watch.cancel()
                return self._health(), False
            case "health":
                return self._health(), False
        return {"error": 'expected {"do": "start"}, "stop", "cancel" or "health", one JSON object a line'}, False

    def _health(self) -> dict[str, Any]:
        return {
            "watching": self._watch.is_on,
            "camera": self._camera.state,
            "visits": self._watch.visits,
            "sandbox": self._sandbox,
        }

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        self._part()
        # a counter that does not read its answers must not hold the service up
        connection.setblocking(False)
        self._counter = connection
        self._selector.register(connection, selectors.EVENT_READ, self._hear)

    def _hear(self) -> None:
        if self._counter is None:
            return
        try:
            heard = self._counter.recv(LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        self._line += heard
        if not heard or len(self._line) > LONGEST_LINE:
            self._part()
            return
        *lines, self._line = self._line.split(b"\n")
        for line in lines:
            reply, is_over = self.answer(line)
            self._say(reply)
            if is_over:
                self._watch.rest()

    def _say(self, reply: Mapping[str, Any]) -> None:
        if self._counter is None:
            return
        try:
            self._counter.sendall(json.dumps(reply).encode() + b"\n")
        except OSError:
            self._part()

    def _part(self) -> None:
        """Forget the counter, and whatever it had begun."""
        self._watch.cancel()
        self._line = b""
        if self._counter is not None:
            self._selector.unregister(self._counter)
            self._counter.close()
            self._counter = None


def listen(path: Path) -> socket.socket:
    """Return the listening socket at `path`, for this user and group only; what an earlier run left there goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o660)
    listener.listen(4)
    return listener
