"""The hub: MQTT on one side, the books on the other, and after every change one new picture for everybody.

The order of things is the promise of the product: COMMIT, then the snapshot with its new `rev`, then the
acknowledgements and replies that carry this `rev`. What was acknowledged is on disk, and whoever hears of a change
can already see it.
"""

import logging
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.clock import Clock, Wake
from kiosk.domain import commands, events
from kiosk.domain.envelope import LARGEST_SEQUENCE, Envelope
from kiosk.domain.office import Office
from kiosk.domain.orders import ORDER_LIFE
from kiosk.domain.petitions import ANSWER_WORKING_DAYS
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.replies import Acknowledgement, DeviceState, RatingOffer, Reply
from kiosk.domain.snapshot import Figures, Snapshot
from kiosk.domain.waiting import Forecast
from kiosk.hub.book import OPEN_DAY, Book, Committed
from kiosk.hub.day import Day
from kiosk.hub.fleet import Fleet
from kiosk.hub.forward import Forward, LedgerIsTheEnd
from kiosk.hub.inbox import Inbox
from kiosk.hub.information_desk import InformationDesk
from kiosk.hub.ingest import LONGEST_STREAM, Arrival, Ingest, Refusal
from kiosk.hub.ledger import Ledger
from kiosk.hub.merging import MergingDesk
from kiosk.hub.officers import NotLetIn, OfficerDesk
from kiosk.hub.picture import Painter
from kiosk.hub.queue_desk import QueueDesk
from kiosk.hub.rating_desk import RatingDesk
from kiosk.messaging.client import Message, Transport
from kiosk.messaging.outbox import Outbox
from kiosk.messaging.topics import Topics

ACK_EXPIRY_S = 60
"""An acknowledgement that nobody fetched is worthless: the device asks again (messaging notes §2)."""
REPLY_EXPIRY_S = 10
QUIET = timedelta(hours=3)
"""A day with open tickets is not closed before nothing happened for so long: a clock that jumps sends nobody home."""

log = logging.getLogger(__name__)


def lost_will(topics: Topics, boot: str) -> Message:
    """Return what the broker shall say when the hub's connection breaks."""
    return _state_message(topics, "lost", boot)


def _state_message(topics: Topics, state: str, boot: str, ledger: str = "") -> Message:
    payload = msgspec.json.encode(DeviceState(state=state, boot=boot, ledger=ledger))
    return Message(topic=topics.state(topics.hub), payload=payload, retain=True)


def _no_authority(_device: str, command: commands.RenewIdentity) -> Reply:
    return Reply(req_id=command.req_id, ok=False, rev=0, error="no_authority")


