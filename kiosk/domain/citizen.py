"""The text of an identity card's QR code -> who stands here: to greet, to pre-fill, for a rough priority.

The code is plain text without a signature (card notes §4): nothing here proves who somebody is, staff look at the card.
Layout, traps and choices are those of the card notes §2 and §6.2. Nothing personal is in an error's text or a `repr`.
"""

import re
import unicodedata
from datetime import date

import msgspec

MAX_LETTERS = 2048
"""A card's text has some 200 letters, garbled perhaps three times that."""
FARTHEST_START = 24
"""Noise before the number is skipped only within so many letters (card notes §6.2)."""
OLDEST_YEARS = 130
"""Nobody is older: an earlier year of birth is impossible."""

_PROVINCE_CODES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
"""The 63 codes of Thông tư 07/2016, Phụ lục 1 (card notes §3). The rule lapsed in 2024: a mismatch only warns."""
_PROVINCES = frozenset(_PROVINCE_CODES.split())

_LETTERS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VIETNAMESE = "đĐ" + "".join(unicodedata.normalize("NFC", letter + tone) for letter in _LETTERS for tone in _TONES)
_FOREIGN = re.compile(f"[^\t\n\r -~\0{_VIETNAMESE}\u0300-\u0323\u031b\u0302\u0306\ufeff]")
"""Anything that a well-read card does not hold: the sign that its bytes were read in a wrong code page."""

# An acknowledgement of GM65 scanners stands in the stream before the data and ends in the digits 31 (card notes §8.1);
# an AIM symbology id may bring an ECI escape of six digits. Both would glue to the number.
_PREFIX = re.compile(
    r"(?:[\s\0\ufeff]+|\x02\0{0,2}\x01\0?31(?=\D|[0-9]{12}\s*\|)|\][A-Za-z][0-9A-Za-z](?:\\[0-9]{6})?)*"
)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}(?=\s*\|)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MIS_DECODED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff61-\uff9f\ufffd\U00020000-\U0003ffff]")
_HALF_READ = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u201a\u201c-\u201e\u2020-\u203a\u20ac\u2122]"
)
"""A lead byte and its follower, each read as a letter: UTF-8 read as Latin-1 or cp1252, with losses elsewhere."""
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_TWO_CARDS = re.compile(r"(?:[0-9]{8})?[0-9]{12}")
_SEXES = {"nam": "M", "nữ": "F", "nu": "F"}

