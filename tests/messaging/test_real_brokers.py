"""The protocol over mosquitto and over iotcore: both must pass."""

import contextlib
import os
import random
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.commands import CallNext
from kiosk.domain.replies import Reply
from kiosk.messaging.broker import NoBroker, RunningBroker, mosquitto_path, start_broker
from kiosk.messaging.client import Message, MqttTransport
from tests.faults.process import Victim
from tests.faults.wire import Wire
from tests.messaging.real_device import RealDevice, RoleThread, a_device, a_hub
from tests.messaging.stand_in_hub import TOPICS

ROUNDS = int(os.environ.get("KIOSK_KILL_ROUNDS", "8"))
"""The notes ask for 200 at night (some 60 s)."""
KINDS = [
    pytest.param("mosquitto", marks=pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")),
    "iotcore",
]


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBroker]:
    with start_broker(tmp_path / "broker", request.param) as running:
        yield running


def test_a_request_comes_back_with_its_answer(broker: RunningBroker, tmp_path: Path) -> None:
    with a_hub(broker.port, tmp_path) as hub, a_device(broker.port, tmp_path) as device:
        device.until(lambda: device.link.hub_ready)
        replies: list[Reply | None] = []
        for number in range(20):
            command = CallNext(req_id=f"{number:032x}", counter=1)
            device.do(lambda command=command: device.link.request(command, replies.append))
        device.until(lambda: len(replies) == 20)
        assert [reply.req_id for reply in replies if reply] == [f"{number:032x}" for number in range(20)]
        assert [command.counter for command in hub.hub.asked] == [1] * 20


def test_a_newcomer_sees_the_newest_picture_at_once(broker: RunningBroker, tmp_path: Path) -> None:
    with a_hub(broker.port, tmp_path) as hub:
        hub.do(lambda: hub.hub.show(6))
        hub.do(lambda: hub.hub.show(7))
        with a_device(broker.port, tmp_path) as device:
            device.until(lambda: device.link.rev_seen == 7)


def test_a_killed_device_is_known_to_be_lost_and_a_stopped_one_said_goodbye(
    broker: RunningBroker, tmp_path: Path
) -> None:
    with a_hub(broker.port, tmp_path) as hub:
        with Victim("tests.messaging.producer", broker.port, tmp_path / "lobby.db", "boot-1", 10**6) as producer:
            hub.until(lambda: hub.hub.states.get("lobby") == "ready")
            producer.kill()
            hub.until(lambda: hub.hub.states.get("lobby") == "lost")
        with a_device(broker.port, tmp_path):
            hub.until(lambda: hub.hub.states.get("lobby") == "ready")
        hub.until(lambda: hub.hub.states.get("lobby") == "disconnected")


def test_a_killed_hub_is_known_to_be_away_and_its_next_life_to_be_another(
    broker: RunningBroker, tmp_path: Path
) -> None:
    with (
        Victim("tests.messaging.stand_in_hub", broker.port, tmp_path / "hub.db") as hub,
        a_device(broker.port, tmp_path) as device,
    ):
        device.until(lambda: device.link.hub_ready)
        first = device.link.hub_boot
        hub.kill()
        device.until(lambda: not device.link.hub_ready)
        hub.start()
        device.until(lambda: device.link.hub_ready)
        assert device.link.hub_boot != first


def test_a_broker_that_was_killed_costs_no_event_and_no_picture(broker: RunningBroker, tmp_path: Path) -> None:
    with a_hub(broker.port, tmp_path) as hub, a_device(broker.port, tmp_path) as device:
        device.until(lambda: device.link.hub_ready)
        told = device.record(1000)
        broker.kill()
        device.until(lambda: not device.link.connected)
        told += device.record(1000)
        broker.start()
        device.until(lambda: device.link.pending == 0)
        hub.do(lambda: hub.hub.show(3))
        device.until(lambda: device.link.rev_seen == 3)
        assert hub.do(hub.hub.stored) == told


def test_a_cable_that_is_cut_in_the_middle_of_a_message_costs_no_event(broker: RunningBroker, tmp_path: Path) -> None:
    with (
        a_hub(broker.port, tmp_path) as hub,
        Wire(broker.host, broker.port) as wire,
        a_device(wire.port, tmp_path) as device,
    ):
        device.until(lambda: device.link.hub_ready)
        wire.cut_after(20_001)
        told = device.record(300)
        device.until(lambda: not device.link.connected)
        hub.until(lambda: hub.hub.states.get("lobby") == "lost")
        wire.mend()
        device.until(lambda: device.link.pending == 0)
        assert hub.do(hub.hub.stored) == told


