"""The business day in memory: every visit folded from its events, who sits at which counter, today's ratings.

Built again from the ledger when the hub starts, by the same `apply` that serves live events, so a restarted hub knows
what its predecessor knew. Nothing here depends on the order in which devices delivered their events.
"""

from datetime import date, datetime
from heapq import nlargest

import msgspec

from kiosk.domain import events
from kiosk.domain.dossiers import plain_code
from kiosk.domain.envelope import Envelope
from kiosk.domain.office import Office
from kiosk.domain.snapshot import Call, CounterState, WaitingTicket
from kiosk.domain.tickets import Visit, visit_of, waiting_ticket
from kiosk.domain.waiting import LearnedDurations
from kiosk.hub.ledger import RatingRow

AT_A_COUNTER = ("called", "serving")


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One counter as its officer left it."""

    counter: int
    officer: str = ""
    """Empty while nobody is signed in."""
    name: str = ""
    is_paused: bool = False
    since: datetime | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a device that does not work at present."""

    source: str
    part: str
    reason: str
    since: datetime


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One finished service of a visit."""

    ticket: str
    service: int
    group: str
    counter: int
    officer: str
    finished: datetime
    minutes: float | None
    """None where its start is not known."""


class HelpCall(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen at a lobby kiosk asked for a member of staff."""

    source: str
    at: datetime


_Stamp = tuple[datetime, str]
MOST_HELP_CALLS = 50
"""The newest ones of a day are kept in mind: a device that calls a million times does not fill the memory."""


