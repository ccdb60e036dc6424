"""The one vocabulary: every event of the office, as msgspec structs (what is asked of the hub: `commands`).

MQTT, SQLite, PostgreSQL, REST, AsyncAPI and OpenAPI all come from here. Fields may be added; a meaning never
changes under the same `SCHEMA_VERSION`. Moments are timezone-aware datetimes; durations say their unit in the name.
An event tells what happened and is never refused.
"""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from kiosk.domain.priority import Priority, PriorityReason

SCHEMA_VERSION = 1
MAX_EVENT_BYTES = 64 * 1024
"""Larger envelopes are refused where they enter: a broker drops the connection for them (messaging notes §4.3)."""


class ServiceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One service of a visit: a service group, and the procedure where it is known."""

    group: str
    procedure: str = ""
    """Key in the procedure catalogue; empty where the citizen chose only the group."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `at` is by the device's own clock."""

    TYPE: ClassVar[str] = ""

    at: datetime


class TicketEvent(Event, frozen=True, kw_only=True):
    """Something that happened to one ticket; `ticket` is the key, the number is only a label for people."""

    ticket: str


class TicketIssued(TicketEvent, frozen=True, kw_only=True):
    """A number was committed for a citizen."""

    TYPE: ClassVar[str] = "ticket.issued"

    number: str
    day: date
    services: tuple[ServiceItem, ...]
    priority: Priority = Priority.ORDINARY
    priority_reason: PriorityReason = PriorityReason.NONE
    language: str = "vi"
    place: int = 0
    """Place in the queue that was told: 1 = next."""
    low_minutes: int | None = None
    """Lower end (P50) of the waiting time that was told; None where none was told."""
    high_minutes: int | None = None
    """Upper end (P80) of the waiting time that was told."""
    with_card: bool = False
    """True if a card was shown; nothing of the card is kept."""


class TicketPrinted(TicketEvent, frozen=True, kw_only=True):
    """Paper came out (`way` is `paper` or `reprint`), or the ticket stood on the `screen` instead."""

    TYPE: ClassVar[str] = "ticket.printed"

    way: str = "paper"


class TicketCalled(TicketEvent, frozen=True, kw_only=True):
    """The ticket was called to a counter."""

    TYPE: ClassVar[str] = "ticket.called"

    counter: int
    officer: str = ""
    manual: bool = False
    """True if the counter called by hand while the hub was away."""


class TicketRecalled(TicketEvent, frozen=True, kw_only=True):
    """The call was repeated."""

    TYPE: ClassVar[str] = "ticket.recalled"

    counter: int
    manual: bool = False


class ServiceStarted(TicketEvent, frozen=True, kw_only=True):
    """The citizen sat down: one service of the visit began."""

    TYPE: ClassVar[str] = "ticket.serving"

    counter: int
    officer: str = ""
    service: int = 0
    """Index into the ticket's services."""
    manual: bool = False


class TicketParked(TicketEvent, frozen=True, kw_only=True):
    """The citizen fetches a missing paper and returns to the front of the own class."""

    TYPE: ClassVar[str] = "ticket.parked"

    counter: int
    until: datetime
    reason: str = ""


class TicketResumed(TicketEvent, frozen=True, kw_only=True):
    """A parked ticket waits again, or its time was up."""

    TYPE: ClassVar[str] = "ticket.resumed"


class TicketTransferred(TicketEvent, frozen=True, kw_only=True):
    """The ticket waits for another group, counter or officer; it keeps its arrival time."""

    TYPE: ClassVar[str] = "ticket.transferred"

    from_counter: int
    group: str = ""
    counter: int | None = None
    officer: str = ""
    reason: str = ""


class ServiceFinished(TicketEvent, frozen=True, kw_only=True):
    """One service of the visit is done; the last one finishes the visit."""

    TYPE: ClassVar[str] = "ticket.service_finished"

    counter: int
    officer: str = ""
    service: int = 0
    manual: bool = False


class TicketNoShow(TicketEvent, frozen=True, kw_only=True):
    """Called and recalled, nobody came; may return within the grace time."""

    TYPE: ClassVar[str] = "ticket.no_show"

    counter: int
    manual: bool = False


