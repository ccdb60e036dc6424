"""The ledger kept elsewhere: a hot, encrypted copy, and the way back.

A copy is taken with SQLite's own backup while the hub works. It is AES-256-GCM in pieces of 1 MiB, each bound to its
place and the last one marked (the STREAM construction, Hoang et al. 2015), so that a shortened, mixed or changed file
is refused before anything is touched. The key is made on the hub and never goes along with the copy: keep it elsewhere.

A restored ledger begins a new life. The hub tells its name with its presence, and each device that knows another one
sends again what it still keeps (7 days), so what devices reported since the backup comes back. What the hub itself
decided since then (calls, sign-ins, rights to rate, ratings by phone, answers) comes back from the journals (`journal`)
beside the backup or in the folder of the nightly copies, but for the last seconds. Without a journal a ticket that was
called meanwhile waits again, counters are closed until somebody signs in, a rating whose right was given meanwhile is
kept without effect, and a rating by phone is gone.
The office's authority goes along, so that a new hub is no stranger to its devices.
"""

import os
import secrets
import sqlite3
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.hub.authority import FOLDER
from kiosk.hub.authority_copy import META_KEY, packed, unpack
from kiosk.hub.journal import journals_in, pages_of
from kiosk.hub.ledger import Ledger
from kiosk.hub.ledger_file import copy_ledger, is_sound, release
from kiosk.hub.ledger_pages import put_page
from kiosk.messaging.outbox import forget_stream, open_database

KEY_FILE = "backup.key"
SUFFIX = ".kioskbackup"
_MAGIC = b"KIOSKBK1"
_PREFIX_BYTES = 7
_PIECE = 1024 * 1024
_TAG = 16


class BadBackup(Exception):
    """The file or its key cannot be used; the text says why and how to mend it."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    file: str
    events: int
    days: int
    newest_day: str
    bytes: int
    from_journals: int = 0
    """Decisions of the hub that are newer than the backup and were found beside it (after a restore)."""


def key_of(file: Path) -> bytes:
    """Return the key in `file`, which must exist.

    Raises:
        BadBackup: if it is not there or is no key.
    """
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise BadBackup(f"{file}: no such key file. Name the hub's key with --key F") from None
    except (OSError, ValueError) as error:
        raise BadBackup(f"{file} is not a key file ({error}): expected 64 hex characters") from None
    if len(key) != 32:
        raise BadBackup(f"{file} is not a key file: expected 64 hex characters")
    return key


def make_key(file: Path) -> bool:
    """Make the hub's key, readable by the hub only; return False if there is one already."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        _flush(stream.fileno())
    return True


def back_up(database: Path, target: Path, key: bytes, now: datetime) -> Contents:
    """Copy the ledger while the hub works.

    Args:
        database: the hub's database.
        target: a file to be made, or a folder (a USB stick), where it is named after `now`.

    Raises:
        BadBackup: if there is no ledger to copy, or its copy is damaged.
        OSError: if the target cannot be written; an older backup of that name is untouched.
    """
    if not database.is_file():
        raise BadBackup(f"{database}: no ledger there yet. Is this the hub, and is its [storage] right?")
    if target.is_dir():
        target /= f"hub-{now:%Y%m%d-%H%M%S}{SUFFIX}"
    # the plain copy stays on the hub's own disk and never touches the stick
    plain = database.with_suffix(".copying")
    unfinished = target.with_name(target.name + ".part")
    try:
        _remove(plain)
        copy_ledger(database, plain)
        _add_authority(plain, database.parent / FOLDER)
        found = _contents(plain, target)
        with plain.open("rb") as source, unfinished.open("wb") as sink:
            for piece in _encrypted(source, key):
                sink.write(piece)
            sink.flush()
            _flush(sink.fileno())
        os.replace(unfinished, target)
        _flush_folder(target.parent)
    finally:
        _remove(plain)
        unfinished.unlink(missing_ok=True)
    return msgspec.structs.replace(found, bytes=target.stat().st_size)


def check(backup: Path, key: bytes, scratch: Path) -> Contents:
    """Return what a backup holds after reading all of it; nothing is changed.

    Args:
        scratch: name for the plain copy while it is looked at.

    Raises:
        BadBackup: if it is damaged, shortened, or made with another key.
        OSError: if it cannot be read.
    """
    try:
        _decrypt(backup, key, scratch)
        return _contents(scratch, backup)
    finally:
        _remove(scratch)


