"""`kiosk schema`: the interfaces, generated from the code."""

import argparse
import json

from kiosk.cli.frame import Commands, command


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    schema = command(commands, "schema", "the interfaces, generated from the code", "kiosk schema asyncapi", _schema)
    schema.add_argument("which", choices=("asyncapi",))


def _schema(_: argparse.Namespace) -> int:
    from kiosk.messaging.asyncapi import document

    print(json.dumps(document(), ensure_ascii=False, indent=1))
    return 0
