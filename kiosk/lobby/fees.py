"""The calculator for certified copies, and the checklist to take along: on the phone without a network, or on paper."""

import logging
from collections.abc import Callable
from typing import Any

from kiosk.clock import Worker
from kiosk.devices.printer import Printer
from kiosk.devices.receipt import SlipPress
from kiosk.devices.slip_spec import ChecklistSlip
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


class Calculator:
    """Pages times copies."""

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the calculator, or change a figure."""
        match intent:
            case v.Open(what="fee") if visit.step == "papers" and visit.procedure == CALCULATED:
                visit.go("fee")
            case v.Step(what="pages") if visit.step == "fee":
                visit.pages = min(max(1, visit.pages + intent.by), MOST_PAGES)
            case v.Step(what="copies") if visit.step == "fee":
                visit.copies = min(max(1, visit.copies + intent.by), MOST_COPIES)
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the figures."""
        if visit.step != "fee":
            return {}
        one = certified_copy_fee(visit.pages)
        total = certified_copy_fee(visit.pages, visit.copies)
        is_capped = one == COPY_FEE_CAP_VND
        return {"fee": FeeSheet(pages=visit.pages, copies=visit.copies, one=one, total=total, is_capped=is_capped)}


class Takeaway:
    """The checklist of the present service, to take along."""

    def __init__(self, here: Here, worker: Worker, printer: Printer, press: SlipPress) -> None:
        self._here = here
        self._worker = worker
        self._printer = printer
        self._press = press

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the list, or print it."""
        match intent:
            case v.Open(what="takeaway") if visit.step == "papers" and self._lines(visit):
                visit.list_printed = ""
                visit.go("takeaway")
            case v.PrintList() if visit.step == "takeaway" and visit.list_printed in ("", "failed"):
                visit.list_printed = "printing"
                self._print(visit)
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
            printed=visit.list_printed,
            can_print=self._printer.state == "ready",
        )
        return {"takeaway": sheet}

    def _title(self, visit: Visit) -> str:
        return self._here.painter.title(visit.group, visit.procedure, visit.language)

    def _lines(self, visit: Visit) -> tuple[Paper, ...]:
        sheet = self._here.painter.sheet(visit, self._here.clock.now().date())
        return () if sheet is None else sheet.papers

    def _print(self, visit: Visit) -> None:
        sheet = self._here.painter.sheet(visit, self._here.clock.now().date())
        office = self._here.office
        slip = ChecklistSlip(
            office=office.name,
            service=self._title(visit)[:300],
            printed_at=self._here.clock.now(),
            time=sheet.time[:300] if sheet else "",
            fee=sheet.fee[:300] if sheet else "",
            papers=tuple(paper.text[:300] for paper in self._lines(visit))[:40],
            hotline=office.hotline,
            width_dots=self._press.width_dots,
            language="en" if visit.language == "en" else "vi",
        )

        def work() -> str:
            try:
                return self._printer.print(self._press.picture(slip)).outcome
            except Exception:
                log.exception("no checklist could be printed")
                return "failed"

        self._worker.submit(work, self._done(visit))

    def _done(self, visit: Visit) -> Callable[[str], None]:
        def done(outcome: str) -> None:
            # a list of which nobody knows whether it came out is said to have failed: a second one harms nobody
            visit.list_printed = "paper" if outcome == "printed" else "failed"
            if self._here.is_current(visit):
                self._here.changed()

        return done


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
