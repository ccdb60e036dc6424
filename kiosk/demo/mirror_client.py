"""The viewing end of a device's mirror: keeps the last frame, sends touches."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable


class MirrorClient:
    """Connects to a mirror's loopback port; `frame` is the newest JPEG picture of the screen."""

    def __init__(self, port: int, changed: Callable[[], None]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.settimeout(None)
        self._changed = changed
        self.frame = b""
        self.count = 0
        threading.Thread(target=self._read, name="mirror-client", daemon=True).start()

    def touch(self, kind: str, x: float, y: float) -> None:
        """Pass a pointer on: `kind` is `down`, `move` or `up`; x, y in 0..1 from the top left corner."""
        with contextlib.suppress(OSError):
            self._socket.sendall(json.dumps({"kind": kind, "x": x, "y": y}).encode() + b"\n")

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _read(self) -> None:
        stream = self._socket.makefile("rb")
        with contextlib.suppress(OSError):
            while len(header := stream.read(4)) == 4:
                self.frame = stream.read(int.from_bytes(header, "big"))
                self.count += 1
                self._changed()
