"""Takes people out of recorded bytes: lengths, separators and the kinds of bytes stay, so that a fault stays one. Pure.

What may tell who somebody is: a line with a card's fields, or with so many digits that they may be a number of an
identity card. The whole line is then made up anew: the same number of bytes, letters of the same width, a number and
dates of nobody.
"""

import re
from collections.abc import Iterator

from kiosk.devices.scan_assembly import PREFIXES

NOBODY = b"001099000001"
"""Of the form of a card's number; the province is real, the person is not."""
BORN, ISSUED = b"01011999", b"01012021"
SEXES = (b"Nam", "Nữ".encode())
LEAST_PIPES, LEAST_DIGITS = 3, 9
"""A card has seven fields; the shortest number of an identity document has nine digits."""
_DIGITS = re.compile(rb"(?:[0-9][\x00 .\-]?){%d,}" % LEAST_DIGITS)
"""Also with a byte between two digits: UTF-16, and numbers in groups."""
_LINES = re.compile(rb"[^\r\n]+")
_LETTER_2, _LETTER_3, _LETTER_4 = "Đ".encode(), "Ạ".encode(), "\U00010400".encode()
_KEYPAD_DIGIT = re.compile(rb"(?<![^\r\n])[0-9](?=[\r\n])")
"""A digit alone on its line: somebody may be typing a PIN."""
_CHARACTERS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[A-Z]|[a-z]|[0-9]|[\x80-\xff]"
)


class Unmasked(ValueError):
    """Something in the bytes may still tell who somebody is: they must not be kept."""


def masked(data: bytes) -> bytes:
    """Return `data` with nobody in it, byte for byte as long.

    Raises:
        Unmasked: if that cannot be made sure of.
    """
    bare = _LINES.sub(lambda line: _line(line[0]) if _tells(line[0]) else line[0], data)
    bare = _KEYPAD_DIGIT.sub(b"0", bare)
    if len(bare) != len(data) or any(_tells(line) and line != _line(line) for line in _LINES.findall(bare)):
        raise Unmasked("the bytes may hold an identity card; only synthetic data is kept")
    return bare


def tells_somebody(data: bytes) -> bool:
    """Tell whether `data` is other than what `masked` would leave of it."""
    try:
        return masked(data) != data
    except Unmasked:
        return True


def _tells(line: bytes) -> bool:
    return line.count(b"|") >= LEAST_PIPES or _DIGITS.search(line) is not None


def _line(line: bytes) -> bytes:
    """Make a line up anew; what a module puts before a scan stays."""
    for prefix in PREFIXES:
        if line.startswith(prefix):
            return prefix + _line(line[len(prefix) :])
    dates = iter((BORN,))
    return b"|".join(_field(field, dates) for field in line.split(b"|"))


def _field(field: bytes, dates: Iterator[bytes]) -> bytes:
    if field.isdigit() and len(field) == len(NOBODY):
        return NOBODY
    if field.isdigit() and len(field) == len(BORN):
        return next(dates, ISSUED)
    if field in SEXES:
        return field
    return _CHARACTERS.sub(lambda found: _stand_in(found[0]), field)


def _stand_in(character: bytes) -> bytes:
    if len(character) > 1:
        return {2: _LETTER_2, 3: _LETTER_3, 4: _LETTER_4}[len(character)]
    if character.isdigit():
        return b"0"
    if character >= b"\x80":
        return b"\x80"
    return b"X" if character.isupper() else b"x"
