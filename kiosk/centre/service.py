"""The centre at work: events of all hubs in, one transaction a batch, acknowledgements after its COMMIT.

To a hub the centre is what a hub is to its devices: the same outbox, the same link, the same acknowledgements (`kiosk.
messaging`). Everything here runs on the role's thread. While the database is away the centre says so, and the hubs keep
their rows.
"""

import contextlib
import logging
import re
from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import psycopg

from kiosk.centre.admission import Admission
from kiosk.centre.arrivals import WORD, Refusal, read, topics_of
from kiosk.centre.store import Store
from kiosk.clock import Clock, Timer, Wake
from kiosk.domain.replies import Acknowledgement, DeviceState
from kiosk.messaging.message import Message, Transport
from kiosk.messaging.topics import UplinkTopics, office_of

BATCH = 2000
"""Rows of one transaction (messaging notes §13.1: 35,570 events/s, against 21,486 with 500)."""
ACK_EXPIRY_S = 60
RETRY_S = 2.0
"""Pause before the database is tried again."""
LARGEST = 2**63 - 1

log = logging.getLogger(__name__)


def lost_will(boot: str) -> Message:
    """Return what the broker shall say when the centre's connection breaks."""
    return _presence("lost", boot)


def _presence(state: str, boot: str, ledger: str = "", window: int | None = None) -> Message:
    told = DeviceState(state=state, boot=boot, ledger=ledger, window=window)
    return Message(topic=UplinkTopics.PRESENCE, payload=msgspec.json.encode(told), retain=True)


