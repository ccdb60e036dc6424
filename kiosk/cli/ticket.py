"""`kiosk ticket`: tickets on paper."""

import argparse
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    ticket = below(command(commands, "ticket", "tickets on paper", "kiosk ticket render spec.json --png t.png"))
    render = command(
        ticket,
        "render",
        "a ticket as picture and as printer bytes",
        "kiosk ticket render spec.json --png ticket.png --escpos ticket.bin",
        _ticket_render,
    )
    render.add_argument("spec", metavar="SPEC.json")
    render.add_argument("--png", metavar="F")
    render.add_argument("--escpos", metavar="F")


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
