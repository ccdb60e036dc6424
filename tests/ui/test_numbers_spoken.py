"""Numbers 1 to 9999 in both languages, against expectations that are made another way than the product's."""

import hashlib
import re
from pathlib import Path

from kiosk.ui.numbers_spoken import number_words

BY_HAND = Path(__file__).parents[1] / "data" / "numbers_vi.txt"
DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
RULES = (
    (r"^(không nghìn )?(không trăm )?(không mươi )?", ""),  # nothing is said before the first figure
    (r" không trăm không mươi không$", ""),
    (r" không mươi không$", ""),
    (r"không mươi", "linh"),
    (r"\bmột mươi", "mười"),
    (r"(mươi|mười) không$", r"\1"),
    (r"mươi một$", "mươi mốt"),
    (r"(mươi|linh) bốn$", r"\1 tư"),
    (r"(mươi|mười) năm$", r"\1 lăm"),
)
"""How figures become words: each place is said by itself, then these are put right, in this order."""
NUM2WORDS = "cd40c105854aeb557be784287e5131ffe7bb6e497ac53bc9b234536c7bca0160"
"""SHA-256 of the words for 1 to 9999, a line each, that num2words 0.5.14 writes for `en`, without its commas."""


def by_rules(number: int) -> str:
    a, b, c, d = (DIGITS[int(figure)] for figure in f"{number:04d}")
    words = f"{a} nghìn {b} trăm {c} mươi {d}"
    for pattern, becomes in RULES:
        words = re.sub(pattern, becomes, words)
    return words


def cases_by_hand() -> list[tuple[int, str]]:
    lines = [line for line in BY_HAND.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(int(number), words) for number, words in (line.split(" ", 1) for line in lines)]


def test_two_hundred_numbers_are_as_written_by_hand():
    cases = cases_by_hand()
    assert len(cases) >= 200
    assert [(number, words) for number, words in cases if number_words(number) != words] == []


def test_the_written_rules_give_what_was_written_by_hand():
    assert [(number, words) for number, words in cases_by_hand() if by_rules(number) != words] == []


def test_every_vietnamese_number_to_9999_follows_the_written_rules():
    assert [number for number in range(1, 10_000) if number_words(number) != by_rules(number)] == []


def test_every_english_number_to_9999_is_as_num2words_writes_it():
    lines = "\n".join(number_words(number, "en") for number in range(1, 10_000))
    assert hashlib.sha256(lines.encode()).hexdigest() == NUM2WORDS


def test_the_south_says_le_and_ngan():
    for number in (104, 1005, 2026, 9999):
        north = number_words(number)
        south = north.replace("linh", "lẻ").replace("nghìn", "ngàn")
        assert number_words(number, dialect="south") == south
