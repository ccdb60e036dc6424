"""The command `kiosk`: every subcommand is a thin call into a room, in a module of its own here.

Machine output is JSON lines on stdout; progress and words go to stderr. Exit status 0: done, 1: failed, 2: bad input.
"""

import argparse
import sys
from collections.abc import Sequence

from kiosk import __version__
from kiosk.cli import (
    bench,
    centre,
    demo,
    devices,
    doctor,
    enrol,
    hub,
    identity,
    language,
    qr,
    run,
    schema,
    screens,
    speak,
    ticket,
    vision,
)
from kiosk.cli.frame import BadInput, Handler

COMMANDS = (
    demo,
    run,
    doctor,
    devices,
    enrol,
    identity,
    qr,
    ticket,
    vision,
    screens,
    language,
    speak,
    hub,
    centre,
    schema,
    bench,
)
"""In the order of the help: the office, the box, its parts, its ground."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description=__doc__, epilog="example: kiosk demo", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for each in COMMANDS:
        each.add_to(commands)
    return parser


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
