"""The parts that slips are made of, one below another: text, rules, the big number, facts, lines to tick, the code.

Everything stands on the left edge, where the eye goes down; and where bands of dots end early, so it prints sooner.
Sizes are dots: 8 are one millimetre.
"""

from collections.abc import Sequence

import segno
from PIL import Image

from kiosk.devices.slip_spec import WIDTHS
from kiosk.devices.slip_words import SlipWords, words_for
from kiosk.devices.typeset import INK, PAPER, Block, Fonts, lines_of, one_bit, stacked, text_block

MOST_PAPERS = 8
QUIET_MODULES = 4
"""White around a QR code (ISO/IEC 18004)."""
OFFICE_LINES = 3
PARTED_BY = " · "
"""Between the lines of an office's name."""


class Sheet:
    """Makes the parts of one slip, in the sizes of its paper."""

    def __init__(self, width: int, language: str, fonts: Fonts) -> None:
        self._fonts = fonts
        self.width = width
        self.words: SlipWords = words_for(language)
        self._is_wide = width == WIDTHS[0]
        self._margin = 12 if self._is_wide else 6
        self.inner = width - 2 * self._margin
        """Dots between the margins."""

    def size(self, wide: int, narrow: int) -> int:
        """Return the first on 80 mm paper, the second on 58 mm."""
        return wide if self._is_wide else narrow

    def whole(self, parts: Sequence[Block]) -> Image.Image:
        """Return the slip of these parts, with white above it and a margin below by which it is torn off.

        58 mm printers mostly have no cutter but a tear bar above the last printed line.
        """
        parts = [self.gap(self.size(16, 10)), *parts, self.gap(self.size(32, 80))]
        return one_bit(stacked(parts, self.width, left=self._margin))

    def gap(self, dots: int) -> Block:
        """Return white."""
        return Block(self.inner, dots)

    def text(self, text: str, weight: str, wide: int, narrow: int, *, most: int = 3) -> Block:
        """Return text in at most so many lines."""
        return text_block(self._fonts, text, weight, self.size(wide, narrow), self.inner, most=most)

    def rule(self, around: int) -> Block:
        """Return a dashed line with white above and below."""
        block = Block(self.inner, 2 * around + 3)
        for left in range(0, self.inner, 12):
            block.pen.rectangle((left, around, min(left + 6, self.inner) - 1, around + 2), fill=INK)
        return block

    def head(self, office: str, below: str, logo: Image.Image | None) -> list[Block]:
        """Return the office's name over a line such as the date, and the site's logo beside them where there is one."""
        room = self.inner if logo is None else self.inner - logo.width - self.size(20, 12)
        lines = [
            text_block(self._fonts, line, "semibold", self.size(30, 24), room, most=2)
            for line in office.split(PARTED_BY)[:OFFICE_LINES]
        ]
        told = text_block(self._fonts, below, "medium", self.size(25, 20), room, most=2)
        words = stacked([*lines, Block(room, 2), told], room)
        if logo is None:
            return [words]
        block = Block(self.inner, max(words.height, logo.height))
        block.picture.paste(logo.convert("L"), (0, (block.height - logo.height) // 2))
        block.picture.paste(words.picture, (self.inner - room, (block.height - words.height) // 2))
        return [block, self.gap(6)]

    def number(self, number: str, wide: int = 230, narrow: int = 150) -> Block:
        """Return a number as large as the paper allows: it is read from two metres."""
        text = self._fonts.printable("number", number)
        size = self.size(wide, narrow)
        while size > 40 and self._fonts.font("number", size).getlength(text) > self.inner:
            size -= 2
        font = self._fonts.font("number", size)
        left, top, _, bottom = font.getbbox(text)
        block = Block(self.inner, round(bottom - top) + 28)
        block.pen.text((-left, 12 - top), text, font=font, fill=INK)
        return block

    def pill(self, label: str) -> Block:
        """Return white on black: seen by staff from across the counter."""
        size, side = self.size(32, 26), self.size(30, 22)
        font = self._fonts.font("bold", size)
        room = self.inner - 2 * side
        lines = lines_of(self._fonts.printable("bold", label), font, room, 2)
        wide = round(max((font.getlength(line) for line in lines), default=0))
        words = text_block(self._fonts, label, "bold", size, wide + 1, most=2, fill=PAPER, ground=INK)
        pill = Block(self.inner, words.height + 12)
        pill.pen.rounded_rectangle(
            (0, 0, wide + 2 * side - 1, pill.height - 1), radius=min(pill.height // 2, 28), fill=INK
        )
        pill.picture.paste(words.picture, (side, 6))
        return pill

    def facts(self, rows: Sequence[tuple[str, str]]) -> Block:
        """Return what people ask for, name and value, between two lines."""
        size = self.size(27, 22)
        font = self._fonts.font("medium", size)
        widest = round(max(font.getlength(label) for label, _ in rows))
        indent = min(widest + self.size(28, 12), self.inner // 2)
        line = Block(self.inner, 2)
        line.pen.rectangle((0, 0, self.inner, 1), fill=INK)
        parts = [line, self.gap(8)]
        # all values alike: one smaller than its neighbours looks less true
        size = min(self._fact_size(value, self.inner - indent) for _, value in rows)
        for label, value in rows:
            parts += [self._fact(label, value, indent, size), self.gap(2)]
        return stacked([*parts, self.gap(6), line], self.inner)

    def _fact_size(self, value: str, room: int) -> int:
        size = self.size(34, 26)
        while size > self.size(28, 22) and self._fonts.font("bold", size).getlength(value) > room:
            size -= 1
        return size

    def _fact(self, label: str, value: str, indent: int, size: int) -> Block:
        left = text_block(self._fonts, label, "medium", self.size(27, 22), indent, most=1)
        right = text_block(self._fonts, value, "bold", size, self.inner - indent, most=3)
        row = Block(self.inner, right.height)
        row.picture.paste(left.picture, (0, right.middle - left.middle + self.size(3, 2)))
        row.picture.paste(right.picture, (indent, 0))
        return row

    def sums(self, rows: Sequence[tuple[str, str]], total: tuple[str, str]) -> Block:
        """Return a reckoning: amounts under each other on the right, the total below a line."""
        parts = [part for label, amount in rows for part in (self._sum(label, amount, "medium", 25, 21), self.gap(4))]
        line = Block(self.inner, 14)
        line.pen.rectangle((0, 6, self.inner, 7), fill=INK)
        return stacked([*parts, line, self._sum(*total, "bold", 32, 26)], self.inner)

    def _sum(self, label: str, amount: str, weight: str, wide: int, narrow: int) -> Block:
        size = self.size(wide, narrow)
        room = round(self._fonts.font(weight, size).getlength(amount)) + 2
        words = text_block(self._fonts, label, weight, size, self.inner - room - self.size(16, 10), line=1.22)
        right = text_block(self._fonts, amount, weight, size, room, align="right", most=1, line=1.22)
        row = Block(self.inner, max(words.height, right.height))
        row.picture.paste(words.picture, (0, 0))
        row.picture.paste(right.picture, (self.inner - room, row.height - right.height))
        return row

    def papers(self, papers: Sequence[str], most: int = MOST_PAPERS) -> list[Block]:
        """Return the papers to have at hand as lines to tick; empty without papers."""
        if not papers:
            return []
        size = self.size(25, 22)
        shown = papers if len(papers) <= most else papers[: most - 1]
        parts = [self.gap(14), text_block(self._fonts, self.words.papers, "bold", size + 2, self.inner, most=1)]
        for paper in shown:
            parts += [self.gap(6), self._tick_line(paper, size)]
        if len(shown) < len(papers):
            more = self.words.more_papers.format(count=len(papers) - len(shown))
            parts += [self.gap(4), text_block(self._fonts, more, "regular", size - 2, self.inner, most=2)]
        return parts

    def _tick_line(self, text: str, size: int) -> Block:
        indent = size + 12
        words = text_block(self._fonts, text, "medium", size, self.inner - indent, most=3)
        line = Block(self.inner, words.height)
        middle = words.middle
        half = size // 2 - 1
        line.pen.rounded_rectangle((0, middle - half, 2 * half, middle + half), radius=3, outline=INK, width=2)
        line.picture.paste(words.picture, (indent, 0))
        return line

    def code(self, link: str, words: str) -> list[Block]:
        """Return the QR code of an address, with words beside it; empty without an address."""
        if not link:
            return []
        is_plain = link.isascii()
        code = segno.make(
            link, error="m", micro=False, boost_error=False, encoding=None if is_plain else "utf-8", eci=not is_plain
        )
        matrix = code.matrix
        modules = len(matrix) + 2 * QUIET_MODULES
        dots = max(3, min(self.size(6, 5), self.size(300, 230) // modules))
        side = dots * modules
        picture = Block(side, side)
        for y, row in enumerate(matrix):
            for x, is_dark in enumerate(row):
                if is_dark:
                    at = ((x + QUIET_MODULES) * dots, (y + QUIET_MODULES) * dots)
                    picture.pen.rectangle((*at, at[0] + dots - 1, at[1] + dots - 1), fill=INK)
        # the quiet zone takes the left margin too, so that the code stands nearly in line with the text above
        left = side - self._margin + self.size(8, 4)
        beside = text_block(self._fonts, words, "medium", self.size(26, 21), self.inner - left, most=8)
        block = Block(self.inner, max(side, beside.height))
        block.picture.paste(picture.picture, (-self._margin, (block.height - side) // 2))
        block.picture.paste(beside.picture, (left, (block.height - beside.height) // 2))
        return [block]
