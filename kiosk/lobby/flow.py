"""The lobby kiosk: from a touch or a card to a number on paper, with or without hub and network.

States and decisions only, no Kivy. Everything runs on the thread of the clock. The number is committed with its event
before anything is printed, so a power cut may cost a sheet of paper and never a number twice. Whatever goes wrong in
here is logged and the kiosk is at home again: nobody in a lobby can restart it.
"""

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kiosk.clock import Clock, Wake, Worker
from kiosk.devices.card_hints import HINTS
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import QrScanner, ScanEvent
from kiosk.devices.receipt import SlipPress
from kiosk.domain.campaigns import Campaign
from kiosk.domain.citizen import NotACard, citizen_of_number, parse_card
from kiosk.domain.events import HelpCalled
from kiosk.domain.hours import OpeningHours
from kiosk.domain.office import Office
from kiosk.domain.procedures import Catalogue
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.snapshot import Snapshot
from kiosk.lobby import view as v
from kiosk.lobby.campaigning import Campaigning, More
from kiosk.lobby.choices import Choices
from kiosk.lobby.closing import Closed
from kiosk.lobby.conversation import Conversation, Here
from kiosk.lobby.declaring import Declaring, shipped_forms
from kiosk.lobby.desk import TicketDesk
from kiosk.lobby.enquiries import Enquiries
from kiosk.lobby.fees import CALCULATED, Calculator, SideSlips, Takeaway
from kiosk.lobby.naming import Naming
from kiosk.lobby.outlook import Outlook
from kiosk.lobby.parts import Parts
from kiosk.lobby.patience import Patience, Sleep
from kiosk.lobby.picture import Painter
from kiosk.lobby.remembering import Remembering
from kiosk.lobby.secret import KioskSecret
from kiosk.lobby.sheets import TicketSheet
from kiosk.lobby.staff import StaffDoor
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.view import LobbyView
from kiosk.lobby.visit import AgeRule, Visit
from kiosk.messaging.link import HubLink

WARN_AFTER_S = 30.0
GRACE_S = 30.0
"""Time to answer the warning by any touch; at least 20 s (accessibility notes §8)."""
PRINT_LIMIT_S = 25.0
"""A printer that says nothing for so long is not waited for: the number stands on the screen."""
DIM_AFTER_S = 600.0
AT_SORRY = (v.Home, v.Corner, v.SetLanguage, v.Toggle, v.CallHelp, v.StayHere)
"""What a kiosk that gives no numbers still does for people."""
HOLD_NOTICES = {hint: f"hold_{hint}" for hint in HINTS}
"""The notice that stands for each hint of the card scanner."""
log = logging.getLogger(__name__)


