"""The ticket on paper: laid out with Pillow as one-bit dots, because no two printers agree on Vietnamese letters.

8 dots are one millimetre on every 203-dpi printer: 576 dots on 80 mm paper, 384 on 58 mm.
"""

from datetime import datetime
from pathlib import Path

import msgspec
import segno
from PIL import Image

from kiosk.clock import VIETNAM
from kiosk.devices.escpos import encode_escpos
from kiosk.devices.slip_words import ahead_of, counters_of, forecast_of, moment_of, words_for
from kiosk.devices.typeset import INK, LINE, PAPER, Block, FontFault, Fonts, lines_of, one_bit, stacked, text_block

__all__ = ["BadSlip", "FontFault", "TicketSlip", "encode_escpos", "load_slip", "render_slip"]

WIDTHS = (576, 384)
MOST_PAPERS = 8
QUIET_MODULES = 4
"""White around a QR code (ISO/IEC 18004)."""
MAX_LINK = 300
"""Longer addresses need modules smaller than phones read from paper."""
MAX_TEXT = 300
MOST_LISTED = 40


class BadSlip(ValueError):
    """A ticket's SPEC cannot be used; the message says which field and what was expected."""


class TicketSlip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on a ticket (the SPEC of `kiosk ticket render`).

    Raises:
        ValueError: if a field has a value that no ticket can have.
    """

    office: str
    number: str
    service: str
    group: str
    issued_at: datetime
    """Shown in Vietnam's time; a moment without a zone is taken as such."""
    waiting: int
    """People ahead."""
    forecast_minutes: tuple[int, int] | None = None
    """The honest range; None where nothing is known."""
    counters: tuple[int | str, ...] = ()
    """Where the number may be called."""
    priority: bool | str = False
    """True, or the reason in words."""
    link: str = ""
    """Address in the QR code; empty: no code."""
    papers: tuple[str, ...] = ()
    width_dots: int = 576
    language: str = "vi"

    def __post_init__(self) -> None:
        if not (self.number.isascii() and self.number.isalnum() and len(self.number) <= 8):
            raise ValueError(f'number has 1 to 8 letters and digits, such as A105, not "{self.number[:20]}"')
        for name, text in (("office", self.office), ("service", self.service), ("group", self.group)):
            _check_length(name, text)
        for paper in self.papers:
            _check_length("a line of papers", paper)
        for counter in self.counters:
            _check_length("a counter", str(counter))
        if isinstance(self.priority, str):
            _check_length("priority", self.priority)
        if len(self.papers) > MOST_LISTED or len(self.counters) > MOST_LISTED:
            raise ValueError(f"papers and counters have at most {MOST_LISTED} entries")
        if not 2000 <= self.issued_at.year < 2200:
            raise ValueError(f"issued_at is the moment of issue, not in {self.issued_at.year}")
        if self.width_dots not in WIDTHS:
            raise ValueError(f"width_dots is 576 (80 mm paper) or 384 (58 mm), not {self.width_dots}")
        if self.language not in ("vi", "en"):
            raise ValueError(f'language is "vi" or "en", not "{self.language}"')
        if not 0 <= self.waiting <= 9999:
            raise ValueError("waiting is 0 to 9999")
        if self.forecast_minutes is not None and not 0 <= self.forecast_minutes[0] <= self.forecast_minutes[1] <= 9999:
            raise ValueError("forecast_minutes is [low, high] with 0 <= low <= high <= 9999")
        if len(self.link.encode()) > MAX_LINK:
            raise ValueError(f"link has at most {MAX_LINK} bytes")


