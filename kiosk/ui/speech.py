"""The voice: what is said when a number is called, and its sound.

The words are made here, so that tests and the virtual speaker compare text. The sound comes from espeak-ng as a
subprocess (GPL-3, so never linked; field/ui.md §9), offline, behind a chime of our own that turns heads first.
"""

import array
import io
import math
import subprocess
import sys
import wave
from pathlib import Path

from kiosk.ui.numbers_spoken import number_words, spell

RATE = 22_050
"""Samples a second: what espeak-ng gives."""
PEAK = 0.8
"""Loudest sample, share of full scale: espeak-ng's own 0.996 clips in small amplifiers (field/ui.md §9)."""

_VOICES = {"vi": ("vi", 145), "en": ("en-gb", 155)}  # voice, words a minute: clear in a hall (field/ui.md §9)
_TIMEOUT_S = 20
_CHIME = ((880.0, 0.30), (659.3, 0.45))  # a falling third, Hz and seconds: the ear's "attention" without alarm
_SILENCE_S = 0.12


class SpeechUnavailable(RuntimeError):
    """No sound could be made; the message says why and the mend."""


def announcement(number: str, counter: int, language: str = "vi", again: bool = False) -> str:
    """Return the words that call `number` to `counter`; `again` for a recall."""
    label, where = spell(number, language), number_words(counter, language)
    if language == "vi":
        call = f"ời số {label}, đến quầy số {where}"
        return f"Xin nhắc lại, m{call}" if again else f"M{call}"
    call = f"umber {label}, please go to counter {where}"
    return f"Once more, n{call}" if again else f"N{call}"


def synthesise(text: str, language: str = "vi", chime: bool = True) -> bytes:
    """Return `text` as a WAV file: 16-bit mono, `RATE`, its loudest sample at `PEAK`.

    Args:
        text: what is said.
        language: `vi` or `en`.
        chime: two tones first, for calls; not for reading a screen aloud.

    Raises:
        ValueError: if there is nothing to say, or no voice for `language`.
        SpeechUnavailable: if espeak-ng is missing or fails.
    """
    if not text.strip():
        raise ValueError("there is nothing to say: the text is empty")
    if language not in _VOICES:
        raise ValueError(f"there is no voice for {language!r}; there are {', '.join(_VOICES)}")
    speech = _level(_samples(_espeak(text, language)))
    head = _level(_chime()) + _silence() if chime else array.array("h")
    return _wav(head + speech)


def read_out(text: str, language: str) -> bytes:
    """Return one sentence of a screen as a WAV file, without a chime; errors as in `synthesise`."""
    return synthesise(text, language, chime=False)


def write_wav(path: Path, text: str, language: str = "vi") -> float:
    """Write `text` as a WAV file and return its length in seconds; errors as in `synthesise`."""
    sound = synthesise(text, language)
    path.write_bytes(sound)
    return seconds_of(sound)


def seconds_of(wav: bytes) -> float:
    """Return the length of a WAV file in seconds."""
    with wave.open(io.BytesIO(wav)) as file:
        return float(file.getnframes() / file.getframerate())


def _espeak(text: str, language: str) -> bytes:
    voice, speed = _VOICES[language]
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


def _level(samples: "array.array[int]") -> "array.array[int]":
    loudest = max(map(abs, samples), default=0)
    if not loudest:
        raise SpeechUnavailable("espeak-ng gave silence for this text; it may hold no words that can be said")
    factor = PEAK * 32767 / loudest
    return array.array("h", (round(sample * factor) for sample in samples))


def _chime() -> "array.array[int]":
    """Return two bell-like tones: a sine with an octave, quick to come and slow to go, so that nothing clicks."""
    samples = array.array("h")
    for pitch, seconds in _CHIME:
        count = round(RATE * seconds)
        for at in range(count):
            moment = at / RATE
            swell = min(1.0, at / (0.008 * RATE)) * math.exp(-4.5 * moment / seconds) * (1 - at / count)
            wave_at = math.sin(2 * math.pi * pitch * moment) + 0.35 * math.sin(4 * math.pi * pitch * moment)
            samples.append(round(12_000 * swell * wave_at))
    return samples


def _silence() -> "array.array[int]":
    return array.array("h", bytes(2 * round(RATE * _SILENCE_S)))


def _wav(samples: "array.array[int]") -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()