def test_a_message_of_the_largest_size_passes(broker: RunningBroker, tmp_path: Path) -> None:
    role = RoleThread()
    heard: list[Message] = []
    transport = MqttTransport(broker.host, broker.port, "largest", role.clock.post)
    transport.subscribe("kq/1/79/26740/_q/board")
    role.do(lambda: transport.start(lambda message: (heard.append(message), role.note()), lambda _: role.note()))
    role.until(lambda: transport.connected)
    payload = random.Random(1).randbytes(64 * 1024)
    role.do(lambda: transport.publish(Message(topic=TOPICS.snapshot(), payload=payload, expiry_s=60)))
    role.until(lambda: bool(heard))
    role.do(transport.stop)
    role.end()
    assert heard[0].payload == payload


def test_kill_9_of_device_broker_and_hub_at_random_moments_loses_nothing(broker: RunningBroker, tmp_path: Path) -> None:
    """A short form of the notes' 200 rounds: what was accepted is stored, once, whatever is killed."""
    chance = random.Random(20261124)
    database = tmp_path / "lobby.db"
    accepted: list[str] = []
    with Victim("tests.messaging.stand_in_hub", broker.port, tmp_path / "hub.db") as hub:
        for number in range(ROUNDS):
            with Victim("tests.messaging.producer", broker.port, database, f"boot-{number}", 10**6) as producer:
                accepted += producer.lines(chance.randint(1, 60))
                if chance.random() < 0.4:
                    broker.kill()
                    broker.start()
                    accepted += producer.lines(chance.randint(1, 60))
                if chance.random() < 0.4:
                    hub.kill()
                    hub.start()
                    accepted += producer.lines(chance.randint(1, 60))
                producer.kill()
                accepted += producer.last_words()
        with Victim("tests.messaging.producer", broker.port, database, "boot-last", 0) as producer:
            assert producer.line() == "drained"
            producer.end()
    with_hub = stored_by_hub(tmp_path / "hub.db")
    # what was committed and not yet told when the plug was pulled is stored too, and in its place
    assert len(accepted) >= ROUNDS
    assert [row for row in with_hub if row in set(accepted)] == accepted
    assert len(with_hub) == len(set(with_hub))


def stored_by_hub(database: Path) -> list[str]:
    rows = sqlite3.connect(database).execute("SELECT stream, seq FROM events ORDER BY stream, seq")
    return [f"{stream}-{seq}" for stream, seq in rows]


def test_a_broker_listens_on_loopback_only(broker: RunningBroker) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if not str(address).startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, broker.port), timeout=2)


def test_a_stopped_broker_frees_its_port_and_may_be_stopped_twice(broker: RunningBroker) -> None:
    broker.stop()
    broker.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((broker.host, broker.port), timeout=2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_ends_with_the_process_that_started_it(tmp_path: Path, kind: str) -> None:
    with Victim("tests.messaging.broker_owner", tmp_path, kind) as owner:
        port = int(owner.line())
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            owner.kill()
            with contextlib.suppress(ConnectionResetError):
                assert line.recv(1) == b""


def test_an_unknown_kind_of_broker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mosquitto or iotcore"):
        start_broker(tmp_path, "rabbit")


def test_a_broker_whose_port_is_taken_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        broker = RunningBroker(tmp_path, "iotcore", taken.getsockname()[1])
        with pytest.raises(NoBroker, match="taken"):
            broker.start()


def test_a_frozen_network_hides_nothing_once_it_thaws(broker: RunningBroker, tmp_path: Path) -> None:
    with a_hub(broker.port, tmp_path) as hub, Wire(broker.host, broker.port) as wire:
        device = RealDevice(wire.port, tmp_path)
        device.until(lambda: device.link.hub_ready)
        wire.freeze()
        told = device.record(5)
        assert device.link.pending == 5
        wire.thaw()
        device.until(lambda: device.link.pending == 0)
        assert hub.do(hub.hub.stored) == told
        device.do(device.link.stop)
        device.end()
