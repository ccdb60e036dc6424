"""Sound as samples: levels, the chime, silence, and WAV files in and out. Pure, standard library only."""

import array
import io
import math
import sys
import wave

RATE = 22_050
"""Samples a second: what espeak-ng gives."""
PEAK = 0.8
"""Loudest sample, share of full scale: espeak-ng's own 0.996 clips in small amplifiers (field/ui.md §9)."""
LONGEST_CLIP_S = 10.0
"""A recording of one word that is longer is a mistake."""
_CHIME = ((880.0, 0.30), (659.3, 0.45))  # a falling third, Hz and seconds: the ear's "attention" without alarm
_QUIET = 0.02
"""Share of a clip's own peak below which its edges are silence."""


class NotASound(ValueError):
    """A file is no WAV that can be used; the message says what is wrong and the mend.

    Args:
        reason: the same as a key for a page's own words: `silent`, `form`, `long`, `no_wav` or `large`.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def level(samples: "array.array[int]") -> "array.array[int]":
    """Return `samples` with the loudest at `PEAK`.

    Raises:
        NotASound: if they are silence.
    """
    loudest = max(map(abs, samples), default=0)
    if not loudest:
        raise NotASound("silent", "it is silent; record it again")
    factor = PEAK * 32767 / loudest
    return array.array("h", (round(sample * factor) for sample in samples))


def chime() -> "array.array[int]":
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


def silence(seconds: float) -> "array.array[int]":
    """Return `seconds` of nothing."""
    return array.array("h", bytes(2 * round(RATE * seconds)))


def wav(samples: "array.array[int]") -> bytes:
    """Return `samples` as a WAV file: 16-bit mono, `RATE`."""
    samples = samples[:]
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def seconds_of(sound: bytes) -> float:
    """Return the length of a WAV file in seconds."""
    with wave.open(io.BytesIO(sound)) as file:
        return float(file.getnframes() / file.getframerate())


def recorded(file: bytes) -> "array.array[int]":
    """Return a recorded WAV file (16 bits, one or two channels, any rate) as mono samples at `RATE`, edges trimmed.

    Raises:
        NotASound: if it is no such file, is longer than `LONGEST_CLIP_S`, or is silent.
    """
    try:
        with wave.open(io.BytesIO(file)) as opened:
            channels, width, rate = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            if width != 2 or channels not in (1, 2) or not 8_000 <= rate <= 96_000:
                raise NotASound("form", "it must be a 16-bit WAV with one or two channels, 8 to 96 kHz; save it so")
            if opened.getnframes() > LONGEST_CLIP_S * rate:
                raise NotASound("long", f"it is longer than {LONGEST_CLIP_S:.0f} s; cut it to its words")
            body = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError):
        raise NotASound("no_wav", "it is no WAV file; record or save it as WAV (PCM, 16 bits)") from None
    samples = array.array("h", body[: len(body) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels == 2:
        samples = array.array("h", ((a + b) // 2 for a, b in zip(samples[::2], samples[1::2], strict=False)))
    return _trimmed(level(_at_our_rate(samples, rate)))


def _at_our_rate(samples: "array.array[int]", rate: int) -> "array.array[int]":
    if rate == RATE or not samples:
        return samples
    last = len(samples) - 1
    made = array.array("h")
    for at in range(round(len(samples) * RATE / rate)):
        place = at * rate / RATE
        low = min(int(place), last)
        high = min(low + 1, last)
        made.append(round(samples[low] + (samples[high] - samples[low]) * (place - low)))
    return made


def _trimmed(samples: "array.array[int]") -> "array.array[int]":
    """Return `samples` without the silence at both ends, but a hundredth of a second of it."""
    least = _QUIET * max(map(abs, samples))
    heard = [at for at, sample in enumerate(samples) if abs(sample) >= least]
    edge = RATE // 100
    return samples[max(0, heard[0] - edge) : heard[-1] + edge]
