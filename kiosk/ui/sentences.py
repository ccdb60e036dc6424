"""Written words as they are said: ticket numbers, ranges, times, dates and money inside any text of a screen.

Pure. A voice reads `A105`, `10–20` and `2.000` its own way; what is read aloud must be what the announcement says.
"""

import re
from collections.abc import Callable

from kiosk.ui.numbers_spoken import HIGHEST, number_words, spell

_TICKET = re.compile(r"(?<!\w)[A-HJ-NPR-Z]\d{3,6}(?!\w)")
_CODE = re.compile(r"(?<![\w.])[A-Z0-9]{1,8}(?:-[A-Z0-9]{2,8})+(?!\w)")
"""Receipt codes such as `P-7K3F-92QD`: letter by letter."""
_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_RANGE = re.compile(r"(?<=\d)\s*[–-]\s*(?=\d)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w]|[.,]\d)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LONGEST_NUMBER = 6
"""More digits than these, or a zero in front, is a telephone number or a code: said digit by digit."""


def as_said(text: str, language: str = "vi") -> str:
    """Return `text` with everything that is not a plain word written out as it is said."""
    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_CODE, lambda found: _spelt_code(found[0], language)),
        (_TICKET, lambda found: spell(found[0], language)),
        (_DATE, lambda found: _date(found, language)),
        (_TIME, lambda found: _time(found, language)),
        (_RANGE, lambda _: " đến " if language == "vi" else " to "),
        (_GROUPED, lambda found: number_words(int(re.sub(r"[.,]", "", found[0])), language)),
        (_NUMBER, lambda found: _number(found[0], language)),
    )
    for pattern, said in steps:
        text = pattern.sub(said, text)
    text = text.replace("%", " phần trăm" if language == "vi" else " percent").replace("·", ",")
    return re.sub(r"\s+", " ", text).strip()


def _spelt_code(code: str, language: str) -> str:
    if not any(character.isdigit() for character in code):
        return code
    return ", ".join(spell(part, language) for part in code.split("-"))


def _date(found: re.Match[str], language: str) -> str:
    day, month, year = int(found[1]), int(found[2]), found[3]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    if language != "vi":
        return f"{day} {_MONTHS[month - 1]}{f' {year}' if year else ''}"
    said = f"{number_words(day)} tháng {'tư' if month == 4 else number_words(month)}"
    return f"{said} năm {number_words(int(year))}" if year else said


def _time(found: re.Match[str], language: str) -> str:
    hours, minutes = int(found[1]), int(found[2])
    if language == "vi":
        return f"{number_words(hours)} giờ{f' {number_words(minutes)} phút' if minutes else ''}"
    if not minutes:
        return f"{number_words(hours, language)} o'clock"
    return f"{number_words(hours, language)} {'oh ' if minutes < 10 else ''}{number_words(minutes, language)}"


def _number(digits: str, language: str) -> str:
    if len(digits) > LONGEST_NUMBER or (len(digits) > 1 and digits[0] == "0") or int(digits) > HIGHEST:
        return spell(digits, language)
    return number_words(int(digits), language)
