"""`kiosk centre`: a whole city on one machine, to look at and to measure."""

import argparse
import sys

from kiosk.cli.frame import BadInput, Commands, below, command


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    centre = below(command(commands, "centre", "the city's centre", "kiosk centre demo --hubs 50"))
    demo = command(
        centre,
        "demo",
        "a centre with its broker, its PostgreSQL and many simulated hubs on this machine; prints the page's address",
        "kiosk centre demo --hubs 50",
        _demo,
    )
    demo.add_argument("--hubs", type=int, default=50, help="offices, 1-200 (50 unless told)")
    demo.add_argument("--speed", type=float, default=1.0, help="times an office's busiest hour (1 unless told)")
    demo.add_argument("--seconds", type=float, default=0.0, help="end after so long; otherwise with Ctrl-C")
    demo.add_argument("--port", type=int, default=0, help="port of the page; a free one unless told")


def _demo(options: argparse.Namespace) -> int:
    if not 1 <= options.hubs <= 200 or not 0 < options.speed <= 100 or options.seconds < 0:
        raise BadInput("--hubs takes 1 to 200, --speed more than 0 and at most 100, --seconds 0 or more")
    try:
        from kiosk.centre.cluster import NoPostgres
        from kiosk.demo.city import NoCity, run_city
        from kiosk.messaging.broker import NoBroker
    except ImportError as error:
        raise BadInput(f"the centre needs {error.name}, which is not installed here: scripts/setup --centre") from None
    try:
        return run_city(options.hubs, options.speed, options.seconds, options.port)
    except (NoCity, NoPostgres, NoBroker) as failure:
        print(f"kiosk centre demo: {failure}", file=sys.stderr)
        return 1
