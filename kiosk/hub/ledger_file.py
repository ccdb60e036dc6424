"""The ledger as a file: copied while others write, looked over, and made ready to be moved."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_ledger(database: Path, target: Path) -> None:
    """Copy a ledger as it is at one moment, while others read and write it.

    Raises:
        sqlite3.Error: if it cannot be read, or the disk of `target` is full.
    """
    # not read-only: SQLite may have to make the shared memory of a hub that is off
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as source:
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as copy:
            # in one step: page by page it would begin again at every commit of the hub
            source.backup(copy)


def is_sound(database: Path) -> bool:
    """Tell whether a file is a whole database."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def release(database: Path) -> None:
    """Bring everything into the one file, so that it can be moved.

    Raises:
        sqlite3.OperationalError: if another program has it open.
        sqlite3.DatabaseError: if it is damaged.
    """
    with closing(sqlite3.connect(database, timeout=0.5)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
