"""Vietnamese typing: every syllable by every method, foreign words left alone, numbers in words.

Yardstick of the same run: composing the same words from their parts by the standard library, which is what typing
could not cost less than.
"""

import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kiosk.ui.draft import typed
from kiosk.ui.numbers_spoken import number_words
from kiosk.ui.syllables import ONSETS, RHYMES, TONES, is_legal, with_tone

TELEX = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
VNI = {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}
TELEX_TONES = ("", "s", "f", "r", "x", "j")
FOREIGN = Path(__file__).parents[2] / "tests" / "data" / "foreign_words.txt"
"""The list of the tests; a flashed box does not have it."""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Type everything once, or five times to steady the figures."""
    rounds = 5 if full else 1
    syllables = [
        (onset + rhyme, tone)
        for onset in ONSETS
        for rhyme in RHYMES
        for tone in range(len(TONES))
        if is_legal(onset + rhyme, tone)
    ]
    syllables = list(dict.fromkeys(syllables))
    apart = [unicodedata.normalize("NFD", with_tone(letters, tone)) for letters, tone in syllables]
    began = time.perf_counter()
    for _ in range(10 * rounds):
        for word in apart:
            unicodedata.normalize("NFC", word)
    least = _us(began, 10 * rounds * len(apart))
    yield {"what": "yardstick: the same words composed by the standard library", "us_a_word": least}
    for new_style in (False, True):
        words = [with_tone(letters, tone, new_style) for letters, tone in syllables]
        for method, keys_of in (("telex", _telex), ("vni", _vni), ("direct", _direct)):
            keys = [keys_of(letters, tone) for letters, tone in syllables]
            figures = _typed_right(words, keys, method, new_style, rounds)
            yield {
                "what": f"ours: every legal syllable by {method}",
                "tone_marks": "new" if new_style else "old",
                **figures,
                "times_yardstick": round(figures["us_a_word"] / least),
            }
    yield from _foreign()
    yield from _numbers(rounds)


def _typed_right(
    words: Sequence[str], keys: Sequence[Iterable[str]], method: str, new_style: bool, rounds: int
) -> dict[str, Any]:
    began = time.perf_counter()
    for _ in range(rounds):
        made = [typed(one, method, new_style) for one in keys]
    right = sum(one == word for one, word in zip(made, words, strict=True))
    return {"syllables": len(words), "right": right, "us_a_word": _us(began, rounds * len(words))}


def _foreign() -> Iterator[dict[str, Any]]:
    if FOREIGN.exists():
        lines = FOREIGN.read_text(encoding="utf-8").splitlines()
        words = [word for line in lines if not line.startswith("#") for word in line.split()]
        alone = sum(typed(f"{word} ") == f"{word} " for word in words)
        yield {"what": "ours: foreign words left alone while Telex is on", "words": len(words), "left_alone": alone}


def _numbers(rounds: int) -> Iterator[dict[str, Any]]:
    for language in ("vi", "en"):
        began = time.perf_counter()
        for _ in range(rounds):
            said = {number_words(number, language) for number in range(1, 10_000)}
        yield {
            "what": f"ours: 1 to 9999 in words, {language}",
            "different_words": len(said),
            "us_a_number": _us(began, rounds * 9_999),
        }


def _us(began: float, count: int) -> float:
    return round((time.perf_counter() - began) / count * 1e6, 1)


def _telex(letters: str, tone: int) -> str:
    # a plain double o is typed with a third one, which takes the hat back
    return _marked(letters.replace("oo", "ooo"), TELEX) + TELEX_TONES[tone]


def _vni(letters: str, tone: int) -> str:
    return _marked(letters, VNI) + (str(tone) if tone else "")


def _direct(letters: str, tone: int) -> str:
    return letters + TONES[tone]


def _marked(letters: str, keys: dict[str, str]) -> str:
    return "".join(keys.get(letter, letter) for letter in letters)