class TicketReturned(TicketEvent, frozen=True, kw_only=True):
    """A no-show came back within the grace time (15 min) and waits again."""

    TYPE: ClassVar[str] = "ticket.returned"


class TicketVoided(TicketEvent, frozen=True, kw_only=True):
    """The ticket no longer counts: never printed, or given up (`not_printed`, `left`, `staff`)."""

    TYPE: ClassVar[str] = "ticket.voided"

    reason: str


class AppointmentCheckedIn(TicketEvent, frozen=True, kw_only=True):
    """Somebody came to a booked hour and took this ticket."""

    TYPE: ClassVar[str] = "ticket.appointment"

    appointment: str
    """The booking's code."""


class DossierAsked(TicketEvent, frozen=True, kw_only=True):
    """The ticket is for fetching the result of this dossier."""

    TYPE: ClassVar[str] = "ticket.pickup"

    dossier: str
    """Code on the receipt."""


class DeclarationHandedOver(Event, frozen=True, kw_only=True):
    """A filled form waits for the officer; its values are in no event."""

    TYPE: ClassVar[str] = "declaration.handed_over"

    form: str
    """Key of the procedure."""
    fields: int
    """How many fields are filled."""


class CampaignGuided(Event, frozen=True, kw_only=True):
    """Somebody used the guide of a campaign."""

    TYPE: ClassVar[str] = "campaign.guided"

    campaign: str
    outcome: str
    """`phone` (took the provider's code along) or `number` (took a number for help)."""


class OfficerSignedIn(Event, frozen=True, kw_only=True):
    """An officer opened a counter."""

    TYPE: ClassVar[str] = "officer.signed_in"

    officer: str
    name: str
    counter: int


class OfficerSignedOut(Event, frozen=True, kw_only=True):
    """An officer closed a counter."""

    TYPE: ClassVar[str] = "officer.signed_out"

    officer: str
    counter: int


class CounterPaused(Event, frozen=True, kw_only=True):
    """A counter takes no calls for a while."""

    TYPE: ClassVar[str] = "counter.paused"

    counter: int
    officer: str = ""
    reason: str = ""


class CounterReopened(Event, frozen=True, kw_only=True):
    """A paused counter takes calls again."""

    TYPE: ClassVar[str] = "counter.reopened"

    counter: int
    officer: str = ""


class RatingOffered(Event, frozen=True, kw_only=True):
    """A one-time token was issued for a finished service."""

    TYPE: ClassVar[str] = "rating.offered"

    ticket: str
    service: int
    counter: int
    officer: str
    expires: datetime
    offline: bool = False


class RatingGiven(Event, frozen=True, kw_only=True):
    """A citizen rated one finished service, with the token that proves it, by `tablet`, `pad` or `phone`."""

    TYPE: ClassVar[str] = "rating.given"

    ticket: str
    service: int
    token: str
    """The hub's one-time token, or one that the counter's device signed while the hub was away."""
    score: int
    """1 (very dissatisfied) to 5 (very satisfied)."""
    reasons: tuple[str, ...] = ()
    comment: str = ""
    counter: int = 0
    officer: str = ""
    way: str = "tablet"
    offline: bool = False


class RatingDeclined(Event, frozen=True, kw_only=True):
    """The citizen declined, or the rating closed without an answer (`way` is `timeout`), or was asked to wait: with
    `later` the phone may still rate with the same token."""

    TYPE: ClassVar[str] = "rating.declined"

    ticket: str
    service: int
    counter: int
    way: str = "declined"


class SurveyAnswered(Event, frozen=True, kw_only=True):
    """A citizen went through a survey, or a part of it. It carries no ticket: nobody is known by the answers."""

    TYPE: ClassVar[str] = "survey.answered"

    survey: str
    """Key of the survey."""
    answers: dict[str, str] = {}
    """By question: the key of the option, or what was written; empty if it was skipped."""
    complete: bool = False
    """False if the citizen left before the last question."""
    counter: int = 0
    way: str = "tablet"


class PetitionFiled(Event, frozen=True, kw_only=True):
    """A citizen wrote to the leader."""

    TYPE: ClassVar[str] = "petition.filed"

    petition: str
    receipt: str
    """Code on the receipt by which the citizen follows the answer."""
    text: str
    category: str = "other"
    ticket: str = ""
    counter: int = 0
    way: str = "tablet"


