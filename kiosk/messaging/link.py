"""A device's link to its hub: drains the outbox, hears snapshots, asks and is answered, knows whether the hub is there.

A row of the outbox goes only on the hub's own cumulative acknowledgement. It is sent in order, at most a window beyond
the lowest unacknowledged row, and again from there after a reconnect or 2 s of silence (messaging notes §10.1).
"""

import logging
from collections.abc import Callable, Mapping

import msgspec

from kiosk.clock import Clock, Timer, Wake
from kiosk.domain.events import Command
from kiosk.domain.replies import Acknowledgement, DeviceState, Reply
from kiosk.domain.snapshot import Snapshot
from kiosk.messaging.client import Message, Transport
from kiosk.messaging.outbox import Outbox
from kiosk.messaging.topics import Topics

WINDOW = 500
RESEND_S = 2.0
REQUEST_S = 10

OnReply = Callable[[Reply | None], None]
log = logging.getLogger(__name__)


def lost_will(topics: Topics, device: str, boot: str) -> Message:
    """Return what the broker shall say when the device's connection breaks."""
    payload = msgspec.json.encode(DeviceState(state="lost", boot=boot))
    return Message(topic=topics.state(device), payload=payload, retain=True)


class HubLink:
    """Runs on the role's thread; only its transport has a thread of its own."""

    def __init__(
        self,
        transport: Transport,
        outbox: Outbox,
        topics: Topics,
        device: str,
        clock: Clock,
        timer: Timer,
        boot: str,
        describe: Mapping[str, str] | None = None,
    ) -> None:
        """Put the link together; nothing is sent before `start`.

        Args:
            transport: made with `lost_will`.
            timer: real seconds, for resending and time-outs of requests.
            describe: model and versions for the birth message.
        """
        self.on_snapshot: Callable[[Snapshot], None] | None = None
        self.on_hub: Callable[[bool], None] | None = None
        self.on_command: Callable[[str, bytes], None] | None = None
        self.on_change: Callable[[], None] | None = None
        self.hub_boot = ""
        self.rev_seen = -1
        self.rev_heard = -1
        self.sent = 0
        self.received = 0
        self._transport = transport
        self._outbox = outbox
        self._topics = topics
        self._device = device
        self._clock = clock
        self._timer = timer
        self._boot = boot
        self._describe = dict(describe or {})
        self._hub_is_ready = False
        self._told_hub = False
        self._snapshot_boot = ""
        self._sent_upto = 0
        self._unacknowledged: set[int] = set()
        self._resend: Wake | None = None
        self._asked: dict[str, tuple[OnReply, Wake]] = {}

    @property
    def connected(self) -> bool:
        """Tell whether the broker is reached."""
        return self._transport.connected

    @property
    def hub_ready(self) -> bool:
        """Tell whether the hub is there, as last told to `on_hub`."""
        return self._told_hub

    @property
    def pending(self) -> int:
        """Return how many events wait for the hub."""
        return self._outbox.pending()

    @property
    def in_flight(self) -> int:
        """Return how many requests wait for an answer."""
        return len(self._asked)

    def start(self) -> None:
        """Connect; listeners are called from now on."""
        self._outbox.on_commit = self._drain
        topics, device = self._topics, self._device
        self._transport.start(self._on_message, self._on_connection)
        self._transport.subscribe(
            topics.state(topics.hub), topics.snapshot(), topics.ack(device), topics.response(device, "+"),
            topics.command(device, "+"),
        )  # fmt: skip

    def stop(self) -> None:
        """Say goodbye and disconnect."""
        self._publish_state("disconnected")
        self._transport.stop()
        if self._resend is not None:
            self._resend.cancel()

    def request(self, command: Command, on_reply: OnReply) -> None:
        """Ask the hub; `on_reply` gets None if it is away or silent for 10 s."""
        if not self._told_hub:
            on_reply(None)
            return
        op = str(command.__struct_config__.tag)
        wake = self._timer.wake_after(REQUEST_S, lambda: self._answered(command.req_id, None))
        self._asked[command.req_id] = (on_reply, wake)
        self._publish(
            Message(
                topic=self._topics.request(self._device, op),
                payload=msgspec.json.encode(command),
                response_topic=self._topics.response(self._device, op),
                correlation=command.req_id.encode(),
                expiry_s=REQUEST_S,
            )
        )
        self._changed()

    def _on_connection(self, connected: bool) -> None:
        if connected:
            self._publish_state("ready")
            birth = msgspec.json.encode(self._describe)
            self._publish(Message(topic=self._topics.desc(self._device), payload=birth, retain=True))
            self._sent_upto = 0
            self._drain()
        else:
            # whether the hub is still there is told anew by its retained state
            self._hub_is_ready = False
        self._tell_hub()
        self._changed()

    def _on_message(self, message: Message) -> None:
        self.received += 1
        topics = self._topics
        try:
            if message.topic == topics.snapshot():
                self._hear_snapshot(msgspec.json.decode(message.payload, type=Snapshot))
            elif message.topic == topics.state(topics.hub):
                self._hear_hub(msgspec.json.decode(message.payload, type=DeviceState))
            elif message.topic == topics.ack(self._device):
                self._hear_ack(msgspec.json.decode(message.payload, type=Acknowledgement))
            elif topics.kind_of(message.topic) == "rsp":
                reply = msgspec.json.decode(message.payload, type=Reply)
                self.rev_heard = max(self.rev_heard, reply.rev)
                self._answered(reply.req_id, reply)
            elif topics.kind_of(message.topic) == "cmd" and self.on_command is not None:
                self.on_command(message.topic.rsplit("/", 1)[-1], message.payload)
        except msgspec.DecodeError as error:
            log.warning("a message on %s is not understood: %s", message.topic, error)
        self._changed()

    def _hear_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.rev < self.rev_seen and snapshot.hub == self._snapshot_boot:
            return
        if snapshot.hub != self._snapshot_boot:
            # a hub restored from a backup counts from there
            self.rev_heard = snapshot.rev
        self._snapshot_boot = snapshot.hub
        self.rev_seen = snapshot.rev
        self.rev_heard = max(self.rev_heard, snapshot.rev)
        if self.on_snapshot is not None:
            self.on_snapshot(snapshot)

    def _hear_hub(self, state: DeviceState) -> None:
        was = self.hub_boot
        self._hub_is_ready = state.state in ("ready", "alert")
        if self._hub_is_ready:
            self.hub_boot = state.boot
            if state.boot != was:
                self._sent_upto = 0
                self._drain()
        self._tell_hub()

    def _tell_hub(self) -> None:
        there = self._hub_is_ready and self._transport.connected
        if there == self._told_hub:
            return
        self._told_hub = there
        if not there:
            for req_id in list(self._asked):
                self._answered(req_id, None)
        if self.on_hub is not None:
            self.on_hub(there)

    def _hear_ack(self, ack: Acknowledgement) -> None:
        if ack.stream != self._outbox.stream:
            return
        self.rev_heard = max(self.rev_heard, ack.rev)
        if self._outbox.acknowledge(ack.upto):
            self._restart_timer()
            self._drain()

    def _answered(self, req_id: str, reply: Reply | None) -> None:
        asked = self._asked.pop(req_id, None)
        if asked is not None:
            asked[1].cancel()
            asked[0](reply)
            self._changed()

    def _drain(self) -> None:
        self._changed()
        if not self._transport.connected:
            return
        lowest = self._outbox.window(limit=1)
        if not lowest:
            return
        for envelope in self._outbox.window(self._sent_upto, WINDOW):
            if envelope.sequence >= lowest[0].sequence + WINDOW:
                break
            domain = envelope.type.partition(".")[0]
            self._publish(
                Message(topic=self._topics.events(self._device, domain), payload=msgspec.json.encode(envelope))
            )
            self._sent_upto = envelope.sequence
        if self._resend is None:
            self._restart_timer()

    def _restart_timer(self) -> None:
        if self._resend is not None:
            self._resend.cancel()
            self._resend = None
        if self._outbox.pending():
            self._resend = self._timer.wake_after(RESEND_S, self._send_again)

    def _send_again(self) -> None:
        self._resend = None
        self._sent_upto = 0
        self._drain()

    def _publish_state(self, state: str) -> None:
        payload = msgspec.json.encode(DeviceState(state=state, boot=self._boot))
        self._publish(Message(topic=self._topics.state(self._device), payload=payload, retain=True))

    def _publish(self, message: Message) -> None:
        if self._transport.connected:
            self.sent += 1
            self._transport.publish(message)

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()
