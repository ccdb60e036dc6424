"""Vietnamese typing: Telex, VNI, or letters and tones by their own keys, on the word at the end of a text.

Pure functions over frozen values; no package with a clear licence does this (field/ui.md §6.1). A key is one
character: a letter, a letter with its mark (`ê`, from a key that shows it), or a combining tone mark (`TONE_KEYS`,
from a key that names the tone). All three may be mixed within one word.

What a word cannot be in Vietnamese is left as it was typed ("windows"), decided by the onset and rhyme tables of
`kiosk.ui.syllables`; what happens to be one by the keys of a foreign word ("office", "taxi") by the short list in
`foreign_words.txt`. The same key again takes its effect back (`aaa` -> `aa`, `ass` -> `as`), after which the word is
left alone. The text around the word, the caret and the rest are `kiosk.ui.draft`.
"""

import functools
import unicodedata
from pathlib import Path
from typing import NamedTuple

from kiosk.ui.syllables import (
    TONES,
    bare,
    fits_tone,
    is_legal,
    is_possible,
    is_vowel,
    marked,
    tone_place,
    with_tone,
    without_tone,
)

METHODS = ("telex", "vni", "direct")
"""`direct` knows only letters and tones with keys of their own."""

TONE_KEYS = dict(zip(("sac", "huyen", "hoi", "nga", "nang"), TONES[1:], strict=True))
"""The key to press for each named tone."""

DIRECT_LETTERS = "ăâđêôơư"

_TELEX_TONES = {"s": 1, "f": 2, "r": 3, "x": 4, "j": 5, "z": 0}
_VNI_TONES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "0": 0}
_VNI_MARKS = {"6": "âêô", "7": "ơư", "8": "ă", "9": "đ"}


class Word(NamedTuple):
    """The word being typed."""

    letters: str = ""
    """With their own marks, without tone (unless the word is left alone), in the typed case."""
    tone: int = 0
    """Index into `TONES`."""
    raw: str = ""
    """The keys as they came, for words that turn out not to be Vietnamese."""
    literal: bool = False
    """True once the word is left alone: not Vietnamese, or an effect was taken back."""

    def text(self, new_style: bool = False) -> str:
        """Return the word as it is shown, NFC."""
        return with_tone(self.letters, self.tone, new_style)


EMPTY = Word()


def press(word: Word, key: str, method: str = "telex") -> Word:
    """Return `word` after `key` (a letter, a VNI digit or a tone key).

    Raises:
        ValueError: if `method` is not one of `METHODS`.
    """
    if method not in METHODS:
        raise ValueError(f"a typing method is one of {', '.join(METHODS)}, not {method!r}")
    key = unicodedata.normalize("NFC", key)
    if key in TONES[1:]:
        return _named_tone(word, TONES.index(key))
    if not word.literal and method != "direct":
        effect = _telex(word, key) if method == "telex" else _vni(word, key)
        if effect is not None:
            # the third o of xooong only said that the two before it stand for themselves
            is_plain_double = key.lower() == "o" and effect.letters[-2:].lower() == "oo"
            return effect._replace(raw=word.raw if is_plain_double else word.raw + key)
    return _append(word, key)


def backspace(word: Word, new_style: bool = False) -> Word:
    """Return `word` without its last letter; the tone stays with the syllable and moves where it then belongs."""
    shorter = word.letters[:-1]
    tone = word.tone if any(is_vowel(letter) for letter in shorter) else 0
    return word_of(with_tone(shorter, tone, new_style))


def word_of(text: str) -> Word:
    """Return the word that is shown as `text`, so that typing can go on in it."""
    text = unicodedata.normalize("NFC", text)
    letters, tone = without_tone(text)
    return Word(letters, tone, text) if is_possible(letters) else Word(text, 0, text, literal=True)


