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


def number_words(number: int, language: str = "vi") -> str:
    """Return a whole number in words: 21 is "hai mươi mốt", 105 "một trăm linh năm".

    Raises:
        ValueError: if `number` is negative or above `HIGHEST`.
    """
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"numbers are said from 0 to {HIGHEST}, not {number}")
    if language != "vi":
        return _english(number)
    groups: list[str] = []
    for name, size in (("triệu", 1_000_000), ("nghìn", 1_000), ("", 1)):
        part = number // size % 1000
        if part or (not groups and size == 1):
            groups.append(f"{_vi_below_thousand(part, is_first=not groups)} {name}".strip())
    return " ".join(groups)


def _vi_below_thousand(number: int, is_first: bool) -> str:
    """Return 0..999 in words; after a higher group the hundreds are always said: một nghìn không trăm linh năm."""
    hundreds, rest = divmod(number, 100)
    words = [_VI_DIGITS[hundreds], "trăm"] if hundreds or not is_first else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        if ones or not words:
            # linh fills the place of the missing tens; its four is tư
            words += ["linh", "tư" if ones == 4 else _VI_DIGITS[ones]] if words else [_VI_DIGITS[ones]]
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
