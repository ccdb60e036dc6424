"""The lobby kiosk: from a touch or a card to a number on paper, with or without hub and network.

States and decisions only, no Kivy. Everything runs on the thread of the clock. The number is committed with its event
before anything is printed, so a power cut may cost a sheet of paper and never a number twice.
"""

import logging
import math
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

import msgspec

from kiosk.clock import Clock, Wake, Worker
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import QrScanner, ScanEvent
from kiosk.domain.citizen import NotACard, parse_card
from kiosk.domain.events import DeviceFaulted, DeviceRecovered, HelpCalled
from kiosk.domain.office import Office
from kiosk.domain.priority import PriorityReason
from kiosk.domain.procedures import Catalogue
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.snapshot import Snapshot
from kiosk.lobby import view as v
from kiosk.lobby.desk import TicketDesk
from kiosk.lobby.outlook import Outlook
from kiosk.lobby.picture import Painter
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.view import LobbyView, TicketSheet
from kiosk.lobby.visit import MAX_SERVICES, SWITCHES, AgeRule, Visit
from kiosk.lobby.words import OTHER_SERVICE
from kiosk.messaging.link import HubLink

WARN_AFTER_S = 30.0
GRACE_S = 30.0
"""Time to answer the warning by any touch; at least 20 s (accessibility notes §8)."""
PAPER_SHOWN_S = 12.0
"""How long the screen rests on a number that is on paper, before the warning."""
PRINT_LIMIT_S = 25.0
"""A printer that says nothing for so long is not waited for: the number stands on the screen."""
SCREEN_SHOWN_S = 60.0
"""The same where the screen is all that the citizen has."""
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
        fonts: Path,
        show_clock: bool,
        *,
        ages: AgeRule | None = None,
        policy: QueuePolicy | None = None,
        warn_after_s: float = WARN_AFTER_S,
        grace_s: float = GRACE_S,
        width_dots: int = 576,
    ) -> None:
        """Put the kiosk together; nothing moves before `start`.

        Args:
            public_url: beginning of the address in a ticket's QR code; empty: tickets carry none.
            device_digit: this kiosk's digit in its numbers; None where the office has only one.
            fonts: folder of the fonts for the slip.
            show_clock: keep the minute on the screen going; False where nobody draws.
        """
        self.link = link
        self._office = office
        self._catalogue = catalogue
        self._store = store
        self._clock = clock
        self._scanner = scanner
        self._printer = printer
        self._show_clock = show_clock
        self._ages = ages or AgeRule()
        self._warn_after_s = warn_after_s
        self._grace_s = grace_s
        self._outlook = Outlook(office, policy)
        self._painter = Painter(office, catalogue)
        self._desk = TicketDesk(
            office, self._painter, store, self._outlook, clock, worker, printer, new_id, public_url, device_digit,
            fonts, width_dots,
        )  # fmt: skip
        self._visit = Visit()
        self._faults: dict[str, str] = {}
        self._reason = ""
        self._ends_at: datetime | None = None
        self._rest: Wake | None = None
        self._minute: Wake | None = None
        self._listeners: list[Callable[[LobbyView], None]] = []
        self.view = self._paint()

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Settle what a power cut left open, then connect and wait for citizens."""
        for issued in self._store.unacknowledged():
            self._outlook.add(issued)
        self.link.on_snapshot = self._on_snapshot
        self.link.on_hub = self._on_hub
        self._desk.settle()
        self._printer.on_state = lambda state, reason: self._clock.post(lambda: self._on_printer(state, reason))
        self._scanner.on_state = lambda state, reason: self._clock.post(lambda: self._on_scanner(state, reason))
        self._scanner.start(self._on_scan)
        self.link.start()
        if self._show_clock:
            self._tick()
        self._show()

    def stop(self) -> None:
        """End cleanly; everything is already on disk."""
        self._visit = Visit()
        self._stop_resting()
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
        visit = self._visit
        if visit.step == "printing" or (visit.step == "sorry" and not isinstance(intent, v.Home)):
            return
        if not isinstance(intent, v.CallHelp | v.StayHere):
            visit.notice = ""
        match intent:
            case v.Choose():
                self._choose(intent.key)
            case v.OpenSearch():
                self._open("search")
            case v.OpenGuide():
                self._open("guide")
            case v.NoCard():
                self._open("greeting")
            case v.Query():
                if visit.step == "search":
                    visit.query = intent.text[:80]
            case v.DeclarePriority():
                self._declare(intent.reason)
            case v.AddService():
                if visit.step == "papers" and len(visit.services) < MAX_SERVICES:
                    visit.keep_service()
            case v.TakeTicket():
                if visit.step == "papers":
                    self._take()
                    return
            case v.Back():
                self._back()
            case v.Home():
                self._go_home()
                return
            case v.SetLanguage():
                visit.language = "en" if intent.language == "en" else "vi"
            case v.Toggle():
                if intent.what in SWITCHES:
                    visit.switches ^= {intent.what}
            case v.CallHelp():
                self._call_help()
            case v.StayHere():
                pass
            case _:
                assert_never(intent)
        self._touched()

    def _open(self, step: str) -> None:
        visit = self._visit
        if visit.step in ("idle", "greeting", "group", "search", "guide") and visit.step != step:
            visit.go(step)
            visit.answers = []

    def _choose(self, key: str) -> None:
        visit = self._visit
        today = self._clock.now().date()
        if visit.step in ("idle", "greeting"):
            if any(group.key == key for group in self._office.groups):
                visit.group = key
                visit.go("group" if self._painter.procedures(visit, today) else "papers")
        elif visit.step == "guide":
            self._answer(key)
        elif visit.step == "group" and key == OTHER_SERVICE:
            visit.procedure = ""
            visit.go("papers")
        elif visit.step in ("group", "search"):
            for procedure in self._painter.procedures(visit, today):
                if procedure.key == key:
                    visit.group, visit.procedure = procedure.group, key
                    visit.go("papers")

    def _answer(self, key: str) -> None:
        visit = self._visit
        question = self._painter.question(visit)
        answers = self._painter.answers(question) if question is not None else ()
        for answer in answers:
            if answer.key == key and answer.then is not None:
                visit.answers.append(key)
            elif answer.key == key:
                visit.group, visit.shortlist = answer.group, answer.procedures
                visit.go("group" if answer.procedures else "papers")

    def _declare(self, reason: str) -> None:
        declarable = {choice.value: choice for choice in PriorityReason if choice not in ("none", "age")}
        if self._visit.step == "papers" and reason in declarable:
            self._visit.declare(declarable[reason])

    def _back(self) -> None:
        visit = self._visit
        if visit.step == "ticket":
            self._visit = Visit()
        elif visit.step == "guide" and visit.answers:
            visit.answers.pop()
        else:
            visit.go_back()

    def _call_help(self) -> None:
        if self._visit.notice != "help_called":
            self._visit.notice = "help_called"
            self._store.record(HelpCalled(at=self._clock.now()))

    # cards ------------------------------------------------------------------------------------------------------

    def _on_scan(self, scan: ScanEvent) -> None:
        visit = self._visit
        if visit.step in ("printing", "sorry"):
            return
        if visit.step == "ticket":
            if visit.ticket is not None and visit.ticket.printed == "screen":
                return  # somebody is still copying this number
            self._visit = visit = Visit()
        if scan.kind == "text":
            today = self._clock.now().date()
            try:
                visit.greet(parse_card(scan.text, today), today, self._ages)
                visit.notice = ""
            except NotACard:
                visit.notice = "card_not_a_card"
        else:
            visit.notice = "card_two" if scan.kind == "two_cards" else "card_unreadable"
        if visit.step == "idle":
            visit.go("greeting")
        self._touched()

    # the number -------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        visit = self._visit
        visit.step = "printing"
        try:
            sheet = self._desk.take(visit, lambda sheet: self._on_paper(visit, sheet))
        except sqlite3.Error:
            log.exception("no number can be stored")
            self._out_of_service("storage")
            return
        if visit.ticket is None:
            visit.ticket = sheet
            self._rest_for(
                PRINT_LIMIT_S, lambda: self._on_paper(visit, msgspec.structs.replace(sheet, printed="screen"))
            )
            self._show()

    def _on_paper(self, visit: Visit, sheet: TicketSheet) -> None:
        if visit is self._visit:
            visit.ticket = sheet
            visit.step = "ticket"
            self._touched()

    def _out_of_service(self, reason: str) -> None:
        self._visit = Visit(step="sorry")
        self._reason = reason
        self._touched()

    # time -------------------------------------------------------------------------------------------------------

    def _go_home(self) -> None:
        self._visit = Visit()
        self._reason = ""
        self._touched()

    def _touched(self) -> None:
        """Give the visit its full time again, and show what has changed."""
        self._ends_at = None
        if self._visit.is_untouched:
            self._stop_resting()
        else:
            self._rest_for(self._quiet_s(), self._warn)
        self._show()

    def _quiet_s(self) -> float:
        ticket = self._visit.ticket
        if self._visit.step != "ticket" or ticket is None:
            return self._warn_after_s
        return SCREEN_SHOWN_S if ticket.printed == "screen" else PAPER_SHOWN_S

    def _warn(self) -> None:
        self._ends_at = self._clock.now() + timedelta(seconds=self._grace_s)
        self._count_down()

    def _count_down(self) -> None:
        assert self._ends_at is not None
        left = (self._ends_at - self._clock.now()).total_seconds()
        if left <= 0:
            self._go_home()
            return
        self._rest_for(min(1.0, left) if self._show_clock else left, self._count_down)
        self._show()

    def _tick(self) -> None:
        """Keep the minute on the screen going."""
        now = self._clock.now()
        next_minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        self._minute = self._clock.wake_at(next_minute, self._tick)
        self._show()

    def _rest_for(self, seconds: float, act: Callable[[], None]) -> None:
        self._stop_resting()
        self._rest = self._clock.wake_at(self._clock.now() + timedelta(seconds=seconds), act)

    def _stop_resting(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    # what the kiosk hears ---------------------------------------------------------------------------------------

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._outlook.take(snapshot, hub_has_all=self.link.pending == 0)
        self._show()

    def _on_hub(self, is_here: bool) -> None:
        self._outlook.hub_is_here = is_here
        self._show()

    def _on_printer(self, state: str, reason: str) -> None:
        part = "paper" if reason == "paper_out" else "printer"
        if state == "ready":
            self._recovered("paper", "printer")
        elif self._faults.get(part) is None:
            self._faulted(part, reason or state)

    def _on_scanner(self, state: str, reason: str) -> None:
        if state == "ready":
            self._recovered("camera")
        elif self._faults.get("camera") is None:
            self._faulted("camera", reason or state)

    def _faulted(self, part: str, reason: str) -> None:
        self._faults[part] = reason
        self._store.record(DeviceFaulted(at=self._clock.now(), part=part, reason=reason))
        self._show()

    def _recovered(self, *parts: str) -> None:
        for part in parts:
            if self._faults.pop(part, None) is not None:
                self._store.record(DeviceRecovered(at=self._clock.now(), part=part))
        self._show()

    # what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        view = self._paint()
        if view != self.view:
            self.view = view
            for listener in self._listeners:
                listener(view)

    def _paint(self) -> LobbyView:
        now = self._clock.now()
        left = None if self._ends_at is None else max(0, math.ceil((self._ends_at - now).total_seconds()))
        hub = () if self._outlook.hub_is_here else ("hub",)
        return self._painter.paint(
            self._visit,
            self._outlook,
            now,
            faults=(*sorted(self._faults), *hub),
            seconds_left=left,
            reason=self._reason,
        )