class PetitionAcknowledged(Event, frozen=True, kw_only=True):
    """The leader has seen the petition."""

    TYPE: ClassVar[str] = "petition.acknowledged"

    petition: str
    by: str


class PetitionAssigned(Event, frozen=True, kw_only=True):
    """Somebody is to answer."""

    TYPE: ClassVar[str] = "petition.assigned"

    petition: str
    by: str
    to: str


class PetitionAnswered(Event, frozen=True, kw_only=True):
    """The answer that the citizen reads under the receipt code."""

    TYPE: ClassVar[str] = "petition.answered"

    petition: str
    by: str
    answer: str


class DeviceFaulted(Event, frozen=True, kw_only=True):
    """A peripheral or a link stopped working."""

    TYPE: ClassVar[str] = "device.faulted"

    part: str
    """`printer`, `paper`, `camera`, `scanner`, `keypad`, `rating_pad`, `sign`, `speaker`, `media`, `hub`, `disk`."""
    reason: str


class DeviceRecovered(Event, frozen=True, kw_only=True):
    """It works again."""

    TYPE: ClassVar[str] = "device.recovered"

    part: str


class PaperChanged(Event, frozen=True, kw_only=True):
    """Staff put a new roll of paper into a kiosk's printer, and said so."""

    TYPE: ClassVar[str] = "device.paper_changed"


class HelpCalled(Event, frozen=True, kw_only=True):
    """A citizen at a lobby kiosk asked for a member of staff to come."""

    TYPE: ClassVar[str] = "help.called"


class ExpressionWindow(Event, frozen=True, kw_only=True):
    """A counter's day of face expressions, or the office's day of counters with few, only with k >= 10 visits."""

    TYPE: ClassVar[str] = "expr.window"

    day: date
    """The day, or the first of `days`."""
    days: int = 1
    """7 where a week was merged to reach k."""
    counter: int | None
    """None where counters were merged to reach k: those of the office with few visits that day."""
    visits: int
    positive: int
    neutral: int
    negative: int
    uncertain: int


class ExpressionSwitched(Event, frozen=True, kw_only=True):
    """Somebody stopped face expression, or let it go on; the site's `kiosk.toml` must allow it besides."""

    TYPE: ClassVar[str] = "expr.switched"

    on: bool
    by: str
    """The leader as petitions are signed, or the officer who pressed the key."""
    counter: int | None = None
    """None for the whole office, at the hub; else this counter's own switch."""


class DeviceOrdered(Event, frozen=True, kw_only=True):
    """The device carries out a signed order of its office; told before it does."""

    TYPE: ClassVar[str] = "device.ordered"

    order: str
    """`restart`, `identify` or `renew`."""
    counter: int


class ClockSynchronised(Event, frozen=True, kw_only=True):
    """The device learnt the true time: lets the hub correct earlier stamps of the same boot."""

    TYPE: ClassVar[str] = "time.sync"

    boot: str
    mono_s: float
    offset_s: float
    """True time (Unix seconds) minus the monotonic clock of that boot."""


class DayClosed(Event, frozen=True, kw_only=True):
    """The hub's figures of one business day."""

    TYPE: ClassVar[str] = "day.closed"

    day: date
    issued: int
    finished: int
    no_show: int
    voided: int
    rated: int
    satisfied: int
    petitions: int


class FleetHealth(Event, frozen=True, kw_only=True):
    """How one device of the office was in the last five minutes; told to the centre only."""

    TYPE: ClassVar[str] = "fleet.health"

    device: str
    state: str
    """Its presence: `ready`, `alert`, `disconnected`, `lost`."""
    role: str = ""
    version: str = ""
    faults: tuple[str, ...] = ()
    """Parts that do not work, `paper` and `printer` among them."""
    celsius: float | None = None
    """The highest temperature."""
    disk_percent: int | None = None
    pending: int = 0
    clk: str = "none"


def _kinds(base: type[Event]) -> list[type[Event]]:
    return [kind for child in base.__subclasses__() for kind in ([child] if child.TYPE else _kinds(child))]


EVENTS: dict[str, type[Event]] = {kind.TYPE: kind for kind in _kinds(Event)}
"""Every event type by its name on the wire."""
