"""A TCP connection that misbehaves on demand: a cable between a client and a server of the same machine."""

import contextlib
import socket
import threading
from types import TracebackType


class Wire:
    """Listens on a free loopback port and forwards to a server.

    `cut` breaks what is open and refuses what is new, `mend` ends that. `freeze` lets nothing through and says nothing,
    as a switch without power does; `thaw` goes on where it stopped. `cut_after` cuts in the middle of a message.

    Example:
        with Wire(broker.host, broker.port) as wire:
            device = connect(wire.port)
            wire.cut()
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._is_whole = True
        self._bytes_left: int | None = None
        self.connections = 0
        """How many connections were let through."""
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._is_whole = False
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let new connections through."""
        self._bytes_left = None
        self._is_whole = True

    def freeze(self) -> None:
        """Let nothing through, without a word to either side."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Go on where `freeze` stopped."""
        self._flowing.set()

    def cut_after(self, count: int) -> None:
        """Cut once that many more bytes went from the client to the server."""
        self._bytes_left = count

    def close(self) -> None:
        """Cut, and stop listening."""
        self.thaw()
        self.cut()
        self._listener.close()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if not self._is_whole:
                    raise ConnectionRefusedError
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            self.connections += 1
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._ends += [client, server]
            for source, sink, is_upwards in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._forward, args=(source, sink, is_upwards), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, is_upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if is_upwards and self._bytes_left is not None:
                    data, self._bytes_left = data[: self._bytes_left], self._bytes_left - len(data)
                    sink.sendall(data)
                    if self._bytes_left <= 0:
                        self.cut()
                        break
                else:
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()
