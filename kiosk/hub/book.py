"""The office's books: every change is one transaction in the ledger, and memory follows only after its COMMIT.

Three doors lead here: what devices report (`ingest`), what officers ask for (`decide`), what the hub itself finds out
(`record`). If a transaction fails, nothing was acknowledged and nothing in memory changed: the devices send again.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from kiosk.domain import commands, events
from kiosk.domain.envelope import Envelope
from kiosk.domain.office import Office
from kiosk.domain.petitions import PetitionEvent
from kiosk.domain.replies import Reply
from kiosk.domain.snapshot import Figures
from kiosk.hub.clocks import Clocks
from kiosk.hub.day import Day
from kiosk.hub.figures import figures_of
from kiosk.hub.inbox import Inbox
from kiosk.hub.ingest import Arrival, Refusal, understood
from kiosk.hub.intake import Intake
from kiosk.hub.ledger import Ledger, RatingRow, Stored
from kiosk.hub.queue_desk import Decision, QueueDesk
from kiosk.hub.rating_desk import RatingDesk
from kiosk.messaging.outbox import Outbox

OPEN_DAY = "day"
"""Key of the business day that the hub last had open."""
_EXPRESSION_STOPPED = "expression_stopped"
_TRUSTED_CLOCKS = ("ntp", "hub", "rtc", "simulated")
_REPLIES_IN_MEMORY = 500


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """One event that is now in the books."""

    envelope: Envelope
    event: events.Event | None
    fault: str = ""
    """Why it has no effect, or empty."""


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """How far one stream of a device is safe."""

    device: str
    stream: str
    upto: int
    clash: bool = False
    """Two different events came under one number of the stream."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch of reports changed."""

    committed: tuple[Committed, ...]
    acks: tuple[Ack, ...]


