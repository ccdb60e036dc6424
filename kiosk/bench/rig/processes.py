"""Processes that the benchmark of messages starts and kills: the real hub, devices that record events, and an echo.

`python -m kiosk.bench.rig.processes ROLE PORT ...`; each prints lines and ends with its standard input or by SIGKILL.
"""

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from kiosk.clock import RealClock
from kiosk.domain.envelope import Envelope
from kiosk.domain.events import HelpCalled
from kiosk.domain.office import model_office
from kiosk.hub.ledger import Ledger
from kiosk.hub.service import HubService
from kiosk.hub.service import lost_will as hub_will
from kiosk.messaging.client import Message, MqttTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")
RECONNECT_S = (0.02, 0.1)
BURST = 5
ECHO = "bench/echo"
ANSWERS = "bench/answers"


class Child:
    """One such process."""

    def __init__(self, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.bench.rig.processes", *(str(argument) for argument in arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ, PYTHONUNBUFFERED="1"),
        )  # fmt: skip

    def line(self) -> str:
        """Wait for its next line; empty if it ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> list[str]:
        """Pull its plug and return the whole lines that it had still written."""
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        self._process.kill()
        rest = self._process.stdout.read()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        return [line.strip() for line in rest[: rest.rfind("\n") + 1].splitlines()]


def outbox_of(database: Path, clock: RealClock, name: str, boot: str) -> Outbox:
    """Open a device's outbox on a real clock."""
    return Outbox(
        open_database(database), source=TOPICS.source(name), boot=boot, now=clock.now, mono=clock.monotonic,
        new_id=lambda: secrets.token_hex(16), clk="ntp",
    )  # fmt: skip


def link_of(port: int, outbox: Outbox, clock: RealClock, name: str, boot: str) -> HubLink:
    """Return a device's line over TCP."""
    will = lost_will(TOPICS, name, boot)
    transport = MqttTransport("127.0.0.1", port, name, clock.post, will, RECONNECT_S)
    return HubLink(transport, outbox, TOPICS, name, clock, clock, boot)


def _hub(port: int, database: Path) -> None:
    clock = RealClock()
    boot = secrets.token_hex(16)
    transport = MqttTransport("127.0.0.1", port, TOPICS.hub, clock.post, hub_will(TOPICS, boot), RECONNECT_S)
    ledger = Ledger(open_database(database))
    service = HubService(
        model_office(2), ledger, transport, TOPICS, clock, lambda: secrets.token_hex(16), boot, "http://hub.bench"
    )
    clock.post(service.start)
    print("ready", flush=True)
    clock.run()


def _record_until_killed(record: Callable[[], str], pending: Callable[[], int], clock: RealClock, count: int) -> None:
    """Record events as fast as they are accepted and print each id; after `count` wait until all are delivered."""
    left = count

    def produce() -> None:
        nonlocal left
        for _ in range(min(BURST, left)):
            print(record(), flush=True)
            left -= 1
        if left:
            # what arrived meanwhile gets its turn
            clock.post(produce)
        else:
            finish()

    def finish() -> None:
        if pending():
            clock.wake_after(0.01, finish)
        else:
            print("drained", flush=True)

    clock.post(produce)
    clock.run()


def _device(port: int, database: Path, count: int) -> None:
    clock = RealClock()
    boot = secrets.token_hex(16)
    outbox = outbox_of(database, clock, "lobby", boot)
    link_of(port, outbox, clock, "lobby", boot).start()
    _record_until_killed(lambda: outbox.record(HelpCalled(at=clock.now())).id, outbox.pending, clock, count)


