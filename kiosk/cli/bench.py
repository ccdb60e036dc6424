"""`kiosk bench`: the measurements, each beside its yardstick."""

import argparse
import json

from kiosk.cli.frame import BadInput, Commands, command


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    bench = command(
        commands, "bench", "benchmarks as JSON lines, each with its yardstick", "kiosk bench ticket", _bench
    )
    bench.add_argument("name", nargs="?", default="")
    bench.add_argument("--full", action="store_true", help="the large counts")


def _bench(options: argparse.Namespace) -> int:
    from kiosk.bench import benchmarks

    known = benchmarks()
    if options.name and options.name not in known:
        raise BadInput(f'no benchmark "{options.name}"; there are: {", ".join(sorted(known))}')
    for name in [options.name] if options.name else sorted(known):
        for row in known[name](options.full):
            print(json.dumps({"bench": name, **row}, ensure_ascii=False), flush=True)
    return 0