class CentreService:
    """Takes events on one thread and keeps them in a `Store`."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        transport: Transport,
        clock: Clock,
        timer: Timer,
        boot: str,
        *,
        keep_months: int = 60,
    ) -> None:
        """Wire up; nothing is sent before `start`.

        Args:
            open_store: connects to the database; may raise `psycopg.Error`, and is tried again then.
            transport: connection to the centre's broker, made with `lost_will`.
            clock: the role's clock and thread.
            timer: real seconds.
            boot: id of this life of the centre.
            keep_months: older months are dropped.
        """
        self.admission = Admission()
        self._open_store = open_store
        self._transport = transport
        self._clock = clock
        self._timer = timer
        self._boot = boot
        self._keep_months = keep_months
        self._store: Store | None = None
        self._waiting: list[Message] = []
        self._is_posted = False
        self._retry: Wake | None = None
        self._midnight: Wake | None = None
        self._is_stopped = False

    @property
    def is_ready(self) -> bool:
        """Tell whether events are taken: the database is there."""
        return self._store is not None

    @property
    def is_connected(self) -> bool:
        """Tell whether the broker is there."""
        return self._transport.connected

    def start(self) -> None:
        """Open the database, connect, and begin to take events."""
        self._connect_store()
        self._transport.subscribe(UplinkTopics.ALL_EVENTS, UplinkTopics.ALL_STATES, UplinkTopics.ALL_DESCRIPTIONS)
        self._transport.start(self._on_message, self._on_connection)
        self._plan_midnight()

    def stop(self) -> None:
        """Say goodbye and disconnect; what was acknowledged is in the database."""
        self._is_stopped = True
        for wake in (self._retry, self._midnight):
            if wake is not None:
                wake.cancel()
        if self._transport.connected:
            self._transport.publish(_presence("disconnected", self._boot))
        self._transport.stop()
        if self._store is not None:
            self._store.close()
            self._store = None

    # mailbox ----------------------------------------------------------------------------------------------------

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._tell_presence()

    def _on_message(self, message: Message) -> None:
        if message.topic == UplinkTopics.PRESENCE:
            return
        kind = topics_of("x", "x").kind_of(message.topic)
        if kind == "ev":
            self._waiting.append(message)
            if not self._is_posted:
                self._is_posted = True
                self._clock.post(self._on_turn)
        elif kind in ("state", "desc") and self._store is not None and _is_of_a_hub(message.topic):
            try:
                self._note_state(self._store, message) if kind == "state" else _note_name(self._store, message)
            except psycopg.Error as error:
                self._lose_store(str(error))

    def _on_turn(self) -> None:
        self._is_posted = False
        while self._waiting and not self._is_stopped:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if self._store is None:
                # not kept and not acknowledged: the hubs send it again
                self._waiting.clear()
                return
            self._take_in(batch)

    def _take_in(self, batch: list[Message]) -> None:
        assert self._store is not None
        began = self._clock.monotonic()
        try:
            taken = self._store.take(map(read, batch))
        except psycopg.DataError as error:
            # something in the batch cannot be stored: find it, so that it holds nobody else up
            log.warning("a batch of %d messages cannot be stored: %s", len(batch), str(error).strip())
            self._take_in_halves(batch)
            return
        except psycopg.Error as error:
            self._lose_store(str(error))
            return
        self.admission.note(began, self._clock.monotonic(), taken.rows, {stream for _, _, stream, _ in taken.acks})
        window = self.admission.window
        for office, hub, stream, upto in taken.acks:
            ack = Acknowledgement(stream=stream, upto=upto, window=window)
            topic = topics_of(*office.split(".", 1)).ack(hub)
            self._transport.publish(Message(topic=topic, payload=msgspec.json.encode(ack), expiry_s=ACK_EXPIRY_S))

    def _take_in_halves(self, batch: list[Message]) -> None:
        if len(batch) > 1:
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                if self._store is not None:
                    self._take_in(half)
        elif self._store is not None:
            with contextlib.suppress(psycopg.Error):
                self._store.take([Refusal(office=".".join(office_of(batch[0].topic)), reason="unstorable")])

    def _note_state(self, store: Store, message: Message) -> None:
        try:
            state = msgspec.json.decode(message.payload, type=DeviceState)
        except (ValueError, RecursionError):
            return
        office = ".".join(office_of(message.topic))
        store.note_presence(office, "".join(filter(str.isalpha, state.state))[:20], self._clock.now())
        if 1 < state.kept_from <= LARGEST and re.fullmatch(WORD, state.stream):
            self._on_turn()
            if self._store is not None and self._store.skip_to(office, state.stream, state.kept_from):
                log.error("the hub of %s no longer keeps what is below %d", office, state.kept_from)

    # database ---------------------------------------------------------------------------------------------------

    def _connect_store(self) -> None:
        self._retry = None
        try:
            self._store = self._open_store()
            self._drop_old_months()
        except psycopg.Error as error:
            self._lose_store(str(error))
            return
        log.info("the database is there")
        self._tell_presence()

    def _lose_store(self, error: str) -> None:
        store, self._store = self._store, None
        self._waiting.clear()
        if store is not None:
            log.error("the database is away (%s); the hubs keep their events", error.strip())
            store.close()
        if self._retry is None and not self._is_stopped:
            self._retry = self._timer.wake_after(RETRY_S, self._connect_store)
        self._tell_presence()

    def _tell_presence(self) -> None:
        if not self._transport.connected:
            return
        if self._store is None:
            self._transport.publish(_presence("disconnected", self._boot))
        else:
            # a window of its own for the moment when everybody comes back at once
            ready = _presence("ready", self._boot, self._store.life, self.admission.window)
            self._transport.publish(ready)

    def _plan_midnight(self) -> None:
        tomorrow = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._midnight = self._clock.wake_at(tomorrow, self._at_midnight)

    def _at_midnight(self) -> None:
        self._plan_midnight()
        if self._store is not None:
            try:
                self._drop_old_months()
            except psycopg.Error as error:
                self._lose_store(str(error))

    def _drop_old_months(self) -> None:
        assert self._store is not None
        today = self._clock.now().date()
        months = today.year * 12 + today.month - 1 - self._keep_months
        for month in self._store.drop_months_before(date(months // 12, months % 12 + 1, 1)):
            log.info("the month %s was dropped: older than %d months", f"{month:%Y-%m}", self._keep_months)


class _Description(msgspec.Struct, frozen=True):
    """What the centre reads of a hub's description."""

    office: str = ""


def _is_of_a_hub(topic: str) -> bool:
    try:
        topics = topics_of(*office_of(topic))
    except ValueError:
        return False
    return topics.device_of(topic) == topics.hub


def _note_name(store: Store, message: Message) -> None:
    try:
        told = msgspec.json.decode(message.payload, type=_Description)
    except (ValueError, RecursionError):
        return
    store.note_name(".".join(office_of(message.topic)), told.office)
