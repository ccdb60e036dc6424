"""`kiosk qr`: reading identity cards."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command, config_option, positive


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    qr = below(command(commands, "qr", "read ID-card QR codes", "kiosk qr decode frame.jpg"))
    decode = command(qr, "decode", "one JSON line for each frame", "kiosk qr decode frame1.jpg frame2.jpg", _qr_decode)
    decode.add_argument("frames", nargs="+", metavar="FRAME")
    decode.add_argument("--decoder", choices=("zxing", "pyzbar", "wechat"), default="zxing")
    command(qr, "parse", "JSON strings on stdin, parsed citizens on stdout", "kiosk qr parse < scans.jsonl", _qr_parse)
    live = command(
        qr,
        "live",
        "what the card camera sees, the code boxed, what people are told; in memory only (for technicians)",
        "kiosk qr live --config /boot/firmware/kiosk.toml",
        _qr_live,
    )
    live.add_argument("--play", default="", metavar="WHAT", help='a folder, a clip or "card" in place of the camera')
    live.add_argument("--words", action="store_true", help="JSON lines in place of the window")
    live.add_argument("--frames", type=positive, default=0, metavar="N", help="end after N frames")
    live.add_argument("--locale", choices=("vi", "en"), default="vi")
    config_option(live)


def _qr_live(options: argparse.Namespace) -> int:
    from kiosk.cli.qr_live import watch

    return watch(options)


def _qr_decode(options: argparse.Namespace) -> int:
    from kiosk.devices.qr_files import decode_file
    from kiosk.devices.qr_scanner import QrDecoder

    try:
        decoder = QrDecoder(engine=options.decoder)
    except ImportError as error:
        raise BadInput(f"--decoder {options.decoder}: {error}; until then use zxing") from None
    for frame in options.frames:
        print(json.dumps(decode_file(Path(frame), decoder), ensure_ascii=False), flush=True)
    return 0


def _qr_parse(_: argparse.Namespace) -> int:
    from kiosk.clock import RealClock
    from kiosk.domain.citizen import NotACard, card_object, parse_card

    today = RealClock().now().date()
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            text = json.loads(line.decode("utf-8"))
            if not isinstance(text, str):
                raise ValueError("expected a JSON string")
            answer = card_object(parse_card(text, today))
        except NotACard as refusal:
            answer = {"error": str(refusal)}
        except ValueError as error:
            answer = {"error": f"not a JSON string: {error}"}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0