def restore(backup: Path, database: Path, key: bytes, now: datetime, nightly: Path | None = None) -> Contents:
    """Put a backup in the place of the ledger; what was there is kept beside it, named after `now`.

    Args:
        backup: the copy; journals that lie beside it are followed.
        database: the hub's database.
        key: the hub's key.
        now: the moment.
        nightly: folder of the nightly copies, whose journals are followed too: a copy that was made by hand lies
            elsewhere.

    Raises:
        BadBackup: if the backup cannot be used or the hub is running; nothing was changed then.
        OSError: if a disk refuses.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    plain = database.with_suffix(".restoring")
    folders = list(dict.fromkeys(folder.resolve() for folder in (backup.parent, nightly) if folder is not None))
    try:
        _decrypt(backup, key, plain)
        found = _contents(plain, backup)
        connection = open_database(plain)
        try:
            ledger = Ledger(connection)
            ledger.begin_life(secrets.token_hex(16))
            unpack(ledger.meta(META_KEY) or "", database.parent / FOLDER)
            ledger.set_meta(META_KEY, "")
            forget_stream(connection)
            found = msgspec.structs.replace(found, from_journals=_follow_journals(connection, folders, key))
        finally:
            connection.close()
        if database.exists():
            try:
                release(database)
            except sqlite3.OperationalError:
                raise BadBackup(f"{database} is in use: stop the hub first (systemctl stop kiosk@hub)") from None
            except sqlite3.DatabaseError:
                # a damaged ledger is the very reason to restore: its leftovers are kept as they are
                pass
        for leftover in (database, *_beside(database)):
            if leftover.exists():
                os.replace(leftover, leftover.with_name(f"{leftover.name}.before-{now:%Y%m%d-%H%M%S}"))
        release(plain)
        with plain.open("rb") as whole:
            _flush(whole.fileno())
        os.replace(plain, database)
        _flush_folder(database.parent)
    finally:
        _remove(plain)
    return found


def _add_authority(plain: Path, folder: Path) -> None:
    authority = packed(folder)
    if authority:
        connection = open_database(plain)
        try:
            Ledger(connection).set_meta(META_KEY, authority)
        finally:
            connection.close()


def _follow_journals(connection: sqlite3.Connection, folders: list[Path], key: bytes) -> int:
    """Put what the hub decided since the backup into the ledger; return how many events that were."""
    added = 0
    connection.execute("BEGIN IMMEDIATE")
    for file in (file for folder in folders for file in journals_in(folder)):
        for page in pages_of(file, key):
            added += put_page(connection, page)
    connection.execute("COMMIT")
    return added


def _contents(plain: Path, name: Path) -> Contents:
    if not is_sound(plain):
        raise BadBackup(f"{name}: the ledger in it is damaged. Take an older backup")
    connection = open_database(plain)
    try:
        ledger = Ledger(connection)
        days = ledger.days()
        return Contents(
            file=str(name),
            events=sum(ledger.counts_by_type().values()),
            days=len(days),
            newest_day=days[-1].isoformat() if days else "",
            bytes=name.stat().st_size if name.exists() else 0,
        )
    finally:
        connection.close()


def _encrypted(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    cipher, prefix = AESGCM(key), secrets.token_bytes(_PREFIX_BYTES)
    yield _MAGIC + prefix
    number, piece = 0, source.read(_PIECE)
    while True:
        following = source.read(_PIECE)
        yield cipher.encrypt(_nonce(prefix, number, not following), piece, _MAGIC)
        if not following:
            return
        number, piece = number + 1, following


def _decrypt(backup: Path, key: bytes, target: Path) -> None:
    cipher = AESGCM(key)
    with backup.open("rb") as source, _new_file(target) as sink:
        if source.read(len(_MAGIC)) != _MAGIC:
            raise BadBackup(f"{backup} is not a backup of a hub")
        prefix = source.read(_PREFIX_BYTES)
        number, piece = 0, source.read(_PIECE + _TAG)
        while True:
            following = source.read(_PIECE + _TAG)
            try:
                sink.write(cipher.decrypt(_nonce(prefix, number, not following), piece, _MAGIC))
            except (InvalidTag, ValueError):
                raise BadBackup(
                    f"{backup} is damaged or shortened, or the key is another hub's. Take the key file of the hub that "
                    "made it, or an older backup"
                ) from None
            if not following:
                return
            number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    # a file that ends within its head has no whole prefix, and then fails as a damaged one
    return prefix.ljust(_PREFIX_BYTES, b"\0") + struct.pack(">I?", number, is_last)


def _new_file(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _beside(database: Path) -> tuple[Path, Path]:
    return database.with_name(database.name + "-wal"), database.with_name(database.name + "-shm")


def _remove(database: Path) -> None:
    for file in (database, *_beside(database)):
        file.unlink(missing_ok=True)


def _flush(handle: int) -> None:
    os.fsync(handle)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
