"""Ticket numbers, and the life of a visit: one state, whatever the order in which its events became known.

`visit_of` puts the events into one order (moment, then the writer's own sequence) and plays them. What a late or odd
event may do is decided by these rules, and by nothing else:

* The issue and the print are facts of the ticket, not steps: a lobby whose clock is ahead changes no state.
* **Finished** is the top: once every service is finished nothing changes it any more, and a finish counts in any
  state. Somebody who was served was served, even if another device had given the ticket up.
* **Void** yields only to proof that the citizen was there (a service that began or was finished later).
* A call beats waiting, parked and no-show; a **service that began** beats a call from another counter.
* No-show, park and transfer count only for the counter at which the ticket is; resume only from parked, return only
  from no-show. Anywhere else they are kept as events and change nothing.
* Two counters that call or serve the same ticket by hand are shown in `conflicts`: never lost, never an error.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from kiosk.domain import commands, events
from kiosk.domain.priority import Priority, PriorityReason
from kiosk.domain.snapshot import WaitingTicket
from kiosk.domain.timeline import timeline

NO_SHOW_GRACE = timedelta(minutes=15)
"""Within this time a no-show may return (product notes §4.1)."""
RETURN_PENALTY = 0.5
"""Share of the time waited that a returning no-show loses; a new ticket would lose all of it (product notes §4.1)."""
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""First letters of ticket numbers: without I, O and Q, which are read as 1, 0 and O."""

_NUMBER = re.compile(rf"[{LETTERS}][1-9]?(?:[0-9]{{3}}|[1-9][0-9]{{3,}})")


