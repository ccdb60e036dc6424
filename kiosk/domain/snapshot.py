"""The hub's full picture of the office at one moment: what boards, tablets, lobby and phones show.

Screens draw a snapshot and never compute from increments, so a lost message can make them late but never wrong.
"""

from datetime import date, datetime

import msgspec

from kiosk.domain.priority import Priority


class CounterState(msgspec.Struct, frozen=True, kw_only=True):
    """One counter in the snapshot."""

    counter: int
    state: str
    """`closed` (nobody signed in), `idle`, `calling`, `serving` or `paused`."""
    officer: str = ""
    officer_name: str = ""
    ticket: str = ""
    number: str = ""
    name: str = ""
    """Masked name of who was called, only where the site shows names and the citizen asked for it."""
    group: str = ""
    service: int = 0
    since: datetime | None = None
    calls: int = 0
    """How often the present ticket was called."""


class WaitingTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket in the queue, in the order in which the policy would call it now."""

    ticket: str
    number: str
    group: str
    arrived: datetime
    priority: Priority = Priority.ORDINARY
    service: int = 0
    """Index of the service that it waits for."""
    only_counter: int | None = None
    only_officer: str = ""
    front: bool = False
    """Back from parking: goes before others of its class."""
    penalty_minutes: float = 0.0
    """Taken off its waiting time, e.g. after a no-show."""


class GroupState(msgspec.Struct, frozen=True, kw_only=True):
    """One service group: how many wait and what a newcomer would wait."""

    group: str
    waiting: int
    low_minutes: int | None
    high_minutes: int | None
    learned_minutes: float
    """Mean service time, from today's durations and the configured mean."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call for board and voice, newest last."""

    call: int
    """Grows by one with every call and recall of the day."""
    number: str
    counter: int
    at: datetime
    manual: bool = False


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Today so far, with the n behind every share."""

    issued: int = 0
    waiting: int = 0
    serving: int = 0
    parked: int = 0
    finished: int = 0
    no_show: int = 0
    voided: int = 0
    rated: int = 0
    satisfied: int = 0
    """Ratings of 4 or 5."""
    score_sum: int = 0
    satisfied_low: float | None = None
    """Wilson 95 % interval of satisfied/rated, 0..1; None while n = 0."""
    satisfied_high: float | None = None
    petitions: int = 0
    petitions_answered: int = 0


class AnsweredPetition(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a petition that was answered: neither its words, nor its code, nor who wrote."""

    category: str
    on: date
    days: int
    """Calendar days from the filing to the answer."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state that screens need; retained at the broker. Boards never compute from increments."""

    rev: int
    """Grows with every change, also across restarts of the hub."""
    hub: str
    """Boot id of the hub that made it."""
    at: datetime
    day: date
    counters: tuple[CounterState, ...]
    waiting: tuple[WaitingTicket, ...]
    parked: tuple[WaitingTicket, ...] = ()
    groups: tuple[GroupState, ...]
    calls: tuple[Call, ...]
    """The last 12 calls, newest last."""
    figures: Figures
    notices: tuple[str, ...] = ()
    answered: tuple[AnsweredPetition, ...] = ()
    """The petitions that were answered last, newest first."""
    expression_stopped: bool = False
    """True while the leader keeps face expression off in the whole office."""
