"""Finding a procedure by what people type: no diacritics, any case and order, typing errors, Telex and VNI leftovers.

Everything is reduced to plain letters first ("Đăng ký khai sinh", "ddawng kys khai sinh" and "DANG KY KHAI SINH" are
the same). Then every word of the query takes its best partner in a phrase, rare words counting more than common ones.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z0-9]+")
_FILLER_WORDS = (
    "toi muon lam xin can cho o dau thu tuc giay to ve cua va the nao viec di den hoi dang ky "
    "i want to a the my for of how get need please apply"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
"""Words that nearly every query may hold; they never decide."""
_FILLER_WEIGHT = 0.25
_LEAST = 0.58
"""Hits below this share of the query's weight are noise."""
_ONSET = re.compile(r"ngh|ng|nh|gh|kh|ph|th|tr|ch|qu|gi|dd|[bcdghklmnpqrstvx]")
_DOUBLES = re.compile(r"([aeod])\1")


def plain(text: str) -> str:
    """Return `text` in lower case without diacritics, words parted by one space."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join(_WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter))))


def without_typing_marks(word: str) -> str:
    """Return a plain word without what an input method left in it that was off (Telex `ddawng`, VNI `d9ang8`)."""
    if not word.isalpha():
        letters = re.sub(r"[0-9]", "", word)
        return letters or word
    onset = _ONSET.match(word)
    start = onset.end() if onset else 0
    head, rest = word[:start].replace("dd", "d"), word[start:]
    rest = re.sub("[sfrxjw]", "", rest) if len(rest) > 1 else rest
    return _DOUBLES.sub(r"\1", head + rest) or word


class SearchIndex:
    """Phrases of numbered things, ranked against a query."""

    def __init__(self, things: Sequence[Iterable[tuple[str, float]]]) -> None:
        """Take for each thing its phrases with their worth."""
        self._phrases: list[tuple[int, tuple[str, ...], float]] = []
        holders: dict[str, set[int]] = {}
        for number, phrases in enumerate(things):
            for text, worth in phrases:
                words = tuple(plain(text).split())
                if words:
                    self._phrases.append((number, words, worth))
                for word in words:
                    holders.setdefault(word, set()).add(number)
        total = len(things) + 1
        self._rarity = {word: math.log(1 + total / len(numbers)) for word, numbers in holders.items()}
        self._commonest = math.log(1 + total)

    def ranked(self, query: str) -> list[int]:
        """Return the numbers of the things that fit, best first; equal ones keep their order."""
        words = plain(query).split()[:12]
        if not words:
            return []
        likeness = [self._likeness(word, is_last=index == len(words) - 1) for index, word in enumerate(words)]
        weights = [self._weight(word, alike) for word, alike in zip(words, likeness, strict=True)]
        joined = "".join(words)
        best: dict[int, float] = {}
        for number, phrase, worth in self._phrases:
            score = worth * max(self._fit(phrase, likeness, weights), _joined_fit(joined, phrase))
            if score > best.get(number, 0.0):
                best[number] = score
        found = [(score, number) for number, score in best.items() if score >= _LEAST]
        found.sort(key=lambda hit: (-round(hit[0], 6), hit[1]))
        # far below the best one, a hit only distracts
        return [number for score, number in found if score >= 0.6 * found[0][0]]

    def _likeness(self, word: str, *, is_last: bool) -> dict[str, float]:
        """Return every known word that `word` may mean, with how alike they are (1 = the same)."""
        bare = without_typing_marks(word)
        alike: dict[str, float] = {}
        for known in self._rarity:
            if known in (word, bare):
                score = 1.0 if known == word else 0.95
            elif is_last and known.startswith(word):  # still being typed
                score = 0.6 + 0.35 * len(word) / len(known)
            else:
                score = max(_typed_like(word, known), 0.95 * _typed_like(bare, known) if bare != word else 0.0)
            if score > 0.0:
                alike[known] = score
        return alike

    def _weight(self, word: str, alike: dict[str, float]) -> float:
        if word in _FILLERS or without_typing_marks(word) in _FILLERS:
            return _FILLER_WEIGHT
        if not alike:
            return self._commonest
        return self._rarity[max(alike, key=lambda known: alike[known])]

    @staticmethod
    def _fit(phrase: tuple[str, ...], likeness: list[dict[str, float]], weights: list[float]) -> float:
        """Return how much of the query the phrase answers, a little less where the phrase says more than was asked."""
        got, last, in_order = 0.0, -1, 0
        used = set()
        for alike, weight in zip(likeness, weights, strict=True):
            score, place = max(
                ((alike.get(word, 0.0), -index) for index, word in enumerate(phrase) if index not in used),
                default=(0.0, 0),
            )
            if score <= 0.0:
                continue
            place = -place
            used.add(place)
            got += score * weight
            in_order += place == last + 1 and last >= 0
            last = place
        if not used:
            return 0.0
        share = got / sum(weights)
        brevity = len(used) / len(phrase)
        order = in_order / max(1, len(likeness) - 1)
        return share * (0.82 + 0.12 * brevity + 0.06 * order)


def _typed_like(word: str, known: str) -> float:
    """Return how likely `word` is `known` with typing errors: none below 3 letters, one to 5, two from 6 on."""
    allowed = 0 if min(len(word), len(known)) < 3 else 1 if len(word) < 6 else 2
    if abs(len(word) - len(known)) > allowed or not allowed or known.isdigit():
        return 0.0
    errors = distance(word, known, allowed)
    return 0.0 if errors > allowed else 0.9 - 1.2 * errors / max(len(word), len(known))


def _joined_fit(joined: str, phrase: tuple[str, ...]) -> float:
    """Return how well the query fits when spaces were left out or put wrongly ("khaisinh", "ke thon")."""
    known = "".join(phrase)
    if len(joined) < 5:
        return 0.0
    if joined in known:
        return 0.72 + 0.25 * len(joined) / len(known)
    allowed = min(3, len(joined) // 5)
    if abs(len(joined) - len(known)) > allowed:
        return 0.0
    errors = distance(joined, known, allowed)
    return 0.0 if errors > allowed else 0.92 - 1.2 * errors / len(known)


def distance(one: str, other: str, limit: int) -> int:
    """Return the typing errors between two words (wrong, missing, added letter, two swapped), at most limit + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
