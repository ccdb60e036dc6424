"""Recorded announcements: which clips a site's calls need, and calls joined from them.

A clip is a word or phrase in a WAV file of its own, `FOLDER/LANGUAGE/KEY.wav`. A call whose words are all recorded is
joined from clips; if one is missing or cannot be used, the whole call is said by espeak-ng: two voices in one
sentence would not be understood.
"""

import array
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kiosk.ui.numbers_spoken import VIETNAMESE_LETTERS, number_words, spell
from kiosk.ui.recordings import recorded
from kiosk.ui.sound import NotASound, level, silence
from kiosk.ui.speech import DIGIT_BY_DIGIT, Manner, announcement, behind_chime

MAX_BYTES = 4 * 1024 * 1024
BETWEEN_WORDS_S = 0.04
AT_COMMA_S = 0.22
_PHRASES = {
    "vi": (("moi-so", "mời số"), ("xin-nhac-lai", "xin nhắc lại"), ("den-quay-so", "đến quầy số")),
    "en": (("number", "number"), ("once-more", "once more"), ("please-go-to-counter", "please go to counter")),
}
_VI_NUMBERS = {
    "mười": "so-10", "mươi": "hang-muoi", "mốt": "mot-cuoi", "tư": "tu-cuoi", "lăm": "lam-cuoi", "linh": "linh",
    "lẻ": "le", "trăm": "tram", "nghìn": "nghin", "ngàn": "ngan", "triệu": "trieu",
}  # fmt: skip


class Clip(NamedTuple):
    """One recording that is needed."""

    language: str
    key: str
    """Name of its file, without `.wav`."""
    text: str
    """What is to be said."""

    @property
    def path(self) -> str:
        """Return where it lies in the folder of clips."""
        return f"{self.language}/{self.key}.wav"


@cache
def known_clips(language: str) -> tuple[Clip, ...]:
    """Return every clip that a call in `language` can be made of."""
    clips = [Clip(language, key, text) for key, text in _PHRASES.get(language, ())]
    clips += [Clip(language, f"so-{n}", number_words(n, language)) for n in range(10)]
    if language == "vi":
        clips += [Clip("vi", key, text) for text, key in _VI_NUMBERS.items()]
        clips += [Clip("vi", f"chu-{'dd' if c == 'Đ' else c.lower()}", name) for c, name in VIETNAMESE_LETTERS.items()]
    else:
        numbers = [*range(10, 20), *range(20, 100, 10)]
        clips += [Clip(language, f"so-{n}", number_words(n, language)) for n in numbers]
        clips += [Clip(language, word, word) for word in ("and", "hundred", "thousand", "million")]
        clips += [Clip(language, f"letter-{letter.lower()}", letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return tuple(clips)


def clips_of(text: str, language: str) -> list[Clip] | None:
    """Return the clips that `text` is made of, longest first at every place; None if a word has no clip.

    A comma between clauses stands as a clip of its own without a key: a short silence.
    """
    by_words = {tuple(_words(clip.text)): clip for clip in known_clips(language)}
    longest = max(map(len, by_words), default=1)
    words = _words(text)
    made: list[Clip] = []
    at = 0
    while at < len(words):
        if words[at] == ",":
            made.append(Clip(language, "", ""))
            at += 1
            continue
        size = next((n for n in range(longest, 0, -1) if tuple(words[at : at + n]) in by_words), 0)
        if not size:
            return None
        made.append(by_words[tuple(words[at : at + size])])
        at += size
    return made


def needed_clips(
    languages: Iterable[str], letters: Sequence[str], counters: Iterable[int], manner: Manner = DIGIT_BY_DIGIT
) -> list[Clip]:
    """Return the clips that all calls of an office can need, in the order in which they are best recorded.

    Args:
        letters: first letters of its ticket numbers.
        counters: its counters' numbers.
    """
    numbers = range(1, 1000) if manner.whole else ()
    needed: set[Clip] = set()
    languages = tuple(languages)
    for language in languages:
        texts = [announcement(f"{letter}0123456789", 1, language, True) for letter in letters]
        texts += [number_words(counter, language, manner.dialect) for counter in counters]
        texts += [number_words(number, language, manner.dialect) for number in numbers]
        texts.append(spell("0123456789", language))
        needed.update(clip for text in texts for clip in clips_of(text, language) or () if clip.key)
    return [clip for language in languages for clip in known_clips(language) if clip in needed]


class ClipVoice:
    """Makes announcements from a folder of clips, or by another voice where one is missing.

    Args:
        folder: of the clips.
        otherwise: makes the whole announcement where a clip is missing.
    """

    def __init__(self, folder: Path, otherwise: Callable[[str, str], bytes]) -> None:
        self._folder = folder
        self._otherwise = otherwise
        self._heard: dict[Path, tuple[int, array.array[int]]] = {}
        self._told: set[str] = set()

    def __call__(self, text: str, language: str) -> bytes:
        """Return `text` as a WAV file with the chime; errors as the other voice's."""
        clips = clips_of(text, language)
        if clips is None:
            return self._otherwise(text, language)
        try:
            parts = [self._samples(clip) for clip in clips if clip.key]
        except (OSError, NotASound) as fault:
            self._tell(str(fault))
            return self._otherwise(text, language)
        speech = array.array("h")
        for clip in clips:
            speech += parts.pop(0) + silence(BETWEEN_WORDS_S) if clip.key else silence(AT_COMMA_S)
        return behind_chime(level(speech))

    def _samples(self, clip: Clip) -> "array.array[int]":
        path = self._folder / clip.path
        changed = path.stat().st_mtime_ns
        known = self._heard.get(path)
        if known is not None and known[0] == changed:
            return known[1]
        if path.stat().st_size > MAX_BYTES:
            raise NotASound("large", f"{path}: it is larger than 4 MiB; cut it to its words")
        try:
            samples = recorded(path.read_bytes())
        except NotASound as fault:
            raise NotASound(fault.reason, f"{path}: {fault}") from None
        self._heard[path] = (changed, samples)
        return samples

    def _tell(self, fault: str) -> None:
        """Log a fault once: a clip that is missing is missing at every call."""
        if fault not in self._told:
            self._told.add(fault)
            logging.getLogger(__name__).warning("announcement by espeak-ng instead of clips: %s", fault)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|,", text.lower())