class _Draft:
    """What one transaction has stored so far; becomes memory after its COMMIT."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.committed: list[tuple[Committed, date]] = []
        self.ratings: list[RatingRow] = []
        self.has_moved = False
        """True if a ticket turned out to belong to another day than its first events were counted to."""


class Book:
    """The ledger, and the same day in memory."""

    def __init__(
        self,
        office: Office,
        ledger: Ledger,
        outbox: Outbox,
        desk: QueueDesk,
        ratings: RatingDesk,
        inbox: Inbox,
        today: date,
    ) -> None:
        self.ledger = ledger
        self.outbox = outbox
        self.inbox = inbox
        self._office = office
        self._desk = desk
        self._ratings = ratings
        self._replies: dict[str, Reply] = {}
        self._past: dict[date, Figures] = {}
        self._clocks = Clocks(ledger)
        self.day = self.day_of(today)
        self._fill_inbox()

    def day_of(self, day: date) -> Day:
        """Return any business day, folded from the ledger."""
        result = Day(self._office, day)
        for envelope, fault in self.ledger.events_of_day(day):
            event, _ = understood(envelope)
            if event is not None and not fault:
                result.apply(envelope, self._clocks.true(envelope, event))
        for row in self.ledger.ratings_of_day(day):
            result.count_rating(row)
        return result

    def _fill_inbox(self) -> None:
        for envelope in self.ledger.petition_events():
            event, _ = understood(envelope)
            if event is not None:
                true = self._clocks.true(envelope, event)
                if isinstance(true, PetitionEvent):
                    self.inbox.apply(true, envelope.id)

    @property
    def source(self) -> str:
        """Return the source of the hub's own events."""
        return self.outbox.source

    def read_inbox_again(self) -> None:
        """Fold the petitions anew: their texts were forgotten."""
        self.inbox = Inbox(self.inbox.working_days)
        self._fill_inbox()

    def figures_of(self, day: date) -> Figures:
        """Return the figures of any business day."""
        if day == self.day.day:
            return figures_of(self.day, self.inbox)
        if day not in self._past:
            self._past[day] = figures_of(self.day_of(day), self.inbox)
        return self._past[day]

    def ingest(self, arrivals: Iterable[Arrival], refusals: Iterable[Refusal], now: datetime) -> Outcome:
        """Store what devices sent, once each, and say how far each of their streams is safe."""
        draft = _Draft(Intake(self.ledger))
        streams: dict[tuple[str, str], str] = {}
        owners: dict[str, str] = {}
        acks: list[Ack] = []
        with self.outbox.transaction():
            for refusal in refusals:
                self.ledger.refuse(refusal.reason, refusal.device, now)
            for arrival in arrivals:
                stream, source = arrival.envelope.stream, arrival.envelope.source
                # the first one to use a stream owns it: else a device could fill up the numbers of another one
                if stream not in owners:
                    owners[stream] = self.ledger.source_of(stream) or source
                if owners[stream] != source:
                    self.ledger.refuse("foreign_stream", arrival.device, now)
                    continue
                stored = self._store(draft, arrival.envelope, arrival.event, arrival.fault, now, arrival.raw)
                if stored is Stored.CLASH:
                    self.ledger.refuse("clash", arrival.device, now)
                streams[arrival.device, stream] = source
            draft.intake.flush()
            for (device, stream), source in streams.items():
                upto = self.ledger.advance(stream, source)
                acks.append(Ack(device=device, stream=stream, upto=upto, clash=self.ledger.has_clash(stream)))
            if draft.committed:
                self.ledger.next_rev()
        return Outcome(committed=self._remember(draft), acks=tuple(acks))

    def note_kept_from(self, source: str, stream: str, kept_from: int, now: datetime) -> bool:
        """Note the lowest event that a device still keeps; return whether something below it is lost for good."""
        owner = self.ledger.source_of(stream)
        if owner and owner != source:
            with self.outbox.transaction():
                self.ledger.refuse("foreign_stream", source.rpartition(".")[2], now)
            return False
        if self.ledger.cursor(stream) >= kept_from - 1:
            return False
        with self.outbox.transaction():
            return self.ledger.skip_to(stream, kept_from, source, now)

    def record(
        self, *happened: events.Event, now: datetime, noted: Mapping[str, str] | None = None
    ) -> tuple[Committed, ...]:
        """Put the hub's own events into the books, with the lasting values `noted` that change with them."""
        draft = _Draft(Intake(self.ledger))
        with self.outbox.transaction():
            self._put(draft, happened, now)
            for key, value in (noted or {}).items():
                self.ledger.set_meta(key, value)
            if draft.committed:
                self.ledger.next_rev()
        return self._remember(draft)

    def decide(self, command: commands.AnyCommand, now: datetime) -> tuple[Reply, tuple[Committed, ...]]:
        """Decide a command once; the same `req_id` again gets the same reply and changes nothing."""
        known = self._known_reply(command.req_id, now)
        if known is not None:
            return known, ()
        decision = self._desk.decide(command, self.day, now)
        draft = _Draft(Intake(self.ledger))
        with self.outbox.transaction():
            self._put(draft, decision.happened, now)
            if decision.offer is not None:
                self._ratings.issue(decision.offer, now)
            if decision.audit is not None:
                self.ledger.keep_audit(now, command.counter, decision.ticket, msgspec.json.encode(decision.audit))
            rev = self.ledger.next_rev() if draft.committed else self.ledger.rev
            reply = _reply_to(command, decision, rev)
            self.ledger.keep_reply(command.req_id, msgspec.json.encode(_without_token(reply)))
        self._replies[command.req_id] = reply
        while len(self._replies) > _REPLIES_IN_MEMORY:
            del self._replies[next(iter(self._replies))]
        return reply, self._remember(draft)

    @property
    def expression_is_stopped(self) -> bool:
        """Tell whether the leader keeps face expression off."""
        return bool(self.ledger.meta(_EXPRESSION_STOPPED))

    def next_rev(self) -> int:
        """Start a new revision without an event: a restarted hub shows a newer picture than its predecessor."""
        with self.outbox.transaction():
            self.ledger.set_meta(OPEN_DAY, self.day.day.isoformat())
            return self.ledger.next_rev()

    def close_day(self, now: datetime) -> tuple[Committed, ...]:
        """Close the day in memory and open the one of `now`: nobody stays signed in or in the queue overnight."""
        day = self.day
        midnight = datetime.combine(day.day + timedelta(days=1), datetime.min.time(), now.tzinfo)
        moment = min(now, midnight)
        left = day.in_state("issued", "parked")
        voided = [events.TicketVoided(at=moment, ticket=visit.ticket, reason="left") for visit in left if visit.number]
        out = [
            events.OfficerSignedOut(at=moment, officer=post.officer, counter=post.counter)
            for post in day.posts()
            if post.officer
        ]
        committed = self.record(*voided, *out, now=moment) if voided or out else ()
        figures = figures_of(day, self.inbox)
        closed = events.DayClosed(
            at=moment,
            day=day.day,
            issued=figures.issued,
            finished=figures.finished,
            no_show=figures.no_show,
            voided=figures.voided,
            rated=figures.rated,
            satisfied=figures.satisfied,
            petitions=figures.petitions,
        )
        committed += self.record(closed, now=moment)
        with self.outbox.transaction():
            self.ledger.forget_old_replies()
            self.ledger.set_meta(OPEN_DAY, now.date().isoformat())
        self.day = self.day_of(now.date())
        return committed

    # inside a transaction ---------------------------------------------------------------------------------------

    def _put(self, draft: _Draft, happened: Iterable[events.Event], now: datetime) -> None:
        for event in happened:
            if isinstance(event, events.ExpressionSwitched):
                self.ledger.set_meta(_EXPRESSION_STOPPED, "" if event.on else "1")
            envelope = self.outbox.put(event)
            self._store(draft, envelope, event, "", now)
        draft.intake.flush()

    def _store(
        self,
        draft: _Draft,
        envelope: Envelope,
        event: events.Event | None,
        fault: str,
        now: datetime,
        raw: bytes = b"",
    ) -> Stored:
        ticket = getattr(event, "ticket", "")
        day = self._day_for(draft, envelope, event, ticket, now)
        stored = draft.intake.store(envelope, ticket=ticket, day=day, fault=fault, raw=raw)
        if stored is not Stored.NEW:
            return stored
        if isinstance(event, events.RatingGiven):
            # what the rating rests on may be in the same batch
            draft.intake.flush()
            judged = self._ratings.judge(event, envelope.id, day)
            if isinstance(judged, RatingRow):
                draft.ratings.append(judged)
            else:
                fault = judged
                self.ledger.mark(envelope, fault)
        if isinstance(event, events.ClockSynchronised) and self._clocks.learn(envelope, event):
            draft.has_moved = True
        if self._is_copy(draft, envelope):
            fault = "copy"
            draft.intake.flush()
            self.ledger.mark(envelope, fault)
        draft.committed.append((Committed(envelope=envelope, event=event, fault=fault), day))
        return stored

    def _is_copy(self, draft: _Draft, envelope: Envelope) -> bool:
        """Tell whether it is an event that its device had sent before under an older stream (`Outbox.machine`)."""
        if not envelope.cause:
            return False
        stream, _, sequence = envelope.cause.rpartition("-")
        # what led to an event is mostly another one of the same stream: that is no copy, and asks nothing of the disk
        if not stream or stream == envelope.stream or not (sequence.isdecimal() and len(sequence) < 19):
            return False
        draft.intake.flush()
        older = self.ledger.envelope(stream, int(sequence))
        return older is not None and (older.type, older.ts, bytes(older.data)) == (
            envelope.type, envelope.ts, bytes(envelope.data),
        )  # fmt: skip

    def _day_for(
        self, draft: _Draft, envelope: Envelope, event: events.Event | None, ticket: str, now: datetime
    ) -> date:
        """Return the business day to which an event counts: its ticket's, else the day that is open here."""
        if isinstance(event, events.TicketIssued):
            # today's tickets are of the open day, also while that keeps the name it had before a clock jump
            is_known = envelope.clk in _TRUSTED_CLOCKS and event.day != now.date()
            day = event.day if is_known else self.day.day
            known = draft.intake.day_of_ticket(ticket)
            if known is not None and known != day:
                draft.intake.flush()
                self.ledger.move_ticket(ticket, day)
                draft.has_moved = True
            return day
        if not ticket or self.day.knows(ticket):
            return self.day.day
        return draft.intake.day_of_ticket(ticket) or self.day.day

    # after the COMMIT -------------------------------------------------------------------------------------------

    def _remember(self, draft: _Draft) -> tuple[Committed, ...]:
        for item, day in draft.committed:
            if item.event is None or item.fault:
                continue
            if self._past:
                self._past.pop(day, None)
            true = self._clocks.true(item.envelope, item.event)
            if day == self.day.day and not draft.has_moved:
                self.day.apply(item.envelope, true)
            if isinstance(true, PetitionEvent):
                self.inbox.apply(true, item.envelope.id)
        if draft.has_moved:
            self._past.clear()
            self.day = self.day_of(self.day.day)
            self._fill_inbox()
        for row in draft.ratings:
            if row.day == self.day.day:
                self.day.count_rating(row)
        return tuple(item for item, _ in draft.committed)

    def _known_reply(self, req_id: str, now: datetime) -> Reply | None:
        if req_id in self._replies:
            return self._replies[req_id]
        stored = self.ledger.reply(req_id)
        if stored is None:
            return None
        reply = msgspec.json.decode(stored, type=Reply)
        if reply.offer is None:
            return reply
        # the token is nowhere stored in clear: a hub that was restarted in between issues a new one for the same right
        offer = self._desk.with_token(reply.offer)
        with self.outbox.transaction():
            self._ratings.issue(offer, now)
        reply = msgspec.structs.replace(reply, offer=offer)
        self._replies[req_id] = reply
        return reply


def _reply_to(command: commands.AnyCommand, decision: Decision, rev: int) -> Reply:
    return Reply(
        req_id=command.req_id,
        ok=not decision.error,
        rev=rev,
        error=decision.error,
        ticket=decision.ticket,
        number=decision.number,
        offer=decision.offer,
    )


def _without_token(reply: Reply) -> Reply:
    if reply.offer is None:
        return reply
    return msgspec.structs.replace(reply, offer=msgspec.structs.replace(reply.offer, token="", link=""))