class LobbyFlow:
    """Decides what the lobby's screen shows and what the citizen's touches and cards do."""

    def __init__(
        self,
        office: Office,
        catalogue: Catalogue,
        store: LobbyStore,
        link: HubLink,
        clock: Clock,
        worker: Worker,
        scanner: QrScanner,
        printer: Printer,
        new_id: Callable[[], str],
        public_url: str,
        device_digit: int | None,
        press: SlipPress,
        show_clock: bool,
        *,
        secret: KioskSecret,
        language: str = "vi",
        ages: AgeRule | None = None,
        policy: QueuePolicy | None = None,
        hours: OpeningHours | None = None,
        campaign: Campaign | None = None,
        warn_after_s: float = WARN_AFTER_S,
        grace_s: float = GRACE_S,
        dim_after_s: float = DIM_AFTER_S,
    ) -> None:
        """Put the kiosk together; nothing moves before `start`.

        Args:
            public_url: beginning of the address in a ticket's QR code; empty: tickets carry none.
            device_digit: this kiosk's digit in its numbers; None where the office has only one.
            press: draws the slips.
            show_clock: keep the minute on the screen going; False where nobody draws.
            secret: keys what is kept of a number or a PIN.
            language: in which home begins, unless staff chose another.
            hours: when numbers are given; None: always (training, demo).
            campaign: a campaign with its calendar, or None.
            dim_after_s: silence at home after which the screen goes dark; 0: never.
        """
        self.link = link
        self.on_restart: Callable[[], None] | None = None
        """Staff want this process to end and begin anew."""
        self._store = store
        self._clock = clock
        self._scanner = scanner
        self._printer = printer
        self._show_clock = show_clock
        self._ages = ages or AgeRule()
        self._hours = hours
        self._outlook = Outlook(office, policy)
        forms = shipped_forms()
        hidden = () if campaign is None else (campaign.text.key,)
        self._painter = Painter(office, catalogue, calculated=(CALCULATED,), forms=forms, hidden=hidden)
        self._choices = Choices(self._painter)
        self._desk = TicketDesk(
            office, self._painter, store, self._outlook, clock, worker, printer, new_id, public_url, device_digit,
            press,
        )  # fmt: skip
        here = Here(
            office, self._painter, clock, link, new_id, store.record,
            visit=lambda: self._visit, changed=self._touched, gives_numbers=self._gives_numbers,
        )  # fmt: skip
        self._staff = StaffDoor(
            here, store, secret, self._desk, scanner, language, lambda: bytes.fromhex(new_id())[:16], self._restart
        )
        self._enquiries = Enquiries(here)
        self._remembering = Remembering(here, store, secret)
        self._campaigning = Campaigning(here, campaign)
        more, slips = More(here), SideSlips(here, worker, printer, press)
        self._talks: tuple[Conversation, ...] = (
            self._staff, Closed(here, more, hours), self._campaigning, self._enquiries, more, Calculator(here, slips),
            Takeaway(here, slips), Declaring(here, forms), self._remembering,
            Naming(here),
        )  # fmt: skip
        self._patience = Patience(
            clock, self._guard, warn_after_s=warn_after_s, grace_s=grace_s, is_drawn=show_clock,
            on_warning=self._forget_person, on_end=self._go_home, show=self._show,
        )  # fmt: skip
        self._sleep = Sleep(clock, self._guard, self._show, dim_after_s)
        self._visit = self._new_visit()
        self._parts = Parts(clock.now, store.record, self._show)
        self._reason = ""
        self._minute: Wake | None = None
        self._listeners: list[Callable[[LobbyView], None]] = []
        self.view = self._paint()

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Settle what a power cut left open, then connect and wait for citizens."""
        for issued in self._store.unacknowledged():
            self._outlook.add(issued)
        self.link.on_snapshot = lambda snapshot: self._guard(lambda: self._on_snapshot(snapshot))
        self.link.on_hub = lambda is_here: self._guard(lambda: self._on_hub(is_here))
        self._desk.settle()
        self._remembering.forget_old(self._clock.now().date())
        self._printer.on_state = lambda state, reason: self._clock.post(
            lambda: self._guard(lambda: self._on_printer(state, reason))
        )
        self._scanner.on_state = lambda state, reason: self._clock.post(
            lambda: self._guard(lambda: self._on_scanner(state, reason))
        )
        self._scanner.start(lambda scan: self._guard(lambda: self._on_scan(scan)))
        self.link.start()
        if self._show_clock:
            self._sleep.touched(is_home=True)
            self._tick()
        self._show()

    def stop(self) -> None:
        """End cleanly; everything is already on disk."""
        self._visit = self._new_visit()
        self._patience.stop()
        self._sleep.stop()
        if self._minute is not None:
            self._minute.cancel()
        self._printer.on_state = self._scanner.on_state = None
        self._scanner.stop()
        self.link.stop()

    def listen(self, listener: Callable[[LobbyView], None]) -> None:
        """Call `listener` with every new view."""
        self._listeners.append(listener)

    # what a citizen does ----------------------------------------------------------------------------------------

    def act(self, intent: v.AnyLobbyIntent) -> None:
        """Do what a touch means; a touch that fits no more (the screen has changed under the finger) does nothing."""
        self._guard(lambda: self._act(intent))

    def _act(self, intent: v.AnyLobbyIntent) -> None:
        visit = self._visit
        if self._sleep.is_dim or isinstance(intent, v.Wake):
            self._touched()  # the touch that wakes the screen presses nothing
            return
        if visit.step == "printing" or (visit.step == "sorry" and not isinstance(intent, AT_SORRY)):
            return
        if not isinstance(intent, v.CallHelp | v.StayHere):
            visit.notice = ""
        match intent:
            case v.TakeTicket():
                if visit.step == "papers" and self._can_take():
                    self._take()
                    return
            case v.Home():
                self._go_home()
                return
            case v.Back() if visit.step == "ticket":
                self._go_home()
                return
            case v.CallHelp():
                self._call_help()
            case v.StayHere():
                pass
            case _:
                if not any(talk.touch(visit, intent) for talk in self._talks):
                    self._choices.touch(visit, intent, self._clock.now().date())
        self._touched()

    def _call_help(self) -> None:
        if self._visit.notice in ("help_called", "help_go"):
            return
        is_heard = self._outlook.hub_is_here
        try:
            self._store.record(HelpCalled(at=self._clock.now()))
        except sqlite3.Error:
            log.exception("a call for help cannot be sent")
            is_heard = False
        # nobody is told that somebody comes while nobody hears it
        self._visit.notice = "help_called" if is_heard else "help_go"

    # cards ------------------------------------------------------------------------------------------------------

    def _on_scan(self, scan: ScanEvent) -> None:
        visit = self._visit
        if scan.kind == "hint":
            self._guide(scan.text)
            return
        if visit.step in ("printing", "sorry", "staff"):
            return
        if visit.step == "ticket":
            if visit.ticket is not None and visit.ticket.printed == "screen":
                return  # somebody is still copying this number
            self._visit = visit = self._new_visit()
        if scan.kind in ("text", "number"):
            self._on_text(visit, scan)
        else:
            visit.notice = "card_two" if scan.kind == "two_cards" else "card_unreadable"
        if visit.step == "idle" and not self._is_campaign():
            visit.go("greeting")
        self._touched()

    def _on_text(self, visit: Visit, scan: ScanEvent) -> None:
        today = self._clock.now().date()
        read = parse_card if scan.kind == "text" else citizen_of_number
        try:
            citizen = read(scan.text, today)
        except NotACard:
            visit.notice = "" if self._enquiries.scanned(visit, scan.text) else "card_not_a_card"
            return
        visit.greet(citizen, today, self._ages)
        self._remembering.recognise(visit, citizen, today)
        visit.notice = ""

    def _guide(self, hint: str) -> None:
        """Show how to hold the card that is in view; nobody has touched anything yet, so nothing else changes."""
        visit = self._visit
        if visit.step not in ("idle", "greeting") or visit.notice not in ("", *HOLD_NOTICES.values()):
            return
        visit.notice = HOLD_NOTICES.get(hint, "")
        if hint and self._show_clock:
            # words on a dark screen help nobody
            self._sleep.touched(is_home=visit.step == "idle")
        self._show()

    # the number -------------------------------------------------------------------------------------------------

    def _gives_numbers(self, moment: datetime) -> bool:
        return self._hours is None or self._hours.gives_numbers(moment)

    def _can_take(self) -> bool:
        now = self._clock.now()
        # a campaign has hours of its own, and numbers for itself alone
        is_campaigns = self._campaigning.gives_numbers_for(self._visit.group, now)
        return not self._visit.only_looks and (is_campaigns or self._gives_numbers(now))

    def _take(self) -> None:
        visit = self._visit
        visit.step = "printing"
        try:
            sheet = self._desk.take(visit, lambda sheet: self._guard(lambda: self._on_paper(visit, sheet)))
        except sqlite3.Error:
            log.exception("no number can be stored")
            self._out_of_service("storage")
            return
        if visit.ticket is None:
            visit.ticket = sheet
            self._patience.wait(PRINT_LIMIT_S, lambda: self._on_no_paper(visit, sheet))
            self._show()

    def _on_no_paper(self, visit: Visit, sheet: TicketSheet) -> None:
        """Nothing is heard of the printer: the number stands on the screen, and the silence was long enough."""
        self._remembering.settled(visit)
        visit.forget_person()
        self._on_paper(visit, msgspec.structs.replace(sheet, printed="screen"))

    def _on_paper(self, visit: Visit, sheet: TicketSheet) -> None:
        if visit is self._visit:
            visit.ticket = sheet
            visit.step = "ticket"
            self._touched()

    def _out_of_service(self, reason: str) -> None:
        self._visit = self._new_visit()
        self._visit.step = "sorry"
        self._reason = reason
        self._touched()

    # time -------------------------------------------------------------------------------------------------------

    def _new_visit(self) -> Visit:
        return Visit(language=self._staff.language)

    def _is_home(self) -> bool:
        return self._visit == self._new_visit()

    def _go_home(self) -> None:
        self._remembering.settled(self._visit)
        self._visit = self._new_visit()
        self._reason = ""
        self._touched()

    def _forget_person(self) -> None:
        """Let go of whoever is silent: what was chosen stays for the warning's time, the person does not."""
        if not self._visit.is_personal:
            self._remembering.settled(self._visit)
            self._visit.forget_person()

    def _touched(self) -> None:
        """Give the visit its full time again, and show what has changed."""
        is_home = self._is_home()
        self._patience.touched(self._visit, is_home)
        if self._show_clock:
            self._sleep.touched(is_home)
        self._show()

    def _tick(self) -> None:
        """Keep the minute on the screen going."""
        now = self._clock.now()
        next_minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        self._minute = self._clock.wake_at(next_minute, lambda: self._guard(self._tick))
        self._show()

    def _restart(self) -> None:
        self._go_home()
        if self.on_restart is not None:
            self.on_restart()

    # failsafe ---------------------------------------------------------------------------------------------------

    def _guard(self, act: Callable[[], None]) -> None:
        """Do something; after any error in it the kiosk is at home again, and says so."""
        try:
            act()
        except Exception:
            log.exception("the visit ended by an error; the kiosk begins anew")
            self._begin_anew()

    def _begin_anew(self) -> None:
        try:
            self._visit = self._new_visit()
            self._visit.notice = "restarted"
            self._reason = ""
            self._touched()
        except Exception:
            # not even home can be painted: say so plainly, and try again with the next touch
            log.exception("home cannot be shown")
            self._patience.stop()
            self._tell(LobbyView(step="sorry", reason="other"))

    # what the kiosk hears ---------------------------------------------------------------------------------------

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._outlook.take(snapshot, hub_has_all=self.link.pending == 0)
        self._show()

    def _on_hub(self, is_here: bool) -> None:
        self._outlook.hub_is_here = is_here
        self._show()

    def _on_printer(self, state: str, reason: str) -> None:
        if state == "ready":
            self._parts.recovered("paper", "printer", *(() if reason == "paper_low" else ("paper_low",)))
            if reason == "paper_low":
                self._parts.faulted("paper_low", reason)
            if self._visit.step == "ticket" and self._visit.ticket is not None:
                visit = self._visit
                self._desk.print_missing(self._visit.ticket.ticket, lambda sheet: self._on_paper(visit, sheet))
        else:
            self._parts.faulted("paper" if reason == "paper_out" else "printer", reason or state)

    def _on_scanner(self, state: str, reason: str) -> None:
        if state == "ready":
            self._parts.recovered("camera")
        else:
            self._guide("")
            self._parts.faulted("camera", reason or state)

    # what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        view = self._paint()
        if view != self.view:
            self._tell(view)

    def _tell(self, view: LobbyView) -> None:
        self.view = view
        for listener in self._listeners:
            listener(view)

    def _is_campaign(self) -> bool:
        return self._campaigning.is_on(self._clock.now())

    def _paint(self) -> LobbyView:
        now = self._clock.now()
        hub = () if self._outlook.hub_is_here else ("hub",)
        view = self._painter.paint(
            self._visit,
            self._outlook,
            now,
            faults=(*self._parts.ill, *hub),
            seconds_left=self._patience.seconds_left,
            reason=self._reason,
        )
        fields: dict[str, Any] = {
            "can_take": self._can_take(), "attract": self._sleep.picture, "is_dim": self._sleep.is_dim,
        }  # fmt: skip
        for talk in self._talks:
            fields |= talk.said(self._visit)
        return msgspec.structs.replace(view, **fields)
