"""One citizen's visit at the kiosk: what was touched so far, and the card until it ends.

Lives in RAM from the first touch to `home` and is then thrown away whole; a new visit begins as a new object.
"""

from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.citizen import Citizen
from kiosk.domain.events import ServiceItem
from kiosk.domain.priority import Priority, PriorityReason
from kiosk.lobby.sheets import TicketSheet
from kiosk.lobby.words import greeting_name

SWITCHES = ("large", "contrast", "lowered", "read_aloud")
MAX_SERVICES = 5
"""More services than this on one ticket are a mistake of the finger."""


@dataclass(frozen=True, kw_only=True)
class AgeRule:
    """From which age a card gives priority (product notes §6.5)."""

    senior_from: int = 60
    priority_from: int = 75


@dataclass(kw_only=True)
class Enquiry:
    """A code about which the hub is asked, and what it said."""

    purpose: str
    code: str = ""
    state: str = "ask"
    error: str = ""
    status: str = ""
    group: str = ""
    procedure: str = ""
    moment: str = ""
    note: str = ""


@dataclass(kw_only=True)
class FormDraft:
    """A form that is being filled."""

    procedure: str
    typed: dict[str, str] = field(default_factory=dict)
    open: str = ""
    state: str = "filling"
    code: str = ""


@dataclass(kw_only=True)
class StaffVisit:
    """Somebody of the staff stands before the kiosk."""

    stage: str = "pin"
    typed: str = ""
    first: str = ""
    """The new PIN as it was typed first."""
    error: str = ""
    done: str = ""


@dataclass(kw_only=True)
class Visit:
    """The choices of the citizen who stands here now."""

    language: str = "vi"
    switches: set[str] = field(default_factory=set)
    step: str = "idle"
    trail: list[str] = field(default_factory=list)
    """Steps that `Back` goes back through."""
    card: Citizen | None = None
    citizen: str = ""
    by_age: Priority = Priority.ORDINARY
    declared: PriorityReason = PriorityReason.NONE
    group: str = ""
    procedure: str = ""
    """Empty while only the group is chosen."""
    chosen: list[ServiceItem] = field(default_factory=list)
    """Services already put on this ticket, without the present one."""
    query: str = ""
    answers: list[str] = field(default_factory=list)
    """Answers to the guide's questions so far."""
    shortlist: tuple[str, ...] = ()
    """Procedures that the guide found; empty where the whole group is offered."""
    only_looks: bool = False
    """True where somebody only wants to look something up."""
    pages: int = 1
    copies: int = 1
    side_slip: str = ""
    """How the print of the checklist or of the fees stands: empty, `printing`, `paper` or `failed`."""
    enquiry: Enquiry | None = None
    goes_by_phone: bool = False
    """True once somebody went on with a campaign on the own phone: counted once a visit."""
    appointment: str = ""
    """Code of the booking that this visit answers."""
    dossier: str = ""
    """Code of the dossier whose result is fetched."""
    form: FormDraft | None = None
    form_codes: dict[str, str] = field(default_factory=dict)
    """One-time codes of the forms that were handed over, by procedure; a code says nothing of anybody."""
    is_remembered: bool = False
    name_shown: str = ""
    """What became of the wish to have the name on the board: `sent`, `shown`, `failed`, or empty."""
    staff: StaffVisit | None = None
    notice: str = ""
    ticket: TicketSheet | None = None

    @property
    def is_personal(self) -> bool:
        """Tell whether the screen cannot let go of the person and go on: a form's answers, a paper just printed."""
        if self.step == "form" and self.form is not None:
            return self.form.state != "handed"
        return self.step == "ticket" and self.ticket is not None and self.ticket.printed != "screen"

    @property
    def with_card(self) -> bool:
        """Tell whether a card was read."""
        return self.card is not None

    def greet(self, citizen: Citizen, today: date, ages: AgeRule) -> None:
        """Take a card: kept until the visit ends, for a greeting, a priority and a form."""
        age = citizen.age(today)
        self.card = citizen
        self.citizen = greeting_name(citizen.name)
        self.is_remembered = False
        self.by_age = Priority.ORDINARY
        if age is not None and age >= ages.priority_from:
            self.by_age = Priority.PRIORITY
        elif age is not None and age >= ages.senior_from:
            self.by_age = Priority.SENIOR

    def forget_person(self) -> None:
        """Let go of everything that says who stands here; what was chosen stays."""
        self.card = None
        self.citizen = ""
        self.is_remembered = False
        self.enquiry = None
        if self.form is not None and self.form.state != "handed":
            self.form = None  # of a form that was handed over only the code is left
        self.query = ""
        if self.step in ("enquiry", "remember"):
            self.go_back()

    def go(self, step: str) -> None:
        """Go on to `step`, remembering the way back."""
        self.trail.append(self.step)
        self.step = step

    def go_back(self) -> None:
        """Return to the step before, `idle` at last."""
        left = self.step
        self.step = self.trail.pop() if self.trail else "idle"
        if left == "papers":
            self.procedure = ""
        if self.step not in ("group", "papers"):
            self.group = ""
            self.shortlist = ()
            self.appointment = self.dossier = ""

    def declare(self, reason: PriorityReason) -> None:
        """Set the declared reason; the same again takes it back."""
        self.declared = PriorityReason.NONE if self.declared is reason else reason

    @property
    def priority(self) -> tuple[Priority, PriorityReason]:
        """Return the strongest claim of this visit, and why."""
        if self.by_age is Priority.PRIORITY:
            return Priority.PRIORITY, PriorityReason.AGE
        if self.declared is not PriorityReason.NONE:
            return Priority.PRIORITY, self.declared
        if self.by_age is Priority.SENIOR:
            return Priority.SENIOR, PriorityReason.AGE
        return Priority.ORDINARY, PriorityReason.NONE

    @property
    def services(self) -> tuple[ServiceItem, ...]:
        """Return everything that the ticket will carry, each service once, in the order of choosing."""
        present = [ServiceItem(group=self.group, procedure=self.procedure)] if self.group else []
        return tuple(dict.fromkeys([*self.chosen, *present]))

    def choose(self, group: str, procedure: str = "") -> None:
        """Take a service as the present one and go to what it needs."""
        self.group, self.procedure = group, procedure
        self.pages = self.copies = 1
        self.side_slip = ""
        self.go("papers")

    def keep_service(self) -> None:
        """Put the present service on the ticket and be ready to choose one more."""
        self.chosen = list(self.services)
        self.group = self.procedure = self.query = ""
        self.answers = []
        self.shortlist = ()
        self.trail = ["greeting"]
        self.step = "greeting"
