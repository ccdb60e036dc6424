"""Slips on paper: laid out with Pillow as one-bit dots, because no two printers agree on Vietnamese letters.

8 dots are one millimetre on every 203-dpi printer: 576 dots on 80 mm paper, 384 on 58 mm.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image

from kiosk.clock import VIETNAM
from kiosk.devices.slip_parts import PARTED_BY, Sheet
from kiosk.devices.slip_spec import MOST_LISTED, ChecklistSlip, FeesSlip, PetitionSlip, Slip, TicketSlip
from kiosk.devices.slip_words import ahead_of, counters_of, day_of, forecast_of, moment_of, vnd_of
from kiosk.devices.typeset import Block, Fonts


class SlipPress:
    """Draws the slips of one printer: its fonts once loaded, its paper's width, the site's logo."""

    def __init__(self, fonts: Path, width_dots: int, logo: Image.Image | None = None) -> None:
        """Prepare; nothing is loaded before the first slip.

        Args:
            fonts: folder with the files of `kiosk.devices.typeset.WEIGHTS`.
            width_dots: 576 or 384, for those who make the slips.
            logo: from `kiosk.devices.logo`, one-bit; it stands beside the office's name.
        """
        self._fonts = Fonts(fonts)
        self._logo = logo
        self.width_dots = width_dots

    def check(self) -> None:
        """Make sure that no Vietnamese letter comes out as an empty box; takes some tenths of a second.

        Raises:
            FontFault: with the font and the letters.
        """
        self._fonts.check()

    def picture(self, slip: Slip) -> Image.Image:
        """Return the slip as a picture of mode "1", as wide as the slip says; from one thread at a time.

        Raises:
            FontFault: if a font is missing or damaged.
        """
        sheet = Sheet(slip.width_dots, slip.language, self._fonts)
        match slip:
            case TicketSlip():
                parts = _ticket(slip, sheet, self._logo)
            case ChecklistSlip():
                parts = _checklist(slip, sheet, self._logo)
            case PetitionSlip():
                parts = _petition(slip, sheet, self._logo)
            case FeesSlip():
                parts = _fees(slip, sheet, self._logo)
        return sheet.whole(parts)


def render_slip(slip: Slip, fonts: Path, logo: Image.Image | None = None) -> Image.Image:
    """Return one slip, as `SlipPress` draws it.

    Raises:
        FontFault: if a font is missing or damaged.
    """
    return SlipPress(fonts, slip.width_dots, logo).picture(slip)


def _ticket(slip: TicketSlip, sheet: Sheet, logo: Image.Image | None) -> list[Block]:
    words = sheet.words
    is_service_known = bool(slip.service) and slip.service != slip.group
    rows = [
        (words.ahead, ahead_of(slip.waiting, words)),
        (words.wait, forecast_of(slip.forecast_minutes, words)),
        (words.where, counters_of(slip.counters, words)),
        (words.form_code, ", ".join(map(code_of, slip.form_codes))),
    ]
    return [
        *sheet.head(slip.office, moment_of(_here(slip.issued_at), slip.language), logo),
        sheet.rule(12),
        sheet.text(words.number, "semibold", 26, 22, most=1),
        sheet.number(slip.number),
        *_priority(slip.priority, sheet),
        sheet.text(slip.group, "bold", 40, 31, most=2),
        *([sheet.text(slip.service, "medium", 28, 23, most=4)] if is_service_known else []),
        sheet.gap(sheet.size(14, 10)),
        sheet.facts([(label, value) for label, value in rows if value]),
        *sheet.papers(slip.papers),
        *sheet.code(slip.link, words.scan),
        *_foot([words.listen, words.keep], sheet, has_code=bool(slip.link)),
    ]


def code_of(code: str) -> str:
    """Return a code in two halves, as it is read out."""
    half = -(-len(code) // 2)
    return f"{code[:half]} {code[half:]}".strip()


def _checklist(slip: ChecklistSlip, sheet: Sheet, logo: Image.Image | None) -> list[Block]:
    words = sheet.words
    rows = [(words.time, slip.time), (words.fee, slip.fee), (words.hotline, slip.hotline)]
    known = [(label, value) for label, value in rows if value]
    return [
        *sheet.head(slip.office, moment_of(_here(slip.printed_at), slip.language), logo),
        sheet.rule(12),
        sheet.text(words.checklist, "semibold", 26, 22, most=1),
        sheet.gap(4),
        sheet.text(slip.service, "bold", 40, 31, most=4),
        sheet.gap(10),
        *([sheet.facts(known)] if known else []),
        *sheet.papers(slip.papers, MOST_LISTED),
        *sheet.code(slip.link, words.scan_checklist),
        *_foot([words.come_back], sheet, has_code=bool(slip.link)),
    ]


def _petition(slip: PetitionSlip, sheet: Sheet, logo: Image.Image | None) -> list[Block]:
    words = sheet.words
    rows = [(words.filed, moment_of(_here(slip.filed_at), slip.language).partition(", ")[2])]
    if slip.deadline is not None:
        rows.append((words.answer_by, day_of(slip.deadline, slip.language)))
    return [
        *sheet.head(slip.office, words.petition, logo),
        sheet.rule(12),
        sheet.text(words.receipt, "semibold", 26, 22, most=1),
        sheet.number(slip.receipt, 110, 72),
        sheet.gap(sheet.size(10, 6)),
        sheet.facts(rows),
        *sheet.code(slip.link, words.scan_petition),
        *_foot([words.keep_receipt], sheet, has_code=bool(slip.link)),
    ]


def _fees(slip: FeesSlip, sheet: Sheet, logo: Image.Image | None) -> list[Block]:
    words = sheet.words
    total = sum(line.vnd for line in slip.lines)
    return [
        *sheet.head(slip.office, moment_of(_here(slip.printed_at), slip.language), logo),
        sheet.rule(12),
        sheet.text(words.fees + (PARTED_BY + slip.number if slip.number else ""), "semibold", 26, 22, most=1),
        sheet.gap(4),
        sheet.text(slip.service, "bold", 36, 28, most=4),
        sheet.gap(14),
        sheet.sums(
            [(line.text, vnd_of(line.vnd, slip.language)) for line in slip.lines],
            (words.total, vnd_of(total, slip.language)),
        ),
        sheet.gap(8),
        *sheet.code(slip.link, words.scan_fees),
        *_foot([words.no_invoice], sheet, has_code=bool(slip.link)),
    ]


def _priority(priority: bool | str, sheet: Sheet) -> list[Block]:
    if not priority:
        return []
    reason = priority if isinstance(priority, str) else ""
    told = [sheet.gap(4), sheet.text(reason, "medium", 25, 21)] if reason else []
    return [sheet.pill(sheet.words.priority), *told, sheet.gap(10)]


def _foot(lines: Sequence[str], sheet: Sheet, *, has_code: bool) -> list[Block]:
    return [sheet.rule(12 if has_code else 16), *(sheet.text(line, "medium", 24, 21, most=3) for line in lines)]


def _here(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM) if moment.tzinfo is not None else moment
