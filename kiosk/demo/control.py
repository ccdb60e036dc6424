"""The control channel between a demo process and who conducts it: JSON lines over a loopback socket.

One side is a device process (`ControlServer`), the other the conductor or the control room (`ControlClient`).
The channel stands beside MQTT and is absent from a flashed box.
"""

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
LINE_LIMIT = 4 * 1024 * 1024


def _lines(connection: socket.socket, receive: Callable[[Json], None], ended: Callable[[], None]) -> None:
    stream = connection.makefile("rb")
    try:
        for line in iter(lambda: stream.readline(LINE_LIMIT), b""):
            receive(json.loads(line))
    except (OSError, ValueError):
        pass
    finally:
        ended()


class ControlServer:
    """Listens on a free loopback port; takes commands, sends reports to every connected client."""

    def __init__(self, receive: Callable[[Json], None]) -> None:
        self._receive = receive
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._clients: list[socket.socket] = []
        self._lock = threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="control", daemon=True).start()

    def send(self, message: Json) -> None:
        """Send `message` to every client; one that is gone is forgotten."""
        data = (json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        with self._lock:
            for client in list(self._clients):
                try:
                    client.sendall(data)
                except OSError:
                    self._clients.remove(client)

    def close(self) -> None:
        """Stop listening and cut every client off."""
        with contextlib.suppress(OSError):
            self._listener.close()
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
            self._clients.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._clients.append(client)
            threading.Thread(
                target=_lines, args=(client, self._receive, lambda: None), name="control-in", daemon=True
            ).start()
            self._receive({"do": "hello"})


class ControlClient:
    """One connection to a device process."""

    def __init__(self, port: int, receive: Callable[[Json], None], ended: Callable[[], None]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_lines, args=(self._socket, receive, ended), name="control-client", daemon=True).start()

    def send(self, message: Json) -> None:
        """Send one command; a closed connection is silently ignored (its end was reported)."""
        with contextlib.suppress(OSError):
            self._socket.sendall((json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n").encode())

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self._socket.close()
