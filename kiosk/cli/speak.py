"""`kiosk speak`: the voice, into a file or over this box's own speaker."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, command, counters


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    speak = command(
        commands,
        "speak",
        "an announcement as WAV, or over this box's speaker; or a tone to test it",
        "kiosk speak --ticket A105 --counter 3 --out call.wav",
        _speak,
    )
    speak.add_argument("text", nargs="?", default="")
    speak.add_argument("--ticket", default="")
    speak.add_argument("--counter", type=counters, default=1)
    speak.add_argument("--language", choices=("vi", "en"), default="vi")
    speak.add_argument("--whole", action="store_true", help="the ticket's digits as one number")
    speak.add_argument("--dialect", choices=("north", "central", "south"), default="north")
    speak.add_argument("--clips", metavar="DIR", help="recorded clips; where one is missing, espeak-ng speaks")
    speak.add_argument("--test-tone", action="store_true", help="three tones: low, middle, high")
    speak.add_argument("--out", metavar="F.wav", help="write a file; without it the speaker of --config is used")
    speak.add_argument("--config", default="/boot/firmware/kiosk.toml", help="the technician's file")


def _speak(options: argparse.Namespace) -> int:
    from kiosk.devices.player import trial_tone
    from kiosk.ui.clips import ClipVoice
    from kiosk.ui.speech import Manner, SpeechUnavailable, announcement, synthesise

    def espeak(words: str, language: str) -> bytes:
        return synthesise(words, language, dialect=options.dialect)

    voice = ClipVoice(Path(options.clips), espeak) if options.clips else espeak
    if options.test_tone:
        text = ""
    elif options.ticket:
        manner = Manner(options.whole, options.dialect)
        text = announcement(options.ticket, options.counter, options.language, manner=manner)
    elif options.text:
        text = options.text
    else:
        raise BadInput("say what to speak: kiosk speak TEXT, or kiosk speak --ticket A105 --counter 3")
    try:
        sound = trial_tone() if options.test_tone else voice(text, options.language)
    except SpeechUnavailable as error:
        print(f"kiosk speak: {error}", file=sys.stderr)
        return 1
    if not options.out:
        return _play(options, sound)
    try:
        Path(options.out).write_bytes(sound)
    except OSError as error:
        raise BadInput(f"{options.out}: {error.strerror}. Name a file in a folder that can be written.") from None
    print(json.dumps({"text": text, "file": options.out}, ensure_ascii=False))
    return 0


def _play(options: argparse.Namespace, sound: bytes) -> int:
    """Play over the speaker that the technician's file names, as loud as a call would be now."""
    from datetime import datetime

    from kiosk.clock import VIETNAM
    from kiosk.config import ConfigErrors, load_config
    from kiosk.devices.chosen import command_speaker_of

    try:
        settings = load_config(Path(options.config)).peripherals.speaker
    except ConfigErrors as errors:
        raise BadInput(str(errors)) from None
    if settings.driver not in ("auto", "command"):
        raise BadInput(f'[peripherals.speaker] driver = "{settings.driver}": there is no speaker; use --out F.wav')
    speaker = command_speaker_of(settings, lambda text, language: sound, lambda: datetime.now(VIETNAM))
    # what it plays was made already; the words are only what is told
    speaker.say("", "vi")
    speaker.stop()
    print(json.dumps({"state": speaker.state, "reason": speaker.reason}))
    if speaker.state == "ready":
        return 0
    print(f"kiosk speak: no sound ({speaker.reason or 'volume 0'}); kiosk doctor says how to mend it", file=sys.stderr)
    return 1
