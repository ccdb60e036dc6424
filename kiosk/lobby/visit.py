"""One citizen's visit at the kiosk: what was touched so far, and of the card a greeting and a priority.

Lives in RAM from the first touch to `home` and is then thrown away whole; a new visit begins as a new object.
"""

from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.citizen import Citizen
from kiosk.domain.events import ServiceItem
from kiosk.domain.priority import Priority, PriorityReason
from kiosk.lobby.view import TicketSheet
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
class Visit:
    """The choices of the citizen who stands here now."""

    language: str = "vi"
    switches: set[str] = field(default_factory=set)
    step: str = "idle"
    trail: list[str] = field(default_factory=list)
    """Steps that `Back` goes back through."""
    citizen: str = ""
    with_card: bool = False
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
    notice: str = ""
    ticket: TicketSheet | None = None

    @property
    def is_untouched(self) -> bool:
        """Tell whether the screen is at home with nothing of anybody on it."""
        return self == Visit()

    def greet(self, citizen: Citizen, today: date, ages: AgeRule) -> None:
        """Take from a card what the visit needs, and nothing else."""
        age = citizen.age(today)
        self.citizen = greeting_name(citizen.name)
        self.with_card = True
        self.by_age = Priority.ORDINARY
        if age is not None and age >= ages.priority_from:
            self.by_age = Priority.PRIORITY
        elif age is not None and age >= ages.senior_from:
            self.by_age = Priority.SENIOR

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
        if self.step != "group":
            self.group = ""
            self.shortlist = ()

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

    def keep_service(self) -> None:
        """Put the present service on the ticket and be ready to choose one more."""
        self.chosen = list(self.services)
        self.group = self.procedure = self.query = ""
        self.answers = []
        self.shortlist = ()
        self.trail = ["greeting"]
        self.step = "greeting"
