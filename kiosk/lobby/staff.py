"""The staff's menu: behind five touches of the emblem and a PIN; what a clerk can mend without a technician.

The PIN is chosen at the kiosk itself within a quarter of an hour after power-on, while none is set: whoever can switch
the box off and on stands behind the counter. Wrong PINs close the door, longer each time; a restart does not open it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from kiosk.devices.qr_scanner import QrScanner
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.desk import TicketDesk
from kiosk.lobby.secret import KioskSecret
from kiosk.lobby.sheets import StaffSheet
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.visit import StaffVisit, Visit
from kiosk.ui.locales import LANGUAGES, packs

TOUCHES = 5
TOUCHES_WITHIN_S = 4.0
PIN_DIGITS = 6
WRONG_BEFORE_LOCK = 3
FIRST_LOCK = timedelta(minutes=1)
"""Doubled with each further wrong PIN, up to `LONGEST_LOCK`: 10^6 PINs cannot be tried out."""
LONGEST_LOCK = timedelta(hours=1)
SET_UP_WITHIN_S = 15 * 60.0
LOUDEST = 3
"""Steps of the narrator above its quiet beginning."""
PIN, WRONG, LOCKED_UNTIL, VOLUME, LANGUAGE = "pin", "pin_wrong", "pin_locked_until", "volume", "language"
"""Names of the settings."""

log = logging.getLogger(__name__)


class StaffDoor:
    """Lets staff in, and does what they ask for."""

    def __init__(
        self,
        here: Here,
        store: LobbyStore,
        secret: KioskSecret,
        desk: TicketDesk,
        scanner: QrScanner,
        language: str,
        new_salt: Callable[[], bytes],
        restart: Callable[[], None],
    ) -> None:
        """Close the door.

        Args:
            language: in which home begins, unless staff have chosen another.
            new_salt: makes 16 bytes for a PIN's hash.
            restart: ends this process; the box starts it again.
        """
        self._here = here
        self._store = store
        self._secret = secret
        self._desk = desk
        self._scanner = scanner
        self._new_salt = new_salt
        self._restart = restart
        self._touches: list[float] = []
        self._began = here.clock.monotonic()
        self.volume = int(store.setting(VOLUME) or 0)
        stored = store.setting(LANGUAGE)
        self._languages = (*LANGUAGES, *sorted(packs()))
        self.language = stored if stored in self._languages else language

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Count touches of the emblem, take a PIN, or do what the menu offers."""
        staff = visit.staff
        match intent:
            case v.Corner():
                self._count(visit)
            case _ if visit.step != "staff" or staff is None:
                return False
            case v.Digit() if staff.stage in ("pin", "new", "again"):
                self._digit(visit, staff, intent.digit)
            case v.Do() if staff.stage == "menu":
                self._do(visit, staff, intent.what)
            case v.Step(what="volume") if staff.stage == "menu":
                self.volume = min(max(0, self.volume + intent.by), LOUDEST)
                self._store.set(VOLUME, str(self.volume))
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the door or the menu."""
        staff = visit.staff
        if visit.step != "staff" or staff is None:
            return {"volume": self.volume}
        is_in = staff.stage == "menu"
        sheet = StaffSheet(
            stage=staff.stage,
            typed=len(staff.typed),
            error=staff.error,
            seconds=self._locked_s() if staff.stage == "locked" else 0,
            facts=self._facts() if is_in else (),
            volume=self.volume,
            language=self.language,
            can_reprint=is_in and self._store.last_ticket() is not None,
            done=staff.done,
        )
        return {"volume": self.volume, "staff": sheet}

    # the door ---------------------------------------------------------------------------------------------------

    def _count(self, visit: Visit) -> None:
        now = self._here.clock.monotonic()
        self._touches = [at for at in self._touches if now - at < TOUCHES_WITHIN_S] + [now]
        if len(self._touches) < TOUCHES or visit.step in ("staff", "printing"):
            return
        self._touches = []
        visit.go("staff")
        visit.staff = StaffVisit(stage=self._stage())

    def _stage(self) -> str:
        if self._locked_s():
            return "locked"
        if self._store.setting(PIN):
            return "pin"
        is_early = self._here.clock.monotonic() - self._began < SET_UP_WITHIN_S
        return "new" if is_early else "unset"

    def _locked_s(self) -> int:
        stored = self._store.setting(LOCKED_UNTIL)
        if not stored:
            return 0
        left = datetime.fromisoformat(stored) - self._here.clock.now()
        # a clock that was set back must not lock the door for years
        return max(0, int(min(left, LONGEST_LOCK).total_seconds()))

    def _digit(self, visit: Visit, staff: StaffVisit, digit: str) -> None:
        staff.error = ""
        if digit == "":
            staff.typed = staff.typed[:-1]
        elif digit.isdecimal() and len(digit) == 1:
            staff.typed += digit
        if len(staff.typed) < PIN_DIGITS:
            return
        pin, staff.typed = staff.typed, ""
        match staff.stage:
            case "new":
                staff.first, staff.stage = pin, "again"
            case "again":
                self._set_pin(staff, pin)
            case _:
                self._check(staff, pin)

    def _set_pin(self, staff: StaffVisit, pin: str) -> None:
        same, staff.first = pin == staff.first, ""
        if not same:
            staff.stage, staff.error = "new", "differs"
            return
        self._store.set(PIN, self._secret.kept_pin(pin, self._new_salt()))
        staff.stage, staff.done = "menu", "pin"
        log.info("the staff's PIN was set")

    def _check(self, staff: StaffVisit, pin: str) -> None:
        if self._secret.is_pin(pin, self._store.setting(PIN)):
            self._store.set(WRONG, "0")
            staff.stage = "menu"
            return
        wrong = int(self._store.setting(WRONG) or 0) + 1
        self._store.set(WRONG, str(wrong))
        staff.error = "wrong"
        if wrong >= WRONG_BEFORE_LOCK:
            lock = min(FIRST_LOCK * 2 ** min(wrong - WRONG_BEFORE_LOCK, 10), LONGEST_LOCK)
            self._store.set(LOCKED_UNTIL, (self._here.clock.now() + lock).isoformat())
            staff.stage = "locked"
            log.warning("%d wrong PINs: the staff's menu is closed for %d s", wrong, lock.total_seconds())

    # the menu ---------------------------------------------------------------------------------------------------

    def _do(self, visit: Visit, staff: StaffVisit, what: str) -> None:
        staff.done = ""
        match what:
            case "paper":
                self._desk.paper_changed()
                staff.done = "paper"
            case "reprint":
                self._desk.print_last(self._done(visit, staff, "reprint"))
            case "test":
                self._desk.print_test(self._done(visit, staff, "test"))
            case "language":
                self.language = self._languages[(self._languages.index(self.language) + 1) % len(self._languages)]
                self._store.set(LANGUAGE, self.language)
            case "pin":
                visit.staff = StaffVisit(stage="new")
            case "restart":
                log.warning("restart asked for at the kiosk")
                self._restart()
            case _:
                pass

    def _done(self, visit: Visit, staff: StaffVisit, what: str) -> Callable[[str], None]:
        def done(outcome: str) -> None:
            staff.done = what if outcome == "printed" else "print_failed"
            if self._here.is_current(visit):
                self._here.changed()

        return done

    def _facts(self) -> tuple[tuple[str, str], ...]:
        link = self._here.link
        return (
            ("hub", "online" if link.hub_ready else "offline"),
            ("broker", "online" if link.connected else "offline"),
            ("pending", str(link.pending)),
            ("reader", "ready" if self._scanner.state == "ready" else "broken"),
            ("printer", self._desk.printer_state),
            *((("paper", self._desk.paper_left),) if self._desk.paper_left else ()),
            ("issued", str(self._desk.issued_today())),
        )
