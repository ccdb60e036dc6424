"""Calling by hand while the hub is away: from its last picture, by the real policy, told apart as manual.

Counters cannot hear each other then. So that they do not all call the same person, the picture that they share is
dealt out among the counters which it shows open: a counter calls its own share first, by the policy, and then helps
the others from the end of the line, where a double call is least likely. What still happens twice, the hub shows.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from kiosk.counter.post import Post, Work
from kiosk.domain import events
from kiosk.domain.office import CounterPlan, Office
from kiosk.domain.queueing import QueuePolicy, can_call, choose, order
from kiosk.domain.snapshot import Snapshot, WaitingTicket

Step = tuple[Post, tuple[events.Event, ...]]
"""What a verb leaves, and what it makes happen."""


class Refused(Exception):
    """The verb is not possible now; `key` is the reason as in `Reply.error`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class HandDesk:
    """Decides the verbs of one counter without the hub; pure, the caller stores what follows."""

    def __init__(self, office: Office, plan: CounterPlan, policy: QueuePolicy) -> None:
        self._office = office
        self._plan = plan
        self._policy = policy

    def callable(self, snapshot: Snapshot | None, post: Post) -> list[WaitingTicket]:
        """Return whom of the picture this counter could call, without those whom it knows to be taken."""
        if snapshot is None:
            return []
        return [
            ticket
            for ticket in snapshot.waiting
            if ticket.ticket not in post.taken and can_call(ticket, self._plan, post.officer, snapshot.counters)
        ]

    def do(self, verb: str, snapshot: Snapshot | None, post: Post, now: datetime, park_minutes: int) -> Step:
        """Return what a key of the keypad does without the hub.

        Raises:
            Refused: with the reason.
            ValueError: if there is no such verb.
        """
        match verb:
            case "next":
                return self.next(snapshot, post, now)
            case "recall":
                return self.recall(post, now)
            case "start":
                return self.start(post, now)
            case "no_show":
                return self.no_show(post, now)
            case "park":
                return self.park(post, now, park_minutes)
            case "finish":
                return self.finish(post, now)
            case "pause":
                return self.pause(post, now)
            case _:
                raise ValueError(f'no verb "{verb}"')

    def next(self, snapshot: Snapshot | None, post: Post, now: datetime) -> Step:
        """Call the next one by hand.

        Raises:
            Refused: `already_serving`, `signed_out`, `paused` or `nobody_waiting`.
        """
        if post.work is not None:
            raise Refused("already_serving")
        if not post.officer:
            raise Refused("signed_out")
        if post.is_paused:
            raise Refused("paused")
        candidates = self.callable(snapshot, post)
        if snapshot is None or not candidates:
            raise Refused("nobody_waiting")
        mine = self._my_share(snapshot, candidates)
        choice = choose(mine, self._plan, now, self._policy, officer=post.officer, counters=snapshot.counters)
        wanted = choice.ticket if choice is not None else order(candidates, now, self._policy)[-1].ticket
        ticket = next(candidate for candidate in candidates if candidate.ticket == wanted)
        work = Work(ticket=ticket.ticket, number=ticket.number, group=ticket.group, service=ticket.service, since=now)
        called = events.TicketCalled(
            at=now, ticket=ticket.ticket, counter=self._plan.number, officer=post.officer, manual=True
        )
        return _with(post, work=work, taken=(*post.taken, ticket.ticket)), (called,)

    def recall(self, post: Post, now: datetime) -> Step:
        """Repeat the call.

        Raises:
            Refused: `nothing_here` or `wrong_state`.
        """
        work = _called(post)
        return post, (events.TicketRecalled(at=now, ticket=work.ticket, counter=self._plan.number, manual=True),)

    def start(self, post: Post, now: datetime) -> Step:
        """Begin the service.

        Raises:
            Refused: `nothing_here` or `wrong_state`.
        """
        work = _called(post)
        serving = Work(
            ticket=work.ticket, number=work.number, group=work.group, service=work.service, is_serving=True, since=now
        )
        started = events.ServiceStarted(
            at=now,
            ticket=work.ticket,
            counter=self._plan.number,
            officer=post.officer,
            service=work.service,
            manual=True,
        )
        return _with(post, work=serving), (started,)

    def no_show(self, post: Post, now: datetime) -> Step:
        """Give up on who does not come.

        Raises:
            Refused: `nothing_here` or `wrong_state`.
        """
        work = _called(post)
        missed = events.TicketNoShow(at=now, ticket=work.ticket, counter=self._plan.number, manual=True)
        return _without_work(post), (missed,)

    def park(self, post: Post, now: datetime, minutes: int) -> Step:
        """Set the ticket aside; it waits again once the hub is back.

        Raises:
            Refused: `nothing_here`.
        """
        work = _work(post)
        until = now + timedelta(minutes=minutes)
        parked = events.TicketParked(at=now, ticket=work.ticket, counter=self._plan.number, until=until)
        return _without_work(post), (parked,)

    def transfer(self, post: Post, now: datetime, group: str) -> Step:
        """Hand the ticket to another group; it is called there once the hub is back.

        Raises:
            Refused: `nothing_here`.
        """
        work = _work(post)
        handed = events.TicketTransferred(at=now, ticket=work.ticket, from_counter=self._plan.number, group=group)
        return _without_work(post), (handed,)

    def finish(self, post: Post, now: datetime) -> Step:
        """End the service.

        Raises:
            Refused: `nothing_here` or `wrong_state`.
        """
        work = _work(post)
        if not work.is_serving:
            raise Refused("wrong_state")
        finished = events.ServiceFinished(
            at=now,
            ticket=work.ticket,
            counter=self._plan.number,
            officer=post.officer,
            service=work.service,
            manual=True,
        )
        return _without_work(post), (finished,)

    def pause(self, post: Post, now: datetime) -> Step:
        """Take no calls for a while, or take them again.

        Raises:
            Refused: `signed_out` or `already_serving`.
        """
        if not post.officer:
            raise Refused("signed_out")
        if post.work is not None:
            raise Refused("already_serving")
        kind = events.CounterReopened if post.is_paused else events.CounterPaused
        return _with(post, is_paused=not post.is_paused), (
            kind(at=now, counter=self._plan.number, officer=post.officer),
        )

    def sign_in(self, post: Post, now: datetime, officer: str, name: str) -> Step:
        """Open the counter for an officer; one who was there before is signed out.

        Raises:
            Refused: `already_serving`.
        """
        if post.officer == officer:
            return post, ()
        if post.work is not None:
            raise Refused("already_serving")
        counter = self._plan.number
        left = (events.OfficerSignedOut(at=now, officer=post.officer, counter=counter),) if post.officer else ()
        came = events.OfficerSignedIn(at=now, officer=officer, name=name, counter=counter)
        return Post(officer=officer, name=name, taken=post.taken), (*left, came)

    def sign_out(self, post: Post, now: datetime) -> Step:
        """Close the counter.

        Raises:
            Refused: `signed_out` or `already_serving`.
        """
        if not post.officer:
            raise Refused("signed_out")
        if post.work is not None:
            raise Refused("already_serving")
        left = events.OfficerSignedOut(at=now, officer=post.officer, counter=self._plan.number)
        return Post(taken=post.taken), (left,)

    def _my_share(self, snapshot: Snapshot, candidates: Iterable[WaitingTicket]) -> list[WaitingTicket]:
        places = {ticket.ticket: place for place, ticket in enumerate(snapshot.waiting)}
        return [
            ticket for ticket in candidates if self._owner(snapshot, ticket, places[ticket.ticket]) == self._plan.number
        ]

    def _owner(self, snapshot: Snapshot, ticket: WaitingTicket, place: int) -> int | None:
        manned = {state.counter: state for state in snapshot.counters if state.state not in ("closed", "paused")}
        able = [
            plan.number
            for plan in self._office.counters
            if plan.number in manned and can_call(ticket, plan, manned[plan.number].officer, snapshot.counters)
        ]
        return able[place % len(able)] if able else None


def _work(post: Post) -> Work:
    if post.work is None:
        raise Refused("nothing_here")
    return post.work


def _called(post: Post) -> Work:
    work = _work(post)
    if work.is_serving:
        raise Refused("wrong_state")
    return work


def _without_work(post: Post) -> Post:
    return Post(officer=post.officer, name=post.name, is_paused=post.is_paused, taken=post.taken)


def _with(post: Post, **changes: object) -> Post:
    return msgspec.structs.replace(post, **changes)
