"""The calculator for certified copies and the checklist to take along: on the phone without a network, or on paper."""

import logging
from typing import Any

from kiosk.clock import Worker
from kiosk.devices.printer import Printer
from kiosk.devices.receipt import SlipPress
from kiosk.devices.slip_spec import ChecklistSlip, FeeLine, FeesSlip, Slip
from kiosk.domain.procedures import COPY_FEE_CAP_VND, certified_copy_fee
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.sheets import FeeSheet, Paper, TakeawaySheet
from kiosk.lobby.visit import Visit

CALCULATED = "sao-y"
"""Key of the procedure whose fee goes by pages and copies (product notes §7)."""
MOST_PAGES, MOST_COPIES = 500, 50
MOST_CODE_BYTES = 700
"""Of a list in a QR code: more makes modules too small for an old phone."""

log = logging.getLogger(__name__)


class SideSlips:
    """Puts slips on paper that are no tickets: nothing depends on them, and a second one harms nobody."""

    def __init__(self, here: Here, worker: Worker, printer: Printer, press: SlipPress) -> None:
        self._here = here
        self._worker = worker
        self._printer = printer
        self._press = press
        self._last: Slip | None = None
        self.width_dots = press.width_dots

    @property
    def can_print(self) -> bool:
        """Tell whether there is a printer that works."""
        return self._printer.state == "ready"

    def begin(self, visit: Visit) -> None:
        """What the screen shows is new: nothing of it is on paper, whatever still comes out of an older one."""
        self._last = None
        visit.side_slip = ""

    def print(self, visit: Visit, slip: Slip) -> None:
        """Print, and note in the visit how it went: one of which nobody knows whether it came out has failed."""
        self._last = slip
        visit.side_slip = "printing"

        def work() -> str:
            try:
                return self._printer.print(self._press.picture(slip)).outcome
            except Exception:
                log.exception("no slip could be printed")
                return "failed"

        def done(outcome: str) -> None:
            if self._last is not slip:
                return
            visit.side_slip = "paper" if outcome == "printed" else "failed"
            if self._here.is_current(visit):
                self._here.changed()

        self._worker.submit(work, done)


class Calculator:
    """Pages times copies."""

    def __init__(self, here: Here, slips: SideSlips) -> None:
        self._here = here
        self._slips = slips

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the calculator, change a figure, or print the sum."""
        match intent:
            case v.Open(what="fee") if visit.step == "papers" and visit.procedure == CALCULATED:
                self._slips.begin(visit)
                visit.go("fee")
            case v.Step(what="pages") if visit.step == "fee":
                visit.pages = min(max(1, visit.pages + intent.by), MOST_PAGES)
                self._slips.begin(visit)
            case v.Step(what="copies") if visit.step == "fee":
                visit.copies = min(max(1, visit.copies + intent.by), MOST_COPIES)
                self._slips.begin(visit)
            case v.PrintList() if visit.step == "fee" and visit.side_slip in ("", "failed"):
                self._slips.print(visit, self._slip(visit))
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the figures."""
        if visit.step != "fee":
            return {}
        one = certified_copy_fee(visit.pages)
        sheet = FeeSheet(
            pages=visit.pages,
            copies=visit.copies,
            one=one,
            total=certified_copy_fee(visit.pages, visit.copies),
            is_capped=one == COPY_FEE_CAP_VND,
            printed=visit.side_slip,
            can_print=self._slips.can_print,
        )
        return {"fee": sheet}

    def _slip(self, visit: Visit) -> FeesSlip:
        painter, language = self._here.painter, visit.language
        return FeesSlip(
            office=self._here.office.name,
            service=painter.title(visit.group, visit.procedure, language)[:300],
            printed_at=self._here.clock.now(),
            lines=(
                FeeLine(
                    text=painter.copies_line(visit.pages, visit.copies, certified_copy_fee(visit.pages), language),
                    vnd=certified_copy_fee(visit.pages, visit.copies),
                ),
            ),
            width_dots=self._slips.width_dots,
            language="en" if language == "en" else "vi",
        )


class Takeaway:
    """The checklist of the present service, to take along."""

    def __init__(self, here: Here, slips: SideSlips) -> None:
        self._here = here
        self._slips = slips

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the list, or print it."""
        match intent:
            case v.Open(what="takeaway") if visit.step == "papers" and self._lines(visit):
                self._slips.begin(visit)
                visit.go("takeaway")
            case v.PrintList() if visit.step == "takeaway" and visit.side_slip in ("", "failed"):
                self._slips.print(visit, self._slip(visit))
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the list."""
        if visit.step != "takeaway":
            return {}
        title, lines = self._title(visit), self._lines(visit)
        sheet = TakeawaySheet(
            title=title,
            papers=lines,
            code=list_text(self._here.painter.bring_word(visit.language), title, lines),
            printed=visit.side_slip,
            can_print=self._slips.can_print,
        )
        return {"takeaway": sheet}

    def _title(self, visit: Visit) -> str:
        return self._here.painter.title(visit.group, visit.procedure, visit.language)

    def _lines(self, visit: Visit) -> tuple[Paper, ...]:
        sheet = self._here.painter.sheet(visit, self._here.clock.now().date())
        return () if sheet is None else sheet.papers

    def _slip(self, visit: Visit) -> ChecklistSlip:
        sheet = self._here.painter.sheet(visit, self._here.clock.now().date())
        office = self._here.office
        return ChecklistSlip(
            office=office.name,
            service=self._title(visit)[:300],
            printed_at=self._here.clock.now(),
            time=sheet.time[:300] if sheet else "",
            fee=sheet.fee[:300] if sheet else "",
            papers=tuple(paper.text[:300] for paper in self._lines(visit))[:40],
            hotline=office.hotline,
            width_dots=self._slips.width_dots,
            language="en" if visit.language == "en" else "vi",
        )


def list_text(word: str, title: str, papers: tuple[Paper, ...]) -> str:
    """Return the checklist as the text of a QR code, cut at a whole line where it would become too long to scan."""
    lines = [title, f"{word}:"]
    for paper in papers:
        line = f"- {paper.text}{' (?)' if paper.unsure else ''}"
        if len("\n".join((*lines, line, "…")).encode()) > MOST_CODE_BYTES:
            lines.append("…")
            break
        lines.append(line)
    return "\n".join(lines)
