"""Written words as they are said: ticket numbers, ranges, times, dates, money, telephones inside any text of a screen.

Pure. A voice reads `A105`, `10–20`, `1900 1022` and `2.000 đ` its own way; what is read aloud must be what the
announcement says.
"""

import re
from collections.abc import Callable

from kiosk.ui.numbers_spoken import HIGHEST, money_words, number_words, spell, time_words

_TICKET = re.compile(r"(?<!\w)[A-HJ-NPR-Z]\d{3,6}(?!\w)")
_CODE = re.compile(r"(?<![\w.])[A-Z0-9]{1,8}(?:-[A-Z0-9]{2,8})+(?!\w)")
"""Receipt codes such as `P-7K3F-92QD`: letter by letter."""
_TELEPHONE = re.compile(r"(?<![\d.,])(?:1[89]00|0\d{2,4})(?:[ .]\d{2,4}){1,3}(?![\d.,]*\d)")
"""Hotlines and telephones in groups: `1900 1022`, `0901 234 567`; digit by digit, a breath between groups."""
_RANGE = re.compile(r"(?<=\d)\s*[–-]\s*(?=\d)")
_STEP = re.compile(r"(?i)\b(câu|bước|trang|question|step|page) (\d+)/(\d+)(?![\d/])")
"""Which of how many, which looks like a date."""
_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")
_OF = re.compile(r"(?<![\d/])(\d+)/(\d+)(?![\d/])")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?::|h|g)([0-5]\d)(?!\d)")
_MONEY = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{3})+|\d+)\s?(?:đồng|đ|₫|VNĐ|VND|dong)(?!\w)")
_EACH = re.compile(r"(?<=đồng)\s?/\s?(?=\w)|(?<=dong)\s?/\s?(?=\w)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d{1,2})(?![\d.,]*\d)")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w]|[.,]\d)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LONGEST_NUMBER = 6
"""More digits than these, or a zero in front, is a telephone number or a code: said digit by digit."""


def as_said(text: str, language: str = "vi", dialect: str = "north") -> str:
    """Return `text` with everything that is not a plain word written out as it is said.

    Args:
        dialect: one of `numbers_spoken.DIALECTS`, for Vietnamese.
    """
    is_vi = language == "vi"

    def number(value: int) -> str:
        return number_words(value, language, dialect)

    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_CODE, lambda found: _spelt_code(found[0], language)),
        (_TICKET, lambda found: spell(found[0], language)),
        (_TELEPHONE, lambda found: ", ".join(spell(part, language) for part in re.split(r"[ .]", found[0]))),
        (_RANGE, lambda _: " đến " if is_vi else " to "),
        (_STEP, lambda found: f"{found[1]} {_of(found[2], found[3], language)}"),
        (_DATE, lambda found: _date(found, language, number)),
        (_OF, lambda found: _of(found[1], found[2], language)),
        (_TIME, lambda found: time_words(int(found[1]), int(found[2]), language, dialect)),
        (_MONEY, lambda found: _money(found[0], found[1], language, dialect)),
        (_EACH, lambda _: " một " if is_vi else " a "),
        (_GROUPED, lambda found: _amount(found[0], language, dialect)),
        (_DECIMAL, lambda found: f"{found[1]} {'phẩy' if is_vi else 'point'} {spell(found[2], language)}"),
        (_NUMBER, lambda found: _number(found[0], language, dialect)),
    )
    for pattern, said in steps:
        text = pattern.sub(said, text)
    text = text.replace("%", " phần trăm" if is_vi else " percent").replace("·", ",")
    return re.sub(r"\s+", " ", text).strip()


def _spelt_code(code: str, language: str) -> str:
    if not any(character.isdigit() for character in code):
        return code
    return ", ".join(spell(part, language) for part in code.split("-"))


def _of(one: str, many: str, language: str) -> str:
    """Return which of how many; the figures are said with all other numbers."""
    return f"{one} {'trên' if language == 'vi' else 'of'} {many}"


def _date(found: re.Match[str], language: str, number: Callable[[int], str]) -> str:
    day, month, year = int(found[1]), int(found[2]), found[3]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    if language != "vi":
        return f"{day} {_MONTHS[month - 1]}{f' {year}' if year else ''}"
    said = f"{number(day)} tháng {'tư' if month == 4 else number(month)}"
    return f"{said} năm {number(int(year))}" if year else said


def _money(written: str, digits: str, language: str, dialect: str) -> str:
    amount = int(re.sub(r"[.,]", "", digits))
    return money_words(amount, language, dialect) if amount <= HIGHEST else written


def _amount(written: str, language: str, dialect: str) -> str:
    return _number(str(int(re.sub(r"[.,]", "", written))), language, dialect, longest=len(str(HIGHEST)))


def _number(digits: str, language: str, dialect: str, longest: int = LONGEST_NUMBER) -> str:
    if len(digits) > longest or (len(digits) > 1 and digits[0] == "0"):
        return spell(digits, language)
    return number_words(int(digits), language, dialect)
