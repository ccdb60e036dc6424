"""The drivers that `kiosk.toml` names, built: one function a kind; hardware libraries load only with their drivers.

What needs numpy has files of its own, `chosen_printer` and `chosen_scanner`: a counter and a board start without it.
"""

from collections.abc import Callable
from datetime import datetime

from kiosk.clock import Act
from kiosk.config import (
    KeypadSettings,
    NarratorSettings,
    RatingPadSettings,
    SignSettings,
    SpeakerSettings,
)
from kiosk.devices.keypad import Keypad, VirtualKeypad
from kiosk.devices.keypad_evdev import EvdevKeypad
from kiosk.devices.keypad_serial import SerialKeypad
from kiosk.devices.narrator import CommandNarrator, Narrator, VirtualNarrator
from kiosk.devices.player import LoudHours, command_of, volume_at
from kiosk.devices.rating_pad import RatingPad, VirtualRatingPad
from kiosk.devices.rating_pad_gpio import GpioRatingPad
from kiosk.devices.rating_pad_hid import HidRatingPad
from kiosk.devices.sign import Sign, VirtualSign
from kiosk.devices.sign_protocols import PROTOCOLS, SignPlace
from kiosk.devices.sign_serial import SerialSign
from kiosk.devices.speaker import CommandSpeaker, Speaker, VirtualSpeaker

Post = Callable[[Act], None]


def keypad_of(settings: KeypadSettings, post: Post) -> Keypad:
    """Return the officer's keypad; `auto` is the first USB pad."""
    match settings.driver:
        case "serial":
            return SerialKeypad(settings.port, post, settings.baud)
        case "auto" | "evdev":
            return EvdevKeypad(settings.port, post)
        case _:
            return VirtualKeypad()


def rating_pad_of(settings: RatingPadSettings, post: Post) -> RatingPad | None:
    """Return the citizens' five keys, or None where only the tablet asks."""
    match settings.driver:
        case "gpio":
            return GpioRatingPad(settings.keys, settings.lamp, settings.beeper, post)
        case "hid":
            return HidRatingPad(settings.port, post)
        case "virtual":
            return VirtualRatingPad()
        case _:
            return None


def sign_of(settings: SignSettings) -> Sign:
    """Return the counter's sign; `auto` is a serial one where a port is named."""
    if settings.driver == "serial" or (settings.driver == "auto" and settings.port):
        place = SignPlace(settings.columns, settings.address)
        return SerialSign(settings.port, settings.baud, PROTOCOLS[settings.protocol], place)
    return VirtualSign(columns=settings.columns, rows=settings.rows)


def speaker_of(
    settings: SpeakerSettings, synthesise: Callable[[str, str], bytes], now: Callable[[], datetime]
) -> Speaker:
    """Return the voice.

    Args:
        synthesise: makes a WAV of a text in a language.
        now: the time of the day, for its loudness.
    """
    if settings.driver in ("auto", "command"):
        return command_speaker_of(settings, synthesise, now)
    return VirtualSpeaker()


def command_speaker_of(
    settings: SpeakerSettings, synthesise: Callable[[str, str], bytes], now: Callable[[], datetime]
) -> CommandSpeaker:
    """Return the voice behind the settings' player; arguments as in `speaker_of`."""
    hours = [LoudHours(part.begins, part.ends, part.volume) for part in settings.hours]
    return CommandSpeaker(
        synthesise,
        command_of(settings.play, settings.device),
        lambda: volume_at(now().time(), settings.volume, hours),
    )


def narrator_of(settings: NarratorSettings, synthesise: Callable[[str, str], bytes]) -> Narrator:
    """Return the voice that reads the screen to one person.

    Args:
        synthesise: makes a WAV of a text in a language, without a chime.
    """
    if settings.driver in ("auto", "command"):
        return CommandNarrator(synthesise, settings.play, settings.headphone)
    return VirtualNarrator(settings.headphone)