class _TrustingDevice:
    """The yardstick: deletes a row as soon as the broker says PUBACK."""

    def __init__(self, port: int, database: Path, clock: RealClock) -> None:
        self._rows = open_database(database)
        self._rows.execute("CREATE TABLE IF NOT EXISTS line (seq INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB)")
        self._clock = clock
        self._under_way: dict[int, int] = {}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="lobby", protocol=mqtt.MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(500)
        self._client.on_publish = lambda _c, _u, mid, *_: clock.post(lambda: self._delete(mid))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        for sequence, payload in self._rows.execute("SELECT seq, payload FROM line").fetchall():
            self._send(sequence, payload)

    def pending(self) -> int:
        """Return how many rows the broker has not taken."""
        return int(self._rows.execute("SELECT count(*) FROM line").fetchone()[0])

    def record(self) -> str:
        """Store an event, send it, return its id."""
        event = HelpCalled(at=self._clock.now())
        self._rows.execute("BEGIN IMMEDIATE")
        sequence = int(self._rows.execute("INSERT INTO line (payload) VALUES (x'')").lastrowid or 0)
        envelope = Envelope(
            stream="trusting", sequence=sequence, source=TOPICS.source("lobby"), type=event.TYPE, ts=event.at,
            clk="ntp", data=msgspec.Raw(msgspec.json.encode(event)),
        )  # fmt: skip
        payload = msgspec.json.encode(envelope)
        self._rows.execute("UPDATE line SET payload = ? WHERE seq = ?", (payload, sequence))
        self._rows.execute("COMMIT")
        self._send(sequence, payload)
        return envelope.id

    def _send(self, sequence: int, payload: bytes) -> None:
        self._under_way[self._client.publish(TOPICS.events("lobby", "help"), payload, qos=1).mid] = sequence

    def _delete(self, mid: int) -> None:
        self._rows.execute("DELETE FROM line WHERE seq = ?", (self._under_way.pop(mid),))


def _trusting(port: int, database: Path, count: int) -> None:
    clock = RealClock()
    device = _TrustingDevice(port, database, clock)
    _record_until_killed(device.record, device.pending, clock, count)


def _echo(port: int) -> None:
    clock = RealClock()
    transport = MqttTransport("127.0.0.1", port, "echo", clock.post, reconnect_s=RECONNECT_S)

    def answer(message: Message) -> None:
        transport.publish(
            Message(topic=message.response_topic, payload=message.payload, correlation=message.correlation)
        )

    transport.subscribe(ECHO)
    transport.start(answer, lambda is_there: print("ready", flush=True) if is_there else None)
    clock.run()


def plain_client(port: int, name: str, topic: str, on_message: Callable[[Any, Any, mqtt.MQTTMessage], None]) -> Any:
    """Return a paho client with default settings, connected and subscribed."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    subscribed = threading.Event()
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.subscribe(topic, 1)
    client.loop_start()
    subscribed.wait(10)
    return client


def _plain_echo(port: int) -> None:
    client = plain_client(port, "echo", ECHO, lambda c, _, message: c.publish(ANSWERS, message.payload, 1))
    print("ready", flush=True)
    sys.stdin.read()
    client.disconnect()


def wait_for_port(port: int, limit_s: float = 10.0) -> None:
    """Wait until somebody listens.

    Raises:
        TimeoutError: if nobody does.
    """
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


def stored_count(database: Path) -> int:
    """Return how many events a hub's ledger holds: cheap enough to be asked while others are measured."""
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
    finally:
        connection.close()
    return int(count)


def stored_ids(database: Path) -> list[str]:
    """Return the ids of all events in a hub's ledger."""
    connection = sqlite3.connect(database)
    try:
        return [f"{stream}-{seq}" for stream, seq in connection.execute("SELECT stream, sequence FROM events")]
    finally:
        connection.close()


def main(role: str, port: int, *more: str) -> None:
    """Run one role until it is killed."""
    if role == "hub":
        _hub(port, Path(more[0]))
    elif role == "device":
        _device(port, Path(more[0]), int(more[1]))
    elif role == "trusting":
        _trusting(port, Path(more[0]), int(more[1]))
    elif role == "echo":
        _echo(port)
    else:
        _plain_echo(port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
