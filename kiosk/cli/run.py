"""`kiosk run ROLE`: one role of the office."""

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, command, config_option
from kiosk.cli.vision import WITHOUT


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    run = command(
        commands, "run", "run one role of the office", "kiosk run lobby --config /boot/firmware/kiosk.toml", _run
    )
    run.add_argument("role", choices=("lobby", "counter", "board", "hub", "centre", "vision"))
    config_option(run)
    run.add_argument(
        "--show-faults", action="store_true", help="show the file's faults full-screen; ends at once if none"
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
    if options.role in ("lobby", "counter"):
        from kiosk.ui.erasing import start_again_erasing

        start_again_erasing(sys.argv[1:])
    if options.role == "lobby":
        from kiosk.lobby.app import run
    elif options.role == "counter":
        from kiosk.counter.app import run
    elif options.role == "board":
        from kiosk.board.app import run
    elif options.role == "hub":
        from kiosk.hub.app import run
    elif options.role == "vision":
        if importlib.util.find_spec("kiosk.vision") is None:
            raise BadInput(WITHOUT)
        from kiosk.vision.app import run
    else:
        try:
            from kiosk.centre.app import run
        except ImportError as error:
            raise BadInput(f"the centre needs {error.name}: install it with scripts/setup --centre") from None
    return run(config.for_role(options.role))


def _show_faults(role: str, messages: Sequence[str]) -> int:
    """Show the words of a bad `kiosk.toml` on the panel of a role without a window manager."""
    import os

    from kiosk.ui.panels import HOME_SIZES
    from kiosk.ui.shell import prepare_kivy

    offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    width, height = HOME_SIZES[role]
    prepare_kivy(width, height, offscreen=offscreen, fullscreen=not offscreen)
    from kiosk.ui.fault_screen import show_faults

    pairs = tuple((text.partition("\n")[0], text.partition("\n")[2]) for text in messages)
    return show_faults(pairs)