class Day:
    """What happened on one business day, as far as the hub knows."""

    def __init__(self, office: Office, day: date) -> None:
        self.day = day
        self.visits: dict[str, Visit] = {}
        self.ratings: dict[tuple[str, int], RatingRow] = {}
        self.offered: dict[tuple[str, int], events.RatingOffered] = {}
        self.services: dict[tuple[str, int], Service] = {}
        self._help: dict[str, HelpCall] = {}
        self.comments: dict[str, events.RatingGiven] = {}
        """Ratings that count and say something in words, by event id."""
        self.appointments: set[str] = set()
        """Bookings that were checked in, by plain code."""
        self.guided: dict[str, str] = {}
        """How people used a campaign's guide, by event id."""
        self.names: dict[str, str] = {}
        """Officers of the day by key."""
        self._office = office
        self._ticket_events: dict[str, dict[str, events.TicketEvent]] = {}
        self._signs: dict[int, tuple[_Stamp, events.OfficerSignedIn | events.OfficerSignedOut]] = {}
        self._pauses: dict[int, tuple[_Stamp, bool]] = {}
        self._calls: list[tuple[int, events.TicketCalled | events.TicketRecalled]] = []
        self._faults: dict[tuple[str, str], tuple[_Stamp, Fault | None]] = {}

    def apply(self, envelope: Envelope, event: events.Event) -> None:
        """Take one stored event into account; the same again changes nothing."""
        stamp = (event.at, envelope.id)
        match event:
            case events.TicketEvent():
                self._apply_ticket(envelope.id, event)
            case events.OfficerSignedIn() | events.OfficerSignedOut():
                if isinstance(event, events.OfficerSignedIn):
                    self.names[event.officer] = event.name
                known = self._signs.get(event.counter)
                if known is None or known[0] < stamp:
                    self._signs[event.counter] = (stamp, event)
            case events.CounterPaused() | events.CounterReopened():
                paused = self._pauses.get(event.counter)
                if paused is None or paused[0] < stamp:
                    self._pauses[event.counter] = (stamp, isinstance(event, events.CounterPaused))
            case events.RatingOffered():
                self.offered.setdefault((event.ticket, event.service), event)
            case events.HelpCalled():
                self._help[envelope.id] = HelpCall(source=envelope.source, at=event.at)
                if len(self._help) > 2 * MOST_HELP_CALLS:
                    self._help = dict(self.latest_help())
            case events.CampaignGuided():
                self.guided[envelope.id] = event.outcome
            case events.RatingGiven() if event.comment:
                self.comments[envelope.id] = event
            case events.DeviceFaulted() | events.DeviceRecovered():
                self._apply_fault(envelope.source, stamp, event)
            case _:
                pass

    def latest_help(self) -> list[tuple[str, HelpCall]]:
        """Return the last calls for help with the ids of their events, newest first: a stuck button hides nobody."""
        return nlargest(MOST_HELP_CALLS, self._help.items(), key=lambda known: (known[1].at, known[0]))

    def count_rating(self, row: RatingRow) -> None:
        """Count a rating that the ledger accepted."""
        self.ratings[row.ticket, row.service] = row

    def posts(self) -> tuple[Post, ...]:
        """Return all counters of the office, ascending."""
        return tuple(self.post(plan.number) for plan in self._office.counters)

    def post(self, counter: int) -> Post:
        """Return who sits at `counter`."""
        sign = self._signs.get(counter)
        if sign is None or isinstance(sign[1], events.OfficerSignedOut):
            return Post(counter=counter, since=None if sign is None else sign[1].at)
        pause = self._pauses.get(counter)
        # a pause belongs to the sign-in during which it was made
        has_paused = pause is not None and pause[0] > sign[0] and pause[1]
        since = pause[0][0] if pause is not None and pause[0] > sign[0] else sign[1].at
        return Post(counter=counter, officer=sign[1].officer, name=sign[1].name, is_paused=has_paused, since=since)

    def at_counter(self, counter: int) -> Visit | None:
        """Return the visit that was called to `counter` or is served there, the latest if hand calls made several."""
        here = [visit for visit in self.visits.values() if visit.counter == counter and visit.state in AT_A_COUNTER]
        return max(here, key=lambda visit: (visit.called_at is not None, visit.called_at, visit.ticket), default=None)

    def counter_state(self, counter: int) -> CounterState:
        """Return one counter as everybody sees it."""
        post, visit = self.post(counter), self.at_counter(counter)
        if visit is None:
            state = "closed" if not post.officer else "paused" if post.is_paused else "idle"
            return CounterState(
                counter=counter, state=state, officer=post.officer, officer_name=post.name, since=post.since
            )
        is_called = visit.state == "called"
        return CounterState(
            counter=counter,
            state="calling" if is_called else "serving",
            officer=post.officer or visit.officer,
            officer_name=post.name,
            ticket=visit.ticket,
            number=visit.number,
            group=visit.group,
            service=visit.service,
            since=visit.called_at if is_called else visit.started_at,
            calls=visit.calls,
        )

    def counter_states(self) -> tuple[CounterState, ...]:
        """Return all counters of the office, ascending."""
        return tuple(self.counter_state(plan.number) for plan in self._office.counters)

    def queue(self, state: str = "issued") -> list[WaitingTicket]:
        """Return the tickets that wait or, with `parked`, that are set aside; in no particular order of merit."""
        tickets = (waiting_ticket(visit) for visit in self.in_state(state))
        return [ticket for ticket in tickets if ticket is not None]

    def learned(self) -> LearnedDurations:
        """Return what today's finished services teach about durations."""
        durations = LearnedDurations(self._office)
        for service in sorted(self.services.values(), key=lambda service: (service.finished, service.ticket)):
            if service.minutes is not None:
                durations.add(service.group, service.minutes)
        return durations

    def numbered(self, number: str) -> Visit | None:
        """Return the visit with that label, or None."""
        return next((visit for visit in self.visits.values() if visit.number == number), None)

    def in_state(self, *states: str) -> list[Visit]:
        """Return the visits in one of `states`, by number of arrival."""
        return [visit for visit in self.visits.values() if visit.state in states]

    def calls(self, last: int) -> tuple[Call, ...]:
        """Return the last calls and recalls, newest last.

        Calls by hand become known late, when the office has often moved on: only those that still wait for their
        citizen are told, or the voice would call people who sit at home.
        """
        told = [(number, call) for number, call in self._calls if self._is_worth_telling(call)][-last:]
        return tuple(
            Call(call=number, number=self._number(call.ticket), counter=call.counter, at=call.at, manual=call.manual)
            for number, call in told
        )

    def faults(self) -> list[Fault]:
        """Return what does not work at present, longest first."""
        present = [fault for _, fault in self._faults.values() if fault is not None]
        return sorted(present, key=lambda fault: (fault.since, fault.source, fault.part))

    def knows(self, ticket: str) -> bool:
        """Tell whether the ticket is of this day."""
        return ticket in self._ticket_events

    def _apply_ticket(self, event_id: str, event: events.TicketEvent) -> None:
        of_ticket = self._ticket_events.setdefault(event.ticket, {})
        if event_id in of_ticket:
            return
        of_ticket[event_id] = event
        visit = self.visits[event.ticket] = visit_of(of_ticket.items())
        if isinstance(event, events.AppointmentCheckedIn):
            self.appointments.add(plain_code(event.appointment))
        if isinstance(event, events.ServiceStarted | events.ServiceFinished | events.TicketIssued):
            self._note_services(visit, list(of_ticket.values()))
        if isinstance(event, events.TicketCalled | events.TicketRecalled):
            self._calls.append((len(self._calls) + 1, event))

    def _note_services(self, visit: Visit, known: list[events.TicketEvent]) -> None:
        for finish in known:
            if not isinstance(finish, events.ServiceFinished) or finish.service not in visit.finished_services:
                continue
            starts = [
                event.at
                for event in known
                if isinstance(event, events.ServiceStarted)
                and event.service == finish.service
                and event.at <= finish.at
            ]
            item = visit.services[finish.service] if finish.service < len(visit.services) else None
            self.services[visit.ticket, finish.service] = Service(
                ticket=visit.ticket,
                service=finish.service,
                group=item.group if item is not None else "",
                counter=finish.counter,
                officer=finish.officer,
                finished=finish.at,
                minutes=(finish.at - max(starts)).total_seconds() / 60 if starts else None,
            )

    def _apply_fault(self, source: str, stamp: _Stamp, event: events.DeviceFaulted | events.DeviceRecovered) -> None:
        known = self._faults.get((source, event.part))
        if known is not None and known[0] > stamp:
            return
        fault = None
        if isinstance(event, events.DeviceFaulted):
            fault = Fault(source=source, part=event.part, reason=event.reason, since=event.at)
        self._faults[source, event.part] = (stamp, fault)

    def _is_worth_telling(self, call: events.TicketCalled | events.TicketRecalled) -> bool:
        visit = self.visits[call.ticket]
        return not call.manual or (visit.state == "called" and visit.counter == call.counter)

    def _number(self, ticket: str) -> str:
        visit = self.visits.get(ticket)
        return visit.number if visit is not None else ""
