"""`kiosk speak`: the voice."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, command, counters


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    speak = command(
        commands, "speak", "an announcement as WAV", "kiosk speak --ticket A105 --counter 3 --out call.wav", _speak
    )
    speak.add_argument("text", nargs="?", default="")
    speak.add_argument("--ticket", default="")
    speak.add_argument("--counter", type=counters, default=1)
    speak.add_argument("--language", choices=("vi", "en"), default="vi")
    speak.add_argument("--out", required=True, metavar="F.wav")


def _speak(options: argparse.Namespace) -> int:
    from kiosk.ui.speech import SpeechUnavailable, announcement, synthesise

    if options.ticket:
        text = announcement(options.ticket, options.counter, options.language)
    elif options.text:
        text = options.text
    else:
        raise BadInput("say what to speak: kiosk speak TEXT, or kiosk speak --ticket A105 --counter 3")
    try:
        Path(options.out).write_bytes(synthesise(text, options.language))
    except SpeechUnavailable as error:
        print(f"kiosk speak: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"text": text, "file": options.out}, ensure_ascii=False))
    return 0
