"""What pages may ask of the office and do in it. Every method of `Door` runs on the role's thread.

The web server lives on threads of its own: it reaches a `Door` only through `call`, which runs a function on the
role's thread and brings back what it returned. So pages need no lock and see one moment of the office.
"""

import importlib.resources
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import msgspec

from kiosk.domain import commands, events
from kiosk.domain.declarations import FIELDS, NoDeclaration
from kiosk.domain.forms import load_forms
from kiosk.domain.officers import Officer
from kiosk.domain.petitions import CATEGORIES, MAX_TEXT, receipt_code
from kiosk.domain.procedures import load_catalogue
from kiosk.domain.queueing import can_call
from kiosk.domain.ratings import MAX_COMMENT, PHONE_WINDOW, RatingToken
from kiosk.domain.replies import RatingOffer
from kiosk.domain.snapshot import Snapshot
from kiosk.domain.surveys import Survey
from kiosk.domain.tickets import Visit, visit_of
from kiosk.hub.expression import SHOWN, window_lines
from kiosk.hub.figures import OfficerFigures, figures_of_counter, figures_of_officer, flags_of, rated_of
from kiosk.hub.ingest import understood
from kiosk.hub.picture import in_minutes
from kiosk.hub.service import HubService
from kiosk.hub.surveys import SurveyFigures, survey_figures
from kiosk.hub.web import pages

HELP_SHOWN = timedelta(minutes=10)
"""How long leader and officers see that a citizen asked for help."""
COMMENTS_SHOWN = 30
REASONS = ("wait", "attitude", "unclear", "many_trips", "facilities", "other")
"""Why somebody was not content; the tablet has the same."""

Result = TypeVar("Result")


class Call(Protocol):
    """Runs a function on the role's thread and returns its result; safe from any other thread."""

    def __call__(self, act: Callable[[], Result], /) -> Result:
        """Run `act` there and wait."""


