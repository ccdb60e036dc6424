"""`kiosk screens`: every screen as a picture."""

import argparse
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, command


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    screens = command(commands, "screens", "every screen in every state as PNG", "kiosk screens --out shots", _screens)
    screens.add_argument("--out", required=True, metavar="DIR")
    screens.add_argument("--role", choices=("lobby", "counter", "board"))
    screens.add_argument("--locale", choices=("vi", "en"), default="vi")
    screens.add_argument("--large", action="store_true", help="large type")
    screens.add_argument("--contrast", action="store_true", help="high contrast")
    screens.add_argument("--size", metavar="WxH", help="another panel than the role's own")
    screens.add_argument("--all", action="store_true", help="every combination")


def _screens(options: argparse.Namespace) -> int:
    from kiosk.demo.screenshots import render_screens

    size = None
    if options.size:
        try:
            width, height = options.size.lower().split("x")
            size = (int(width), int(height))
        except ValueError:
            raise BadInput(f'--size takes WxH such as 1280x800, not "{options.size}"') from None
    folder = Path(options.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--out {folder}: {error.strerror}. Name a folder that can be written.") from None
    return render_screens(
        folder,
        role=options.role,
        locale=options.locale,
        large=options.large,
        contrast=options.contrast,
        size=size,
        everything=options.all,
    )
