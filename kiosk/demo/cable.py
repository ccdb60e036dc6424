"""A network cable that can be pulled: forwards one device's connection to the broker until it is unplugged."""

import contextlib
import socket
import threading


class Cable:
    """Listens on a free loopback port and forwards to `host:port`; `unplug` cuts everything, `plug` mends it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.plugged = True
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def plug(self) -> None:
        """Let connections through again."""
        self.plugged = True

    def unplug(self) -> None:
        """Cut open connections and refuse new ones."""
        self.plugged = False
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def close(self) -> None:
        """Cut and stop listening."""
        self.unplug()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                device, _ = self._listener.accept()
            except OSError:
                return
            if not self.plugged:
                device.close()
                continue
            try:
                broker = socket.create_connection(self._target, timeout=5)
            except OSError:
                device.close()
                continue
            broker.settimeout(None)
            for end in (device, broker):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open += [device, broker]
            for source, sink in ((device, broker), (broker, device)):
                threading.Thread(target=self._forward, args=(source, sink), name="cable-wire", daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open = [end for end in self._open if end is not source and end is not sink]
        source.close()