def _check_length(name: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValueError(f"{name} has at most {MAX_TEXT} characters")


def load_slip(raw: bytes) -> TicketSlip:
    """Return the ticket in a SPEC (JSON).

    Raises:
        BadSlip: if it is no JSON, or a field is missing, unknown or impossible.
    """
    try:
        return msgspec.json.decode(raw, type=TicketSlip)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSlip(str(error)) from None


def render_slip(slip: TicketSlip, fonts: Path) -> Image.Image:
    """Return the ticket as a picture of mode "1", `width_dots` wide.

    Args:
        fonts: folder with the files of `kiosk.devices.typeset.WEIGHTS`.

    Raises:
        FontFault: if a font is missing or damaged.
    """
    return one_bit(_Layout(slip, Fonts(fonts)).ticket())


class _Layout:
    """The parts of one ticket, from top to bottom."""

    def __init__(self, slip: TicketSlip, fonts: Fonts) -> None:
        self._slip = slip
        self._fonts = fonts
        self._width = slip.width_dots
        self._is_wide = slip.width_dots == WIDTHS[0]
        self._words = words_for(slip.language)
        self._margin = 12 if self._is_wide else 6
        self._inner = self._width - 2 * self._margin

    def ticket(self) -> Block:
        """Return the whole ticket."""
        slip, words = self._slip, self._words
        office = [self._text(line, "semibold", 30, 24, most=2) for line in slip.office.split(" · ")[:3]]
        is_service_known = bool(slip.service) and slip.service != slip.group
        parts = [
            self._gap(self._size(16, 10)),
            *office,
            self._gap(2),
            self._text(moment_of(self._moment(), slip.language), "medium", 25, 21, most=1),
            self._rule(12),
            self._text(words.number, "semibold", 26, 22, most=1),
            self._number(),
            *self._priority(),
            self._text(slip.group, "bold", 40, 31, most=2),
            *([self._text(slip.service, "medium", 28, 23)] if is_service_known else []),
            self._gap(self._size(14, 10)),
            self._facts(),
            *self._papers(),
            *self._code(),
            *([self._rule(12)] if slip.link else [self._gap(10)]),
            self._text(words.listen, "medium", 24, 21, most=2),
            self._text(words.keep, "medium", 24, 21, most=2),
            self._gap(self._size(16, 12)),
        ]
        return stacked(parts, self._width, left=self._margin)

    def _moment(self) -> datetime:
        moment = self._slip.issued_at
        return moment.astimezone(VIETNAM) if moment.tzinfo is not None else moment

    def _size(self, wide: int, narrow: int) -> int:
        return wide if self._is_wide else narrow

    def _gap(self, dots: int) -> Block:
        return Block(self._inner, dots)

    def _text(self, text: str, weight: str, wide: int, narrow: int, *, most: int = 3) -> Block:
        return text_block(
            self._fonts, text, weight, self._size(wide, narrow), self._inner, align="centre", most=most
        )  # fmt: skip

    def _rule(self, around: int) -> Block:
        block = Block(self._inner, 2 * around + 3)
        for left in range(0, self._inner, 12):
            block.pen.rectangle((left, around, min(left + 6, self._inner) - 1, around + 2), fill=INK)
        return block

    def _number(self) -> Block:
        text = self._fonts.printable("number", self._slip.number)
        size = self._size(230, 150)
        while size > 40 and self._fonts.font("number", size).getlength(text) > self._inner:
            size -= 4
        font = self._fonts.font("number", size)
        left, top, right, bottom = font.getbbox(text)
        block = Block(self._inner, round(bottom - top) + 28)
        block.pen.text(((self._inner - (right - left)) / 2 - left, 12 - top), text, font=font, fill=INK)
        return block

    def _priority(self) -> list[Block]:
        """White on a black pill: seen by staff from across the counter."""
        if not self._slip.priority:
            return []
        label = self._words.priority
        size, side = self._size(32, 26), self._size(34, 24)
        font = self._fonts.font("bold", size)
        room = self._inner - 2 * side
        lines = lines_of(self._fonts.printable("bold", label), font, room, 2)
        wide = round(max(font.getlength(line) for line in lines))
        words = text_block(self._fonts, label, "bold", size, room, align="centre", most=2, fill=PAPER, ground=INK)
        pill = Block(self._inner, words.height + 12)
        left = (self._inner - wide) // 2 - side
        pill.pen.rounded_rectangle(
            (left, 0, self._inner - 1 - left, pill.height - 1), radius=min(pill.height // 2, 28), fill=INK
        )
        pill.picture.paste(words.picture.crop((left, 0, room - left, words.height)), (side + left, 6))
        reason = self._slip.priority if isinstance(self._slip.priority, str) else ""
        return [pill, *([self._gap(4), self._text(reason, "medium", 25, 21)] if reason else []), self._gap(10)]

    def _facts(self) -> Block:
        """The three things that people ask for, between two lines."""
        slip, words = self._slip, self._words
        rows = [
            (words.ahead, ahead_of(slip.waiting, words)),
            (words.wait, forecast_of(slip.forecast_minutes, words)),
            (words.where, counters_of(slip.counters, words)),
        ]
        known = [(label, value) for label, value in rows if value]
        font = self._fonts.font("medium", self._size(27, 22))
        indent = round(max(font.getlength(label) for label, _ in known)) + self._size(28, 12)
        line = Block(self._inner, 2)
        line.pen.rectangle((0, 0, self._inner, 1), fill=INK)
        parts = [line, self._gap(8)]
        for label, value in known:
            parts += [self._fact(label, value, indent), self._gap(2)]
        return stacked([*parts, self._gap(6), line], self._inner)

    def _fact(self, label: str, value: str, indent: int) -> Block:
        left = text_block(self._fonts, label, "medium", self._size(27, 22), indent, most=1)
        size = self._size(34, 26)
        while size > self._size(28, 22) and self._fonts.font("bold", size).getlength(value) > self._inner - indent:
            size -= 1
        right = text_block(self._fonts, value, "bold", size, self._inner - indent, most=3)
        first_line = round(self._size(34, 26) * LINE)
        row = Block(self._inner, right.height)
        row.picture.paste(left.picture, (0, (first_line - left.height) // 2 + self._size(3, 2)))
        row.picture.paste(right.picture, (indent, 0))
        return row

    def _papers(self) -> list[Block]:
        papers = self._slip.papers
        if not papers:
            return []
        size = self._size(25, 22)
        shown = papers if len(papers) <= MOST_PAPERS else papers[: MOST_PAPERS - 1]
        parts = [self._gap(14), text_block(self._fonts, self._words.papers, "bold", size + 2, self._inner, most=1)]
        for paper in shown:
            parts += [self._gap(5), self._tick_line(paper, size)]
        if len(shown) < len(papers):
            more = self._words.more_papers.format(count=len(papers) - len(shown))
            parts += [self._gap(4), text_block(self._fonts, more, "regular", size - 2, self._inner, most=2)]
        return parts

    def _tick_line(self, text: str, size: int) -> Block:
        indent = size + 14
        words = text_block(self._fonts, text, "medium", size, self._inner - indent, most=3, line=1.22)
        line = Block(self._inner, words.height)
        middle = round(size * 1.22 / 2)
        half = size // 2 - 1
        line.pen.rounded_rectangle((2, middle - half, 2 + 2 * half, middle + half), radius=3, outline=INK, width=2)
        line.picture.paste(words.picture, (indent, 0))
        return line

    def _code(self) -> list[Block]:
        if not self._slip.link:
            return []
        matrix = segno.make(self._slip.link, error="m", micro=False, boost_error=False).matrix
        modules = len(matrix) + 2 * QUIET_MODULES
        dots = max(3, min(self._size(6, 5), self._size(300, 230) // modules))
        side = dots * modules
        code = Block(side, side)
        for y, row in enumerate(matrix):
            for x, is_dark in enumerate(row):
                if is_dark:
                    at = ((x + QUIET_MODULES) * dots, (y + QUIET_MODULES) * dots)
                    code.pen.rectangle((*at, at[0] + dots - 1, at[1] + dots - 1), fill=INK)
        # the quiet zone takes the left margin too, so that the code stands nearly in line with the text above
        left = side - self._margin + 12
        words = text_block(self._fonts, self._words.scan, "medium", self._size(26, 21), self._inner - left, most=8)
        block = Block(self._inner, max(side, words.height))
        block.picture.paste(code.picture, (-self._margin, (block.height - side) // 2))
        block.picture.paste(words.picture, (left, (block.height - words.height) // 2))
        return [block]
