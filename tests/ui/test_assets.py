"""Fonts hold every letter and every icon that a screen may show."""

import json

import pytest
from PIL import ImageFont

from kiosk.ui.assets import FONTS, PICTURES
from kiosk.ui.tokens import WEIGHTS

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
MARKS = "0123456789 .,:;!?()/%+-–…“”‘’·₫€"


def drawn(font, letter):
    return bytes(font.getmask(letter))


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_vietnamese_letter_and_mark_is_in_every_weight(weight):
    font = ImageFont.truetype(WEIGHTS[weight], 40)
    missing = drawn(font, "\U000f0000")
    for letter in VIETNAMESE + VIETNAMESE.upper() + MARKS.replace(" ", ""):
        assert drawn(font, letter) != missing, letter


def test_digits_of_the_number_font_are_equally_wide():
    font = ImageFont.truetype(WEIGHTS["number"], 100)
    assert len({font.getlength(digit) for digit in "0123456789"}) == 1


def test_every_icon_name_has_its_glyph():
    font = ImageFont.truetype(str(FONTS / "Icons.ttf"), 40)
    for name, code in json.loads((FONTS / "icons.json").read_text()).items():
        assert font.getmask(chr(code)).getbbox() is not None, name


def test_licences_lie_beside_the_fonts():
    assert {path.name for path in FONTS.glob("*.txt")} == {"BeVietnamPro-OFL.txt", "Inter-OFL.txt", "Phosphor-MIT.txt"}
    assert all((PICTURES / f"face-{score}.png").exists() for score in range(1, 6))
