"""The lobby's ticket desk: the next number, committed with its event, then the paper; and what a power cut left."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import msgspec

from kiosk.clock import Clock, Worker
from kiosk.devices.printer import Printer
from kiosk.devices.receipt import SlipPress
from kiosk.devices.slip_spec import ChecklistSlip, Slip, TicketSlip
from kiosk.domain.events import AppointmentCheckedIn, DossierAsked, Event, PaperChanged, TicketIssued
from kiosk.domain.office import Office
from kiosk.domain.priority import Priority
from kiosk.domain.tickets import format_number
from kiosk.lobby.day import business_day
from kiosk.lobby.outlook import Outlook
from kiosk.lobby.picture import Painter
from kiosk.lobby.sheets import TicketSheet
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.visit import Visit

log = logging.getLogger(__name__)

REPRINT_WITHIN = timedelta(minutes=2)
"""After a power cut: a citizen who took the number so recently still stands here; older ones have no paper and went."""


class TicketDesk:
    """Issues numbers and brings them to their citizens."""

    def __init__(
        self,
        office: Office,
        painter: Painter,
        store: LobbyStore,
        outlook: Outlook,
        clock: Clock,
        worker: Worker,
        printer: Printer,
        new_id: Callable[[], str],
        public_url: str,
        digit: int | None,
        press: SlipPress,
    ) -> None:
        self._office = office
        self._painter = painter
        self._store = store
        self._outlook = outlook
        self._clock = clock
        self._worker = worker
        self._printer = printer
        self._new_id = new_id
        self._public_url = public_url
        self._digit = digit
        self._press = press
        self._last_issue_mono: float | None = None
        self._missing: tuple[TicketIssued, TicketSheet] | None = None

    def take(self, visit: Visit, on_paper: Callable[[TicketSheet], None]) -> TicketSheet:
        """Commit the next number for `visit` and send it to the printer.

        Args:
            on_paper: told later, with the sheet as it then is: `paper`, or `screen` where no paper is certain.

        Returns:
            the sheet while it is `printing`.

        Raises:
            sqlite3.Error: if the disk refuses; no number was issued then.
        """
        issued, is_old = self._issue(visit)
        sheet = self._sheet(issued, "printing", is_old, tuple(visit.form_codes.values()))
        self._missing = None

        def done(outcome: str) -> None:
            way = "paper" if outcome == "printed" else "screen"
            # where a sheet may have come out, no second one follows
            self._missing = (issued, sheet) if outcome == "failed" else None
            self._store.record_printed(issued.ticket, way, self._clock.now())
            on_paper(msgspec.structs.replace(sheet, printed=way))

        # on_paper may come before this returns where the worker works at once
        self._print(issued, done, sheet.form_codes)
        return sheet

    def print_missing(self, ticket: str, on_paper: Callable[[TicketSheet], None]) -> None:
        """The printer is well again: bring the paper that `ticket`, still on the screen, did not get."""
        if self._missing is None or self._missing[0].ticket != ticket:
            return
        issued, sheet = self._missing
        self._missing = None

        def done(outcome: str) -> None:
            if outcome == "printed":
                self._store.record_printed(issued.ticket, "reprint", self._clock.now())
                on_paper(msgspec.structs.replace(sheet, printed="paper"))

        self._print(issued, done, sheet.form_codes)

    # what staff ask for -----------------------------------------------------------------------------------------

    @property
    def printer_state(self) -> str:
        """Return `ready`, `faulty` or `absent`."""
        return self._printer.state

    @property
    def paper_left(self) -> str:
        """Return how much paper is left, such as `37 m`; empty where nobody measures."""
        roll = self._printer.roll
        return "" if roll is None else f"{roll.left_m:.0f} m"

    def issued_today(self) -> int:
        """Return how many numbers were given on the present business day."""
        mark = self._store.day()
        return 0 if mark is None else self._store.issued_on(mark.day)

    def print_last(self, done: Callable[[str], None]) -> None:
        """Print the last number once more; `done` is told the outcome."""
        issued = self._store.last_ticket()
        if issued is None:
            return

        def printed(outcome: str) -> None:
            if outcome == "printed":
                self._store.record_printed(issued.ticket, "reprint", self._clock.now())
            done(outcome)

        self._print(issued, printed)

    def print_test(self, done: Callable[[str], None]) -> None:
        """Print a slip that nobody can take for a number; `done` is told the outcome."""
        slip = ChecklistSlip(
            office=self._office.name,
            service="In thử: Ắ Ề Ộ Ử Ỹ đ Đ",
            printed_at=self._clock.now(),
            hotline=self._office.hotline,
            width_dots=self._press.width_dots,
        )
        self._submit(lambda: slip, done)

    def paper_changed(self) -> None:
        """Note that a new roll was put in."""
        self._printer.paper_changed()
        self._store.record(PaperChanged(at=self._clock.now()))

    # ------------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """After a kill between commit and print: print again for who still stands here, take back the others."""
        now = self._clock.now()
        for issued in self._store.unprinted():
            if timedelta(0) <= now - issued.at < REPRINT_WITHIN:
                self._print_again(issued)
            else:
                self._withdraw(issued)

    def _issue(self, visit: Visit) -> tuple[TicketIssued, bool]:
        now = self._clock.now()
        services = visit.services
        group = self._office.group(services[0].group)
        priority, why = visit.priority
        told = self._outlook.newcomer(group.key, priority, now)
        day = self._day(now)
        ticket = self._new_id()

        def event(position: int) -> TicketIssued:
            return TicketIssued(
                at=now,
                ticket=ticket,
                number=format_number(group.letter, self._digit, position),
                day=day,
                services=services,
                priority=priority,
                priority_reason=why,
                language=visit.language,
                place=told.place,
                low_minutes=told.low_minutes,
                high_minutes=told.high_minutes,
                with_card=visit.with_card,
            )

        def also(issued: TicketIssued) -> Iterable[Event]:
            if visit.appointment:
                yield AppointmentCheckedIn(at=now, ticket=issued.ticket, appointment=visit.appointment)
            if visit.dossier:
                yield DossierAsked(at=now, ticket=issued.ticket, dossier=visit.dossier)

        issued = self._store.issue(day, group.letter, event, also)
        self._last_issue_mono = self._clock.monotonic()
        self._outlook.add(issued)
        return issued, told.is_old

    def _day(self, now: datetime) -> date:
        mark = self._store.day()
        snapshot = self._outlook.snapshot
        quiet = timedelta(0)
        if self._last_issue_mono is not None:
            quiet = timedelta(seconds=self._clock.monotonic() - self._last_issue_mono)
        elif mark is not None:
            # a fresh start: the wall clock is all there is
            quiet = now - mark.last_issue
        stored = None if mark is None else mark.day
        return business_day(stored, now.date(), None if snapshot is None else snapshot.day, quiet)

    def _sheet(self, issued: TicketIssued, printed: str, is_old: bool, form_codes: tuple[str, ...]) -> TicketSheet:
        group = issued.services[0].group
        return TicketSheet(
            ticket=issued.ticket,
            number=issued.number,
            group_name=self._painter.group_name(group, issued.language),
            place=issued.place,
            low_minutes=issued.low_minutes,
            high_minutes=issued.high_minutes,
            counters=self._office.counters_able(group),
            priority=issued.priority is not Priority.ORDINARY,
            link=self._link(issued),
            printed=printed,
            told_offline=is_old,
            form_codes=form_codes,
        )

    def _link(self, issued: TicketIssued) -> str:
        return f"{self._public_url}/t/{issued.ticket}" if self._public_url else ""

    def _slip(self, issued: TicketIssued, form_codes: tuple[str, ...]) -> TicketSlip:
        first = issued.services[0]
        low, high = issued.low_minutes, issued.high_minutes
        return TicketSlip(
            office=self._office.name,
            number=issued.number,
            service=self._painter.title(first.group, first.procedure, issued.language),
            group=self._painter.group_name(first.group, issued.language),
            issued_at=issued.at,
            waiting=max(issued.place - 1, 0),
            forecast_minutes=None if low is None or high is None else (low, high),
            counters=self._office.counters_able(first.group),
            priority=issued.priority is not Priority.ORDINARY,
            link=self._link(issued),
            papers=self._painter.paper_lines(issued.services, issued.language),
            form_codes=form_codes,
            width_dots=self._press.width_dots,
            language="en" if issued.language == "en" else "vi",
        )

    def _print(self, issued: TicketIssued, done: Callable[[str], None], form_codes: tuple[str, ...] = ()) -> None:
        # a form's code is on no disk: a slip that is printed later than its visit goes without it
        self._submit(lambda: self._slip(issued, form_codes), done)

    def _submit(self, slip: Callable[[], Slip], done: Callable[[str], None]) -> None:
        def work() -> str:
            # whatever happens here, the number is committed and must reach its citizen, on the screen if need be
            try:
                picture = self._press.picture(slip())
            except Exception:
                log.exception("no slip could be drawn")
                return "failed"
            try:
                return self._printer.print(picture).outcome
            except Exception:
                log.exception("printing ended with an error; whether paper came out is not known")
                return "unknown"

        self._worker.submit(work, done)

    def _print_again(self, issued: TicketIssued) -> None:
        def done(outcome: str) -> None:
            if outcome == "printed":
                self._store.record_printed(issued.ticket, "reprint", self._clock.now())
            else:
                self._withdraw(issued)

        self._print(issued, done)

    def _withdraw(self, issued: TicketIssued) -> None:
        self._store.void(issued.ticket, "not_printed", self._clock.now())
        self._outlook.remove(issued.ticket)
