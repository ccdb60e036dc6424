"""How numbers and letters are said, in Vietnamese and English, written out as words.

Written out because a voice reads `A105` its own way (espeak-ng says "a trăm linh năm"), while a ticket is read letter
first and then digit by digit, and because tests can compare words.
"""

VIETNAMESE_LETTERS = {
    "A": "A", "B": "bê", "C": "xê", "D": "đê", "Đ": "đờ", "E": "E", "F": "ép", "G": "giê", "H": "hát", "I": "i",
    "J": "gi", "K": "ca", "L": "e lờ", "M": "em mờ", "N": "en nờ", "O": "o", "P": "pê", "Q": "quy", "R": "e rờ",
    "S": "ét sì", "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
}  # fmt: skip
"""Names as people say them for codes: D is "đê" as in "khối D", which keeps it apart from G "giê" by ear."""

DIALECTS = ("north", "central", "south")
"""How a site's people say numbers: `north` linh and nghìn, `central` and `south` lẻ and ngàn."""

_VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEEN_WORDS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_EN_TEENS = tuple(_EN_TEEN_WORDS.split())
_EN_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN_TENS = ("", "", *_EN_TEN_WORDS.split())
HIGHEST = 999_999_999


def spell(label: str, language: str = "vi") -> str:
    """Return a ticket number as it is called: letters by name, then digit by digit. Other characters are silent."""
    words = []
    for character in label.upper():
        if character.isdecimal():
            words.append((_VI_DIGITS if language == "vi" else _EN_DIGITS)[int(character)])
        elif character.isalpha():
            words.append(VIETNAMESE_LETTERS.get(character, character) if language == "vi" else character)
    return " ".join(words)


def ticket_words(label: str, language: str = "vi", whole: bool = False, dialect: str = "north") -> str:
    """Return a ticket number as a site has it called: digit by digit, or `whole` ("A một trăm linh năm").

    Only the digits at the end make a number; a label that ends otherwise, or with too long a number, is spelt.
    """
    head = label.rstrip("0123456789")
    digits = label[len(head) :]
    if not whole or not digits or int(digits) > HIGHEST:
        return spell(label, language)
    return f"{spell(head, language)} {number_words(int(digits), language, dialect)}".strip()


def number_words(number: int, language: str = "vi", dialect: str = "north") -> str:
    """Return a whole number in words: 21 is "hai mươi mốt", 105 "một trăm linh năm".

    Args:
        dialect: one of `DIALECTS`, for Vietnamese.

    Raises:
        ValueError: if `number` is negative or above `HIGHEST`.
    """
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"numbers are said from 0 to {HIGHEST}, not {number}")
    if language != "vi":
        return _english(number)
    thousand, odd = ("nghìn", "linh") if dialect == "north" else ("ngàn", "lẻ")
    groups: list[str] = []
    for name, size in (("triệu", 1_000_000), (thousand, 1_000), ("", 1)):
        part = number // size % 1000
        if part or (not groups and size == 1):
            groups.append(f"{_vi_below_thousand(part, not groups, odd)} {name}".strip())
    return " ".join(groups)


def time_words(hour: int, minute: int, language: str = "vi", dialect: str = "north") -> str:
    """Return a time of day in words: 7:30 is "bảy giờ ba mươi phút", 8:05 "tám giờ năm phút".

    Hours count to 24 and minutes are said in full, as offices and stations do: "bảy giờ rưỡi" and "tám giờ kém năm"
    are for talk between people, who can ask back.

    Raises:
        ValueError: if there is no such time.
    """
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"there is no time {hour}:{minute:02d}")
    if language == "vi":
        hours = f"{number_words(hour, 'vi', dialect)} giờ"
        return f"{hours} {number_words(minute, 'vi', dialect)} phút" if minute else hours
    if minute == 0 and hour % 12 == 0:
        return "twelve noon" if hour else "midnight"
    half = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    told = _english(hour % 12 or 12)
    if not minute:
        return f"{told} o'clock {half}"
    return f"{told} {'oh ' if minute < 10 else ''}{_english(minute)} {half}"


def money_words(dong: int, language: str = "vi", dialect: str = "north") -> str:
    """Return an amount of money in words: 15,300 is "mười lăm nghìn ba trăm đồng"; errors as in `number_words`."""
    return f"{number_words(dong, language, dialect)} {'đồng' if language == 'vi' else 'dong'}"


def _vi_below_thousand(number: int, is_first: bool, odd: str) -> str:
    """Return 0..999 in words; after a higher group the hundreds are always said: một nghìn không trăm linh năm."""
    hundreds, rest = divmod(number, 100)
    words = [_VI_DIGITS[hundreds], "trăm"] if hundreds or not is_first else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        if ones or not words:
            # linh (lẻ) fills the place of the missing tens; its four is tư
            words += [odd, "tư" if ones == 4 else _VI_DIGITS[ones]] if words else [_VI_DIGITS[ones]]
    elif tens == 1:
        words.append("mười")
        if ones:
            words.append("lăm" if ones == 5 else _VI_DIGITS[ones])
    else:
        words += [_VI_DIGITS[tens], "mươi"]
        if ones:
            words.append({1: "mốt", 4: "tư", 5: "lăm"}.get(ones, _VI_DIGITS[ones]))
    return " ".join(words)


def _english(number: int) -> str:
    for name, size in (("million", 1_000_000), ("thousand", 1_000), ("hundred", 100)):
        if number >= size:
            head, rest = divmod(number, size)
            said = f"{_english(head)} {name}"
            return f"{said}{' and' if rest < 100 else ''} {_english(rest)}" if rest else said
    if number >= 20:
        tens, ones = divmod(number, 10)
        return _EN_TENS[tens] + (f"-{_EN_DIGITS[ones]}" if ones else "")
    return _EN_DIGITS[number] if number < 10 else _EN_TEENS[number - 10]
