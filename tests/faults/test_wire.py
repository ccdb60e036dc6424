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

    def answer(end: socket.socket) -> None:
        with end:
            while data := end.recv(1024):
                end.sendall(data)

    def serve() -> None:
        while True:
            try:
                end, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(end,), daemon=True).start()

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


def test_a_long_wire_brings_everything_late(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        wire.delay(0.2)
        client.settimeout(0.02)
        client.sendall(b"late")
        with pytest.raises(TimeoutError):
            client.recv(4)
        client.settimeout(10)
        assert client.recv(4, socket.MSG_WAITALL) == b"late"


def test_a_half_open_wire_looks_whole_to_the_client_and_new_connections_are(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        client.sendall(b"1")
        assert client.recv(1) == b"1"
        wire.half_open()
        client.settimeout(0.05)
        client.sendall(b"2")
        with pytest.raises(TimeoutError):
            client.recv(1)
        with socket.create_connection(("127.0.0.1", wire.port)) as again:
            again.sendall(b"3")
            assert again.recv(1) == b"3"


def test_what_was_held_comes_behind_what_went_over_a_newer_connection(echo_port: int) -> None:
    with Wire("127.0.0.1", echo_port) as wire, socket.create_connection(("127.0.0.1", wire.port)) as old:
        old.sendall(b"0")
        assert old.recv(1) == b"0"
        wire.hold()
        old.sendall(b"first")
        with socket.create_connection(("127.0.0.1", wire.port)) as new:
            new.sendall(b"second")
            assert new.recv(6, socket.MSG_WAITALL) == b"second"
        wire.release()
        assert old.recv(5, socket.MSG_WAITALL) == b"first"
