"""Vietnamese syllables: which onsets, rhymes and tones exist, and where the tone mark stands.

Pure tables for the typing engine (`kiosk.ui.telex`). A syllable is an onset and a rhyme; "letters" are written with
their own marks (ă â đ ê ô ơ ư) but without tone. The tables are the standard orthography of school grammars; rhymes
that live only in place names (Đắk Lắk) or sounds (hừm) are included because people write them.
"""

import unicodedata
from typing import NamedTuple

TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
"""Combining marks in the order level, sắc, huyền, hỏi, ngã, nặng."""

_ONSET_TABLE = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
ONSETS = ("", *_ONSET_TABLE.split())

_RHYME_TABLE = """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăk ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu
    iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong ooc op ot
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut
    uôc uôi uôm uôn uông uôt
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưng ưt ưu
    ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
RHYMES = tuple(_RHYME_TABLE.split())

_AFTER_QU = ("ych", "yn", "ynh", "yp", "yt")  # quých, quýnh, quýt: the u belongs to the onset
_FRONT = "eêiy"  # k, gh, ngh stand before these; c, g, ng before the others
_STOPS = ("c", "ch", "k", "p", "t")  # a syllable closed by these carries only sắc or nặng

_VOWELS = frozenset("aăâeêioôơuưy")
_BARE = str.maketrans("ăâđêôơư", "aadeoou")
_MARKED = {"a": "ăâ", "e": "ê", "o": "ôơ", "u": "ư", "d": "đ"}


def bare(letters: str) -> str:
    """Return `letters` (lower case) without their own marks: ă -> a, đ -> d."""
    return letters.translate(_BARE)


def marked(letter: str) -> str:
    """Return the letters that are `letter` (lower case, bare) with a mark: a -> ăâ."""
    return _MARKED.get(letter, "")


def is_vowel(letter: str) -> bool:
    """Tell whether `letter`, without tone, is a vowel letter."""
    return letter.lower() in _VOWELS


class Parts(NamedTuple):
    """One way to read letters as a syllable."""

    onset: str
    rhyme: str


def _looser(rhyme: str) -> set[str]:
    """Return the ways in which `rhyme` may stand while some of its marks are not typed yet."""
    ways = {""}
    for letter in rhyme:
        ways = {way + form for way in ways for form in {letter, bare(letter)}}
    return ways


_RHYMES = frozenset(RHYMES)
_QU_RHYMES = frozenset(
    (*(rhyme for rhyme in RHYMES if rhyme[0] not in "uưoiq"), *_AFTER_QU, "i", "in", "it", "ôc", "ơ")
)
_UNFINISHED = frozenset(
    way for rhyme in (*RHYMES, *_AFTER_QU) for end in range(len(rhyme) + 1) for way in _looser(rhyme[:end])
)
_STARTED_ONSETS = frozenset(onset[:end] for onset in ONSETS for end in range(len(onset) + 1))


def split(letters: str) -> list[Parts]:
    """Return every way to cut `letters` (no tone) into a known onset and the rest, longest onset first."""
    low = letters.lower()
    ways = [
        Parts(letters[: len(onset)], letters[len(onset) :])
        for onset in ONSETS
        if low.startswith(onset) and (onset != "gi" or is_vowel(low[2:3]))
    ]
    return sorted(ways, key=lambda parts: -len(parts.onset))


def is_possible(letters: str) -> bool:
    """Tell whether `letters` can still become a syllable by more letters or by marks on the ones that are there."""
    low = letters.lower()
    if low in _STARTED_ONSETS:
        return True
    return any(parts.rhyme in _UNFINISHED for parts in split(low))


def is_legal(letters: str, tone: int) -> bool:
    """Tell whether `letters` with `tone` (index into `TONES`) is a syllable of written Vietnamese."""
    return any(_fits(parts.onset, parts.rhyme, tone) for parts in split(letters.lower()))


def _fits(onset: str, rhyme: str, tone: int) -> bool:
    if onset == "qu":
        known = rhyme in _QU_RHYMES
    elif rhyme == "uơ":
        known = onset in ("h", "kh", "th")  # huơ, khuơ, thuở; elsewhere it is ưa
    elif onset in ("k", "gh", "ngh"):
        known = rhyme in _RHYMES and rhyme[0] in _FRONT
    elif onset in ("c", "ng"):
        known = rhyme in _RHYMES and rhyme[0] not in _FRONT
    elif onset == "g":
        known = rhyme in _RHYMES and rhyme[0] not in "eêy"  # gì, giếng: the i is written once
    elif onset == "":
        known = rhyme in _RHYMES and not rhyme.startswith("iê")
    else:
        known = rhyme in _RHYMES and not (rhyme.startswith("y") and rhyme != "y")
    return known and (tone in (1, 5) if rhyme.endswith(_STOPS) else True)


def fits_tone(letters: str, tone: int) -> bool:
    """Tell whether letters that end so may carry `tone`: a stop at the end leaves only sắc and nặng (or none yet)."""
    return not letters.lower().endswith(_STOPS) or tone in (0, 1, 5)


def tone_place(letters: str, new_style: bool = False) -> int | None:
    """Return the index of the letter that carries the tone, None if there is no vowel.

    The u of `qu` and the i of `gi` before a vowel belong to the onset. A letter with a mark of its own takes the tone
    (the last of them: được); otherwise a single vowel does, of two the first (hòa) unless a consonant follows (hoàn),
    of three the middle one (hoài). New style writes oa, oe, uy with the tone on the second (hoà, khoẻ, thuỷ).
    """
    low = letters.lower()
    start = 2 if low[:2] == "qu" or (low[:2] == "gi" and is_vowel(low[2:3])) else 0
    # The last group of vowels: a foreign word has several.
    end = len(low)
    while end > start and not is_vowel(low[end - 1]):
        end -= 1
    first = end
    while first > start and is_vowel(low[first - 1]):
        first -= 1
    group = low[first:end]
    if not group:
        return None
    own = [at for at, letter in enumerate(group) if bare(letter) != letter]
    if own:
        return first + own[-1]
    if len(group) == 2 and (end < len(low) or (new_style and group in ("oa", "oe", "uy"))):
        return first + 1
    return first + (1 if len(group) >= 3 else 0)


def with_tone(letters: str, tone: int, new_style: bool = False) -> str:
    """Return `letters` with `tone` written where it belongs, NFC; unchanged if there is no vowel to carry it."""
    at = tone_place(letters, new_style) if tone else None
    if at is None:
        return letters
    return unicodedata.normalize("NFC", letters[: at + 1] + TONES[tone] + letters[at + 1 :])


def without_tone(text: str) -> tuple[str, int]:
    """Return `text` (any Unicode form) without tone marks, NFC, and the last tone found in it."""
    tone = 0
    kept = []
    for character in unicodedata.normalize("NFD", text):
        if character in TONES[1:]:
            tone = TONES.index(character)
        else:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)), tone
