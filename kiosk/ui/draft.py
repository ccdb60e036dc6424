"""A text under the caret: typing, erasing and moving inside it, syllable by syllable.

Pure functions over frozen values. The word being typed stands before the caret; letters right behind the caret belong
to the same syllable, so that a tone, a mark or a backspace in its middle treats the whole (`to|an` + sắc -> `to|án`).
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from kiosk.ui.syllables import TONES, fits_tone, is_possible, with_tone, without_tone
from kiosk.ui.telex import EMPTY, Word, backspace, finish, press, word_of


class Draft(NamedTuple):
    """A text whose word before the caret is still being typed."""

    before: str = ""
    word: Word = EMPTY
    after: str = ""
    """What stands behind the caret."""

    def text(self, new_style: bool = False) -> str:
        """Return the whole text as it is shown, NFC."""
        return self.before + self.word.text(new_style) + self.after

    def caret(self, new_style: bool = False) -> int:
        """Return how many characters stand before the caret."""
        return len(self.before) + len(self.word.text(new_style))


def draft_of(text: str, caret: int | None = None) -> Draft:
    """Return `text` with the caret before its character `caret` (None: at the end), in the word that stands there."""
    text = unicodedata.normalize("NFC", text)
    at = len(text) if caret is None else max(0, min(caret, len(text)))
    start = at
    while start and text[start - 1].isalpha():
        start -= 1
    return Draft(text[:start], word_of(text[start:at]) if start < at else EMPTY, text[at:])


def type_key(draft: Draft, key: str, method: str = "telex", new_style: bool = False) -> Draft:
    """Return `draft` after `key`; anything but a letter, a tone or a VNI digit ends the word."""
    if key in TONES[1:] or key.isalpha() or (method == "vni" and key.isdigit() and draft.word != EMPTY):
        inside = _in_syllable(draft, key, method, new_style)
        return inside if inside is not None else draft._replace(word=press(draft.word, key, method))
    return Draft(_ended(draft, new_style) + unicodedata.normalize("NFC", key), EMPTY, draft.after)


def erase(draft: Draft, new_style: bool = False) -> Draft:
    """Return `draft` without the character before the caret; at a word's end the typing goes on in that word.

    The tone stays with the syllable and moves where it then belongs, also when the caret stands in its middle.
    """
    if not draft.word.letters:
        return _joined(draft.before[:-1], draft.after)
    tail = _tail(draft.after)
    if not tail:
        shorter = backspace(draft.word, new_style)
        return draft._replace(word=shorter) if shorter.letters else _joined(draft.before, draft.after)
    shown = draft.word.text(new_style)
    at = len(shown) - 1
    letters, tone = without_tone(shown + tail)
    text = _retoned(letters[:at] + letters[at + 1 :], tone, new_style) or shown[:-1] + tail
    return _joined(draft.before + text[:at], text[at:] + draft.after[len(tail) :])


def move(draft: Draft, caret: int, new_style: bool = False) -> Draft:
    """Return `draft` with the caret before character `caret` of its text; leaving a word ends it."""
    here, text = draft.caret(new_style), draft.text(new_style)
    caret = max(0, min(caret, len(text)))
    if caret == here:
        return draft
    ended = _ended(draft, new_style) + draft.after
    # a foreign word is given back its letters as it ends, which may move what stands behind it
    return draft_of(ended, caret + (len(ended) - len(text) if caret > here else 0))


def typed(keys: Iterable[str], method: str = "telex", new_style: bool = False) -> str:
    """Return the text that `keys` make, the last word ended."""
    draft = Draft()
    for key in keys:
        draft = type_key(draft, key, method, new_style)
    return _ended(draft, new_style)


def _ended(draft: Draft, new_style: bool) -> str:
    """Return what stands before the caret once the word has ended; inside a longer word it stays as it is shown."""
    is_whole = not _tail(draft.after)
    return draft.before + (finish(draft.word, new_style) if is_whole else draft.word.text(new_style))


def _joined(before: str, after: str) -> Draft:
    return draft_of(before + after, len(before))


def _tail(after: str) -> str:
    """Return the letters at the start of `after`: the rest of the syllable under the caret."""
    end = 0
    while end < len(after) and after[end].isalpha():
        end += 1
    return after[:end]


def _in_syllable(draft: Draft, key: str, method: str, new_style: bool) -> Draft | None:
    """Return `draft` after a key in the middle of a Vietnamese syllable; None where it is not in one."""
    tail = _tail(draft.after)
    if not tail or not draft.word.letters:
        return None
    shown = draft.word.text(new_style)
    whole = word_of(shown + tail)
    if whole.literal:
        return None
    rest = draft.after[len(tail) :]
    changed = press(whole, key, method).text(new_style)
    if len(changed) == len(whole.text(new_style)):  # a tone or a mark, not a letter more
        return _joined(draft.before + changed[: len(shown)], changed[len(shown) :] + rest)
    if key in TONES[1:]:
        return draft
    letters, tone = whole.letters, whole.tone
    text = _retoned(letters[: len(shown)] + key + letters[len(shown) :], tone, new_style)
    if text is None:
        return None
    return _joined(draft.before + text[: len(shown) + 1], text[len(shown) + 1 :] + rest)


def _retoned(letters: str, tone: int, new_style: bool) -> str | None:
    """Return `letters` with the tone where it belongs, None if they cannot be a syllable with it."""
    fits = is_possible(letters) and fits_tone(letters, tone)
    return with_tone(letters, tone, new_style) if fits else None