class SeriesNumber(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a kiosk's series of one letter; its label is for people, and nothing takes the label apart."""

    letter: str
    kiosk: int | None = None
    """Digit of the lobby kiosk where the office has several, 1 to 9."""
    n: int
    """Counts from 1 at the start of the business day; never used twice."""

    def __post_init__(self) -> None:
        if len(self.letter) != 1 or self.letter not in LETTERS:
            raise ValueError(f"a ticket's letter is one of {LETTERS}, not {self.letter!r}")
        if self.kiosk is not None and not 1 <= self.kiosk <= 9:
            raise ValueError(f"a kiosk's digit is 1 to 9, not {self.kiosk}")
        if self.n < 1:
            raise ValueError(f"a series counts from 1, not {self.n}")

    @property
    def label(self) -> str:
        """Return what is printed and shown: `A105`, `A2105` for kiosk 2, `A1000` after `A999`."""
        return f"{self.letter}{'' if self.kiosk is None else self.kiosk}{self.n:03d}"


def format_number(letter: str, kiosk: int | None, n: int) -> str:
    """Return the label of the `n`-th ticket of `letter` from that kiosk.

    Raises:
        ValueError: if the letter, the kiosk's digit or `n` is outside the grammar.
    """
    return SeriesNumber(letter=letter, kiosk=kiosk, n=n).label


def is_number(text: str) -> bool:
    """Tell whether `text` has the form of a ticket number."""
    return _NUMBER.fullmatch(text) is not None


def spoken_parts(number: str) -> tuple[str, ...]:
    """Return what the voice says one after the other: the letter, then digit by digit."""
    return tuple(number)


class DoubleCall(msgspec.Struct, frozen=True, kw_only=True):
    """A counter called or served a ticket that another counter had: possible only while counters call by hand."""

    at: datetime
    counter: int
    other: int
    """The counter that had the ticket already."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket and all its services, as its events leave it."""

    ticket: str
    number: str = ""
    """Empty while the issue is not known yet (its device is cut off)."""
    day: date | None = None
    services: tuple[events.ServiceItem, ...] = ()
    """A transfer to another group changes the group of the service that it hands on."""
    service: int = 0
    """Index of the service that is waited for or served now."""
    state: str = "issued"
    """`issued` (waits), `called`, `serving`, `parked`, `no_show`, `finished` or `void`."""
    counter: int | None = None
    """Where it is called or served; None elsewhere."""
    officer: str = ""
    arrived: datetime | None = None
    """Moment of the issue; kept through transfers, parking and further services."""
    priority: Priority = Priority.ORDINARY
    priority_reason: PriorityReason = PriorityReason.NONE
    language: str = "vi"
    with_card: bool = False
    told_low_minutes: int | None = None
    told_high_minutes: int | None = None
    calls: int = 0
    """Calls and recalls of the present or latest calling."""
    called_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    """End of the last finished service."""
    waiting_since: datetime | None = None
    """Start of the present spell of waiting; None unless it waits. For the order of calls `arrived` counts."""
    no_show_at: datetime | None = None
    only_counter: int | None = None
    only_officer: str = ""
    front: bool = False
    penalty_minutes: float = 0.0
    parked_until: datetime | None = None
    conflicts: tuple[DoubleCall, ...] = ()
    finished_services: tuple[int, ...] = ()
    appointment: str = ""
    """Code of the booking that it answers; empty for everybody else."""
    dossier: str = ""
    """Code of the dossier whose result is fetched; empty if none was named."""
    printed: str = ""
    """How it was handed over: `paper`, `reprint` or `screen`; empty if not yet."""
    void_reason: str = ""

    @property
    def group(self) -> str:
        """Return the group of the present service, or an empty text while the issue is unknown."""
        return self.services[self.service].group if self.service < len(self.services) else ""

    @property
    def is_waiting(self) -> bool:
        """Tell whether the ticket can be called."""
        return self.state == "issued" and self.arrived is not None

    @property
    def is_open(self) -> bool:
        """Tell whether something can still happen in the ordinary course."""
        return self.state not in ("finished", "void")

    @property
    def may_return_until(self) -> datetime | None:
        """Return until when a no-show may come back; None in any other state."""
        return self.no_show_at + NO_SHOW_GRACE if self.state == "no_show" and self.no_show_at else None


def waiting_ticket(visit: Visit) -> WaitingTicket | None:
    """Return the visit as the queue sees it, waiting or parked; None while its issue is unknown or it is elsewhere."""
    if visit.arrived is None or visit.state not in ("issued", "parked"):
        return None
    return WaitingTicket(
        ticket=visit.ticket,
        number=visit.number,
        group=visit.group,
        service=visit.service,
        arrived=visit.arrived,
        priority=visit.priority,
        only_counter=visit.only_counter,
        only_officer=visit.only_officer,
        front=visit.front,
        penalty_minutes=visit.penalty_minutes,
    )


_ORDINARY_COURSE: tuple[type[events.TicketEvent], ...] = (
    events.TicketIssued,
    events.TicketPrinted,
    events.AppointmentCheckedIn,
    events.DossierAsked,
    events.TicketReturned,
    events.TicketResumed,
    events.TicketCalled,
    events.TicketRecalled,
    events.ServiceStarted,
    events.TicketParked,
    events.TicketTransferred,
    events.TicketNoShow,
    events.ServiceFinished,
    events.TicketVoided,
)
_RANKS = {kind: rank for rank, kind in enumerate(_ORDINARY_COURSE)}
"""Order of a visit's ordinary course: decides between events of one moment that name no sequence."""


def visit_of(known: Iterable[tuple[str, events.TicketEvent]]) -> Visit:
    """Return the visit that the events `known` (id, event) of one ticket make, in whatever order they come.

    An id that comes twice counts once: ids are unique, so a second copy holds the same event.

    Raises:
        ValueError: if there are no events, or they are of several tickets.
    """
    happened = timeline(known, rank=lambda event: _RANKS[type(event)])
    tickets = {event.ticket for event in happened}
    if len(tickets) != 1:
        raise ValueError(f"a visit has the events of one ticket, not of {len(tickets)}")
    return _Fold(happened).visit()


class _Fold:
    """Plays one ticket's events in order of time."""

    def __init__(self, happened: list[events.TicketEvent]) -> None:
        self._ticket = happened[0].ticket
        self._issue = next((event for event in happened if isinstance(event, events.TicketIssued)), None)
        self._printed = ""
        self._appointment = self._dossier = ""
        self._services = list(self._issue.services) if self._issue else []
        self._service = 0
        self._state = "issued"
        self._counter: int | None = None
        self._officer = ""
        self._calls = 0
        self._called_at: datetime | None = None
        self._started_at: datetime | None = None
        self._finished_at: datetime | None = None
        self._waiting_since: datetime | None = self._issue.at if self._issue else None
        self._no_show_at: datetime | None = None
        self._only_counter: int | None = None
        self._only_officer = ""
        self._front = False
        self._penalty_minutes = 0.0
        self._parked_until: datetime | None = None
        self._conflicts: list[DoubleCall] = []
        self._finished: list[int] = []
        self._void_reason = ""
        for event in happened:
            self._play(event)

    def visit(self) -> Visit:
        issue = self._issue
        return Visit(
            ticket=self._ticket,
            number=issue.number if issue else "",
            day=issue.day if issue else None,
            services=tuple(self._services),
            service=self._service,
            state=self._state,
            counter=self._counter,
            officer=self._officer,
            arrived=issue.at if issue else None,
            priority=issue.priority if issue else Priority.ORDINARY,
            priority_reason=issue.priority_reason if issue else PriorityReason.NONE,
            language=issue.language if issue else "vi",
            with_card=issue.with_card if issue else False,
            told_low_minutes=issue.low_minutes if issue else None,
            told_high_minutes=issue.high_minutes if issue else None,
            calls=self._calls,
            called_at=self._called_at,
            started_at=self._started_at,
            finished_at=self._finished_at,
            waiting_since=self._waiting_since if self._state == "issued" else None,
            no_show_at=self._no_show_at,
            only_counter=self._only_counter,
            only_officer=self._only_officer,
            front=self._front,
            penalty_minutes=self._penalty_minutes,
            parked_until=self._parked_until if self._state == "parked" else None,
            conflicts=tuple(self._conflicts),
            finished_services=tuple(sorted(self._finished)),
            appointment=self._appointment,
            dossier=self._dossier,
            printed=self._printed,
            void_reason=self._void_reason if self._state == "void" else "",
        )

    def _play(self, event: events.TicketEvent) -> None:
        match event:
            case events.TicketPrinted():
                self._printed = event.way
            case events.AppointmentCheckedIn():
                self._appointment = event.appointment
            case events.DossierAsked():
                self._dossier = event.dossier
            case events.ServiceFinished():
                self._finish(event)
            case _ if self._state == "finished":
                pass
            case events.ServiceStarted():
                self._start(event)
            case _ if self._state == "void":
                pass
            case events.TicketVoided():
                self._leave_counter("void")
                self._void_reason = event.reason
            case events.TicketCalled():
                self._call(event)
            case events.TicketRecalled():
                self._calls += self._state == "called" and self._counter == event.counter
            case events.TicketParked() if self._is_at(event.counter):
                self._leave_counter("parked")
                self._parked_until = event.until
            case events.TicketTransferred() if self._is_at(event.from_counter):
                self._transfer(event)
            case events.TicketNoShow() if self._state == "called" and self._counter == event.counter:
                self._leave_counter("no_show")
                self._no_show_at = event.at
            case events.TicketResumed() if self._state == "parked":
                self._wait(event.at)
                self._front = True
            case events.TicketReturned() if self._state == "no_show":
                self._wait(event.at)
                self._penalty_minutes += self._half_of_the_wait()
            case _:
                pass

    def _is_at(self, counter: int) -> bool:
        return self._state in ("called", "serving") and self._counter == counter

    def _note_conflict(self, counter: int, at: datetime) -> None:
        if self._counter is not None and self._counter != counter:
            self._conflicts.append(DoubleCall(at=at, counter=counter, other=self._counter))

    def _call(self, event: events.TicketCalled) -> None:
        self._note_conflict(event.counter, event.at)
        if self._state == "serving":
            return
        self._state = "called"
        self._counter, self._officer = event.counter, event.officer
        self._calls = 1
        self._called_at, self._started_at = event.at, None

    def _start(self, event: events.ServiceStarted) -> None:
        if event.service in self._finished:
            return
        self._note_conflict(event.counter, event.at)
        self._state = "serving"
        self._service = event.service
        self._counter, self._officer = event.counter, event.officer or self._officer
        self._started_at = event.at

    def _finish(self, event: events.ServiceFinished) -> None:
        if event.service in self._finished:
            return
        self._finished.append(event.service)
        self._finished_at = max(self._finished_at or event.at, event.at)
        left = [service for service in range(max(1, len(self._services))) if service not in self._finished]
        if not left:
            self._service = event.service
            self._leave_counter("finished")
            self._officer = event.officer or self._officer
        elif self._service in self._finished:
            self._service = left[0]
            self._wait(event.at)
            # a target, a place in front and a lateness belong to the service that is over
            self._only_counter, self._only_officer = None, ""
            self._front, self._penalty_minutes = False, 0.0

    def _transfer(self, event: events.TicketTransferred) -> None:
        if event.group and self._service < len(self._services):
            item = self._services[self._service]
            self._services[self._service] = msgspec.structs.replace(item, group=event.group)
        self._only_counter, self._only_officer = event.counter, event.officer
        self._front = False
        self._wait(event.at)

    def _wait(self, since: datetime) -> None:
        self._leave_counter("issued")
        self._waiting_since = since

    def _leave_counter(self, state: str) -> None:
        self._state = state
        self._counter = None

    def _half_of_the_wait(self) -> float:
        if self._issue is None or self._no_show_at is None:
            return 0.0
        waited = (self._no_show_at - self._issue.at).total_seconds() / 60
        return RETURN_PENALTY * max(0.0, waited - self._penalty_minutes)


_AT_COUNTER: dict[type[commands.Command], tuple[str, ...]] = {
    commands.Recall: ("called",),
    commands.Start: ("called",),
    commands.NoShow: ("called",),
    commands.Park: ("called", "serving"),
    commands.Transfer: ("called", "serving"),
    commands.Finish: ("serving",),
}
"""In which states of the ticket at the counter a verb makes sense."""
_BY_TICKET: dict[type[commands.Command], tuple[str, ...]] = {
    commands.CallTicket: ("issued",),
    commands.Resume: ("parked",),
    commands.Return: ("no_show",),
    commands.Void: ("issued", "called", "parked", "no_show"),
}


def refusal(visit: Visit | None, command: commands.Command, now: datetime) -> str | None:
    """Return the reason (a key of `Reply.error`) why `command` is not possible for `visit` at `now`; None if it is.

    For verbs of a counter `visit` is the ticket that is there, None if none is. For `CallNext` it is the ticket that
    would be called. Verbs about the counter itself (sign in, pause) are always possible here.
    """
    kind = type(command)
    if kind is commands.CallNext:
        return "nobody_waiting" if visit is None or not visit.is_waiting else None
    if kind in _AT_COUNTER:
        if visit is None or visit.counter != command.counter:
            return "nothing_here"
        return None if visit.state in _AT_COUNTER[kind] else "wrong_state"
    if kind in _BY_TICKET:
        if visit is None:
            return "unknown_ticket"
        if visit.state not in _BY_TICKET[kind]:
            return "wrong_state"
        until = visit.may_return_until
        return "too_late" if kind is commands.Return and until is not None and now > until else None
    return None
