"""The voice: what is said when a number is called, and its sound.

The words are made here, so that tests and the virtual speaker compare text. The sound comes from recorded clips where a
site has them (`kiosk.ui.clips`), else from espeak-ng as a subprocess (GPL-3, so never linked; field/ui.md §9), offline,
behind a chime of our own that turns heads first.
"""

import array
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from kiosk.ui.numbers_spoken import number_words, ticket_words
from kiosk.ui.sound import NotASound, chime, level, seconds_of, silence, wav

_VOICES = {"vi": 145, "en": 155}  # words a minute: clear in a hall (field/ui.md §9)
_VOICE_OF = {"north": "vi", "central": "vi-vn-x-central", "south": "vi-vn-x-south"}
_TIMEOUT_S = 20
AFTER_CHIME_S = 0.12


class Manner(NamedTuple):
    """How a site has numbers called."""

    whole: bool = False
    """A ticket's digits as one number ("A một trăm linh năm") instead of one by one."""
    dialect: str = "north"
    """One of `numbers_spoken.DIALECTS`: its words, and the voice's accent."""


DIGIT_BY_DIGIT = Manner()


class SpeechUnavailable(RuntimeError):
    """No sound could be made; the message says why and the mend."""


def announcement(
    number: str, counter: int, language: str = "vi", again: bool = False, manner: Manner = DIGIT_BY_DIGIT
) -> str:
    """Return the words that call `number` to `counter`; `again` for a recall."""
    label = ticket_words(number, language, manner.whole, manner.dialect)
    where = number_words(counter, language, manner.dialect)
    if language == "vi":
        call = f"ời số {label}, đến quầy số {where}"
        return f"Xin nhắc lại, m{call}" if again else f"M{call}"
    call = f"umber {label}, please go to counter {where}"
    return f"Once more, n{call}" if again else f"N{call}"


def synthesise(text: str, language: str = "vi", with_chime: bool = True, dialect: str = "north") -> bytes:
    """Return `text` as a WAV file: 16-bit mono, `RATE`, its loudest sample at `PEAK`.

    Args:
        text: what is said.
        language: `vi` or `en`.
        with_chime: two tones first, for calls; not for reading a screen aloud.
        dialect: accent of the Vietnamese voice.

    Raises:
        ValueError: if there is nothing to say, or no voice for `language`.
        SpeechUnavailable: if espeak-ng is missing or fails.
    """
    if not text.strip():
        raise ValueError("there is nothing to say: the text is empty")
    if language not in _VOICES:
        raise ValueError(f"there is no voice for {language!r}; there are {', '.join(_VOICES)}")
    voice = _VOICE_OF[dialect] if language == "vi" else "en-gb"
    try:
        speech = level(_samples(_espeak(text, voice, _VOICES[language])))
    except NotASound:
        raise SpeechUnavailable("espeak-ng gave silence for this text; it may hold no words that can be said") from None
    return behind_chime(speech) if with_chime else wav(speech)


def behind_chime(speech: "array.array[int]") -> bytes:
    """Return an announcement: the chime, then `speech`, as a WAV file."""
    return wav(level(chime()) + silence(AFTER_CHIME_S) + speech)


def read_out(text: str, language: str, dialect: str = "north") -> bytes:
    """Return one sentence of a screen as a WAV file, without a chime; errors as in `synthesise`."""
    return synthesise(text, language, with_chime=False, dialect=dialect)


def write_wav(path: Path, text: str, language: str = "vi") -> float:
    """Write `text` as a WAV file and return its length in seconds; errors as in `synthesise`."""
    sound = synthesise(text, language)
    path.write_bytes(sound)
    return seconds_of(sound)


def _espeak(text: str, voice: str, speed: int) -> bytes:
    # Half amplitude: the level is set afterwards, and nothing may clip before that.
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-a", "60", "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=False)
    except FileNotFoundError:
        raise SpeechUnavailable(
            "espeak-ng is not installed, so nothing can be said. Install it: apt-get install espeak-ng"
        ) from None
    except subprocess.TimeoutExpired:
        raise SpeechUnavailable(f"espeak-ng gave no sound within {_TIMEOUT_S} s; the text may be too long") from None
    if done.returncode or len(done.stdout) <= 44:
        why = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise SpeechUnavailable(f"espeak-ng made no sound: {why}")
    return done.stdout


def _samples(wav: bytes) -> "array.array[int]":
    """Return the samples of espeak-ng's stream, whose header does not know the length."""
    start = wav.index(b"data") + 8
    body = wav[start : start + (len(wav) - start) // 2 * 2]
    samples = array.array("h", body)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
