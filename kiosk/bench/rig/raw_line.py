"""MQTT 5 by hand over a socket: what a stranger does who writes his own client, byte for byte."""

import socket
import ssl
from typing import NamedTuple

_FAILURE = 0x80
"""Reason codes from here on are refusals (MQTT 5 §2.4); below, one says only that nobody listens."""
_CONNECT, _CONNACK, _PUBLISH, _PUBACK = 1, 2, 3, 4


class Packet(NamedTuple):
    """One MQTT packet."""

    kind: int
    body: bytes


class RawLine:
    """One connection. Every method raises OSError where the other side has closed."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, client_id: str, limit_s: float = 5.0
    ) -> None:
        """Open a line and say CONNECT.

        Raises:
            OSError: if the broker refuses, at whatever layer.
        """
        line = socket.create_connection((host, port), timeout=limit_s)
        self._line = context.wrap_socket(line, server_hostname=host) if context is not None else line
        name = client_id.encode()
        head = b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + len(name).to_bytes(2, "big") + name
        self._send(_CONNECT, 0, head)
        answer = self._receive()
        if answer.kind != _CONNACK or answer.body[1] >= _FAILURE:
            raise ConnectionRefusedError(f"CONNACK {answer.body[1:2].hex()}")

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish with QoS 1; tell whether the broker took it."""
        name = topic.encode()
        self._send(_PUBLISH, 2, len(name).to_bytes(2, "big") + name + b"\x00\x01\x00" + payload)
        while (packet := self._receive()).kind != _PUBACK:
            pass
        return len(packet.body) < 3 or packet.body[2] < _FAILURE

    def wait_until_closed(self, limit_s: float) -> bool:
        """Tell whether the other side closes within `limit_s`."""
        self._line.settimeout(limit_s)
        try:
            while self._line.recv(4096):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        length, size = b"", len(body)
        while True:
            size, digit = divmod(size, 128)
            length += bytes([digit | (128 if size else 0)])
            if not size:
                break
        self._line.sendall(bytes([kind << 4 | flags]) + length + body)

    def _receive(self) -> Packet:
        first = self._exactly(1)[0]
        size, shift = 0, 0
        while True:
            digit = self._exactly(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if not digit & 128:
                break
        return Packet(first >> 4, self._exactly(size))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self._line.recv(count - len(data))
            if not piece:
                raise ConnectionResetError("the other side has closed")
            data += piece
        return data
