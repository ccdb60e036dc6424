"""What the pages show: plain frozen data, made on the role's thread and drawn on the web's."""

from datetime import date, datetime

import msgspec

from kiosk.domain.petitions import Petition
from kiosk.domain.ratings import RatingToken
from kiosk.domain.snapshot import Figures, WaitingTicket
from kiosk.hub.expression import WindowLine
from kiosk.hub.figures import Rated


class GroupLine(msgspec.Struct, frozen=True, kw_only=True):
    """One service group in the queue."""

    letter: str
    name: str
    waiting: int
    low: int | None
    high: int | None


class HomePage(msgspec.Struct, frozen=True, kw_only=True):
    """The queue for everybody; numbers only."""

    at: datetime
    groups: tuple[GroupLine, ...]
    open_counters: int
    counters: int


class TicketPage(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket on its owner's phone. Who knows its id holds the slip: it is printed nowhere else."""

    ticket: str
    number: str
    at: datetime
    state: str
    group_name: str
    place: int
    low: int | None
    high: int | None
    counters: tuple[int, ...]
    counter: int | None
    calls: int
    until: datetime | None
    """End of parking or of the grace after a no-show."""
    more_services: tuple[str, ...]
    rate: int | None
    """Service that can be rated now, or None."""
    rate_group: str = ""
    rate_counter: int = 0


class RatePage(msgspec.Struct, frozen=True, kw_only=True):
    """A right to rate, or why there is none."""

    right: RatingToken | None
    refusal: str | None


class PetitionPage(msgspec.Struct, frozen=True, kw_only=True):
    """One petition as its author follows it."""

    receipt: str
    filed_at: datetime | None
    acknowledged_at: datetime | None
    assigned_at: datetime | None
    answered_at: datetime | None
    deadline: date | None
    is_overdue: bool
    answer: str


class LeaderPetition(msgspec.Struct, frozen=True, kw_only=True):
    """One petition in the leader's inbox."""

    petition: str
    receipt: str
    state: str
    category: str
    way: str
    counter: int
    text: str
    filed_at: datetime | None
    acknowledged_at: datetime | None
    assigned_to: str
    answered_at: datetime | None
    answer: str
    deadline: date | None
    is_overdue: bool


class CounterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One counter on the leader's page."""

    counter: int
    state: str
    officer: str
    officer_name: str
    finished: int
    mean_minutes: float | None
    rated: Rated


class OfficerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One officer of the day, at whatever counter."""

    officer: str
    name: str
    finished: int
    mean_minutes: float | None
    rated: Rated


class CommentLine(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody added to a rating."""

    at: datetime
    score: int
    counter: int
    text: str


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a device reported."""

    device: str
    since: datetime
    part: str = ""


class LeaderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Today's office for its leader."""

    rev: int
    at: datetime
    day: date
    figures: Figures
    rated: Rated
    counters: tuple[CounterLine, ...]
    officers: tuple[OfficerLine, ...]
    comments: tuple[CommentLine, ...]
    """Newest first."""
    flags: tuple[tuple[str, int, int], ...]
    """Signs that deserve a look: kind, counter, how many ratings."""
    groups: tuple[GroupLine, ...]
    waiting: tuple[WaitingTicket, ...]
    petitions: tuple[LeaderPetition, ...]
    open_petitions: int
    faults: tuple[DeviceLine, ...]
    lost: tuple[str, ...]
    help: tuple[DeviceLine, ...]
    double_calls: tuple[tuple[str, int, int], ...]
    guided: tuple[int, int]
    """A campaign today: who took its code along on the phone, and who took a number for help."""
    clashes: int
    """Different events under one identity: a card was copied."""


class FormLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form that a citizen filled at the kiosk."""

    key: str
    """Of a card's field; empty where `label` says it."""
    label: str
    text: str


class FormPage(msgspec.Struct, frozen=True, kw_only=True):
    """A form handed over under its code: shown once, kept nowhere."""

    title: str
    lines: tuple[FormLine, ...]
    refusal: str = ""
    """`unknown` or `blocked` where there is none."""


class ExpressionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of expressions for the leader: of counters and days, never of officers or visits."""

    is_stopped: bool
    lines: list[WindowLine]


class AsideLine(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that is parked or missed its call."""

    number: str
    until: datetime | None


class NamedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A service group to choose."""

    key: str
    name: str


class ConsolePage(msgspec.Struct, frozen=True, kw_only=True):
    """One counter for its officer. Holds numbers, never ticket ids: an id is the citizen's right to rate."""

    counter: int
    state: str
    officer: str
    officer_name: str
    number: str
    service_name: str
    appointment: str
    """Booking that the present ticket answers, or empty."""
    dossier: str
    """Dossier whose result the present ticket fetches, or empty."""
    help: tuple[DeviceLine, ...]
    group_names: tuple[str, ...]
    waiting: int
    waiting_here: int
    here: tuple[str, ...]
    """Numbers that this counter may call, in the policy's order."""
    parked: tuple[AsideLine, ...]
    returnable: tuple[AsideLine, ...]
    all_groups: tuple[NamedGroup, ...]
    all_counters: tuple[int, ...]


def petition_page(petition: Petition, now: datetime) -> PetitionPage:
    """Return a petition as its author follows it: who was asked to answer stays inside the office."""
    return PetitionPage(
        receipt=petition.receipt,
        filed_at=petition.filed,
        acknowledged_at=petition.acknowledged or _first_step(petition),
        assigned_at=petition.assignments[0].at if petition.assignments else petition.answered,
        answered_at=petition.answered,
        deadline=petition.deadline,
        is_overdue=petition.answered is None and petition.is_overdue(now),
        answer=petition.answer,
    )


def leader_petition(petition: Petition, now: datetime) -> LeaderPetition:
    """Return a petition as the leader handles it."""
    return LeaderPetition(
        petition=petition.petition,
        receipt=petition.receipt,
        state=petition.state,
        category=petition.category,
        way=petition.way,
        counter=petition.counter,
        text=petition.text,
        filed_at=petition.filed,
        acknowledged_at=petition.acknowledged or _first_step(petition),
        assigned_to=petition.assigned_to,
        answered_at=petition.answered,
        answer=petition.answer,
        deadline=petition.deadline,
        is_overdue=petition.is_overdue(now),
    )


def _first_step(petition: Petition) -> datetime | None:
    """Return when a petition that was never acknowledged by itself was first handled: that is being seen, too."""
    return petition.assignments[0].at if petition.assignments else petition.answered
