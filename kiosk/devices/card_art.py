"""The flat sample card of a made-up person: drawn once, then seen by virtual cameras from anywhere.

It only has the size of a real card (85.6 x 54 mm) and its QR code: neither the artwork nor the security features are
imitated, and "MẪU" stands across it.
"""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import segno
from PIL import Image, ImageDraw

from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

DOTS_PER_MM = 16
CARD_MM = (85.6, 54.0)
BIG_QR_MM, SMALL_QR_MM = 18.0, 11.0
"""Printed sizes of the code on the card of 2024 and on that of 2021 (card notes §5.1)."""
QUIET_MODULES = 3
_MARGIN_DOTS = 40
_INK, _PAPER = 34, 236


class Print(NamedTuple):
    """How the code stands on the card."""

    qr_mm: float
    """Width of the code without its quiet zone."""
    error: str = "m"
    """Error correction: `l`, `m`, `q` or `h`."""
    ink: int = _INK
    paper: int = _PAPER
    """Grey levels of the dark and the light modules."""


class FlatCard(NamedTuple):
    """A card as it would lie on a scanner's glass, and where its code stands on it."""

    picture: Image.Image
    """In colour, `DOTS_PER_MM` dots a millimetre."""
    modules: npt.NDArray[np.bool_]
    """The code, True where dark, without its quiet zone."""
    left_mm: float
    top_mm: float
    """The code's corner, from the card's upper left corner."""
    module_mm: float


def usual_print(payload: str) -> Print:
    """Return how the code of this layout is printed: larger on cards with more than seven fields."""
    return Print(BIG_QR_MM if len(payload.split("|")) > 7 else SMALL_QR_MM)


def flat_card(payload: str, fonts: Path = SHIPPED_FONTS, printed: Print | None = None) -> FlatCard:
    """Draw the card of `payload` (raw text of its code; fields beyond those present stay empty)."""
    type_ = Fonts(fonts)
    width, height = round(CARD_MM[0] * DOTS_PER_MM), round(CARD_MM[1] * DOTS_PER_MM)
    card = Image.new("RGB", (width, height), (226, 236, 230))
    pen = ImageDraw.Draw(card)
    for step in range(-height, width, 22):
        pen.line((step, 0, step + height, height), fill=(214, 228, 221), width=3)
    fields = (payload.split("|") + [""] * 7)[:7]
    pen.rectangle((0, 0, width, 118), fill=(176, 44, 48))
    pen.text((48, 59), "THẺ MẪU · SAMPLE CARD", font=type_.font("bold", 52), fill=(255, 240, 214), anchor="lm")
    left = 330
    rows = (
        ("Số / No.", fields[0], 60),
        ("Họ và tên / Full name", fields[2], 44),
        ("Ngày sinh / Date of birth", _date(fields[3]), 36),
        ("Giới tính / Sex", fields[4], 36),
    )
    top = 150
    for label, value, size in rows:
        pen.text((left, top), label, font=type_.font("regular", 24), fill=(70, 84, 80))
        pen.text((left, top + 30), value, font=type_.font("semibold", size), fill=(24, 32, 38))
        top += 54 + round(size * 1.3)
    pen.rounded_rectangle((48, 160, 292, 480), radius=14, fill=(198, 210, 206))
    pen.ellipse((122, 200, 218, 306), fill=(150, 166, 162))
    pen.chord((74, 330, 266, 630), 180, 360, fill=(150, 166, 162))
    mark = Image.new("L", (760, 340), 0)
    ImageDraw.Draw(mark).text((380, 190), "MẪU", font=type_.font("extrabold", 210), fill=70, anchor="mm")
    turned = mark.rotate(18, expand=True)
    card.paste(Image.new("RGB", turned.size, (176, 44, 48)), (170, 380), turned)
    return _stick_code(card, payload, printed or usual_print(payload))


def card_picture(payload: str, fonts: Path = SHIPPED_FONTS, width: int = 856) -> bytes:
    """Return a PNG of the sample card, flat and in colour, for the control-room page."""
    card = flat_card(payload, fonts).picture
    small = card.resize((width, round(width * CARD_MM[1] / CARD_MM[0])), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return stream.getvalue()


def _stick_code(card: Image.Image, payload: str, printed: Print) -> FlatCard:
    code = segno.make(
        payload, mode="byte", encoding="utf-8", eci=False, error=printed.error, micro=False, boost_error=False
    )
    dark = np.array([[bool(module) for module in row] for row in code.matrix])
    count = len(dark) + 2 * QUIET_MODULES
    tiny = np.full((count, count), printed.paper, dtype=np.uint8)
    tiny[QUIET_MODULES:-QUIET_MODULES, QUIET_MODULES:-QUIET_MODULES][dark] = printed.ink
    side = round(printed.qr_mm * DOTS_PER_MM * count / len(dark))
    sticker = Image.fromarray(tiny).resize(
        (side, side), Image.Resampling.BOX if side % count else Image.Resampling.NEAREST
    )
    left, top = card.width - side - _MARGIN_DOTS, card.height - side - _MARGIN_DOTS
    card.paste(sticker.convert("RGB"), (left, top))
    module_mm = side / count / DOTS_PER_MM
    quiet_mm = QUIET_MODULES * module_mm
    return FlatCard(card, dark, left / DOTS_PER_MM + quiet_mm, top / DOTS_PER_MM + quiet_mm, module_mm)


def _date(digits: str) -> str:
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}" if len(digits) == 8 else digits
