"""What the MQTT client promises the network: small delays, few messages under way, and no storm of reconnections."""

import queue
import socket
import threading
from collections.abc import Iterator

import pytest

from kiosk.clock import RealClock
from kiosk.messaging.client import IN_FLIGHT, LARGEST_PAYLOAD, MqttTransport
from kiosk.messaging.message import Message

LIMIT_S = 30.0
WELCOME = b"\x20\x03\x00\x00\x00"
"""CONNACK of MQTT 5: success, no properties."""


@pytest.fixture
def clock() -> Iterator[RealClock]:
    made = RealClock()
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.post(made.stop)
    thread.join(LIMIT_S)


def test_a_client_whose_broker_is_away_comes_back_at_random_moments_ever_more_rarely(clock: RealClock) -> None:
    pauses: queue.Queue[tuple[float, float]] = queue.Queue()

    def at_once(shortest: float, longest: float) -> float:
        pauses.put((shortest, longest))
        return 0.0

    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    client = MqttTransport("127.0.0.1", port, "lobby", clock.post, jitter=at_once)
    client.start(lambda _: None, lambda _: None)
    drawn = [pauses.get(timeout=LIMIT_S) for _ in range(5)]
    client.stop()
    assert drawn == [(1.0, 8.0), (1.0, 16.0), (1.0, 30.0), (1.0, 30.0), (1.0, 30.0)]


def test_no_more_than_five_hundred_messages_are_under_way_and_what_a_broker_refuses_is_not_sent(
    clock: RealClock,
) -> None:
    news: queue.Queue[bool] = queue.Queue()
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = MqttTransport("127.0.0.1", server.getsockname()[1], "lobby", clock.post)
        clock.post(lambda: client.start(lambda _: None, news.put))
        line, _ = server.accept()
        with line:
            line.recv(4096)
            line.sendall(WELCOME)
            assert news.get(timeout=LIMIT_S)
            assert client._line is not None
            assert client._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            clock.post(lambda: client.publish(Message(topic="t", payload=b"TOO LARGE" * LARGEST_PAYLOAD)))
            for _ in range(IN_FLIGHT + 200):
                clock.post(lambda: client.publish(Message(topic="t", payload=b"EVENT")))
            line.settimeout(LIMIT_S)
            heard = b""
            while heard.count(b"EVENT") < IN_FLIGHT:
                heard += line.recv(65536)
            line.settimeout(0.3)
            with pytest.raises(TimeoutError):
                line.recv(65536)
            assert heard.count(b"EVENT") == IN_FLIGHT
            assert b"TOO LARGE" not in heard
        client.stop()
