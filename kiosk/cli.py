"""The command `kiosk`: every subcommand is a thin call into a room.

Machine output is JSON lines on stdout; progress and words go to stderr. Exit status 0: done, 1: failed, 2: bad input.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import __version__

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.hub.backup import Contents

Handler = Callable[[argparse.Namespace], int]


class BadInput(Exception):
    """What the person typed or handed in cannot be used; the text says where and how to mend it."""


def _demo(options: argparse.Namespace) -> int:
    from kiosk.demo.conductor import Stuck
    from kiosk.demo.launch import StartFailed
    from kiosk.messaging.broker import NoBroker

    try:
        return _run_demo(options)
    except (StartFailed, NoBroker, Stuck) as failure:
        print(f"kiosk demo: {failure}", file=sys.stderr)
        return 1


def _run_demo(options: argparse.Namespace) -> int:
    if options.headless:
        from kiosk.demo.headless import run_days

        return run_days(
            days=options.days,
            speed=options.speed,
            counters=options.counters or 5,
            seed=options.seed,
            broker=options.broker,
            hub_away=options.hub_away,
        )
    from kiosk.demo.room.opening import run_live

    return run_live(
        counters=options.counters or 2,
        port=options.port,
        seed=options.seed,
        broker=options.broker,
        windows=options.windows,
    )


def _run(options: argparse.Namespace) -> int:
    from kiosk.config import ConfigErrors, load_config

    try:
        config = load_config(Path(options.config))
    except ConfigErrors as errors:
        if options.show_faults and options.role not in ("hub", "centre", "vision"):
            return _show_faults(options.role, errors.messages)
        raise BadInput(str(errors)) from None
    if options.show_faults:
        return 0
    if options.role == "lobby":
        from kiosk.lobby.app import run
    elif options.role == "counter":
        from kiosk.counter.app import run
    elif options.role == "board":
        from kiosk.board.app import run
    elif options.role == "hub":
        from kiosk.hub.app import run
    elif options.role == "vision":
        from kiosk.vision.app import run
    else:
        raise BadInput(f"the role {options.role} is not built yet; available: lobby, counter, board, hub, vision")
    return run(config)


def _doctor(options: argparse.Namespace) -> int:
    from kiosk.appliance.checkup import check_up
    from kiosk.config import ConfigErrors, load_config

    try:
        config = load_config(Path(options.config))
    except ConfigErrors as errors:
        raise BadInput(str(errors)) from None
    return check_up(config, as_json=options.json, on_paper=options.print)


def _show_faults(role: str, messages: Sequence[str]) -> int:
    """Show the words of a bad `kiosk.toml` on the panel of a role without a window manager."""
    import os

    from kiosk.demo.drawn import HOME_SIZES
    from kiosk.ui.shell import prepare_kivy

    offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    width, height = HOME_SIZES[role]
    prepare_kivy(width, height, offscreen=offscreen, fullscreen=not offscreen)
    from kiosk.ui.fault_screen import show_faults

    pairs = tuple((text.partition("\n")[0], text.partition("\n")[2]) for text in messages)
    return show_faults(pairs)


def _qr_decode(options: argparse.Namespace) -> int:
    from kiosk.devices.qr_files import decode_file
    from kiosk.devices.qr_scanner import QrDecoder

    decoder = QrDecoder(engine=options.decoder)
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


def _ticket_render(options: argparse.Namespace) -> int:
    from kiosk.devices.receipt import BadSlip, encode_escpos, load_slip, render_slip
    from kiosk.ui.assets import FONTS

    try:
        image = render_slip(load_slip(Path(options.spec).read_bytes()), FONTS)
    except (BadSlip, OSError) as error:
        raise BadInput(f"{options.spec}: {error}") from None
    if options.png:
        image.save(options.png)
    if options.escpos:
        Path(options.escpos).write_bytes(encode_escpos(image))
    return 0


def _screens(options: argparse.Namespace) -> int:
    from kiosk.demo.screenshots import render_screens

    size = None
    if options.size:
        try:
            width, height = options.size.lower().split("x")
            size = (int(width), int(height))
        except ValueError:
            raise BadInput(f'--size takes WxH such as 1280x800, not "{options.size}"') from None
    return render_screens(
        Path(options.out),
        role=options.role,
        locale=options.locale,
        large=options.large,
        contrast=options.contrast,
        size=size,
        everything=options.all,
    )


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


def _hub_backup(options: argparse.Namespace) -> int:
    from kiosk.hub.backup import KEY_FILE, back_up, key_of, make_key

    storage, database = _hub_storage(options)
    key_file = Path(options.key) if options.key else storage / KEY_FILE
    if not options.key and storage.is_dir() and make_key(key_file):
        print(f"new key in {key_file}: keep a copy of it away from this box; without it no backup opens",
              file=sys.stderr)  # fmt: skip
    return _hub_copy("backup", lambda now: back_up(database, Path(options.to), key_of(key_file), now))


def _hub_restore(options: argparse.Namespace) -> int:
    from kiosk.hub.backup import KEY_FILE, check, key_of, restore

    storage, database = _hub_storage(options)
    key_file = Path(options.key) if options.key else storage / KEY_FILE
    backup = Path(options.file)
    if options.check:
        return _hub_copy("restore", lambda _: check(backup, key_of(key_file), database.with_suffix(".checking")))
    return _hub_copy("restore", lambda now: restore(backup, database, key_of(key_file), now))


def _hub_storage(options: argparse.Namespace) -> tuple[Path, Path]:
    from kiosk.config import ConfigErrors, load_config
    from kiosk.hub.app import DATABASE

    try:
        storage = load_config(Path(options.config)).storage
    except ConfigErrors as errors:
        raise BadInput(str(errors)) from None
    return storage, storage / DATABASE


def _hub_copy(verb: str, act: "Callable[[datetime], Contents]") -> int:
    import sqlite3

    import msgspec

    from kiosk.clock import RealClock
    from kiosk.hub.backup import BadBackup

    try:
        contents = act(RealClock().now())
    except BadBackup as error:
        raise BadInput(str(error)) from None
    except (OSError, sqlite3.Error) as error:
        print(f"kiosk hub {verb}: {error}", file=sys.stderr)
        return 1
    print(msgspec.json.encode(contents).decode())
    return 0


def _schema(_: argparse.Namespace) -> int:
    from kiosk.messaging.asyncapi import document

    print(json.dumps(document(), ensure_ascii=False, indent=1))
    return 0


def _vision_evaluate(options: argparse.Namespace) -> int:
    from kiosk.ui.assets import FONTS
    from kiosk.vision.evaluation import BadIndex, evaluate, read_index, report
    from kiosk.vision.evaluation_chart import draw_report
    from kiosk.vision.expressions import ExpressionReader
    from kiosk.vision.runtime import ModelRefused

    def progress(done: int, of: int) -> None:
        if done % 200 == 0 or done == of:
            print(f"{done} of {of} pictures", file=sys.stderr, flush=True)

    try:
        rows = read_index(Path(options.index))
        answers = evaluate(rows, ExpressionReader(), options.cropped, progress)
    except BadIndex as error:
        raise BadInput(str(error)) from None
    except ModelRefused as error:
        print(f"kiosk vision: {error}", file=sys.stderr)
        return 1
    figures = report(answers, options.cropped)
    if options.picture:
        try:
            draw_report(figures, FONTS).save(options.picture)
        except (OSError, ValueError) as error:
            raise BadInput(f"--picture {options.picture}: {error}") from None
    print(json.dumps(figures, ensure_ascii=False))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from kiosk.bench import benchmarks

    known = benchmarks()
    if options.name and options.name not in known:
        raise BadInput(f'no benchmark "{options.name}"; there are: {", ".join(sorted(known))}')
    for name in [options.name] if options.name else sorted(known):
        for row in known[name](options.full):
            print(json.dumps({"bench": name, **row}, ensure_ascii=False), flush=True)
    return 0


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, example: str,
         handler: Handler | None = None) -> argparse.ArgumentParser:  # fmt: skip
    parser = commands.add_parser(
        name, help=does, description=does, epilog=f"example: {example}", formatter_class=argparse.RawTextHelpFormatter
    )
    if handler is not None:
        parser.set_defaults(handler=handler)
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description=__doc__, epilog="example: kiosk demo", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = _add(commands, "demo", "the whole office: a control-room page, or a simulated day with --headless",
                "kiosk demo --headless --days 1 --speed 600", _demo)  # fmt: skip
    demo.add_argument("--headless", action="store_true", help="simulated time, no windows; ends with one JSON line")
    demo.add_argument("--days", type=_positive, default=1, help="simulated days (headless)")
    demo.add_argument("--speed", type=_positive_float, default=100000.0, help="ceiling of simulated per real time")
    demo.add_argument("--counters", type=_counters, default=None, help="1-12; 2 unless told, headless 5")
    demo.add_argument("--seed", type=int, default=20261124, help="the same seed gives the same day")
    demo.add_argument("--broker", choices=("auto", "mosquitto", "iotcore"), default="auto", help="MQTT broker to start")
    demo.add_argument("--hub-away", metavar="HH:MM-HH:MM", default="", help="kill the hub for that time (headless)")
    demo.add_argument("--port", type=int, default=0, help="port of the control-room page; free one unless told")
    demo.add_argument("--windows", action="store_true", help="real windows as well (needs a display)")

    run = _add(
        commands, "run", "run one role of the office", "kiosk run lobby --config /boot/firmware/kiosk.toml", _run
    )
    run.add_argument("role", choices=("lobby", "counter", "board", "hub", "centre", "vision"))
    run.add_argument("--config", default="/boot/firmware/kiosk.toml", help="the technician's file")
    run.add_argument(
        "--show-faults", action="store_true", help="show the file's faults full-screen; ends at once if none"
    )

    doctor = _add(commands, "doctor", "is this box fit: every peripheral, disk, clock, network; 1 if anything is bad",
                  "kiosk doctor --config /boot/firmware/kiosk.toml --print", _doctor)  # fmt: skip
    doctor.add_argument("--config", default="/boot/firmware/kiosk.toml", help="the technician's file")
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    doctor.add_argument("--print", action="store_true", help="the same on paper, with a test pattern")

    qr = _add(commands, "qr", "read ID-card QR codes", "kiosk qr decode frame.jpg").add_subparsers(
        dest="qr_command", required=True, metavar="COMMAND"
    )
    decode = _add(qr, "decode", "one JSON line for each frame", "kiosk qr decode frame1.jpg frame2.jpg", _qr_decode)
    decode.add_argument("frames", nargs="+", metavar="FRAME")
    decode.add_argument("--decoder", choices=("zxing", "pyzbar"), default="zxing")
    _add(qr, "parse", "JSON strings on stdin, parsed citizens on stdout", "kiosk qr parse < scans.jsonl", _qr_parse)

    ticket = _add(commands, "ticket", "tickets on paper", "kiosk ticket render spec.json --png t.png").add_subparsers(
        dest="ticket_command", required=True, metavar="COMMAND"
    )
    render = _add(ticket, "render", "a ticket as picture and as printer bytes",
                  "kiosk ticket render spec.json --png ticket.png --escpos ticket.bin", _ticket_render)  # fmt: skip
    render.add_argument("spec", metavar="SPEC.json")
    render.add_argument("--png", metavar="F")
    render.add_argument("--escpos", metavar="F")

    vision = _add(
        commands, "vision", "facial expression at the counter", "kiosk vision evaluate INDEX.csv"
    ).add_subparsers(dest="vision_command", required=True, metavar="COMMAND")
    judge = _add(vision, "evaluate", "accuracy on labelled pictures, as one JSON object; reads them, never copies them",
                 "kiosk vision evaluate INDEX.csv --picture chart.png", _vision_evaluate)  # fmt: skip
    judge.add_argument("index", metavar="INDEX.csv", help="columns path,label,source,licence; paths relative to it")
    judge.add_argument("--cropped", action="store_true", help="ready-cut faces: no detector, no gate")
    judge.add_argument("--picture", metavar="F.png", help="confusion, reliability and coverage as a chart")

    screens = _add(commands, "screens", "every screen in every state as PNG", "kiosk screens --out shots", _screens)
    screens.add_argument("--out", required=True, metavar="DIR")
    screens.add_argument("--role", choices=("lobby", "counter", "board"))
    screens.add_argument("--locale", choices=("vi", "en"), default="vi")
    screens.add_argument("--large", action="store_true", help="large type")
    screens.add_argument("--contrast", action="store_true", help="high contrast")
    screens.add_argument("--size", metavar="WxH", help="another panel than the role's own")
    screens.add_argument("--all", action="store_true", help="every combination")

    speak = _add(commands, "speak", "an announcement as WAV",
                 "kiosk speak --ticket A105 --counter 3 --out call.wav", _speak)  # fmt: skip
    speak.add_argument("text", nargs="?", default="")
    speak.add_argument("--ticket", default="")
    speak.add_argument("--counter", type=_counters, default=1)
    speak.add_argument("--language", choices=("vi", "en"), default="vi")
    speak.add_argument("--out", required=True, metavar="F.wav")

    hub = _add(commands, "hub", "keep and bring back the office's ledger",
               "kiosk hub backup --to /media/usb").add_subparsers(
        dest="hub_command", required=True, metavar="COMMAND"
    )  # fmt: skip
    backup = _add(hub, "backup", "an encrypted copy of the ledger, while the hub works",
                  "kiosk hub backup --to /media/usb", _hub_backup)  # fmt: skip
    backup.add_argument("--to", required=True, metavar="PATH", help="a folder such as a USB stick, or a file")
    back = _add(hub, "restore", "put a backup in the place of the ledger; the hub must be stopped",
                "kiosk hub restore /media/usb/hub-20261124-230000.kioskbackup", _hub_restore)  # fmt: skip
    back.add_argument("file", metavar="FILE")
    back.add_argument("--check", action="store_true", help="only read all of it and say what it holds")
    for parser_of_hub in (backup, back):
        parser_of_hub.add_argument("--config", default="/boot/firmware/kiosk.toml", help="the technician's file")
        parser_of_hub.add_argument("--key", metavar="F", default="", help="key file; the hub's own unless told")

    schema = _add(commands, "schema", "the interfaces, generated from the code", "kiosk schema asyncapi", _schema)
    schema.add_argument("which", choices=("asyncapi",))

    bench = _add(commands, "bench", "benchmarks as JSON lines, each with its yardstick", "kiosk bench ticket", _bench)
    bench.add_argument("name", nargs="?", default="")
    bench.add_argument("--full", action="store_true", help="the large counts")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("takes a whole number from 1")
    return value


def _positive_float(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("takes a number above 0")
    return value


def _counters(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 12:
        raise argparse.ArgumentTypeError("takes a number from 1 to 12")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; no traceback reaches a person."""
    options = _parser().parse_args(arguments)
    handler: Handler = options.handler
    try:
        return handler(options)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
