"""The only authority for calling: decides what a command does, compared with the state of this very moment.

Pure decisions: the desk reads the day and says which events follow; `kiosk.hub.service` makes them one transaction.
All commands pass through one thread, so two counters that ask at once get two different tickets.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from kiosk.domain import commands, events
from kiosk.domain.office import CounterPlan, Office
from kiosk.domain.queueing import AuditRecord, QueuePolicy, choose
from kiosk.domain.ratings import TABLET_WINDOW
from kiosk.domain.replies import RatingOffer
from kiosk.domain.tickets import Visit, refusal
from kiosk.hub.day import Day, Post


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a command: a refusal, or events and what the officer is told."""

    error: str = ""
    happened: tuple[events.Event, ...] = ()
    ticket: str = ""
    number: str = ""
    offer: RatingOffer | None = None
    audit: AuditRecord | None = None


class QueueDesk:
    """Decides commands for one office."""

    def __init__(self, office: Office, policy: QueuePolicy, new_token: Callable[[], str], public_url: str) -> None:
        self._office = office
        self._policy = policy
        self._new_token = new_token
        self._public_url = public_url

    def decide(self, command: commands.AnyCommand, day: Day, now: datetime) -> Decision:
        """Return what `command` does at `now`; nothing is changed here."""
        plan = self._plan(command.counter)
        if plan is None:
            return Decision(error="signed_out")
        post = day.post(command.counter)
        match command:
            case commands.SignIn():
                return self._sign_in(command, day, post, now)
            case commands.SignOut() | commands.Pause() | commands.Reopen():
                return self._post_verb(command, day, post, now)
            case commands.Resume() | commands.Return() | commands.Void():
                return self._ticket_verb(command, day, now)
            case commands.CallNext() | commands.CallTicket():
                return self._call(command, plan, day, post, now)
            case _:
                return self._verb_at_counter(command, day, post, now)

    def with_token(self, offer: RatingOffer) -> RatingOffer:
        """Return `offer` with a new one-time token and its address for phones."""
        token = self._new_token()
        link = f"{self._public_url}/r/{token}" if self._public_url else ""
        return msgspec.structs.replace(offer, token=token, link=link)

    def _plan(self, counter: int) -> CounterPlan | None:
        return next((plan for plan in self._office.counters if plan.number == counter), None)

    def _sign_in(self, command: commands.SignIn, day: Day, post: Post, now: datetime) -> Decision:
        if not command.officer:
            return Decision(error="signed_out")
        if post.officer == command.officer:
            return Decision()
        # one officer, one counter; one counter, one officer: an officer who forgot to sign out is signed out
        leaving = [other for other in day.posts() if other.officer == command.officer]
        if post.officer:
            leaving.append(post)
        if any(day.at_counter(other.counter) is not None for other in leaving):
            return Decision(error="already_serving")
        out = [events.OfficerSignedOut(at=now, officer=other.officer, counter=other.counter) for other in leaving]
        came = events.OfficerSignedIn(at=now, officer=command.officer, name=command.name, counter=command.counter)
        return Decision(happened=(*out, came))

    def _post_verb(
        self, command: commands.SignOut | commands.Pause | commands.Reopen, day: Day, post: Post, now: datetime
    ) -> Decision:
        if not post.officer:
            return Decision(error="signed_out")
        counter, officer = post.counter, post.officer
        if isinstance(command, commands.Reopen):
            reopened = events.CounterReopened(at=now, counter=counter, officer=officer)
            return Decision(happened=(reopened,) if post.is_paused else ())
        if day.at_counter(counter) is not None:
            return Decision(error="already_serving")
        if isinstance(command, commands.SignOut):
            return Decision(happened=(events.OfficerSignedOut(at=now, officer=officer, counter=counter),))
        paused = events.CounterPaused(at=now, counter=counter, officer=officer, reason=command.reason)
        return Decision(happened=() if post.is_paused else (paused,))

    def _ticket_verb(
        self, command: commands.Resume | commands.Return | commands.Void, day: Day, now: datetime
    ) -> Decision:
        visit = day.visits.get(command.ticket)
        error = refusal(visit, command, now)
        if visit is None or error:
            return Decision(error=error or "unknown_ticket")
        event: events.Event
        match command:
            case commands.Resume():
                event = events.TicketResumed(at=now, ticket=visit.ticket)
            case commands.Return():
                event = events.TicketReturned(at=now, ticket=visit.ticket)
            case _:
                event = events.TicketVoided(at=now, ticket=visit.ticket, reason=command.reason)
        return _about(visit, event)

    def _call(
        self, command: commands.CallNext | commands.CallTicket, plan: CounterPlan, day: Day, post: Post, now: datetime
    ) -> Decision:
        if not post.officer:
            return Decision(error="signed_out")
        if post.is_paused:
            return Decision(error="paused")
        if day.at_counter(post.counter) is not None:
            return Decision(error="already_serving")
        wanted, reason = "", ""
        if isinstance(command, commands.CallTicket):
            wanted, reason = command.ticket, command.reason
            error = refusal(day.visits.get(wanted), command, now)
            if error:
                return Decision(error=error)
        choice = choose(
            day.queue(),
            plan,
            now,
            self._policy,
            officer=post.officer,
            counters=day.counter_states(),
            wanted=wanted,
            reason=reason,
        )
        if choice is None:
            return Decision(error="nobody_waiting")
        visit = day.visits[choice.ticket]
        called = events.TicketCalled(at=now, ticket=visit.ticket, counter=post.counter, officer=post.officer)
        return msgspec.structs.replace(_about(visit, called), audit=choice.audit)

    def _verb_at_counter(self, command: commands.AnyCommand, day: Day, post: Post, now: datetime) -> Decision:
        visit = day.at_counter(post.counter)
        if visit is None:
            return Decision(error="nothing_here")
        error = refusal(visit, command, now)
        if error:
            return Decision(error=error)
        ticket, counter, officer = visit.ticket, post.counter, post.officer or visit.officer
        match command:
            case commands.Recall():
                return _about(visit, events.TicketRecalled(at=now, ticket=ticket, counter=counter))
            case commands.Start():
                return _about(
                    visit,
                    events.ServiceStarted(
                        at=now, ticket=ticket, counter=counter, officer=officer, service=visit.service
                    ),
                )
            case commands.NoShow():
                return _about(visit, events.TicketNoShow(at=now, ticket=ticket, counter=counter))
            case commands.Park():
                until = now + timedelta(minutes=min(max(command.minutes, 1), 8 * 60))
                return _about(
                    visit,
                    events.TicketParked(at=now, ticket=ticket, counter=counter, until=until, reason=command.reason),
                )
            case commands.Transfer():
                return self._transfer(command, visit, counter, now)
            case commands.Finish():
                return self._finish(visit, post, now)
            case _:
                return Decision(error="wrong_state")

    def _transfer(self, command: commands.Transfer, visit: Visit, counter: int, now: datetime) -> Decision:
        has_group = any(group.key == command.group for group in self._office.groups)
        has_counter = command.to_counter is not None and self._plan(command.to_counter) is not None
        if (command.group and not has_group) or (command.to_counter is not None and not has_counter):
            return Decision(error="wrong_state")
        if not (command.group or command.to_counter or command.officer):
            return Decision(error="wrong_state")
        return _about(
            visit,
            events.TicketTransferred(
                at=now,
                ticket=visit.ticket,
                from_counter=counter,
                group=command.group,
                counter=command.to_counter,
                officer=command.officer,
                reason=command.reason,
            ),
        )

    def _finish(self, visit: Visit, post: Post, now: datetime) -> Decision:
        officer = post.officer or visit.officer
        finished = events.ServiceFinished(
            at=now, ticket=visit.ticket, counter=post.counter, officer=officer, service=visit.service
        )
        offer = RatingOffer(
            token="",
            ticket=visit.ticket,
            number=visit.number,
            service=visit.service,
            counter=post.counter,
            officer=officer,
            officer_name=post.name,
            expires=now + TABLET_WINDOW,
        )
        offered = events.RatingOffered(
            at=now,
            ticket=visit.ticket,
            service=visit.service,
            counter=post.counter,
            officer=officer,
            expires=offer.expires,
        )
        decision = _about(visit, finished)
        return msgspec.structs.replace(decision, happened=(finished, offered), offer=self.with_token(offer))


def _about(visit: Visit, event: events.Event) -> Decision:
    return Decision(happened=(event,), ticket=visit.ticket, number=visit.number)
