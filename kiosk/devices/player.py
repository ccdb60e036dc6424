"""How sound leaves the box: the player's command line, its loudness by the hour, and a tone to test it with.

The players are programs of ALSA, PipeWire and PulseAudio that take a WAV from their standard input; none is linked.
"""

import array
import io
import logging
import math
import shlex
import subprocess
import sys
import wave
from collections.abc import Sequence
from datetime import time
from pathlib import PurePath
from typing import NamedTuple

from kiosk.devices.plug import DeviceState

RATE = 22_050
TONES_HZ = (300.0, 1000.0, 3000.0)
"""Low, middle, high: a torn cone buzzes at the first, a hall swallows the last."""
TONE_S = 0.7
PEAK = 0.5
_SWELL_S = 0.02
SILENT_DB = -60.0

_DEVICE_OPTIONS = {"aplay": "--device={}", "paplay": "--device={}", "pw-play": "--target={}", "pw-cat": "--target={}"}
"""How each player is told which sound card; a program that is none of them gets no device."""


class LoudHours(NamedTuple):
    """A part of the day with a loudness of its own."""

    begins: time
    ends: time
    volume: int
    """Percent of the sound as it was made."""


def command_of(play: str, device: str = "") -> list[str]:
    """Return the player's program and arguments.

    Args:
        play: program and arguments, split as a shell would, run without a shell.
        device: name of the sound card, as `aplay -L` or `wpctl status` tell it; empty: the system's own choice.
    """
    command = shlex.split(play)
    option = _DEVICE_OPTIONS.get(PurePath(command[0]).name, "") if command and device else ""
    return [command[0], option.format(device), *command[1:]] if option else command


def volume_at(moment: time, volume: int, hours: Sequence[LoudHours]) -> int:
    """Return how loud it is at a time of the day, in percent: that of the first part that holds it, else `volume`."""
    return next((part.volume for part in hours if part.begins <= moment < part.ends), volume)


def decibels_of(volume: int) -> float:
    """Return the gain of a volume in percent: 100 changes nothing, 50 is 6 dB less."""
    return 20 * math.log10(volume / 100) if volume > 0 else SILENT_DB


def play_wave(command: Sequence[str], sound: bytes, longest_s: float) -> None:
    """Play a WAV and wait until it is over.

    Raises:
        FileNotFoundError: if there is no such player.
        OSError, subprocess.SubprocessError: if it fails or takes longer than `longest_s`.
    """
    subprocess.run(
        command, input=sound, check=True, timeout=longest_s, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def state_after(error: Exception) -> tuple[DeviceState, str]:
    """Return what an error in speaking says of the voice: the state of the device, and the reason as a key."""
    log = logging.getLogger(__name__)
    if isinstance(error, FileNotFoundError):
        return "absent", "no_player"
    if isinstance(error, OSError | subprocess.SubprocessError):
        log.debug("player: %s", error)
        return "faulty", "no_sound"
    log.error("no words to say", exc_info=error)
    return "faulty", "no_words"


def silence(seconds: float = 0.2) -> bytes:
    """Return a WAV of nothing: it shows whether a sound card takes sound, and wakes nobody."""
    return _wav(array.array("h", bytes(2 * round(RATE * seconds))))


def trial_tone() -> bytes:
    """Return a WAV of three tones, one after the other, each swelling and fading so that nothing clicks."""
    samples = array.array("h")
    count, swell = round(RATE * TONE_S), RATE * _SWELL_S
    for pitch in TONES_HZ:
        for at in range(count):
            loud = PEAK * min(1.0, at / swell, (count - at) / swell)
            samples.append(round(32767 * loud * math.sin(2 * math.pi * pitch * at / RATE)))
    return _wav(samples)


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
