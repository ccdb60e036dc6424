"""What the hub decided since its last backup, on the backup's own disk: a lost card then costs no decision.

Devices keep their own events and send them again to a restored hub. What the hub itself decided (calls, sign-ins,
rights to rate, ratings by phone, answers to letters) was on its card only. So it is written to a file beside the
backups within seconds, encrypted with the same key: each record is AES-256-GCM, bound to its file and its place in it,
so that a record that is changed, moved or half written ends the reading there and changes nothing.
"""

import os
import secrets
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.hub.ledger_pages import Page

SUFFIX = ".kioskjournal"
_MAGIC = b"KIOSKJL1"
_NAME_BYTES = 16
_HEAD = struct.Struct(">I")
_NONCE_BYTES = 12
_LARGEST = 64 * 1024 * 1024


class Journal:
    """One file that only grows; begun anew with each life of the hub and after each backup."""

    def __init__(self, file: Path, key: bytes) -> None:
        self.file = file
        self._cipher = AESGCM(key)
        self._name = secrets.token_bytes(_NAME_BYTES)
        self._written = 0

    def write(self, page: Page) -> None:
        """Append a page; once this returns a power cut no longer takes it.

        Raises:
            OSError: if the disk is away or full.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        place = _HEAD.pack(self._written)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.msgpack.encode(page), self._name + place)
        with self.file.open("ab") as stream:
            if self._written == 0:
                # a first try that failed may have left a piece of itself
                stream.truncate(0)
                stream.write(_MAGIC + self._name)
            stream.write(_HEAD.pack(len(sealed)) + sealed)
            stream.flush()
            os.fsync(stream.fileno())
        self._written += 1


def new_journal(folder: Path, key: bytes, now: datetime) -> Journal:
    """Return a journal that begins now; its file is made with its first page."""
    return Journal(folder / f"hub-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}{SUFFIX}", key)


def journals_in(folder: Path) -> list[Path]:
    """Return the journals of a folder, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def pages_of(file: Path, key: bytes) -> Iterator[Page]:
    """Yield the pages of a journal up to its end, or to the first record that is not whole.

    Raises:
        OSError: if it cannot be read.
    """
    cipher = AESGCM(key)
    with file.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            return
        name, place = stream.read(_NAME_BYTES), 0
        while len(head := stream.read(_HEAD.size)) == _HEAD.size:
            (size,) = _HEAD.unpack(head)
            if not _NONCE_BYTES < size <= _LARGEST:
                return
            sealed = stream.read(size)
            try:
                plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name + _HEAD.pack(place))
                page = msgspec.msgpack.decode(plain, type=Page)
            except (InvalidTag, ValueError):
                return
            yield page
            place += 1
