"""A disk that loses power, or runs full: SQLite runs on it, and what was not fsynced before a cut is gone at random.

The model (messaging notes §10.4): a disk that honours fsync and keeps what lies beside a write. After a cut every
512-byte piece written since the last fsync of its file is there or is not, independently of the others; only the
last writes are in danger, because the system writes old ones back by itself.
`Connection` speaks as much of `sqlite3.Connection` as the product uses, so that the product's own code is what runs.
"""

import contextlib
import random
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import apsw

SECTOR = 512
AT_RISK = 200
"""Writes of a file that may still be in memory; Linux writes older ones back after 5 to 30 s."""
_names = iter(range(10**9))


class PowerCut(Exception):
    """The plug was pulled: nothing can be read or written until the disk has power again."""


class Disk:
    """Files in memory behind an SQLite VFS of their own; every cut is drawn from one seeded `random.Random`."""

    def __init__(self, chance: random.Random, capacity: int | None = None) -> None:
        """Make an empty disk.

        Args:
            chance: decides what a cut takes.
            capacity: bytes that it holds; beyond them a write fails as on a full disk. None: endless.
        """
        self.capacity = capacity
        self.files: dict[str, _File] = {}
        self.cuts = 0
        self.fsyncs = 0
        """How often something waited for the disk."""
        self.name = f"kiosk-power-cut-{next(_names)}"
        self._chance = chance
        self._left: int | None = None
        self._is_dark = False
        self._vfs = _Vfs(self)

    def cut_after(self, operations: int) -> None:
        """Pull the plug inside the n-th write or fsync from now."""
        self._left = operations

    def power_up(self) -> None:
        """Give power again; what was not safe is decided now."""
        for file in self.files.values():
            file.lose_power(self._chance)
        self._left, self._is_dark = None, False

    def open(self, path: str, synchronous: str = "FULL") -> "Connection":
        """Open a database as `kiosk.messaging.outbox.open_database` does.

        With exclusive locking, because the WAL index has no shared memory here; what is fsynced is the same.
        """
        connection = Connection(apsw.Connection(path, vfs=self.name))
        connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute(f"PRAGMA synchronous={synchronous}").fetchall()
        return connection

    def usage(self) -> tuple[int, int, int]:
        """Return total, used and free bytes, as `shutil.disk_usage` does."""
        used = sum(len(file.seen) for file in self.files.values())
        total = self.capacity if self.capacity is not None else 2**62
        return total, used, max(0, total - used)

    def make_room(self, growth: int) -> None:
        """Let a file grow by so many bytes.

        Raises:
            apsw.FullError: if the disk is full.
        """
        if growth > 0 and self.capacity is not None and growth > self.usage()[2]:
            raise apsw.FullError

    @property
    def is_dark(self) -> bool:
        """Tell whether the plug is pulled."""
        return self._is_dark

    def step(self) -> bool:
        """Count one write or fsync; return whether the power fails in it.

        Raises:
            PowerCut: if there is no power.
        """
        if self._is_dark:
            raise PowerCut
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._is_dark = True
                self.cuts += 1
        return self._is_dark


class Connection:
    """An apsw connection in the clothes of `sqlite3.Connection`: what outbox, stores and ledger call, no more."""

    def __init__(self, inner: apsw.Connection) -> None:
        self._inner = inner

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "_Rows":
        """Run a statement.

        Raises:
            sqlite3.OperationalError: if the disk is full, as the real one says it.
        """
        try:
            return _Rows(self._inner, self._inner.cursor().execute(sql, tuple(values)))
        except apsw.FullError as error:
            raise sqlite3.OperationalError("database or disk is full") from error

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row; errors as in `execute`."""
        for row in rows:
            self.execute(sql, row)

    def executescript(self, script: str) -> None:
        """Run several statements."""
        self._inner.cursor().execute(script)

    @property
    def in_transaction(self) -> bool:
        """Tell whether a transaction is open."""
        return self._inner.in_transaction

    def close(self) -> None:
        """Close; on a disk without power nothing is written any more."""
        with contextlib.suppress(PowerCut):
            self._inner.close(True)


class _Rows:
    def __init__(self, connection: apsw.Connection, cursor: apsw.Cursor) -> None:
        self.rowcount = connection.changes()
        self._cursor = cursor

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class _File:
    """What programs see, what is safe, and the writes in between."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self._safe = bytearray()
        self._unsafe: deque[tuple[int, bytes]] = deque()
        """Writes (offset, data) since the last fsync; (size, empty) is a truncation."""

    def write(self, data: bytes, offset: int) -> None:
        """Take a write into the cache."""
        _lay(self.seen, offset, data)
        self._remember(offset, data)

    def truncate(self, size: int) -> None:
        """Shorten."""
        del self.seen[size:]
        self._remember(size, b"")

    def sync(self) -> None:
        """Make everything safe."""
        self._safe = bytearray(self.seen)
        self._unsafe.clear()

    def lose_power(self, chance: random.Random) -> None:
        """Keep what is safe, and of the rest what chance keeps."""
        for offset, data in self._unsafe:
            if not data and chance.random() < 0.5:
                del self._safe[offset:]
            for begin in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    _lay(self._safe, offset + begin, data[begin : begin + SECTOR])
        self.seen = bytearray(self._safe)
        self._unsafe.clear()

    def _remember(self, offset: int, data: bytes) -> None:
        self._unsafe.append((offset, data))
        if len(self._unsafe) > AT_RISK:
            offset, data = self._unsafe.popleft()
            if data:
                _lay(self._safe, offset, data)
            else:
                del self._safe[offset:]


def _lay(target: bytearray, offset: int, data: bytes) -> None:
    if len(target) < offset:
        target.extend(bytes(offset - len(target)))
    target[offset : offset + len(data)] = data


class _Vfs(apsw.VFS):
    """SQLite's way to the disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(disk.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> Any:
        """Open or make a file."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return _Handle(self._disk, self._disk.files.setdefault(path, _File()))

    def xDelete(self, filename: str, _syncdir: bool) -> None:
        """Delete a file."""
        self._disk.step()
        self._disk.files.pop(filename, None)

    def xAccess(self, pathname: str, _flags: int) -> bool:
        """Tell whether a file exists."""
        return pathname in self._disk.files

    def xFullPathname(self, filename: str) -> str:
        """Return the name: there are no folders."""
        return filename


class _Handle:
    """One open file."""

    def __init__(self, disk: Disk, file: _File) -> None:
        self._disk = disk
        self._file = file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        fails = self._disk.step()
        self._disk.make_room(offset + len(data) - len(self._file.seen))
        self._file.write(bytes(data), offset)
        if fails:
            raise PowerCut

    def xTruncate(self, size: int) -> None:
        fails = self._disk.step()
        self._file.truncate(size)
        if fails:
            raise PowerCut

    def xSync(self, _flags: int) -> None:
        if self._disk.step():
            # the power failed before the fsync was through
            raise PowerCut
        self._disk.fsyncs += 1
        self._file.sync()

    def xFileSize(self) -> int:
        return len(self._file.seen)

    def xLock(self, _level: int) -> None: ...

    def xUnlock(self, _level: int) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        # as SQLite assumes of every real file: a write harms nothing beside it
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xClose(self) -> None: ...
