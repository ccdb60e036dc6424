"""`kiosk doctor`: is this box fit for its day."""

import argparse

from kiosk.cli.frame import BadInput, Commands, command, config_of, config_option


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    doctor = command(
        commands,
        "doctor",
        "is this box fit: every peripheral, service, certificate, clock, disk, heat, network; 1 if anything is bad",
        "kiosk doctor --config /boot/firmware/kiosk.toml --print",
        _doctor,
    )
    config_option(doctor)
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    doctor.add_argument("--print", action="store_true", help="the same on paper, with a test pattern")
    doctor.add_argument(
        "--watch", action="store_true", help="look again every 5 s until Ctrl-C; JSON: only what changes"
    )


def _doctor(options: argparse.Namespace) -> int:
    from kiosk.appliance.checkup import check_up, watch

    if options.watch and options.print:
        raise BadInput("--watch and --print do not go together: print once, or watch the screen")
    config = config_of(options)
    if options.watch:
        return watch(config, as_json=options.json)
    return check_up(config, as_json=options.json, on_paper=options.print)
