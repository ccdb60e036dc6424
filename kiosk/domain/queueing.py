"""Who is called next, and the record that proves it.

Accumulating priority (Kleinrock; Stanford, Taylor and Ziedins 2014; product notes §4.1): every waiting ticket gains
on the others by its weight times its waiting time. Ordinary tickets cannot starve: whoever came a while after them
never overtakes them, whatever the claim. The same policy is played forward by the forecast (`waiting.py`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from kiosk.domain.office import CounterPlan
from kiosk.domain.priority import WEIGHTS, Priority
from kiosk.domain.snapshot import CounterState, WaitingTicket


class QueuePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the call order; a site may change them, so every audit record names the version."""

    version: str = "accumulating-1"
    weights: Mapping[Priority, float] = msgspec.field(default_factory=lambda: dict(WEIGHTS))

    def __post_init__(self) -> None:
        if any(self.weights.get(priority, 0.0) <= 0.0 for priority in Priority):
            raise ValueError("every priority needs a weight above 0, or its tickets would never be called")


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Why a ticket was called: enough to prove afterwards that nobody was skipped without a reason."""

    policy: str
    at: datetime
    counter: int
    officer: str
    candidates: int
    """Tickets that this counter could have called."""
    candidates_hash: str
    """SHA-256 of the candidates with their scores, in the policy's order (`candidates_hash`)."""
    top: str
    """Ticket that the policy would call; empty if none."""
    chosen: str
    place: int
    """Place of the chosen ticket in the policy's order, 1 = top; 0 if it was no candidate of this counter."""
    score: float
    """Weight times effective waiting minutes of the chosen ticket."""
    reason: str = ""
    """Why not the top one; empty when it was the top one."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket to call, and the record of the decision."""

    ticket: str
    audit: AuditRecord


class Line(msgspec.Struct, frozen=True):
    """A ticket's claim as a function of time: weight x minutes since `start`."""

    weight: float
    start: datetime

    def score(self, now: datetime) -> float:
        """Return the score at `now`, never below 0."""
        return self.weight * max(0.0, (now - self.start).total_seconds() / 60)


def lines_of(waiting: Iterable[WaitingTicket], policy: QueuePolicy) -> dict[str, Line]:
    """Return every ticket's line by ticket id.

    A penalty moves the start later. Somebody back from parking gets the earliest start of the own class, and so
    stands at its front without overtaking another class by it.
    """
    tickets = list(waiting)
    starts = {ticket.ticket: ticket.arrived + timedelta(minutes=ticket.penalty_minutes) for ticket in tickets}
    earliest: dict[Priority, datetime] = {}
    for ticket in tickets:
        start = starts[ticket.ticket]
        earliest[ticket.priority] = min(earliest.get(ticket.priority, start), start)
    return {
        ticket.ticket: Line(
            policy.weights[ticket.priority], earliest[ticket.priority] if ticket.front else starts[ticket.ticket]
        )
        for ticket in tickets
    }


def order(waiting: Iterable[WaitingTicket], now: datetime, policy: QueuePolicy) -> list[WaitingTicket]:
    """Return the tickets in the order in which the policy would call them at `now`, whatever the order they come in.

    Ties go to those back from parking, then by arrival, then by ticket id.
    """
    tickets = list(waiting)
    lines = lines_of(tickets, policy)

    def rank(ticket: WaitingTicket) -> tuple[float, bool, datetime, str]:
        return -lines[ticket.ticket].score(now), not ticket.front, ticket.arrived, ticket.ticket

    return sorted(tickets, key=rank)


def can_call(
    ticket: WaitingTicket, counter: CounterPlan, officer: str = "", counters: Sequence[CounterState] | None = None
) -> bool:
    """Tell whether the policy lets `counter` call `ticket`.

    A ticket handed to one counter or officer waits for that one, whatever the counter's services. If `counters` tells
    that the target is closed or away, the ticket belongs to its group again, so that nobody waits for an officer who
    went home.
    """
    if ticket.only_counter is not None and _is_manned(ticket.only_counter, counters):
        return ticket.only_counter == counter.number
    if ticket.only_officer and _is_present(ticket.only_officer, counters):
        return ticket.only_officer == officer
    return ticket.group in counter.groups


def _is_manned(number: int, counters: Sequence[CounterState] | None) -> bool:
    return counters is None or any(state.counter == number and state.state != "closed" for state in counters)


def _is_present(officer: str, counters: Sequence[CounterState] | None) -> bool:
    return counters is None or any(state.officer == officer and state.state != "closed" for state in counters)


def choose(
    waiting: Iterable[WaitingTicket],
    counter: CounterPlan,
    now: datetime,
    policy: QueuePolicy,
    *,
    officer: str = "",
    counters: Sequence[CounterState] | None = None,
    wanted: str = "",
    reason: str = "",
) -> Choice | None:
    """Return whom `counter` calls at `now`, or None if nobody waits for it.

    Args:
        waiting: all waiting tickets of the office.
        counter: the counter that calls, with the groups that it takes.
        now: moment of the call.
        policy: the call order.
        officer: who is signed in there.
        counters: who sits where, where it is known; see `can_call`.
        wanted: a ticket that the officer calls out of order; None is returned if it does not wait.
        reason: the officer's words for that; kept in the audit.
    """
    everybody = list(waiting)
    candidates = order((t for t in everybody if can_call(t, counter, officer, counters)), now, policy)
    lines = lines_of(candidates, policy)
    if wanted:
        chosen = next((ticket for ticket in everybody if ticket.ticket == wanted), None)
    else:
        chosen = candidates[0] if candidates else None
    if chosen is None:
        return None
    place = next((place for place, ticket in enumerate(candidates, 1) if ticket.ticket == chosen.ticket), 0)
    line = lines.get(chosen.ticket) or lines_of([chosen], policy)[chosen.ticket]
    audit = AuditRecord(
        policy=policy.version,
        at=now,
        counter=counter.number,
        officer=officer,
        candidates=len(candidates),
        candidates_hash=candidates_hash(candidates, now, policy),
        top=candidates[0].ticket if candidates else "",
        chosen=chosen.ticket,
        place=place,
        score=round(line.score(now), 3),
        reason="" if place == 1 else reason or "out_of_order",
    )
    return Choice(ticket=chosen.ticket, audit=audit)


def candidates_hash(candidates: Iterable[WaitingTicket], now: datetime, policy: QueuePolicy) -> str:
    """Return the fingerprint of what a decision was made on: the candidates in the policy's order and their scores."""
    ordered = order(candidates, now, policy)
    lines = lines_of(ordered, policy)
    rows = [[policy.version, now], *([ticket, round(lines[ticket.ticket].score(now), 3)] for ticket in ordered)]
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()
