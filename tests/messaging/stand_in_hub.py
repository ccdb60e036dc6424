"""A hub that does nothing but its half of the outbox protocol: store each row once, COMMIT, then acknowledge.

`python -m tests.messaging.stand_in_hub PORT DATABASE` runs it as a process that can be killed.
"""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from kiosk.clock import RealClock
from kiosk.demo.trial_time import MORNING
from kiosk.domain.commands import AnyCommand
from kiosk.domain.envelope import Envelope
from kiosk.domain.replies import Acknowledgement, DeviceState, Reply
from kiosk.domain.snapshot import Figures, Snapshot
from kiosk.messaging.client import Message, MqttTransport, Transport
from kiosk.messaging.link import lost_will
from kiosk.messaging.outbox import open_database
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")
_SCHEMA = "CREATE TABLE IF NOT EXISTS events (stream TEXT, seq INTEGER, payload BLOB, PRIMARY KEY (stream, seq))"


def snapshot(rev: int, hub: str) -> Snapshot:
    """Return a picture of an empty office."""
    return Snapshot(
        rev=rev, hub=hub, at=MORNING, day=date(2026, 11, 24), counters=(), waiting=(), groups=(), calls=(),
        figures=Figures(),
    )  # fmt: skip


class StandInHub:
    """The hub's half of the protocol, on any transport."""

    def __init__(
        self, transport: Transport, post: Callable[[Callable[[], None]], None], database: Path | str, boot: str
    ) -> None:
        self.boot = boot
        self.rev = 0
        self.is_mute = False
        """True: it stores, but the acknowledgements and replies get lost."""
        self.heard: list[Envelope] = []
        """Every envelope that arrived, duplicates too."""
        self.asked: list[AnyCommand] = []
        self.states: dict[str, str] = {}
        """Presence of every device."""
        self.on_heard: Callable[[], None] = lambda: None
        """Called after every message."""
        self.connection = open_database(database)
        self.connection.execute(_SCHEMA)
        self._transport = transport
        self._post = post
        self._waiting: list[Message] = []
        self._upto: dict[str, int] = {}

    def start(self) -> None:
        self._transport.subscribe(TOPICS.all_events(), TOPICS.all_requests(), TOPICS.all_states())
        self._transport.start(self._on_message, self._on_connection)

    def stop(self) -> None:
        self._transport.publish(_state("disconnected", self.boot))
        self._transport.stop()

    def show(self, rev: int) -> None:
        """Publish a picture."""
        self.rev = rev
        payload = msgspec.json.encode(snapshot(rev, self.boot))
        self._transport.publish(Message(topic=TOPICS.snapshot(), payload=payload, retain=True))

    def acknowledge(self, device: str, stream: str, upto: int, window: int | None = None) -> None:
        """Publish an acknowledgement, deserved or not."""
        payload = msgspec.json.encode(Acknowledgement(stream=stream, upto=upto, rev=self.rev, window=window))
        self._transport.publish(Message(topic=TOPICS.ack(device), payload=payload, expiry_s=60))

    def stored(self) -> list[str]:
        """Return the id of every row, in order."""
        rows = self.connection.execute("SELECT stream, seq FROM events ORDER BY stream, seq")
        return [f"{stream}-{seq}" for stream, seq in rows]

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._transport.publish(_state("ready", self.boot))
            self.show(self.rev)

    def _on_message(self, message: Message) -> None:
        self._take(message)
        self.on_heard()

    def _take(self, message: Message) -> None:
        match TOPICS.kind_of(message.topic):
            case "ev":
                self._waiting.append(message)
                if len(self._waiting) == 1:
                    self._post(self._commit)
            case "req":
                self._answer(message)
            case "state" if TOPICS.device_of(message.topic) != "hub":
                state = msgspec.json.decode(message.payload, type=DeviceState)
                self.states[TOPICS.device_of(message.topic)] = state.state

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        streams: dict[str, str] = {}
        self.connection.execute("BEGIN")
        for message in batch:
            envelope = msgspec.json.decode(message.payload, type=Envelope)
            self.heard.append(envelope)
            streams[envelope.stream] = TOPICS.device_of(message.topic)
            self.connection.execute(
                "INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (envelope.stream, envelope.sequence, message.payload),
            )
        self.connection.execute("COMMIT")
        if not self.is_mute:
            for stream, device in streams.items():
                self.acknowledge(device, stream, self._contiguous(stream))

    def _contiguous(self, stream: str) -> int:
        upto = self._upto.get(stream, 0)
        while self.connection.execute(
            "SELECT 1 FROM events WHERE stream = ? AND seq = ?", (stream, upto + 1)
        ).fetchone():
            upto += 1
        self._upto[stream] = upto
        return upto

    def _answer(self, message: Message) -> None:
        command: AnyCommand = msgspec.json.decode(message.payload, type=AnyCommand)  # type: ignore[arg-type]  # msgspec takes a union
        self.asked.append(command)
        if not self.is_mute:
            reply = Reply(req_id=command.req_id, ok=True, rev=self.rev)
            self._transport.publish(
                Message(
                    topic=message.response_topic, payload=msgspec.json.encode(reply), correlation=message.correlation
                )
            )


def _state(state: str, boot: str) -> Message:
    payload = msgspec.json.encode(DeviceState(state=state, boot=boot))
    return Message(topic=TOPICS.state("hub"), payload=payload, retain=True)


def main(port: int, database: str) -> None:
    clock = RealClock()
    boot = f"boot-{clock.monotonic()}"
    transport = MqttTransport(
        "127.0.0.1", port, "hub", clock.post, will=lost_will(TOPICS, "hub", boot), reconnect_s=(0.02, 0.1)
    )
    StandInHub(transport, clock.post, database, boot).start()
    print("ready", flush=True)
    clock.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