# cp1252 leaves five bytes open; readers map those to C1 controls, as Latin-1 does for the whole row
_ONE_BYTE = {chr(byte): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TWO_BYTE_PAGES = ("cp932", "shift_jis", "big5", "gbk", "cp949")
"""Code pages for which zbar takes Vietnamese UTF-8 (card notes §7.4)."""


class NotACard(Exception):
    """The text is not a card's; the reason holds nothing of the text."""


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    """What a card's QR code says. RAM only, until the visit ends."""

    id: str
    """12 digits."""
    old_id: str
    """9 or 12 digits, or empty."""
    name: str
    dob: str
    """ISO date, or `yyyy` where the card has only the year."""
    sex: str
    """`M` or `F`."""
    address: str
    issued: str
    """ISO date, or empty where the card's is none."""
    extra: tuple[str, ...] = ()
    """Fields after the seventh, in the card's order; which parent is which is not established (card notes §2.1)."""
    warnings: tuple[str, ...] = ()

    def age(self, today: date) -> int | None:
        """Return the age in full years that is certain: with only a year known, as if born on its last day."""
        if len(self.dob) == 4:
            return max(0, today.year - int(self.dob) - 1)
        born = date.fromisoformat(self.dob)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def masked(self) -> str:
        """Return what a log may hold: the last four digits of the number."""
        return f"********{self.id[-4:]}"

    def __repr__(self) -> str:
        """Return a text without personal data, so that a log line or a crash report holds none."""
        return f"Citizen({self.masked()}, warnings={list(self.warnings)})"


def parse_card(text: str, today: date) -> Citizen:
    """Return the citizen whose card's QR text is `text`; what is odd but possible is in `warnings`.

    `today` is needed to tell impossible dates. White space is collapsed and the text becomes NFC.

    Raises:
        NotACard: if the text is anything else than one card, is cut, or holds an impossible birth date, name or sex.
    """
    fields, is_half_read = _fields_of(text)
    if len(fields) < 7:
        raise NotACard(f"{len(fields)} fields; a card has 7 or 11")
    number, old_id, name, born, sex_word, address, issued_on = fields[:7]
    extra = tuple(fields[7:])
    warnings: list[str] = []
    if len(fields) not in (7, 11):
        warnings.append(f"fields: {len(fields)} instead of 7 or 11")
    if old_id and not re.fullmatch(r"[0-9]{9}|[0-9]{12}", old_id):
        old_id = ""
        warnings.append("old_id: not 9 or 12 digits")
    if not name or re.search(r"\d", name):
        raise NotACard("no name")
    sex = _SEXES.get(sex_word.casefold())
    if sex is None:
        raise NotACard("sex is neither Nam nor Nữ")
    dob, doubt = _birth(born, today)
    if doubt:
        warnings.append(doubt)
    warnings += _number_warnings(number, sex, int(dob[:4]))
    issued, is_possible = _issue(issued_on, dob, today)
    if not is_possible:
        warnings.append("issued: impossible")
    if is_half_read or _MIS_DECODED.search("|".join((name, address, *extra))) or "?" in name:
        warnings.append("mis-decoded")
    return Citizen(
        id=number,
        old_id=old_id,
        name=name,
        dob=dob,
        sex=sex,
        address=address,
        issued=issued,
        extra=extra,
        warnings=tuple(warnings),
    )


def citizen_of_number(number: str, today: date) -> Citizen:
    """Return what a card's number alone says: sex and year of birth, without a name, for a rough priority.

    Since July 2024 the law promises no more than twelve digits (card notes §3); staff look at the card.

    Raises:
        NotACard: if it is not twelve digits, or its year of birth is impossible.
    """
    if not re.fullmatch(r"[0-9]{12}", number):
        raise NotACard("not twelve digits")
    digit = int(number[3])
    year = (19 + digit // 2) * 100 + int(number[4:6])
    dob, _ = _birth(f"{year:04d}", today)
    sex = "M" if digit % 2 == 0 else "F"
    warnings = ("number only", *_number_warnings(number, sex, year))
    return Citizen(id=number, old_id="", name="", dob=dob, sex=sex, address="", issued="", warnings=warnings)


def card_object(citizen: Citizen) -> dict[str, object]:
    """Return the citizen as the JSON object of `kiosk qr parse`."""
    return {
        "id": citizen.id,
        "old_id": citizen.old_id,
        "name": citizen.name,
        "dob": citizen.dob,
        "sex": citizen.sex,
        "address": citizen.address,
        "issued": citizen.issued,
        "extra": list(citizen.extra),
        "warnings": list(citizen.warnings),
    }


def _fields_of(text: str) -> tuple[list[str], bool]:
    """Return the fields, and whether bytes were read in a wrong code page and could not be repaired."""
    if len(text) > MAX_LETTERS:
        raise NotACard("longer than any card")
    is_half_read = False
    if _FOREIGN.search(text):
        text = _repaired(text)
        is_half_read = _HALF_READ.search(text) is not None
    text = _one_scan(text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    fields = [field.strip() for field in text.split("|")]
    for index in range(6, len(fields) - 6):
        # the next scan glued to this one without a line end: never take the first of two cards
        if _TWO_CARDS.fullmatch(fields[index]) and fields[index + 4].casefold() in _SEXES:
            raise NotACard("two cards at once")
    return fields, is_half_read


def _one_scan(text: str) -> str:
    """Return the text from the card's number on; of lines that repeat one card, the first."""
    scans: list[str] = []
    for line in re.split(r"[\r\n]+", text):
        body = line[_end_of_prefix(line) :]
        match = _NUMBER.search(body)
        if match is not None and match.start() < FARTHEST_START:
            scans.append(body[match.start() :].strip(" \t\0"))
        elif scans:
            scans[-1] += " " + body  # a line break inside a field
    if not scans:
        raise NotACard("no 12-digit number before a |")
    if len({scan.strip(" \0") for scan in scans}) > 1:
        raise NotACard("two cards at once")
    return scans[0]


def _end_of_prefix(line: str) -> int:
    match = _PREFIX.match(line)
    return match.end() if match else 0


def _repaired(text: str) -> str:
    """Return `text` as it was before its UTF-8 was read in another code page, if that can be told with certainty."""
    text = _SURROGATE.sub("\ufffd", text)
    repaired = text
    for _ in range(2):  # some chains mis-read twice
        try:
            repaired = bytes([_ONE_BYTE[letter] for letter in repaired]).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            break
        if not _FOREIGN.search(repaired):
            return repaired
    if repaired != text:
        return repaired
    for page in _TWO_BYTE_PAGES:
        try:
            # the byte A0 (half of "à") is outside these pages: readers leave it as U+00A0
            repaired = b"\xa0".join(part.encode(page) for part in text.split("\u00a0")).decode("utf-8")
        except UnicodeError:
            continue
        if not _FOREIGN.search(repaired):
            return repaired
    return text


def _birth(text: str, today: date) -> tuple[str, str]:
    """Return (ISO date or year, warning)."""
    if re.fullmatch(r"[0-9]{4}", text):
        day, month, year, doubt = 0, 0, int(text), "dob: year only"
    elif match := _DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        doubt = "" if day else "dob: partial"
    else:
        raise NotACard("no date of birth")
    if not today.year - OLDEST_YEARS <= year <= today.year:
        raise NotACard("impossible year of birth")
    if doubt:
        if month > 12:
            raise NotACard("impossible date of birth")
        return f"{year:04d}", doubt
    try:
        born = date(year, month, day)
    except ValueError:
        raise NotACard("impossible date of birth") from None
    if born > today:
        raise NotACard("impossible date of birth")
    return born.isoformat(), ""


def _issue(text: str, dob: str, today: date) -> tuple[str, bool]:
    """Return (ISO date or empty, whether it is possible)."""
    match = _DATE.fullmatch(text)
    if match is None:
        return "", False
    day, month, year = (int(part) for part in match.groups())
    try:
        issued = date(year, month, day)
    except ValueError:
        return "", False
    return issued.isoformat(), issued <= today and issued.isoformat() >= dob


def _number_warnings(number: str, sex: str, year: int) -> list[str]:
    """Return where the 12 digits differ from the rest (card notes §3): sex, year, province."""
    digit = int(number[3])
    warnings = []
    if (digit % 2 == 0) != (sex == "M"):
        warnings.append("id: sex digit disagrees")
    if (19 + digit // 2) * 100 + int(number[4:6]) != year:
        warnings.append("id: year digits disagree")
    if number[:3] not in _PROVINCES:
        warnings.append("id: province code not in the 2016 list")
    return warnings
