"""`kiosk ticket`: tickets and the other slips, as pictures and as printer bytes."""

import argparse
import json
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command

_KINDS = ("ticket", "checklist", "petition", "fees")


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    ticket = below(command(commands, "ticket", "tickets on paper", "kiosk ticket render spec.json --png t.png"))
    render = command(
        ticket,
        "render",
        "a ticket as picture and as printer bytes",
        "kiosk ticket render spec.json --png ticket.png --escpos ticket.bin\n"
        "         kiosk ticket render --example > spec.json",
        _ticket_render,
    )
    render.add_argument("spec", metavar="SPEC.json", nargs="?", help="what stands on it")
    render.add_argument("--png", metavar="F", help="write the picture, one bit a dot")
    render.add_argument("--escpos", metavar="F", help="write the bytes for a thermal printer")
    render.add_argument("--logo", metavar="F", help="a picture beside the office's name")
    told = render.add_mutually_exclusive_group()
    told.add_argument("--schema", metavar="KIND", nargs="?", const="ticket", choices=_KINDS,
                      help=f"print the JSON schema of a SPEC: {', '.join(_KINDS)}")  # fmt: skip
    told.add_argument("--example", metavar="KIND", nargs="?", const="ticket", choices=_KINDS,
                      help="print a SPEC to begin with")  # fmt: skip


def _ticket_render(options: argparse.Namespace) -> int:
    from kiosk.devices.escpos import encode_escpos
    from kiosk.devices.logo import LogoFault, load_logo
    from kiosk.devices.receipt import render_slip
    from kiosk.devices.slip_spec import BadSlip, example_of, load_slip, schema_of
    from kiosk.ui.assets import FONTS

    if options.schema:
        print(json.dumps(schema_of(options.schema), ensure_ascii=False, indent=2))
        return 0
    if options.example:
        print(example_of(options.example), end="")
        return 0
    if options.spec is None:
        raise BadInput("name a SPEC.json; kiosk ticket render --example prints one to begin with")
    try:
        slip = load_slip(Path(options.spec).read_bytes())
        logo = load_logo(Path(options.logo), slip.width_dots) if options.logo else None
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}") from None
    except (BadSlip, LogoFault) as error:
        raise BadInput(f"{options.spec}: {error}") from None
    image = render_slip(slip, FONTS, logo)
    for name, data in ((options.png, None), (options.escpos, encode_escpos(image))):
        try:
            if name and data is None:
                image.save(name, "PNG")
            elif name and data is not None:
                Path(name).write_bytes(data)
        except OSError as error:
            raise BadInput(f"{name}: {error.strerror or error}. Name a file in a folder that can be written.") from None
    return 0
