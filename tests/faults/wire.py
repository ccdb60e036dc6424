"""A TCP connection that misbehaves on demand: a cable between a client and a server of the same machine."""

import contextlib
import socket
import threading
import time
from types import TracebackType


class Wire:
    """Listens on a free loopback port and forwards to a server.

    `cut` breaks what is open and refuses what is new, `mend` ends that. `cut_after` cuts in the middle of a message.
    `freeze` lets nothing through and says nothing, as a switch without power does; `thaw` goes on where it stopped.
    `delay` makes the way long. `half_open` takes the server away from what is open without a word to the client.
    `hold` keeps back what the open connections carry while new ones pass: after `release` the old comes behind the new.

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
        self._released = threading.Event()
        self._held_upto = 0
        self._servers: list[socket.socket] = []
        self._delay_s = 0.0
        self._is_whole = True
        self._bytes_left: int | None = None
        self._mute_upto = 0
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

    def delay(self, seconds: float) -> None:
        """Let each piece take so long, either way; 0: at once."""
        self._delay_s = seconds

    def half_open(self) -> None:
        """Take the server away from every open connection: the client hears nothing, and what it says goes nowhere."""
        self._mute_upto = self.connections
        with self._lock:
            servers, self._servers = self._servers, []
        for server in servers:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Keep back what the open connections carry; new ones pass."""
        self._released.clear()
        self._held_upto = self.connections

    def release(self) -> None:
        """Deliver what `hold` kept back: late, behind what came over newer connections."""
        self._held_upto = 0
        self._released.set()

    def close(self) -> None:
        """Cut, and stop listening."""
        self.thaw()
        self.release()
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
                self._servers.append(server)
            for ends, is_upwards in (((client, server), True), ((server, client), False)):
                arguments = (self.connections, *ends, is_upwards)
                threading.Thread(target=self._forward, args=arguments, daemon=True).start()

    def _forward(self, number: int, source: socket.socket, sink: socket.socket, is_upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                time.sleep(self._delay_s)
                self._flowing.wait()
                if number <= self._held_upto:
                    self._released.wait()
                if number <= self._mute_upto:
                    continue
                if is_upwards and self._bytes_left is not None:
                    data, self._bytes_left = data[: self._bytes_left], self._bytes_left - len(data)
                    sink.sendall(data)
                    if self._bytes_left <= 0:
                        self.cut()
                        break
                else:
                    sink.sendall(data)
        if number <= self._mute_upto and not is_upwards:
            return
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()
