import socket
import threading

import pytest

from kiosk.demo.cable import Cable


@pytest.fixture
def echo_port() -> int:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=lambda c=connection: [c.sendall(data) for data in iter(lambda: c.recv(100), b"")],
                             daemon=True).start()  # fmt: skip

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


def _talk(cable: Cable) -> bytes:
    with socket.create_connection(("127.0.0.1", cable.port), timeout=5) as connection:
        connection.sendall(b"xin chao")
        return connection.recv(100)


def test_a_plugged_cable_carries_bytes_both_ways(echo_port: int) -> None:
    cable = Cable("127.0.0.1", echo_port)
    assert _talk(cable) == b"xin chao"
    cable.close()


def test_pulling_the_cable_cuts_open_connections_and_plugging_it_lets_new_ones_through(echo_port: int) -> None:
    cable = Cable("127.0.0.1", echo_port)
    connection = socket.create_connection(("127.0.0.1", cable.port), timeout=5)
    connection.sendall(b"a")
    assert connection.recv(10) == b"a"
    cable.unplug()
    assert connection.recv(10) == b""
    with socket.create_connection(("127.0.0.1", cable.port), timeout=5) as refused:
        assert refused.recv(10) == b""
    cable.plug()
    assert _talk(cable) == b"xin chao"
    cable.close()
