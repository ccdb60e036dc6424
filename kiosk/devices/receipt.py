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
from kiosk.devices.slip_words import counters_of, forecast_of, moment_of, words_for
from kiosk.devices.typeset import INK, PAPER, Block, FontFault, Fonts, one_bit, stacked, text_block

__all__ = ["BadSlip", "FontFault", "TicketSlip", "encode_escpos", "load_slip", "render_slip"]

WIDTHS = (576, 384)
MOST_PAPERS = 8
QUIET_MODULES = 4
"""White around a QR code (ISO/IEC 18004)."""
MAX_LINK = 300
"""Longer addresses need modules smaller than phones read from paper."""


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
        if not self.number.strip() or len(self.number) > 8:
            raise ValueError("number has 1 to 8 characters, such as A105")
        if self.width_dots not in WIDTHS:
            raise ValueError(f"width_dots is 576 (80 mm paper) or 384 (58 mm), not {self.width_dots}")
        if self.language not in ("vi", "en"):
            raise ValueError(f'language is "vi" or "en", not "{self.language}"')
        if self.waiting < 0:
            raise ValueError("waiting is 0 or more")
        if self.forecast_minutes is not None and not 0 <= self.forecast_minutes[0] <= self.forecast_minutes[1]:
            raise ValueError("forecast_minutes is [low, high] with 0 <= low <= high")
        if len(self.link.encode()) > MAX_LINK:
            raise ValueError(f"link has at most {MAX_LINK} bytes")


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
        parts = [
            self._text(slip.office, "semibold", 28, 23, most=2),
            self._gap(4),
            self._text(moment_of(slip.issued_at.astimezone(VIETNAM), slip.language), "regular", 24, 21, most=1),
            self._rule(14),
            self._text(words.number, "semibold", 26, 22, most=1),
            self._number(),
            *self._priority(),
            self._text(slip.group, "bold", 36, 29, most=2),
            *([self._text(slip.service, "medium", 28, 23)] if slip.service and slip.service != slip.group else []),
            self._gap(12),
            self._facts(),
            *self._papers(),
            *self._code(),
            self._rule(12),
            self._text(words.keep, "medium", 24, 21),
            self._gap(16),
        ]
        return stacked(parts, self._width, left=self._margin)

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
        if not self._slip.priority:
            return []
        label = self._words.priority
        if isinstance(self._slip.priority, str):
            label = f"{label}: {self._slip.priority}"
        size = self._size(30, 25)
        words = text_block(
            self._fonts, label, "bold", size, self._inner - 40, align="centre", most=2, fill=PAPER, ground=INK
        )
        bar = Block(self._inner, words.height + 12)
        bar.pen.rounded_rectangle((0, 0, self._inner - 1, bar.height - 1), radius=12, fill=INK)
        bar.picture.paste(words.picture, (20, 6))
        return [bar, self._gap(8)]

    def _facts(self) -> Block:
        slip, words = self._slip, self._words
        ahead = f"{slip.waiting} {words.people}" if slip.waiting else words.nobody_ahead
        rows = [(words.ahead if slip.waiting else "", ahead), (words.wait, forecast_of(slip.forecast_minutes, words))]
        where = counters_of(slip.counters, words)
        parts: list[Block] = [Block(self._inner - 36, 10)]
        for label, value in rows:
            parts.append(self._fact(label, value))
        if where:
            parts.append(
                text_block(self._fonts, where, "bold", self._size(36, 28), self._inner - 36, align="centre", most=2)
            )
        parts.append(Block(self._inner - 36, 10))
        inside = stacked(parts, self._inner - 36)
        box = Block(self._inner, inside.height + 6)
        box.pen.rounded_rectangle((0, 0, self._inner - 1, box.height - 1), radius=16, outline=INK, width=3)
        box.picture.paste(inside.picture, (18, 3))
        return box

    def _fact(self, label: str, value: str) -> Block:
        width = self._inner - 36
        if not label:
            return text_block(self._fonts, value, "bold", self._size(32, 26), width, align="centre", most=1)
        left = text_block(self._fonts, label, "medium", self._size(26, 22), width, most=1)
        right = text_block(self._fonts, value, "bold", self._size(32, 25), width, align="right", most=1)
        row = Block(width, right.height)
        row.picture.paste(left.picture, (0, (right.height - left.height) // 2))
        row.picture.paste(Image.new("L", right.picture.size, INK), (0, 0), right.picture.point(lambda v: 255 - v))
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
        room = self._inner - side
        words = text_block(self._fonts, self._words.scan, "medium", self._size(25, 21), room, most=8)
        block = Block(self._inner, max(side, words.height))
        block.picture.paste(words.picture, (0, (block.height - words.height) // 2))
        block.picture.paste(code.picture, (room, (block.height - side) // 2))
        return [self._gap(6), block]
