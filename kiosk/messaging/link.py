"""A device's line to its hub: events out of the outbox, pictures in, requests both ways, and who is there.

Everything runs on the role's thread. The link never sends on its own account because something arrived: it sends when
the role has committed an event or asks for something, when the hub is (again) there, and when real seconds passed
without an answer.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from kiosk.clock import Clock, Timer, Wake
from kiosk.domain.commands import Command, Question
from kiosk.domain.replies import Acknowledgement, DeviceDescription, DeviceState, Reply, Telemetry
from kiosk.domain.snapshot import Snapshot
from kiosk.messaging.asking import OnReply, OpenRequests
from kiosk.messaging.message import Message, Transport
from kiosk.messaging.outbox import WINDOW, Outbox
from kiosk.messaging.topics import Topics

RESEND_S = 2.0
"""Silence of the hub after which the outbox is sent again from its lowest pending row."""
PATIENCE = 16
"""In vain, the pause doubles each time, up to so many times `RESEND_S`: a receiver that is behind is not flooded."""
TELEMETRY_EXPIRY_S = 120
REQUEST_S = 10
"""A request that took longer is answered with None, and the broker drops it undelivered."""
TICK_S = 0.5
"""Both are counted in ticks that run only while an answer is awaited: one timer, however many requests."""
PURGE_EVERY = 200
"""Acknowledged rows between two looks at what may be deleted."""

Struct = TypeVar("Struct", bound=msgspec.Struct)
log = logging.getLogger(__name__)


def lost_will(topics: Topics, device: str, boot: str) -> Message:
    """Return what the broker shall say when the connection of `device` breaks."""
    return _state_message(topics, device, DeviceState(state="lost", boot=boot))


def _state_message(topics: Topics, device: str, state: DeviceState) -> Message:
    return Message(topic=topics.state(device), payload=msgspec.json.encode(state), retain=True)


class HubLink:
    """The device side of the office's protocol.

    Listeners are attributes; each is called on the role's thread.
    """

    def __init__(
        self,
        transport: Transport,
        outbox: Outbox,
        topics: Topics,
        device: str,
        clock: Clock,
        timer: Timer,
        boot: str,
        role: str = "",
        office: str = "",
    ) -> None:
        """Wire up; nothing is sent before `start`.

        Args:
            transport: made with `lost_will` as its will.
            outbox: the device's outbox; the link takes its `on_commit`.
            topics: names of the office's topics.
            device: this device's name.
            clock: the role's clock and its thread; the link sets no timer on it.
            timer: real seconds.
            boot: id of this life of the device.
            role: what the device is, told after each connection.
            office: of a hub, the office's name for people at the centre.
        """
        self.on_snapshot: Callable[[Snapshot], None] | None = None
        """A newer picture of the office."""
        self.on_hub: Callable[[bool], None] | None = None
        """The hub became reachable (True), or away: it, or this device's network, is gone."""
        self.on_command: Callable[[str, bytes], object] | None = None
        """A command for this device: its operation and its payload, unverified."""
        self.on_new_ledger: Callable[[], None] | None = None
        """The hub began a new ledger, or goes on with one that was restored: what it lacks is asked for again."""
        self.on_time: Callable[[datetime], None] | None = None
        """The hub's moment, in a picture that it has just made."""
        self.on_drained: Callable[[], None] | None = None
        """The hub has stored everything that happened here; its picture of that came before."""
        self.on_change: Callable[[], None] | None = None
        """One of the figures below changed."""
        self.hub_ready = False
        self.hub_boot = ""
        """Boot id of the hub's last `ready`."""
        self.rev_seen = -1
        """Revision of the last accepted snapshot; -1 before the first."""
        self.rev_heard = -1
        """Highest revision that the hub mentioned in snapshots, acknowledgements and replies of this life of it."""
        self.sent = 0
        """Messages published, by this object."""
        self.received = 0
        """Messages received, by this object."""
        self._transport = transport
        self._outbox = outbox
        self._topics = topics
        self._device = device
        self._clock = clock
        self._timer = timer
        self._boot = boot
        self._role, self._office = role, office
        self._own = DeviceState(state="ready", boot=boot)
        self._snapshot_hub = ""
        self._sent_upto = 0
        """Highest row published since the lowest pending row was last begun with."""
        self._window = WINDOW
        """Rows that may be on their way at once."""
        self._silent_ticks = 0
        self._in_vain = 0
        """Times that the same rows were sent again and nobody acknowledged any."""
        self._hub_has: int | None = None
        """What the hub said it has, where that is less than what it once had acknowledged."""
        self._asked = OpenRequests(boot, REQUEST_S)
        self._unanswered = 0
        """Requests of a time without hub whose None is posted but not yet told."""
        self._tick: Wake | None = None
        self._acked_since_purge = 0
        self._is_stopped = False
        self._away_since: datetime | None = None

    # for the role -----------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Tell whether the broker is there."""
        return self._transport.connected

    @property
    def outbox(self) -> Outbox:
        """Return the outbox that drains over this link."""
        return self._outbox

    @property
    def ledger_life(self) -> str:
        """Return the name of the life of the hub's ledger; empty before the first."""
        return self._outbox.ledger

    @property
    def pending(self) -> int:
        """Return how many events the hub is not known to have."""
        return self._outbox.pending()

    @property
    def in_flight(self) -> int:
        """Return how many requests wait for their reply."""
        return len(self._asked) + self._unanswered

    def start(self) -> None:
        """Connect and begin to send what is pending."""
        self._outbox.on_commit = self._on_commit
        self._clock.post(self._purge)
        self._transport.subscribe(*self._topics.heard_by(self._device))
        self._transport.start(self._on_message, self._on_connection)

    def stop(self) -> None:
        """Say goodbye and disconnect; what is pending stays in the outbox."""
        self._is_stopped = True
        self._outbox.on_commit = None
        if self._tick is not None:
            self._tick.cancel()
        self._publish(_state_message(self._topics, self._device, DeviceState(state="disconnected", boot=self._boot)))
        self._transport.stop()

    def tell_state(self, state: str, faults: tuple[str, ...] = ()) -> None:
        """Publish this device's presence, now and after each reconnection: `ready`, or `alert` with its faults."""
        new = DeviceState(state=state, boot=self._boot, faults=faults)
        if new != self._own:
            self._own = new
            self._tell_own_state()

    def tell_health(self, health: Telemetry) -> None:
        """Publish how this device is; nobody waits for it and nobody misses it."""
        self._publish(
            Message(
                topic=self._topics.telemetry(self._device),
                payload=msgspec.json.encode(health),
                qos=0,
                expiry_s=TELEMETRY_EXPIRY_S,
            )
        )

    def request(self, command: Command | Question, on_reply: OnReply) -> None:
        """Ask the hub; `on_reply` gets its answer, or None where there is no hub or it takes more than 10 s.

        After None nobody knows whether the hub did it: the same `req_id` again has no second effect.
        """
        if not self.hub_ready:
            self._unanswered += 1
            self._clock.post(lambda: self._answer_none(on_reply))
            self._changed()
            return
        op = str(command.__struct_config__.tag)
        self._publish(
            Message(
                topic=self._topics.request(self._device, op),
                payload=msgspec.json.encode(command),
                response_topic=self._topics.response(self._device, op),
                correlation=self._asked.begin(on_reply),
                expiry_s=REQUEST_S,
            )
        )
        self._keep_ticking()
        self._changed()

    # sending ----------------------------------------------------------------------------------------------------

    def _on_commit(self) -> None:
        self._send_window()
        self._changed()

    def _send_again(self) -> None:
        self._sent_upto = 0
        self._silent_ticks = 0
        self._send_window()

    def _send_window(self) -> None:
        if not self.hub_ready:
            return
        first = self._outbox.first_pending()
        if first is None:
            return
        # what is under way is what lies between the lowest pending row and the highest sent one
        begin = max(self._sent_upto, first - 1)
        for row in self._outbox.rows_after(begin, max(0, first + self._window - 1 - begin)):
            envelope = msgspec.json.decode(row.payload, type=_Header)
            domain = envelope.type.partition(".")[0]
            self._publish(Message(topic=self._topics.events(self._device, domain), payload=row.payload))
            self._sent_upto = row.sequence
        self._keep_ticking()

    def _publish(self, message: Message) -> None:
        if self._transport.connected:
            self.sent += 1
            self._transport.publish(message)

    # hearing ----------------------------------------------------------------------------------------------------

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._tell_own_state()
            desc = DeviceDescription(device=self._device, boot=self._boot, role=self._role, office=self._office)
            self._publish(
                Message(topic=self._topics.desc(self._device), payload=msgspec.json.encode(desc), retain=True)
            )
        else:
            self._set_hub(False)
        self._changed()

    def _on_message(self, message: Message) -> None:
        if self._is_stopped:
            return
        self.received += 1
        topics = self._topics
        if message.topic == topics.snapshot():
            self._on_picture(message)
        elif message.topic == topics.presence():
            self._on_hub_state(message)
        elif message.topic == topics.state(self._device):
            self._on_own_state(message)
        elif topics.kind_of(message.topic) == "ack":
            self._on_ack(message)
        elif topics.kind_of(message.topic) == "rsp":
            self._on_response(message)
        elif topics.kind_of(message.topic) == "cmd" and self.on_command is not None:
            self.on_command(topics.op_of(message.topic), message.payload)
        self._changed()

    def _on_picture(self, message: Message) -> None:
        snapshot = _read(message, Snapshot)
        if snapshot is None:
            return
        if snapshot.hub == self._snapshot_hub and snapshot.rev <= self.rev_seen:
            return
        # a hub that was restored from a backup begins with a lower revision, and a boot id of its own
        self.rev_heard = max(snapshot.rev, self.rev_heard if snapshot.rev > self.rev_seen else -1)
        self._snapshot_hub = snapshot.hub
        self.rev_seen = snapshot.rev
        if self.on_time is not None and not message.retain:
            self.on_time(snapshot.at)
        if self.on_snapshot is not None:
            self.on_snapshot(snapshot)

    def _on_hub_state(self, message: Message) -> None:
        state = _read(message, DeviceState)
        if state is None:
            return
        self._window = _window_of(state.window)
        if state.state not in ("ready", "alert"):
            self._set_hub(False)
        elif not self._transport.connected:
            return
        elif not self.hub_ready or state.boot != self.hub_boot:
            if state.boot != self.hub_boot:
                # another life of the hub: what it answers to may be gone
                self._set_hub(False)
                self.rev_heard = self.rev_seen if self._snapshot_hub == state.boot else -1
                self.hub_boot = state.boot
            self._follow_ledger(state.ledger)
            self._set_hub(True)

    def _follow_ledger(self, life: str) -> None:
        known = self._outbox.ledger
        again = self._outbox.follow_ledger(life)
        if self._outbox.ledger == known:
            return
        if again:
            log.warning("the hub's ledger was restored or made anew: %d events sent again", again)
        if self._outbox.kept_from > 1:
            # before the rows: the hub must know that nothing lower will ever come
            self._tell_own_state()
        if known and self.on_new_ledger is not None:
            self.on_new_ledger()

    def _tell_own_state(self) -> None:
        kept_from = self._outbox.kept_from
        state = self._own
        if kept_from > 1:
            state = msgspec.structs.replace(state, stream=self._outbox.stream, kept_from=kept_from)
        self._publish(_state_message(self._topics, self._device, state))

    def _on_own_state(self, message: Message) -> None:
        # the will of an older connection can come late, after this one said that it is ready
        state = _read(message, DeviceState)
        if state is not None and state.state == "lost" and not message.retain:
            self._tell_own_state()

    def _set_hub(self, is_ready: bool) -> None:
        if is_ready == self.hub_ready:
            return
        self.hub_ready = is_ready
        self._log_hub(is_ready)
        if is_ready:
            self._in_vain = 0
            self._send_again()
        if self.on_hub is not None:
            self.on_hub(is_ready)
        if not is_ready:
            self._asked.give_up()

    def _log_hub(self, is_ready: bool) -> None:
        now = self._clock.now()
        if not is_ready:
            self._away_since = now
            log.warning("hub unreachable since %s; this device goes on alone", f"{now:%H:%M:%S}")
        elif self._away_since is not None:
            away = round((now - self._away_since).total_seconds())
            log.info("hub back after %d min %d s; %d events to be sent", *divmod(away, 60), self._outbox.pending())

    def _on_ack(self, message: Message) -> None:
        ack = _read(message, Acknowledgement)
        if ack is None or ack.stream != self._outbox.stream:
            return
        if ack.clash or ack.upto > self._outbox.last_sequence:
            self._leave_stream(ack)
            return
        self.rev_heard = max(self.rev_heard, ack.rev)
        self._window = _window_of(ack.window)
        first = self._outbox.first_pending()
        # an old acknowledgement that comes late says the same: only silence after it proves that the hub lacks rows
        self._hub_has = ack.upto if first is not None and ack.upto < first - 1 else None
        acknowledged = self._outbox.acknowledge(ack.upto)
        if acknowledged:
            self._silent_ticks = self._in_vain = 0
            self._sent_upto = max(self._sent_upto, ack.upto)
            self._send_window()
            self._acked_since_purge += acknowledged
            if self._acked_since_purge >= PURGE_EVERY:
                self._acked_since_purge = 0
                self._clock.post(self._purge)
            if self._outbox.first_pending() is None and self.on_drained is not None:
                self.on_drained()

    def _leave_stream(self, ack: Acknowledgement) -> None:
        log.error(
            "the hub has other events than this device in stream %s, up to %d: the card was restored from an image, or "
            "copied. It goes on in a new stream; look for a second card of this name",
            ack.stream, ack.upto,
        )  # fmt: skip
        self._outbox.leave_stream()
        self._hub_has = None
        self._send_again()

    def _on_response(self, message: Message) -> None:
        reply = _read(message, Reply)
        if reply is not None and message.correlation in self._asked:
            self.rev_heard = max(self.rev_heard, reply.rev)
            self._asked.answer(message.correlation, reply)

    def _answer_none(self, on_reply: OnReply) -> None:
        self._unanswered -= 1
        on_reply(None)
        self._changed()

    # real seconds -----------------------------------------------------------------------------------------------

    def _keep_ticking(self) -> None:
        if self._tick is None and (self._asked or self._outbox.pending()) and self.hub_ready:
            self._tick = self._timer.wake_after(TICK_S, self._on_tick)

    def _on_tick(self) -> None:
        self._tick = None
        if self._is_stopped:
            return
        self._asked.grow_older(TICK_S)
        if self._outbox.pending() and self.hub_ready:
            self._silent_ticks += 1
            if self._silent_ticks * TICK_S > RESEND_S * min(PATIENCE, 2**self._in_vain):
                self._in_vain += 1
                self._fill_gap()
                self._send_again()
        self._keep_ticking()
        self._changed()

    def _fill_gap(self) -> None:
        if self._hub_has is not None:
            again = self._outbox.replay_from(self._hub_has + 1)
            log.warning("the hub lacks what came after event %d (restored?): %d sent again", self._hub_has, again)
            if self._outbox.kept_from > self._hub_has + 1:
                self._tell_own_state()
                if self.on_new_ledger is not None:
                    self.on_new_ledger()
            self._hub_has = None

    def _purge(self) -> None:
        # in small bites, so that no screen waits
        if not self._is_stopped and self._outbox.purge():
            self._clock.post(self._purge)

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()


def _window_of(told: int | None) -> int:
    """Return how many rows may be on their way; a receiver cannot forbid to send at all."""
    return WINDOW if told is None else max(1, min(told, WINDOW))


class _Header(msgspec.Struct, frozen=True):
    """The part of an envelope that its topic needs."""

    type: str


def _read(message: Message, kind: type[Struct]) -> Struct | None:
    """Return the payload, or None if a stranger or a newer version wrote it: a message stops nobody."""
    try:
        return msgspec.json.decode(message.payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        log.warning("unreadable %s on %s", kind.__name__, message.topic)
        return None
