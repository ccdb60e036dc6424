"""The screen of a device, seen and touched from elsewhere: frames out, touches in; for the demo only.

A flashed box has none. One loopback port. A frame is a 4-byte big-endian length and a JPEG; a touch is a JSON line
`{"kind": "down"|"move"|"up", "x": 0..1, "y": 0..1}` from the top left corner, a key `{"kind": "key", "key": 13}`.
A frame goes out when it differs from the last, at most eight times a second, and never half laid out: the geometry of
all widgets must have stood still for two flips. A new viewer gets the present frame at once.
"""

import contextlib
import io
import json
import logging
import socket
import threading
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

from kiosk.ui.focus import walk

Act = Callable[[], None]
SECONDS_A_FRAME = 0.125
JPEG_QUALITY = 88
_LOG = logging.getLogger(__name__)


class Mirror:
    """Listens from the start; frames begin once `attach` has been called by the shell."""

    def __init__(self, port: int = 0) -> None:
        """Listen on a loopback port; 0 takes a free one.

        Raises:
            OSError: if the port is taken.
        """
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._viewers: list[_Viewer] = []
        self._lock = threading.Lock()
        self._window: Any = None
        self._call: Callable[[Act], None] | None = None
        self._geometry: object = None
        self._last_at = float("-inf")
        self._checksum = 0
        self._newest = b""
        self._is_stale = True
        self._is_waiting = False
        self._pointers: dict[int, Any] = {}
        self._encoder = _Newest()
        threading.Thread(target=self._accept, name="mirror-accept", daemon=True).start()
        threading.Thread(target=self._encode, name="mirror-encode", daemon=True).start()

    def attach(self, window: Any, call: Callable[[Act], None]) -> None:
        """Begin to watch a Kivy window; `call` runs something on Kivy's thread. Called there by the shell."""
        self._window, self._call = window, call
        window.bind(on_flip=lambda *_: self._flipped())
        self._redraw()

    def close(self) -> None:
        """Drop all viewers and stop listening."""
        with contextlib.suppress(OSError):
            self._server.close()
        with self._lock:
            viewers, self._viewers = self._viewers, []
        for viewer in viewers:
            viewer.close()
        self._encoder.put(None)

    # on Kivy's thread

    def _flipped(self) -> None:
        from kivy.clock import Clock

        self._is_stale = True
        if not self._viewers:
            return
        geometry = tuple((w.x, w.y, w.width, w.height) for child in self._window.children for w in walk(child))
        if geometry != self._geometry:
            self._geometry = geometry
            self._redraw_after(0)
            return
        wait = self._last_at + SECONDS_A_FRAME - Clock.get_boottime()
        if wait > 0:
            self._redraw_after(wait)
            return
        self._last_at = Clock.get_boottime()
        self._is_stale = False
        self._take()

    def _take(self) -> None:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        width, height = (int(side) for side in self._window.size)
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        checksum = zlib.crc32(pixels)
        if checksum != self._checksum:
            self._checksum = checksum
            self._encoder.put((width, height, pixels))

    def _redraw_after(self, seconds: float) -> None:
        from kivy.clock import Clock

        if self._is_waiting:
            return
        self._is_waiting = True

        def again(_seconds: float) -> None:
            self._is_waiting = False
            self._redraw()

        Clock.schedule_once(again, seconds)

    def _redraw(self) -> None:
        self._window.canvas.ask_update()

    def _touch(self, viewer: int, told: dict[str, Any]) -> None:
        from kivy.base import EventLoop

        if self._window is None:
            return
        kind = told.get("kind")
        if kind == "key":
            self._window.dispatch("on_key_down", int(told["key"]), 0, told.get("text"), list(told.get("modifiers", ())))
            return
        x, y = min(1.0, max(0.0, float(told["x"]))), 1.0 - min(1.0, max(0.0, float(told["y"])))
        if kind == "down":
            self._pointers[viewer] = _pointer(viewer, x, y)
            EventLoop.post_dispatch_input("begin", self._pointers[viewer])
        elif viewer in self._pointers:
            touch = self._pointers[viewer]
            touch.move({"x": x, "y": y})
            EventLoop.post_dispatch_input("update" if kind == "move" else "end", touch)
            if kind == "up":
                del self._pointers[viewer]

    # on threads of its own

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                viewer = _Viewer(connection, self._received, self._gone)
                with self._lock:
                    self._viewers.append(viewer)
                    if self._newest and not self._is_stale:
                        viewer.show(self._newest)
                if self._call is not None:
                    self._call(self._redraw)

    def _encode(self) -> None:
        while (frame := self._encoder.take()) is not None:
            width, height, pixels = frame
            # the buffer's first row is the lowest one
            picture = Image.frombuffer("RGB", (width, height), pixels, "raw", "RGBX", 0, -1)
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
            with self._lock:
                self._newest = out.getvalue()
                for viewer in self._viewers:
                    viewer.show(self._newest)

    def _received(self, viewer: "_Viewer", line: bytes) -> None:
        if self._call is None:
            return
        try:
            told = json.loads(line)
        except ValueError:
            return
        if not isinstance(told, dict):
            return
        key = id(viewer)

        def act() -> None:
            try:
                self._touch(key, told)
            except (KeyError, TypeError, ValueError):
                _LOG.warning("a viewer sent a touch that says nothing: %r", line[:120])

        self._call(act)

    def _gone(self, viewer: "_Viewer") -> None:
        with self._lock:
            if viewer in self._viewers:
                self._viewers.remove(viewer)


class _Newest:
    """A place for one thing; a newer one takes the older one's place."""

    def __init__(self) -> None:
        self._filled = threading.Condition()
        self._things: list[Any] = []

    def put(self, thing: Any) -> None:
        with self._filled:
            self._things[:] = [thing]
            self._filled.notify()

    def take(self) -> Any:
        with self._filled:
            self._filled.wait_for(lambda: bool(self._things))
            return self._things.pop()


class _Viewer:
    """One connection; a slow viewer misses frames and holds nobody up."""

    def __init__(
        self,
        connection: socket.socket,
        received: Callable[["_Viewer", bytes], None],
        gone: Callable[["_Viewer"], None],
    ) -> None:
        self._connection, self._gone = connection, gone
        self._frames = _Newest()
        threading.Thread(target=self._send, name="mirror-send", daemon=True).start()
        threading.Thread(target=self._read, args=(received,), name="mirror-read", daemon=True).start()

    def show(self, jpeg: bytes) -> None:
        self._frames.put(jpeg)

    def close(self) -> None:
        self._frames.put(None)
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while (jpeg := self._frames.take()) is not None:
                self._connection.sendall(len(jpeg).to_bytes(4, "big") + jpeg)

    def _read(self, received: Callable[["_Viewer", bytes], None]) -> None:
        with contextlib.suppress(OSError, ValueError), self._connection.makefile("rb") as lines:
            while line := lines.readline(4096):
                received(self, line)
        self._gone(self)
        self.close()


def _pointer(viewer: int, x: float, y: float) -> Any:
    from kivy.input.motionevent import MotionEvent

    class Pointer(MotionEvent):  # type: ignore[misc]  # Kivy ships no types
        """A viewer's finger."""

        def depack(self, args: dict[str, float]) -> None:
            """Take the position, 0..1 from the bottom left corner."""
            self.profile = ("pos",)
            self.sx, self.sy = args["x"], args["y"]
            super().depack(args)

    return Pointer("mirror", viewer, {"x": x, "y": y}, is_touch=True, type_id="touch")