class Door:
    """The office as its pages see it."""

    def __init__(self, service: HubService, surveys: Sequence[Survey] = ()) -> None:
        self._service = service
        self._surveys = surveys
        domain = importlib.resources.files("kiosk.domain")
        self._forms = load_forms(domain.joinpath("forms.json").read_bytes())
        self._catalogue = load_catalogue(domain.joinpath("procedures.json").read_bytes())

    # looking ------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the newest picture, without ticket ids: an id is its citizen's right to rate."""
        return public(self._service.snapshot)

    def home(self) -> pages.HomePage:
        """Return the queue for everybody."""
        snapshot = self._service.snapshot
        return pages.HomePage(
            at=snapshot.at,
            groups=self._groups(),
            open_counters=sum(counter.state != "closed" for counter in snapshot.counters),
            counters=len(snapshot.counters),
        )

    def ticket(self, ticket: str) -> pages.TicketPage | None:
        """Return one ticket's page, of today or an earlier day, or None if it is unknown."""
        visit = self._visit(ticket)
        if visit is None or not visit.number:
            return None
        office = self._service.office
        forecast = self._service.forecasts.get(ticket)
        low, high = in_minutes(forecast) if forecast is not None else (None, None)
        right = self._open_right(visit)
        more = [item.group for n, item in enumerate(visit.services) if n > visit.service] if visit.is_open else []
        return pages.TicketPage(
            ticket=ticket,
            number=visit.number,
            at=self._service.clock.now(),
            state=visit.state,
            group_name=visit.group,
            place=forecast.place if forecast is not None else 1,
            low=low,
            high=high,
            counters=(visit.only_counter,) if visit.only_counter else office.counters_able(visit.group),
            counter=visit.counter,
            calls=visit.calls,
            until=visit.parked_until or visit.may_return_until,
            more_services=tuple(more),
            rate=right.service if right is not None else None,
            rate_group=visit.services[right.service].group if right is not None else "",
            rate_counter=right.counter if right is not None else 0,
        )

    def rating(self, token: str) -> pages.RatePage:
        """Return what a token gives the right to, or why not."""
        right = self._service.ratings.right_of(token)
        return pages.RatePage(right=right, refusal=self._service.ratings.refusal_of(right, self._service.clock.now()))

    def rating_of_ticket(self, ticket: str, service: int) -> pages.RatePage:
        """Return whether the holder of a ticket may rate one of its services."""
        visit = self._visit(ticket)
        right = self._right_of(visit, service) if visit is not None else None
        return pages.RatePage(right=right, refusal=self._service.ratings.refusal_of(right, self._service.clock.now()))

    def petition(self, receipt: str) -> pages.PetitionPage | None:
        """Return a petition by the code on its receipt, or None."""
        petition = self._service.book.inbox.by_receipt(receipt)
        return pages.petition_page(petition, self._service.clock.now()) if petition is not None else None

    def answer_days(self) -> int:
        """Return how many working days the leader has to answer."""
        return self._service.book.inbox.working_days

    def leader(self) -> pages.LeaderPage:
        """Return today for the leader."""
        service, day, now = self._service, self._service.day, self._service.clock.now()
        snapshot, petitions = service.snapshot, service.book.inbox.all()
        return pages.LeaderPage(
            rev=snapshot.rev,
            at=now,
            day=snapshot.day,
            figures=snapshot.figures,
            rated=rated_of(day.ratings.values(), len(day.offered)),
            counters=tuple(self._counter_line(state.counter) for state in snapshot.counters),
            officers=tuple(
                pages.OfficerLine(officer=officer, name=name, **_fields(figures_of_officer(day, officer)))
                for officer, name in sorted(day.names.items())
            ),
            comments=tuple(
                pages.CommentLine(at=rating.at, score=rating.score, counter=rating.counter, text=rating.comment)
                for rating in sorted(day.comments.values(), key=lambda rating: rating.at, reverse=True)[:COMMENTS_SHOWN]
            ),
            flags=self._flags(),
            groups=self._groups(),
            waiting=public(snapshot).waiting,
            petitions=tuple(pages.leader_petition(petition, now) for petition in petitions[:200]),
            open_petitions=sum(petition.answered is None for petition in petitions),
            faults=tuple(
                pages.DeviceLine(device=_device(fault.source), part=fault.part, since=fault.since)
                for fault in day.faults()
            ),
            clashes=service.book.ledger.clashes(),
            lost=tuple(sorted(name for name, state in service.devices.items() if state.state == "lost")),
            help=self._help(),
            guided=(list(day.guided.values()).count("phone"), list(day.guided.values()).count("number")),
            double_calls=tuple(
                (visit.number, clash.counter, clash.other) for visit in day.visits.values() for clash in visit.conflicts
            ),
        )

    def console(self, counter: int) -> pages.ConsolePage | None:
        """Return one counter for its officer, or None if the office has no such counter."""
        service, day = self._service, self._service.day
        plan = next((plan for plan in service.office.counters if plan.number == counter), None)
        if plan is None:
            return None
        state, snapshot = day.counter_state(counter), service.snapshot
        visit = day.visits.get(state.ticket)
        here = [
            ticket.number for ticket in snapshot.waiting if can_call(ticket, plan, state.officer, snapshot.counters)
        ]
        names = {group.key: group.name for group in service.office.groups}
        return pages.ConsolePage(
            counter=counter,
            state=state.state,
            officer=state.officer,
            officer_name=state.officer_name,
            number=state.number,
            service_name=names.get(state.group, ""),
            appointment=visit.appointment if visit is not None else "",
            dossier=visit.dossier if visit is not None else "",
            help=self._help(),
            group_names=tuple(names[key] for key in plan.groups),
            waiting=len(snapshot.waiting),
            waiting_here=len(here),
            here=tuple(here),
            parked=tuple(
                pages.AsideLine(number=visit.number, until=visit.parked_until) for visit in day.in_state("parked")
            ),
            returnable=tuple(
                pages.AsideLine(number=visit.number, until=visit.may_return_until)
                for visit in day.in_state("no_show")
                if visit.may_return_until is not None and visit.may_return_until >= service.clock.now()
            ),
            all_groups=tuple(pages.NamedGroup(key=key, name=name) for key, name in names.items()),
            all_counters=tuple(other.number for other in service.office.counters),
        )

    def form(self, code: str) -> pages.FormPage:
        """Return what a citizen filled in at the kiosk, once, or why there is nothing."""
        try:
            held = self._service.information.form_under(code, self._service.clock.now())
        except NoDeclaration as nothing:
            return pages.FormPage(title="", lines=(), refusal=nothing.reason)
        form = self._forms.get(held.form)
        fields = {} if form is None else {field.key: field for field in form.fields}
        row = self._catalogue.get(held.form)
        lines = []
        for key, text in held.values.items():
            field = fields.get(key)
            chosen = [choice.text for choice in field.choices if choice.key == text] if field is not None else []
            label = field.label if field is not None else "" if key in FIELDS else key
            lines.append(pages.FormLine(key="" if label else key, label=label, text=chosen[0] if chosen else text))
        return pages.FormPage(title=row.name if row is not None else held.form, lines=tuple(lines))

    def health(self) -> dict[str, object]:
        """Return how the hub is, for a technician and for monitoring; nothing personal."""
        service, ledger = self._service, self._service.book.ledger
        return {
            "state": "ready",
            "boot": service.boot,
            "rev": service.rev,
            "day": service.day.day.isoformat(),
            "broker": service.is_connected,
            "devices": {name: state.state for name, state in sorted(service.devices.items())},
            "refused": [[row.reason, row.source, row.count] for row in ledger.refused()],
            "without_effect": ledger.faults(),
            "clashes": ledger.clashes(),
            "lost": [[gap.source, gap.first, gap.last] for gap in ledger.gaps()],
            "copies": dict(service.kept()),
            "disk_is_nearly_full": service.book.outbox.disk_is_nearly_full,
        }

    # doing --------------------------------------------------------------------------------------------------------

    def rate(self, token: str, score: int, reasons: list[str], comment: str) -> str:
        """Rate by a token, by phone. Return why it does not count, or an empty text."""
        page = self.rating(token)
        if page.right is None or page.refusal is not None:
            return page.refusal or "unknown_token"
        self._rate(page.right, token, score, reasons, comment)
        return ""

    def rate_ticket(self, ticket: str, service: int, score: int, reasons: list[str], comment: str) -> str:
        """Rate as the holder of the slip. Return why it does not count, or an empty text."""
        page = self.rating_of_ticket(ticket, service)
        if page.right is None or page.refusal is not None:
            return page.refusal or "unknown_token"
        # the first token is known only to the tablet: the slip's holder gets another one for the same right
        token = self._service.new_id()
        offer = RatingOffer(
            token=token,
            ticket=ticket,
            number=page.right.number,
            service=service,
            counter=page.right.counter,
            officer=page.right.officer,
            officer_name=page.right.officer_name,
            expires=self._service.clock.now(),
        )
        self._service.issue(offer, page.right.issued)
        self._rate(page.right, token, score, reasons, comment)
        return ""

    def file_petition(self, text: str, category: str, ticket: str = "") -> str:
        """File a petition by phone and return its receipt."""
        service = self._service
        # the id maker is the hub's only source of chance: unpredictable in an office, repeatable in a simulation
        receipt = receipt_code(random.Random(service.new_id()), service.book.inbox.is_taken)
        service.record(
            events.PetitionFiled(
                at=service.clock.now(),
                petition=service.new_id(),
                receipt=receipt,
                text=text[:MAX_TEXT],
                category=category if category in CATEGORIES else "other",
                ticket=ticket,
                way="phone",
            )
        )
        return receipt

    def handle_petition(self, petition: str, verb: str, by: str, words: str = "") -> bool:
        """Acknowledge, assign or answer a petition; tell whether there is such a petition and it was done."""
        known = self._service.book.inbox.get(petition)
        if known is None or known.filed is None:
            return False
        at = self._service.clock.now()
        words = words.strip()[:MAX_TEXT]
        if verb == "acknowledge" and known.acknowledged is None:
            self._service.record(events.PetitionAcknowledged(at=at, petition=petition, by=by))
        elif verb == "assign" and words and known.answered is None:
            self._service.record(events.PetitionAssigned(at=at, petition=petition, by=by, to=words))
        elif verb == "answer" and words:
            self._service.record(events.PetitionAnswered(at=at, petition=petition, by=by, answer=words))
        return True

    def verb(self, counter: int, verb: str, form: dict[str, str]) -> str:
        """Do a verb of the officer's console. Return why it was refused, or an empty text."""
        command = self._command(counter, verb, form)
        if command is None:
            return "wrong_state"
        reply = self._service.handle(command)
        return "" if reply.ok else reply.error

    def expression(self) -> pages.ExpressionPage:
        """Return the windows of expressions beside the ratings, and whether the leader keeps the cameras off."""
        book = self._service.book
        return pages.ExpressionPage(is_stopped=book.expression_is_stopped, lines=window_lines(book.ledger, SHOWN))

    def surveys(self) -> list[SurveyFigures]:
        """Return what the surveys at the counters said of late."""
        book = self._service.book
        return survey_figures(book.ledger, self._surveys, book.day.day)

    def switch_expression(self, on: bool, by: str) -> None:
        """Stop the expression cameras of the whole office, or let them go on."""
        self._service.switch_expression(on, by)

    def officers(self) -> tuple[Officer, ...]:
        """Return who may open a counter at its keypad."""
        return self._service.officers.all()

    def enter_officer(self, number: str, name: str, pin_hash: str) -> None:
        """Name an officer, or give one a new name and PIN."""
        self._service.officers.enter(number, name, pin_hash)

    def remove_officer(self, number: str) -> None:
        """Strike an officer off the list."""
        self._service.officers.remove(number)

    def secret(self, key: str) -> str:
        """Return a stored hash of a password, or an empty text."""
        return self._service.book.ledger.meta(key) or ""

    def keep_secret(self, key: str, value: str) -> None:
        """Store the hash of a password."""
        with self._service.book.outbox.transaction():
            self._service.book.ledger.set_meta(key, value)

    # ----------------------------------------------------------------------------------------------------------------

    def _help(self) -> tuple[pages.DeviceLine, ...]:
        """Return the kiosks at which somebody asked for help a short while ago."""
        now = self._service.clock.now()
        calls = [call for _, call in self._service.day.latest_help()]
        recent = [call for call in calls if now - call.at < HELP_SHOWN]
        return tuple(pages.DeviceLine(device=_device(call.source), since=call.at) for call in recent)

    def _command(self, counter: int, verb: str, form: dict[str, str]) -> commands.AnyCommand | None:
        visit = self._service.day.numbered(form["number"]) if form.get("number") else None
        to_counter = form.get("to_counter", "")
        wish = {
            "op": verb,
            "req_id": self._service.new_id(),
            "counter": counter,
            "ticket": visit.ticket if visit is not None else "",
            "reason": form.get("reason", "").strip()[:200],
            "group": form.get("group", "")[:40],
            "to_counter": int(to_counter) if to_counter.isdecimal() and len(to_counter) < 4 else None,
            "officer": form.get("officer", "").strip()[:40],
            "name": form.get("name", "").strip()[:60],
        }
        try:
            # what a verb does not know of these it leaves alone
            command: commands.AnyCommand = msgspec.convert(wish, type=commands.AnyCommand)
        except msgspec.ValidationError:
            return None
        return command

    def _rate(self, right: RatingToken, token: str, score: int, reasons: list[str], comment: str) -> None:
        self._service.record(
            events.RatingGiven(
                at=self._service.clock.now(),
                ticket=right.ticket,
                service=right.service,
                token=token,
                score=score,
                reasons=tuple(key for key in REASONS if key in reasons),
                comment=comment.strip()[:MAX_COMMENT],
                counter=right.counter,
                officer=right.officer,
                way="phone",
                offline=right.offline,
            )
        )

    def _visit(self, ticket: str) -> Visit | None:
        today = self._service.day.visits.get(ticket)
        if today is not None:
            return today
        known = []
        for envelope in self._service.book.ledger.events_of_ticket(ticket) if ticket else ():
            event, _ = understood(envelope)
            if isinstance(event, events.TicketEvent):
                known.append((envelope.id, event))
        return visit_of(known) if known else None

    def _open_right(self, visit: Visit) -> RatingToken | None:
        """Return the right to rate the latest finished service that may still be rated, or None."""
        now = self._service.clock.now()
        if visit.finished_at is None or now > visit.finished_at + PHONE_WINDOW:
            return None
        for service in reversed(visit.finished_services):
            right = self._right_of(visit, service)
            if right is not None and self._service.ratings.refusal_of(right, now) is None:
                return right
        return None

    def _right_of(self, visit: Visit, service: int) -> RatingToken | None:
        """Return the right that the finished service of a ticket gives its holder, or None.

        What the hub's desk finished has a token. A service that was finished by hand has none here: its own counter
        signed one, and the books say when and by whom it was finished.
        """
        given = [right for right in self._service.book.ledger.rights_of(visit.ticket) if right.service == service]
        if given:
            return given[0]
        done = self._service.day.services.get((visit.ticket, service))
        if done is None:
            return None
        return RatingToken(
            ticket=visit.ticket,
            number=visit.number,
            service=service,
            counter=done.counter,
            officer=done.officer,
            issued=done.finished,
        )

    def _flags(self) -> tuple[tuple[str, int, int], ...]:
        """Return the signs of odd ratings, one line for each kind and counter."""
        counts: dict[tuple[str, int], int] = {}
        for flag in flags_of(self._service.day, self._service.office):
            counts[flag.kind, flag.counter] = counts.get((flag.kind, flag.counter), 0) + len(flag.ratings)
        return tuple((kind, counter, n) for (kind, counter), n in counts.items())

    def _groups(self) -> tuple[pages.GroupLine, ...]:
        states = {state.group: state for state in self._service.snapshot.groups}
        return tuple(
            pages.GroupLine(
                letter=group.letter,
                name=group.key,
                waiting=states[group.key].waiting,
                low=states[group.key].low_minutes,
                high=states[group.key].high_minutes,
            )
            for group in self._service.office.groups
        )

    def _counter_line(self, counter: int) -> pages.CounterLine:
        state = self._service.day.counter_state(counter)
        figures = figures_of_counter(self._service.day, counter)
        return pages.CounterLine(
            counter=counter,
            state=state.state,
            officer=state.officer,
            officer_name=state.officer_name,
            **_fields(figures),
        )


def _fields(figures: OfficerFigures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in OfficerFigures.__struct_fields__}


def public(snapshot: Snapshot) -> Snapshot:
    """Return a picture in which ticket ids are replaced by their numbers."""
    return msgspec.structs.replace(
        snapshot,
        counters=tuple(msgspec.structs.replace(item, ticket=item.number) for item in snapshot.counters),
        waiting=tuple(msgspec.structs.replace(item, ticket=item.number) for item in snapshot.waiting),
        parked=tuple(msgspec.structs.replace(item, ticket=item.number) for item in snapshot.parked),
    )


def _device(source: str) -> str:
    return source.rsplit(".", 1)[-1]
