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

import msgspec

from kiosk.clock import Clock, Wake, Worker
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import QrScanner, ScanEvent
from kiosk.domain.citizen import NotACard, parse_card
from kiosk.domain.events import DeviceFaulted, DeviceRecovered, HelpCalled
from kiosk.domain.office import Office
from kiosk.domain.procedures import Catalogue
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.snapshot import Snapshot
from kiosk.lobby import view as v
from kiosk.lobby.choices import Choices
from kiosk.lobby.desk import TicketDesk
from kiosk.lobby.outlook import Outlook
from kiosk.lobby.picture import Painter
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.view import LobbyView, TicketSheet
from kiosk.lobby.visit import AgeRule, Visit
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
        self._choices = Choices(office, self._painter)
        self._desk = TicketDesk(
            office, self._painter, store, self._outlook, clock, worker, printer, new_id, public_url, device_digit,
            fonts, width_dots,
        )  # fmt: skip
        self._visit = Visit()
        self._faults: list[str] = []
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
            case v.TakeTicket():
                if visit.step == "papers":
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
                self._choices.touch(visit, intent, self._clock.now().date())
        self._touched()

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
        if state == "ready":
            self._recovered("paper", "printer")
            if self._visit.step == "ticket" and self._visit.ticket is not None:
                visit = self._visit
                self._desk.print_missing(self._visit.ticket.ticket, lambda sheet: self._on_paper(visit, sheet))
        else:
            self._faulted("paper" if reason == "paper_out" else "printer", reason or state)

    def _on_scanner(self, state: str, reason: str) -> None:
        if state == "ready":
            self._recovered("camera")
        else:
            self._faulted("camera", reason or state)

    def _faulted(self, part: str, reason: str) -> None:
        if part not in self._faults:
            self._faults.append(part)
            self._store.record(DeviceFaulted(at=self._clock.now(), part=part, reason=reason))
            self._show()

    def _recovered(self, *parts: str) -> None:
        for part in [part for part in parts if part in self._faults]:
            self._faults.remove(part)
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