class HubService:
    """The office's server on one thread: everything here runs on the thread of `clock`."""

    def __init__(
        self,
        office: Office,
        ledger: Ledger,
        transport: Transport,
        topics: Topics,
        clock: Clock,
        new_id: Callable[[], str],
        boot: str,
        public_url: str = "",
        device_keys: Mapping[str, str] | None = None,
        *,
        policy: QueuePolicy | None = None,
        petition_working_days: int = ANSWER_WORKING_DAYS,
        clock_quality: str = "ntp",
        refresh: timedelta | None = None,
        forward: Callable[[Outbox], Forward] = LedgerIsTheEnd,
        records: Path | None = None,
        fleet: Fleet | None = None,
        machine: str = "",
    ) -> None:
        """Open the books; nothing is sent before `start`.

        Args:
            transport: connection to the office's broker, made with `lost_will`.
            new_id: makes 32 hex characters that nobody can guess: ids, tokens, receipts.
            boot: id of this life of the hub.
            public_url: beginning of the addresses in QR codes.
            device_keys: public keys of the counters' devices, for ratings that they allowed while the hub was away.
            petition_working_days: how long the leader has to answer.
            clock_quality: what the envelopes say about the clock (`ntp`, `simulated`, ...).
            refresh: how old a picture may become while nothing happens; None: pictures only after changes.
            forward: what becomes of the hub's own outbox.
            fleet: where it is gathered how the devices are.
            records: folder of the office's exports of dossiers and bookings; None: there are none.
            machine: which board this is: on another one the hub numbers its decisions in a new stream.
        """
        policy = policy or QueuePolicy()
        self.office = office
        self.boot = boot
        self.topics = topics
        self.public_url = public_url
        self.on_event: Callable[[Envelope], None] | None = None
        self.on_renewal: Callable[[str, commands.RenewIdentity], Reply] = _no_authority
        """Answers a device, named by its line, that asks for its next certificate."""
        self.kept: Callable[[], Mapping[str, object]] = dict
        """Tells how the ledger is kept elsewhere."""
        self.on_committed: Callable[[], None] | None = None
        """Something new stands in the ledger."""
        self.on_day_closed: Callable[[date], None] | None = None
        """A business day was closed, and the next one is open."""
        self.fleet = fleet or Fleet()
        self.fleet.faults = self._faults
        self.devices = self.fleet.states
        self.clock = clock
        self.new_id = new_id
        self._transport = transport
        self._refresh = refresh
        self._refreshing: Wake | None = None
        self._midnight: Wake | None = None
        self._returns: dict[str, tuple[datetime, Wake]] = {}
        self._disk_error = ""
        self._last_change: float | None = None
        self._listeners: list[Callable[[Snapshot], None]] = []
        outbox = Outbox(
            ledger.connection,
            source=topics.source(topics.hub),
            boot=boot,
            now=clock.now,
            mono=clock.monotonic,
            new_id=new_id,
            clk=clock_quality,
            machine=machine,
        )
        desk = QueueDesk(office, policy, new_id, public_url)
        self.officers = OfficerDesk(ledger, outbox)
        self.ratings = RatingDesk(ledger, {} if device_keys is None else device_keys)
        self._ledger_life = ledger.life(boot)
        opened = ledger.meta(OPEN_DAY)
        today = date.fromisoformat(opened) if opened else clock.now().date()
        self.book = Book(office, ledger, outbox, desk, self.ratings, Inbox(petition_working_days), today)
        self._merging = MergingDesk(self.book)
        # the id maker is the hub's only source of chance: unpredictable in an office, repeatable in a simulation
        self.information = InformationDesk(records, random.Random(new_id()))
        self._forward = forward(outbox)
        self._ingest = Ingest(topics, clock.post, self._take_in)
        self._painter = Painter(office, policy, boot)
        self.snapshot: Snapshot = self._paint()

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, show the present state, and begin to take events and commands."""
        self._follow_day()
        self._wake_at_midnight()
        self.book.next_rev()
        self._plan_returns()
        self._forward.start()
        self._transport.start(self._on_message, self._on_connection)
        self._transport.subscribe(self.topics.all_events(), self.topics.all_requests(), self.topics.all_states(),
                                  self.topics.all_telemetry())  # fmt: skip
        self._show()

    def stop(self) -> None:
        """Say goodbye and disconnect; everything is already on disk."""
        if self._transport.connected:
            self._transport.publish(_state_message(self.topics, "disconnected", self.boot))
        self._forward.stop()
        self._transport.stop()
        for wake in (self._midnight, self._refreshing, *(wake for _, wake in self._returns.values())):
            if wake is not None:
                wake.cancel()

    # what others ask --------------------------------------------------------------------------------------------

    @property
    def rev(self) -> int:
        """Return the revision of the newest snapshot."""
        return self.snapshot.rev

    @property
    def day(self) -> Day:
        """Return the business day in memory."""
        return self.book.day

    @property
    def forecasts(self) -> Mapping[str, Forecast]:
        """Return what each waiting ticket was forecast in the newest picture."""
        return self._painter.forecasts

    @property
    def is_connected(self) -> bool:
        """Tell whether the office's broker is reached."""
        return self._transport.connected

    def figures(self) -> Figures:
        """Return today's figures."""
        return self.snapshot.figures

    def totals(self) -> Figures:
        """Return the figures of all business days together (shares and intervals are those of today)."""
        days = [self.book.figures_of(day) for day in self.book.ledger.days()]
        sums = {
            name: sum(getattr(figures, name) for figures in days)
            for name in Figures.__struct_fields__
            if not name.startswith("satisfied_")
        }
        return msgspec.structs.replace(self.figures(), **sums)

    def _faults(self) -> Iterator[tuple[str, str]]:
        return ((fault.source.rpartition(".")[2], fault.part) for fault in self.day.faults())

    def listen(self, listener: Callable[[Snapshot], None]) -> None:
        """Call `listener` on the role's thread with every new snapshot."""
        self._listeners.append(listener)

    # what others do ---------------------------------------------------------------------------------------------

    def handle(self, command: commands.AnyCommand) -> Reply:
        """Decide a command: the only way to a call. A repeated `req_id` gets its first reply again."""
        self._ingest.flush()
        self._follow_day()
        reply, committed = self.book.decide(command, self.clock.now())
        self._after(committed)
        return reply

    def answer(self, question: commands.AnyQuestion) -> Reply:
        """Answer a question that changes nothing in the queue."""
        return self.information.answer(question, self.day, self.clock.now(), self.rev)

    def record(self, *happened: events.Event) -> None:
        """Put events of the hub itself into the books, e.g. a rating by phone."""
        self._after(self.book.record(*happened, now=self.clock.now()))

    def switch_expression(self, on: bool, by: str) -> None:
        """Stop face expression in the whole office, or let it go on; kept in the books and told with the picture."""
        if on == self.book.expression_is_stopped:
            self.record(events.ExpressionSwitched(at=self.clock.now(), on=on, by=by))

    def issue(self, offer: RatingOffer, issued: datetime) -> None:
        """Keep another token for a right to rate that was given at `issued`."""
        with self.book.outbox.transaction():
            self.ratings.issue(offer, issued)

    def tell(self, device: str, op: str, order: bytes) -> None:
        """Send a signed order to a device; without a line it is dropped, and nobody gets it after its time."""
        seconds = int(ORDER_LIFE.total_seconds())
        self._transport.publish(Message(topic=self.topics.command(device, op), payload=order, expiry_s=seconds))

    # mailbox ----------------------------------------------------------------------------------------------------

    def _on_message(self, message: Message) -> None:
        kind = self.topics.kind_of(message.topic)
        if kind == "ev":
            self._ingest.take(message)
        elif kind == "req":
            self._answer(message)
        elif kind == "state":
            self._note_state(message)
        elif kind == "tele":
            self.fleet.hear(self.topics.device_of(message.topic), message.payload)

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            # a broker that was restarted has forgotten everything that was retained
            self._publish_snapshot()
            self._transport.publish(_state_message(self.topics, "ready", self.boot, self._ledger_life))

    def _answer(self, message: Message) -> None:
        device = self.topics.device_of(message.topic)
        try:
            # never the asker's own response topic: it could name the board's
            answer_to = self.topics.response(device, self.topics.op_of(message.topic))
            request: commands.Request = msgspec.json.decode(message.payload, type=commands.Request)
        except (ValueError, RecursionError):
            with self.book.outbox.transaction():
                self.book.ledger.refuse("not_a_command", repr(device)[:40], self.clock.now())
            return
        try:
            reply = self._reply_to(device, request)
        except sqlite3.Error as error:
            # no answer: the counter goes on by hand, as without a hub
            self._note_disk(str(error))
            return
        self._transport.publish(
            Message(
                topic=answer_to,
                payload=msgspec.json.encode(reply),
                correlation=message.correlation,
                expiry_s=REPLY_EXPIRY_S,
            )
        )

    def _reply_to(self, device: str, request: commands.Request) -> Reply:
        if isinstance(request, commands.RenewIdentity):
            return self.on_renewal(device, request)
        if isinstance(request, commands.MergeSmallDay):
            standing, committed = self._merging.hear(device, request, self.clock.now())
            self._after(committed)
            return Reply(req_id=request.req_id, ok=True, rev=self.rev, merge=standing)
        if isinstance(request, commands.SignInByPin):
            return self._sign_in(request)
        if isinstance(request, commands.SignIn) and self.officers.want_pins:
            return Reply(req_id=request.req_id, ok=False, rev=self.rev, error="pin_needed")
        return self.answer(request) if isinstance(request, commands.Question) else self.handle(request)

    def _sign_in(self, request: commands.SignInByPin) -> Reply:
        try:
            officer = self.officers.officer_of(request, self.clock.monotonic())
        except NotLetIn as refusal:
            return Reply(req_id=request.req_id, ok=False, rev=self.rev, error=refusal.key)
        counter, req_id = request.counter, request.req_id
        return self.handle(commands.SignIn(req_id=req_id, counter=counter, officer=officer.number, name=officer.name))

    def _note_state(self, message: Message) -> None:
        device = self.topics.device_of(message.topic)
        if device == self.topics.hub:
            self._note_own_state(message)
            return
        try:
            state = msgspec.json.decode(message.payload, type=DeviceState)
        except (ValueError, RecursionError):
            self.devices.pop(device, None)
            return
        self.devices[device] = state
        if 1 < state.kept_from <= LARGEST_SEQUENCE and 0 < len(state.stream) <= LONGEST_STREAM:
            self._note_kept_from(device, state)

    def _note_kept_from(self, device: str, state: DeviceState) -> None:
        self._ingest.flush()
        try:
            source = self.topics.source(device)
            if self.book.note_kept_from(source, state.stream, state.kept_from, self.clock.now()):
                log.error("%s no longer has the events below %d that this hub lacks: they are lost", device,
                          state.kept_from)  # fmt: skip
        except sqlite3.Error as error:
            self._note_disk(str(error))

    def _note_own_state(self, message: Message) -> None:
        # the will of a connection that broke may be told after the next one has said that it is ready
        ready = _state_message(self.topics, "ready", self.boot, self._ledger_life)
        if message.payload != ready.payload and self._transport.connected:
            self._transport.publish(ready)

    def _take_in(self, arrivals: list[Arrival], refusals: list[Refusal]) -> None:
        try:
            self._follow_day()
            outcome = self.book.ingest(arrivals, refusals, self.clock.now())
        except sqlite3.Error as error:
            # nothing was stored, so nothing is acknowledged: the devices keep their rows and send them again
            self._note_disk(str(error))
            return
        self._note_disk("")
        self._after(outcome.committed)
        for ack in outcome.acks:
            told = Acknowledgement(stream=ack.stream, upto=ack.upto, rev=self.rev, clash=ack.clash)
            payload = msgspec.json.encode(told)
            self._transport.publish(Message(topic=self.topics.ack(ack.device), payload=payload, expiry_s=ACK_EXPIRY_S))

    def _note_disk(self, error: str) -> None:
        if error and not self._disk_error:
            log.error("the ledger cannot be written (%s); devices keep their events until it can", error)
        elif self._disk_error and not error:
            log.warning("the ledger can be written again")
        self._disk_error = error

    # after a change ---------------------------------------------------------------------------------------------

    def _after(self, committed: tuple[Committed, ...]) -> None:
        if not committed:
            return
        self._last_change = self.clock.monotonic()
        self._forward.wake()
        if self.on_committed is not None:
            self.on_committed()
        self._plan_returns()
        self._show()
        if self.on_event is not None:
            for item in committed:
                self.on_event(item.envelope)

    def _show(self) -> None:
        self.snapshot = self._paint()
        self._publish_snapshot()
        for listener in self._listeners:
            listener(self.snapshot)
        if self._refresh is not None:
            if self._refreshing is not None:
                self._refreshing.cancel()
            self._refreshing = self.clock.wake_at(self.clock.now() + self._refresh, self._show_again)

    def _show_again(self) -> None:
        self.book.next_rev()
        self._show()

    def _paint(self) -> Snapshot:
        book = self.book
        return self._painter.paint(
            book.day,
            book.inbox,
            book.ledger.rev,
            self.clock.now(),
            book.expression_is_stopped,
            self.information.names,
        )

    def _publish_snapshot(self) -> None:
        if self._transport.connected:
            payload = msgspec.json.encode(self.snapshot)
            self._transport.publish(Message(topic=self.topics.snapshot(), payload=payload, retain=True))

    # timers -----------------------------------------------------------------------------------------------------

    def _plan_returns(self) -> None:
        parked = {visit.ticket: visit.parked_until for visit in self.day.in_state("parked")}
        for ticket in [ticket for ticket, (until, _) in self._returns.items() if parked.get(ticket) != until]:
            self._returns.pop(ticket)[1].cancel()
        for ticket, until in parked.items():
            if until is not None and ticket not in self._returns:
                wake = self.clock.wake_at(until, lambda ticket=ticket: self._return_parked(ticket))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
                self._returns[ticket] = (until, wake)

    def _return_parked(self, ticket: str) -> None:
        self._returns.pop(ticket, None)
        visit = self.day.visits.get(ticket)
        now = self.clock.now()
        if visit is not None and visit.state == "parked" and (visit.parked_until or now) <= now:
            self.record(events.TicketResumed(at=now, ticket=ticket))

    def _wake_at_midnight(self) -> None:
        tomorrow = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._midnight = self.clock.wake_at(tomorrow, self._at_midnight)

    def _at_midnight(self) -> None:
        self._follow_day()
        self._wake_at_midnight()

    def _follow_day(self) -> None:
        """Open the new business day once the clock is there and the old one is over.

        A box without a battery clock starts with an old date and jumps to the true one, perhaps in the middle of
        work: then the open day goes on under its old name until its tickets are done or nothing happens any more.
        """
        if self.clock.now().date() <= self.day.day:
            return
        is_at_work = (
            self._last_change is not None and self.clock.monotonic() - self._last_change < QUIET.total_seconds()
        )
        if is_at_work and self.day.in_state("issued", "called", "serving"):
            return
        closed = self.day.day
        committed = self.book.close_day(self.clock.now())
        self._forward.settle()
        self._after(committed)
        if self.on_day_closed is not None:
            self.on_day_closed(closed)
