"""`kiosk hub`: the office's ledger kept elsewhere, and brought back."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.frame import BadInput, Commands, below, command, config_of, config_option

if TYPE_CHECKING:
    from kiosk.hub.backup import Contents


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    hub = below(command(commands, "hub", "keep and bring back the office's ledger", "kiosk hub backup --to /media/usb"))
    backup = command(
        hub,
        "backup",
        "an encrypted copy of the ledger, while the hub works",
        "kiosk hub backup --to /media/usb",
        _hub_backup,
    )
    backup.add_argument("--to", required=True, metavar="PATH", help="a folder such as a USB stick, or a file")
    back = command(
        hub,
        "restore",
        "put a backup in the place of the ledger; the hub must be stopped",
        "kiosk hub restore /media/usb/hub-20261124-230000.kioskbackup",
        _hub_restore,
    )
    back.add_argument("file", metavar="FILE")
    back.add_argument("--check", action="store_true", help="only read all of it and say what it holds")
    for parser_of_hub in (backup, back):
        config_option(parser_of_hub)
        parser_of_hub.add_argument("--key", metavar="F", default="", help="key file; the hub's own unless told")


def _hub_backup(options: argparse.Namespace) -> int:
    from kiosk.hub.backup import KEY_FILE, back_up, key_of, make_key

    storage, database = _hub_storage(options)
    key_file = Path(options.key) if options.key else storage / KEY_FILE
    if not options.key and storage.is_dir() and make_key(key_file):
        print(
            f"new key in {key_file}: keep a copy of it away from this box; without it no backup opens", file=sys.stderr
        )
    return _hub_copy("backup", lambda now: back_up(database, Path(options.to), key_of(key_file), now))


def _hub_restore(options: argparse.Namespace) -> int:
    from kiosk.hub.backup import KEY_FILE, check, key_of, restore

    storage, database = _hub_storage(options)
    key_file = Path(options.key) if options.key else storage / KEY_FILE
    backup = Path(options.file)
    if options.check:
        return _hub_copy("restore", lambda _: check(backup, key_of(key_file), database.with_suffix(".checking")))
    kept = config_of(options).backup.folder
    nightly = Path(kept) if kept else None
    return _hub_copy("restore", lambda now: restore(backup, database, key_of(key_file), now, nightly))


def _hub_storage(options: argparse.Namespace) -> tuple[Path, Path]:
    from kiosk.hub.app import DATABASE

    storage = config_of(options).storage
    return storage, storage / DATABASE


def _hub_copy(verb: str, act: "Callable[[datetime], Contents]") -> int:
    import sqlite3

    import msgspec

    from kiosk.clock import RealClock
    from kiosk.hub.backup import BadBackup

    try:
        contents = act(RealClock().now())
    except BadBackup as error:
        raise BadInput(str(error)) from None
    except (OSError, sqlite3.Error) as error:
        print(f"kiosk hub {verb}: {error}", file=sys.stderr)
        return 1
    print(msgspec.json.encode(contents).decode())
    return 0
