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
_CHIME = ((880.0, 0.30), (659.3, 0.45))  # a falling third, Hz and seconds: the ear's "attention" without alarm


class NotASound(ValueError):
    """A file is no WAV that can be used; the message says what is wrong and the mend.

    Args:
        reason: the same as a key for a page's own words: `silent`, `quiet`, `clipped`, `short`, `wordy`, `long`,
            `form`, `no_wav` or `large`.
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
