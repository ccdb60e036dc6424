"""What citizens write to the leader: its state, its deadline, and the receipt by which the answer is found.

Filed -> acknowledged -> assigned -> answered. Like a visit, a petition has the same state whatever the order in which
its events became known; an answer is the top of the lattice.
"""

import random as random_source
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta

import msgspec

from kiosk.domain import events
from kiosk.domain.timeline import timeline

ANSWER_WORKING_DAYS = 10
"""Default time to answer; a site may set another."""
CATEGORIES = ("attitude", "delay", "procedure", "facilities", "other")
"""Keys of what a petition is about; their texts are in the locales."""
MAX_TEXT = 4000
"""Letters; longer texts are cut where they enter."""
RECEIPT_ALPHABET = "23456789ACDEFGHJKMNPRTVWXY"
"""Without 0 1 and the letters that look like another sign (B I L O Q S U Z): it is copied by hand from small paper."""
_RECEIPT_LETTERS = 6

PetitionEvent = events.PetitionFiled | events.PetitionAcknowledged | events.PetitionAssigned | events.PetitionAnswered


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked to answer, when and by whom."""

    at: datetime
    by: str
    to: str


class Petition(msgspec.Struct, frozen=True, kw_only=True):
    """One petition, as its events leave it."""

    petition: str
    receipt: str = ""
    state: str = "filed"
    """`filed`, `acknowledged`, `assigned` or `answered`."""
    text: str = ""
    """Empty while the filing itself is not known yet."""
    category: str = "other"
    filed: datetime | None = None
    deadline: date | None = None
    """Last day for the answer; None while the filing is not known yet."""
    ticket: str = ""
    counter: int = 0
    way: str = ""
    acknowledged: datetime | None = None
    assignments: tuple[Assignment, ...] = ()
    assigned_to: str = ""
    answered: datetime | None = None
    answered_by: str = ""
    answer: str = ""
    earlier_answers: tuple[str, ...] = ()
    """Answers that a later one corrected, oldest first."""

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the answer is late: given after the deadline, or not given and the deadline is over."""
        return self.deadline is not None and (self.answered or now).date() > self.deadline

    def days_left(self, today: date) -> int | None:
        """Return the calendar days to the deadline, below 0 when it is over; None once answered."""
        if self.deadline is None or self.answered is not None:
            return None
        return (self.deadline - today).days


def deadline_of(filed: date, working_days: int = ANSWER_WORKING_DAYS, holidays: Collection[date] = ()) -> date:
    """Return the last day for the answer: the `working_days`-th day after `filed` that is no weekend and no holiday.

    Raises:
        ValueError: if `working_days` is not positive.
    """
    if working_days < 1:
        raise ValueError(f"an answer needs at least one working day, not {working_days}")
    day = filed
    left = working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in holidays
    return day


def petition_of(
    known: Iterable[tuple[str, PetitionEvent]],
    working_days: int = ANSWER_WORKING_DAYS,
    holidays: Collection[date] = (),
) -> Petition:
    """Return the petition that the events `known` (id, event) make, in whatever order they come; ids count once.

    Raises:
        ValueError: if there are no events, or they are of several petitions.
    """
    course = timeline(known)
    names = {event.petition for event in course}
    if len(names) != 1:
        raise ValueError(f"a petition has the events of one petition, not of {len(names)}")
    filed = next((event for event in course if isinstance(event, events.PetitionFiled)), None)
    seen = next((event for event in course if isinstance(event, events.PetitionAcknowledged)), None)
    assignments = tuple(
        Assignment(at=event.at, by=event.by, to=event.to)
        for event in course
        if isinstance(event, events.PetitionAssigned)
    )
    answers = [event for event in course if isinstance(event, events.PetitionAnswered)]
    state = "answered" if answers else "assigned" if assignments else "acknowledged" if seen else "filed"
    return Petition(
        petition=course[0].petition,
        receipt=filed.receipt if filed else "",
        state=state,
        text=filed.text if filed else "",
        category=filed.category if filed else "other",
        filed=filed.at if filed else None,
        deadline=deadline_of(filed.at.date(), working_days, holidays) if filed else None,
        ticket=filed.ticket if filed else "",
        counter=filed.counter if filed else 0,
        way=filed.way if filed else "",
        acknowledged=seen.at if seen else None,
        assignments=assignments,
        assigned_to=assignments[-1].to if assignments else "",
        # the first answer keeps the deadline; the last one is what the citizen reads
        answered=answers[0].at if answers else None,
        answered_by=answers[-1].by if answers else "",
        answer=answers[-1].answer if answers else "",
        earlier_answers=tuple(event.answer for event in answers[:-1]),
    )


def receipt_code(random: random_source.Random, is_taken: Callable[[str], bool] = lambda code: False) -> str:
    """Return a new receipt `KN-XXXXXX` (309 million possible); guessing one needs an unpredictable `random`.

    Args:
        random: source of chance, `random.SystemRandom` on a device.
        is_taken: tells whether a code is in use already.
    """
    while True:
        code = "KN-" + "".join(random.choice(RECEIPT_ALPHABET) for _ in range(_RECEIPT_LETTERS))
        if not is_taken(code):
            return code


def receipt_of(typed: str) -> str | None:
    """Return the receipt that a person typed, in its one form, or None if it cannot be one.

    Case, blanks, the prefix and its hyphen do not matter: `kn 7k3m9p` is `KN-7K3M9P`.
    """
    text = "".join(letter for letter in typed.upper() if letter.isalnum())
    body = text[2:] if len(text) == _RECEIPT_LETTERS + 2 and text.startswith("KN") else text
    if len(body) != _RECEIPT_LETTERS or any(letter not in RECEIPT_ALPHABET for letter in body):
        return None
    return f"KN-{body}"
