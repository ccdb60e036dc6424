"""Type on one-bit paper: fonts that are checked for their letters, lines that break at words, blocks one below another.

Text is drawn grey and cut at half: at 203 dots an inch that keeps Vietnamese marks cleaner than hinted one-bit type.
"""

import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

SHIPPED_FONTS = Path(__file__).parents[1] / "ui" / "assets" / "fonts"
"""A folder and no import: this floor may not import `kiosk.ui`, and a picture of a card has to be made without it."""
WEIGHTS = {
    "regular": "BeVietnamPro-Regular.ttf",
    "medium": "BeVietnamPro-Medium.ttf",
    "semibold": "BeVietnamPro-SemiBold.ttf",
    "bold": "BeVietnamPro-Bold.ttf",
    "extrabold": "BeVietnamPro-ExtraBold.ttf",
    "number": "InterTnum-Bold.ttf",
}
LINE = 1.27
"""Line height in em (field notes ui §5.1); lines whose marks reach beyond it stand further apart."""
MARK_GAP = 1
"""White dots between the ink of two lines, at least."""
VIETNAMESE_LETTERS = "".join(
    letter + letter.upper()
    for letter in "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)
"""The alphabet with all tones, small and capital: 44 plain letters and the 134 that carry a mark."""
INK, PAPER = 0, 255
_NO_GLYPH = "\U0010fffd"
_STAND_INS = {"★": "*", "→": "->", "←": "<-", "\u202f": " ", "\u2011": "-", "\u2212": "-"}

Align = Literal["left", "centre", "right"]


class FontFault(Exception):
    """A font file is missing, damaged, or lacks a Vietnamese letter; the message names it."""


class Fonts:
    """The fonts of one folder, loaded as they are needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}
        self._has: dict[tuple[str, str], bool] = {}

    def font(self, weight: str, size: int) -> ImageFont.FreeTypeFont:
        """Return a font.

        Raises:
            FontFault: if its file is missing or damaged.
        """
        key = (weight, size)
        if key not in self._loaded:
            path = self._folder / WEIGHTS[weight]
            try:
                self._loaded[key] = ImageFont.truetype(path, size)
            except OSError as error:
                raise FontFault(f"{path}: {error}") from None
        return self._loaded[key]

    def check(self) -> None:
        """Make sure that every Vietnamese letter can be printed in every weight.

        Raises:
            FontFault: with the letters that would come out as empty boxes.
        """
        for weight, file in WEIGHTS.items():
            missing = "".join(letter for letter in VIETNAMESE_LETTERS if not self.has(weight, letter))
            if missing:
                raise FontFault(f"{file} lacks {missing}")

    def has(self, weight: str, letter: str) -> bool:
        """Tell whether the font draws `letter` as something else than the box of a missing glyph."""
        key = (weight, letter)
        if key not in self._has:
            font = self.font(weight, 24)
            self._has[key] = letter.isspace() or _mask(font, letter) != _mask(font, _NO_GLYPH)
        return self._has[key]

    def printable(self, weight: str, text: str) -> str:
        """Return `text` in NFC on one line, with nothing in it that would come out as an empty box.

        A letter that the font lacks is replaced by a stand-in or by its base letter; what has neither is left out.
        """
        clean = " ".join(unicodedata.normalize("NFC", text).split())
        # letters that were left out must not leave two spaces
        return " ".join("".join(self._printable_letter(weight, letter) for letter in clean).split())

    def _printable_letter(self, weight: str, letter: str) -> str:
        if self.has(weight, letter):
            return letter
        base = unicodedata.normalize("NFD", letter)[0]
        stand_in = _STAND_INS.get(letter, base if base != letter else "")
        return stand_in if all(self.has(weight, part) for part in stand_in) else ""


def _mask(font: ImageFont.FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def lines_of(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Return `text` broken at words into at most `most` lines of `width` dots; what does not fit ends in "…"."""
    lines: list[str] = []
    rest = text.split(" ")
    while rest and len(lines) < most:
        count = len(rest)
        while count > 1 and font.getlength(" ".join(rest[:count])) > width:
            count -= 1
        line = " ".join(rest[:count])
        rest = rest[count:]
        if font.getlength(line) > width:
            cut = len(line)
            while cut > 1 and font.getlength(line[:cut]) > width:
                cut -= 1
            rest = [line[cut:], *rest]
            line = line[:cut]
        lines.append(line)
    if rest and lines:
        last = lines[-1]
        while last and font.getlength(last + "…") > width:
            # whole words go first; only a single one that is too long is cut
            last = last.rpartition(" ")[0] or last[:-1]
        lines[-1] = last.rstrip(" ,;.–-") + "…"
    return [line for line in lines if line]


def balanced_lines_of(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Return `lines_of`, but with lines of about the same length: no word stands alone in the last one."""
    lines = lines_of(text, font, width, most)
    if len(lines) < 2 or lines[-1].endswith("…"):
        return lines
    low, high = width // 2, width
    while high - low > 4:
        middle = (low + high) // 2
        tried = lines_of(text, font, middle, most)
        if len(tried) == len(lines) and not tried[-1].endswith("…"):
            high = middle
        else:
            low = middle
    return lines_of(text, font, high, most)


class Block:
    """A strip of paper across the full width, in grey until `one_bit`."""

    def __init__(self, width: int, height: int) -> None:
        self.picture = Image.new("L", (width, max(height, 0)), PAPER)
        self.pen = ImageDraw.Draw(self.picture)
        self.middle = 0
        """Row of the middle of its first line of text."""

    @property
    def height(self) -> int:
        """Return the height in dots."""
        return self.picture.height


def text_block(
    fonts: Fonts,
    text: str,
    weight: str,
    size: int,
    width: int,
    *,
    align: Align = "left",
    most: int = 3,
    line: float = LINE,
    fill: int = INK,
    ground: int = PAPER,
) -> Block:
    """Return `text` set in lines; the block is as high as its lines."""
    font = fonts.font(weight, size)
    lines = balanced_lines_of(fonts.printable(weight, text), font, width, most)
    pitch = round(size * line)
    middles: list[int] = []
    below = 0
    for words in lines:
        # a hat with a tone over a capital (Ầ, Ễ) stands higher than the line: it gets room, at the top edge too
        _, top, _, bottom = font.getbbox(words, anchor="lm")
        least = below + MARK_GAP if middles else 0
        middles.append(max(middles[-1] + pitch if middles else pitch // 2, least - math.floor(top)))
        below = middles[-1] + math.ceil(bottom)
    block = Block(width, max(middles[-1] + pitch - pitch // 2, below) if middles else 0)
    block.middle = middles[0] if middles else 0
    if ground != PAPER:
        block.pen.rectangle((0, 0, width, block.height), fill=ground)
    for middle, words in zip(middles, lines, strict=True):
        spare = width - font.getlength(words)
        left = {"left": 0.0, "centre": spare / 2, "right": spare}[align]
        block.pen.text((round(left), middle), words, font=font, fill=fill, anchor="lm")
    return block


def stacked(blocks: Sequence[Block], width: int, *, left: int = 0) -> Block:
    """Return the blocks one below another."""
    whole = Block(width, sum(block.height for block in blocks))
    top = 0
    for block in blocks:
        whole.picture.paste(block.picture, (left, top))
        top += block.height
    return whole


def one_bit(block: Block) -> Image.Image:
    """Return the block as black and white dots."""
    return block.picture.point(lambda value: 255 if value > 127 else 0, "1")
