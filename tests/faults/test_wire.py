"""The cable that misbehaves: what tests of the network rely on."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.faults.wire import Wire


@pytest.fixture
def echo_port() -> Iterator[int]:
    """A server that says everything back."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                end, _ = server.accept()
            except OSError:
                return
            with end:
                while data := end.recv(1024):
                    end.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def test_a_whole_wire_carries_both_ways(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        client.sendall(b"xin chao")
        assert client.recv(8, socket.MSG_WAITALL) == b"xin chao"
        assert wire.connections == 1


def test_a_cut_wire_breaks_what_is_open_and_a_mended_one_takes_new_connections(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire:
        with socket.create_connection(("127.0.0.1", wire.port)) as client:
            client.sendall(b"1")
            assert client.recv(1) == b"1"
            wire.cut()
            assert client.recv(1) == b""
        wire.mend()
        with socket.create_connection(("127.0.0.1", wire.port)) as client:
            client.sendall(b"2")
            assert client.recv(1) == b"2"


def test_a_wire_can_be_cut_in_the_middle_of_a_message(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire:
        wire.cut_after(3)
        with socket.create_connection(("127.0.0.1", wire.port)) as client:
            client.sendall(b"12345")
            assert client.recv(5, socket.MSG_WAITALL) in (b"123", b"")


def test_a_frozen_wire_keeps_what_it_was_given(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        wire.freeze()
        client.sendall(b"late")
        wire.thaw()
        assert client.recv(4, socket.MSG_WAITALL) == b"late"
