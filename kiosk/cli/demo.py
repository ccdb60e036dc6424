"""`kiosk demo`: the whole office on one machine."""

import argparse
import sys

from kiosk.cli.frame import BadInput, Commands, command, counters, positive, positive_float


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    demo = command(
        commands,
        "demo",
        "the whole office: a control-room page, or a simulated day with --headless",
        "kiosk demo --headless --days 1 --speed 600",
        _demo,
    )
    demo.add_argument("--headless", action="store_true", help="simulated time, no windows; ends with one JSON line")
    demo.add_argument("--days", type=positive, default=1, help="simulated days (headless)")
    demo.add_argument("--speed", type=positive_float, default=100000.0, help="ceiling of simulated per real time")
    demo.add_argument("--counters", type=counters, default=None, help="1-12; 2 unless told, headless 5")
    demo.add_argument("--seed", type=int, default=20261124, help="the same seed gives the same day")
    demo.add_argument(
        "--broker",
        choices=("auto", "mosquitto", "iotcore", "guarded"),
        default="auto",
        help="MQTT broker to start; guarded: mosquitto behind certificates, as in an office",
    )
    demo.add_argument("--hub-away", metavar="HH:MM-HH:MM", default="", help="kill the hub for that time (headless)")
    demo.add_argument("--port", type=int, default=0, help="port of the control-room page; free one unless told")
    demo.add_argument(
        "--expression", action="store_true", help="counters ask for their cameras, which see a drawn face (live)"
    )
    demo.add_argument("--windows", action="store_true", help="real windows as well (needs a display)")


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
    if options.headless and options.expression:
        raise BadInput(
            "--expression needs the live demo: in simulated time nobody sits before a camera. Leave out one."
        )
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
        expression=options.expression,
    )
