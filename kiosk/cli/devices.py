"""`kiosk devices`: a peripheral's bytes, recorded in the field and played again at home."""

import argparse
import json
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command, positive, positive_float

LINGER_S = 1.0
"""A replayed line stays for so long after its last byte."""
TELL_EVERY_S = 1.0


def add_to(commands: Commands) -> None:
    """Add the commands and their arguments to the parser."""
    devices = below(command(commands, "devices", "record a peripheral's bytes, and play them again",
                            "kiosk devices record --port /dev/ttyUSB0 --device scanner --out fault.jsonl"))  # fmt: skip
    record = command(
        devices,
        "record",
        "store what comes over a line, with its times; cards and digits of PINs are made up anew before they are kept",
        "kiosk devices record --port /dev/ttyUSB0 --device scanner --out fault.jsonl",
        _record,
    )
    record.add_argument("--port", required=True, metavar="PATH", help="a serial line, or a device of /dev/input")
    record.add_argument("--baud", type=positive, default=9600, help="of a serial line")
    record.add_argument("--device", default="device", metavar="KIND", help="what it is: scanner, keypad, sign ...")
    record.add_argument("--out", required=True, metavar="F.jsonl")
    record.add_argument("--seconds", type=positive_float, default=None, help="end by itself; else Ctrl-C")
    record.add_argument("--ask", default="", metavar="HEX", help="bytes to send first, such as 100401 for a printer")
    record.add_argument("--note", default="", metavar="TEXT", help="what went wrong, for whoever makes a test of it")
    replay = command(
        devices,
        "replay",
        "play a recording on a line of its own, to whoever opens it",
        "kiosk devices replay fault.jsonl --link /tmp/scanner",
        _replay,
    )
    replay.add_argument("file", metavar="F.jsonl")
    replay.add_argument("--speed", type=positive_float, default=1.0, help="2: twice as fast")
    replay.add_argument("--link", metavar="PATH", help="a name for the line, to write into kiosk.toml")


def _record(options: argparse.Namespace) -> int:
    import time
    from datetime import datetime

    from kiosk.clock import VIETNAM
    from kiosk.devices.masking import Unmasked
    from kiosk.devices.recording import Head, listen, recorded, save

    try:
        question = bytes.fromhex(options.ask)
    except ValueError:
        raise BadInput(f'--ask takes bytes as hex such as 100401, not "{options.ask}"') from None
    is_input = options.port.startswith("/dev/input/")
    head = Head(
        device=f"input {options.device}" if is_input else options.device,
        baud=0 if is_input else options.baud,
        at=datetime.now(VIETNAM),
        note=options.note,
    )
    ends = None if options.seconds is None else time.monotonic() + options.seconds
    heard: list[tuple[float, bytes]] = []
    try:
        with _opened(options.port, options.baud, question, is_input) as descriptor:
            print(f"{options.port}: listening; Ctrl-C ends", file=sys.stderr, flush=True)
            told = time.monotonic()
            for moment, data in listen(descriptor, lambda: ends is not None and time.monotonic() >= ends):
                heard.append((moment, data))
                if moment - told >= TELL_EVERY_S:
                    told = moment
                    print(f"{sum(len(data) for _, data in heard)} bytes", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except OSError as error:
        raise BadInput(f"{options.port}: {error.strerror or error}; plug it in, or stop whoever has it") from None
    try:
        recording = recorded(head, heard)
        save(recording, Path(options.out))
    except Unmasked as refusal:
        print(f"kiosk devices record: nothing was kept: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        raise BadInput(f"{options.out}: {error.strerror or error}") from None
    changed = recording.data != b"".join(data for _, data in heard)
    answer = {"file": options.out, "pieces": len(recording.pieces), "bytes": len(recording.data), "masked": changed}
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def _opened(port: str, baud: int, question: bytes, is_input: bool) -> AbstractContextManager[int]:
    from kiosk.devices.recording_ports import input_device, serial_line

    return input_device(port) if is_input else serial_line(port, baud, question)


def _replay(options: argparse.Namespace) -> int:
    import time

    from kiosk.devices.recording import BadRecording, load, played

    try:
        recording = load(Path(options.file))
    except BadRecording as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{options.file}: {error.strerror or error}") from None
    link = Path(options.link) if options.link else None
    with played(recording, options.speed) as (path, is_over):
        try:
            if link is not None:
                link.unlink(missing_ok=True)
                link.symlink_to(path)
            print(json.dumps({"port": str(link or path), "bytes": len(recording.data)}), flush=True)
            print("waiting for somebody to open it; Ctrl-C ends", file=sys.stderr, flush=True)
            is_over.wait()
            # whoever reads shall have read the last piece before the line goes
            time.sleep(LINGER_S)
        except OSError as error:
            raise BadInput(f"{options.link}: {error.strerror or error}") from None
        finally:
            if link is not None:
                link.unlink(missing_ok=True)
    return 0
