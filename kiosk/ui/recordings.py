"""A recorded word: judged, cut to the word, and brought to the loudness of all others. Pure, standard library only.

Words that one person recorded in an hour differ in distance and breath. Joined as they are, a call would jump in
loudness and stumble over silence; so each is cut and matched here, once, before it is kept.
"""

import array
import io
import math
import sys
import wave

from kiosk.ui.sound import PEAK, RATE, NotASound

LONGEST_FILE_S = 10.0
"""A recording of one word that is longer is a mistake."""
SHORTEST_S = 0.1
"""The shortest syllable that anybody says; less is a click."""
A_WORD_S, AROUND_S = 0.9, 0.8
"""The longest that a slow speaker needs: so much a word, and so much once. More is noise, or more than was asked."""
SILENT, QUIET = 0.003, 0.03
"""Loudest sample, share of full scale: below the first nothing was said; below the second its noise would be raised."""
FULL_SCALE = 32_700
MOST_CLIPPED = 0.002
"""Share of samples at full scale from which the ear hears that the recording was too loud."""
LOUDNESS = 0.14
"""Root mean square of the voiced part, share of full scale: 15 dB under `PEAK`'s room, as speech has it."""
_FRAME = RATE // 100
"""A hundredth of a second: loudness is looked at in such pieces."""
_LEAST, _ABOVE_NOISE, _MOST = 0.025, 1.8, 0.25
"""What counts as voice: above so much of the loudest piece and so many times the noise, but never above `_MOST`."""
_BEFORE, _AFTER = 5, 3
"""Pieces that are kept around the voice: the h of "hát" begins below the noise of many rooms."""
_CLICK, _APART = 5, 25
"""Pieces: fewer than the first, further than the second from all others, are a finger on a button."""
_FADE = RATE // 200


def recorded(file: bytes, words: int = 0) -> "array.array[int]":
    """Return a recorded WAV file (16 bits, one or two channels, any rate) as mono samples at `RATE`, cut and matched.

    Args:
        words: how many words are to be said, for the longest that it may be; 0: not judged.

    Raises:
        NotASound: if it is no such file, or nobody could understand it.
    """
    samples = _cut(_judged(_opened(file)))
    seconds = len(samples) / RATE
    if seconds < SHORTEST_S:
        raise NotASound("short", "there is only a click in it; say the word after the recording has begun")
    if words and seconds > words * A_WORD_S + AROUND_S:
        raise NotASound("wordy", "it is longer than its words; say only these, where it is quiet")
    return _matched(samples)


def _opened(file: bytes) -> "array.array[int]":
    try:
        with wave.open(io.BytesIO(file)) as opened:
            channels, width, rate = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            if width != 2 or channels not in (1, 2) or not 8_000 <= rate <= 96_000:
                raise NotASound("form", "it must be a 16-bit WAV with one or two channels, 8 to 96 kHz; save it so")
            if opened.getnframes() > LONGEST_FILE_S * rate:
                raise NotASound("long", f"it is longer than {LONGEST_FILE_S:.0f} s; cut it to its words")
            body = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError):
        raise NotASound("no_wav", "it is no WAV file; record or save it as WAV (PCM, 16 bits)") from None
    samples = array.array("h", body[: len(body) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels == 2:
        samples = array.array("h", ((a + b) // 2 for a, b in zip(samples[::2], samples[1::2], strict=False)))
    return _at_our_rate(samples, rate)


def _judged(samples: "array.array[int]") -> "array.array[int]":
    loudest = max(map(abs, samples), default=0) / 32768
    if loudest < SILENT:
        raise NotASound("silent", "it is silent; record it again")
    if loudest < QUIET:
        raise NotASound("quiet", "it is too quiet; speak louder, or nearer to the microphone")
    if sum(abs(sample) >= FULL_SCALE for sample in samples) > MOST_CLIPPED * len(samples):
        raise NotASound("clipped", "it is distorted: it was too loud; speak further from the microphone")
    return samples


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


def _cut(samples: "array.array[int]") -> "array.array[int]":
    """Return the part in which somebody speaks, with a little room around it and soft edges."""
    pieces = [_rms(samples[at : at + _FRAME]) for at in range(0, len(samples), _FRAME)]
    # a microphone that is not open yet gives zeros, which are no room's noise
    room = sorted(piece for piece in pieces if piece >= 1)
    loudest, noise = room[-1], room[len(room) // 20]
    least = max(_LEAST * loudest, min(_ABOVE_NOISE * noise, _MOST * loudest))
    voiced = _without_clicks([at for at, loudness in enumerate(pieces) if loudness >= least])
    if not voiced:
        return array.array("h")
    cut = samples[max(0, voiced[0] - _BEFORE) * _FRAME : (voiced[-1] + 1 + _AFTER) * _FRAME]
    for at in range(min(_FADE, len(cut) // 2)):
        cut[at] = cut[at] * at // _FADE
        cut[-1 - at] = cut[-1 - at] * at // _FADE
    return cut


def _without_clicks(voiced: list[int]) -> list[int]:
    """Return the pieces that belong to a word: what is short and stands alone is left out."""
    kept: list[int] = []
    island: list[int] = []
    for at in [*voiced, None]:
        if island and (at is None or at - island[-1] > _APART):
            kept += island if len(island) >= _CLICK else []
            island = []
        if at is not None:
            island.append(at)
    return kept


def _matched(samples: "array.array[int]") -> "array.array[int]":
    """Return `samples` as loud as every other word: by what the ear takes for loudness, but never above `PEAK`."""
    pieces = [_rms(samples[at : at + _FRAME]) for at in range(0, len(samples), _FRAME)]
    loud = [loudness for loudness in pieces if loudness >= _MOST * max(pieces)]
    loudness = math.sqrt(sum(piece * piece for piece in loud) / len(loud))
    factor = min(LOUDNESS * 32767 / loudness, PEAK * 32767 / max(map(abs, samples)))
    return array.array("h", (round(sample * factor) for sample in samples))


def _rms(piece: "array.array[int]") -> float:
    return math.sqrt(sum(sample * sample for sample in piece) / len(piece))
