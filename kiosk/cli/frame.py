"""What every command has in common: how it is told to the parser, and what it says of bad input."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from kiosk.config import Config

Handler = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
CONFIG_FILE = "/boot/firmware/kiosk.toml"
"""Where the technician's file lies on a flashed card."""


class BadInput(Exception):
    """What the person typed or handed in cannot be used; the text says where and how to mend it."""


def command(
    commands: Commands,
    name: str,
    does: str,
    example: str,
    handler: Handler | None = None,
) -> argparse.ArgumentParser:
    """Add one command with its help and an example, and return its parser for the arguments."""
    parser = commands.add_parser(
        name, help=does, description=does, epilog=f"example: {example}", formatter_class=argparse.RawTextHelpFormatter
    )
    if handler is not None:
        parser.set_defaults(handler=handler)
    return parser


def below(parser: argparse.ArgumentParser) -> Commands:
    """Return the place where a command's own commands are added (`kiosk qr decode`)."""
    return parser.add_subparsers(required=True, metavar="COMMAND")


def config_option(parser: argparse.ArgumentParser) -> None:
    """Let the command read a `kiosk.toml`."""
    parser.add_argument("--config", default=CONFIG_FILE, metavar="F", help="the technician's file")


def config_of(options: argparse.Namespace) -> "Config":
    """Read the `kiosk.toml` that was named.

    Raises:
        BadInput: with every fault of the file, its line and the mend.
    """
    from kiosk.config import ConfigErrors, load_config

    try:
        return load_config(Path(options.config))
    except ConfigErrors as errors:
        raise BadInput(str(errors)) from None


def role_option(parser: argparse.ArgumentParser) -> None:
    """Let the command be about one of several roles of a box."""
    parser.add_argument("--role", metavar="R", default="", help="which one, where several roles of the box have a name")


def speaking_config_of(options: argparse.Namespace) -> tuple["Config", str]:
    """Return the settings of the role that is meant, and the role: the only one of the box, or `--role`.

    Raises:
        BadInput: if the file is bad, or it is not clear which role is meant.
    """
    config = config_of(options)
    roles = config.speaking_roles
    role = options.role or (roles[0] if len(roles) == 1 else "")
    if role not in roles:
        known = ", ".join(roles) or "none"
        raise BadInput(f"--role: say which role of this box is meant; those that speak with the hub: {known}.")
    return config.for_role(role), role


def positive(text: str) -> int:
    """Read a whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("takes a whole number from 1")
    return value


def positive_float(text: str) -> float:
    """Read a number above 0."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("takes a number above 0")
    return value


def counters(text: str) -> int:
    """Read how many counters, or which."""
    value = int(text)
    if not 1 <= value <= 12:
        raise argparse.ArgumentTypeError("takes a number from 1 to 12")
    return value