@functools.cache
def foreign_words() -> frozenset[str]:
    """Return the words whose Telex keys would change them although nobody means a Vietnamese word by them."""
    lines = Path(__file__).with_name("foreign_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def finish(word: Word, new_style: bool = False) -> str:
    """Return what stays once the word has ended: the keys as typed if they made no Vietnamese syllable."""
    if word.raw.lower() in foreign_words():
        return word.raw
    if word.literal or not word.raw.isascii() or is_legal(word.letters, word.tone):
        return word.text(new_style)
    return word.raw


def _named_tone(word: Word, tone: int) -> Word:
    letters, old = without_tone(word.text())
    if tone_place(letters) is None:
        return word
    changed = Word(letters, 0 if old == tone else tone, "", word.literal)
    return changed._replace(raw=changed.text())


def _append(word: Word, key: str) -> Word:
    raw = word.raw + key
    if word.literal:
        return word._replace(letters=word.letters + key, raw=raw)
    letters = _both_horns(word.letters + key)
    if is_possible(letters) and fits_tone(letters, word.tone):
        return word._replace(letters=letters, raw=raw)
    return Word(raw, 0, raw, literal=True)


def _telex(word: Word, key: str) -> Word | None:
    low = key.lower()
    if low in _TELEX_TONES:
        return _tone(word, key, _TELEX_TONES[low])
    if low == "w":
        return _mark(word, key, "ăơư") or _lone_w(word, key)
    if low == "d":
        return _mark(word, key, "đ")
    return _mark(word, key, {"a": "â", "e": "ê", "o": "ô"}[low]) if low in "aeo" else None


def _vni(word: Word, key: str) -> Word | None:
    if key in _VNI_TONES:
        return _tone(word, key, _VNI_TONES[key])
    return _mark(word, key, _VNI_MARKS[key]) if key in _VNI_MARKS else None


def _tone(word: Word, key: str, tone: int) -> Word | None:
    if tone_place(word.letters) is None:
        return None
    if tone == word.tone:
        # A tone that is there already, or no tone to take away: the key was meant as itself.
        return Word(word.letters + key, 0, "", literal=True) if tone else None
    return word._replace(tone=tone) if fits_tone(word.letters, tone) else None


def _mark(word: Word, key: str, marks: str) -> Word | None:
    """Return `word` with one of `marks` set (uo takes both horns), taken back, or None if nothing carries it."""
    letters = word.letters
    low = letters.lower()
    start = 2 if low.startswith("qu") else 0
    if "ư" in marks:
        pair = bare(low).find("uo", start)
        if pair >= 0:
            return _pair(word, key, pair)
    for at in range(start, len(low)):
        if low[at] in marks:
            return _taken_back(word, key, (at,))
    for at in range(start, len(low)):
        if at and "đ" in marks:
            return None
        for mark in marked(bare(low[at])):
            changed = _single_horn(_put(letters, at, mark))
            if mark in marks and is_possible(changed):
                return word._replace(letters=changed)
    return None


def _pair(word: Word, key: str, at: int) -> Word:
    """Put horns on the pair uo: on the o alone while nothing follows where that is a syllable (huơ, thuở)."""
    letters = word.letters
    low = letters.lower()
    if low[at : at + 2] == "ươ" or (low[at : at + 2] == "uơ" and len(low) == at + 2):
        return _taken_back(word, key, (at, at + 1))
    alone = len(low) == at + 2 and low[:at] in ("h", "kh", "th")
    changed = _put(_put(letters, at, "u" if alone else "ư"), at + 1, "ơ")
    return word._replace(letters=changed)


def _lone_w(word: Word, key: str) -> Word | None:
    if any(is_vowel(letter) for letter in word.letters) or not is_possible(word.letters + "ư"):
        return None
    return word._replace(letters=word.letters + ("Ư" if key.isupper() else "ư"))


def _taken_back(word: Word, key: str, places: tuple[int, ...]) -> Word:
    letters = word.letters
    if bare(letters.lower()).count("u") > bare(word.raw.lower()).count("u"):  # the ư was a lone w
        return Word(letters[: places[0]] + key + letters[places[0] + 1 :], word.tone, "", literal=True)
    for at in places:
        letters = _put(letters, at, bare(letters[at].lower()))
    letters += key
    if letters.lower().endswith("oo") and is_possible(letters):
        # xoong, soóc: a plain double o is a rhyme of its own, so the word goes on as Vietnamese
        return Word(letters, word.tone)
    return Word(letters, word.tone, "", literal=True)


def _put(letters: str, at: int, letter: str) -> str:
    """Return `letters` with `letter` at `at`, in the case of the one that was there."""
    return letters[:at] + (letter.upper() if letters[at].isupper() else letter) + letters[at + 1 :]


def _both_horns(letters: str) -> str:
    """Return `letters` with ươ where only one of the two has its horn and something follows: huơng -> hương."""
    low = letters.lower()
    start = 2 if low.startswith("qu") else 0
    for pair in ("uơ", "ưo"):
        at = low.find(pair, start)
        if 0 <= at < len(low) - 2:
            return _put(_put(letters, at, "ư"), at + 1, "ơ")
    return letters


def _single_horn(letters: str) -> str:
    """Return `letters` with uô where ưô would stand: the hat came after the horns."""
    at = letters.lower().find("ưô")
    return letters if at < 0 else _put(letters, at, "u")
